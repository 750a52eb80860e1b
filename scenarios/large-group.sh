# A group of 50,000 members: made, one member added, one taken out, a name changed. Each costs what
# changed, and a full look finds nothing to do.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and times are others in every run.
same() {
  sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g'
}
say() { echo; echo "# $*"; }

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on --group-sync-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
python3 - <<'PEOPLE'
import json
with open("people.csv", "w") as file:
    file.write("userPrincipalName,displayName\n")
    for number in range(50_001):
        file.write(f"p{number}@contoso.example,p{number}\n")
with open("groups.jsonl", "w") as file:
    members = [f"p{number}@contoso.example" for number in range(50_000)]
    file.write(json.dumps({"displayName": "Crew", "members": members}) + "\n")
PEOPLE
syncline -q user import people.csv --tenant contoso.example | same
syncline -q group import groups.jsonl --tenant contoso.example | same
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all --groups on >/dev/null

say "Everybody, and the group with its members"
syncline -q job run staff | same

say "One more, one less, another name"
syncline group update Crew --tenant contoso.example --add-member p50000@contoso.example >/dev/null
syncline job run staff | same
syncline group update Crew --tenant contoso.example --remove-member p7@contoso.example >/dev/null
syncline job run staff | same
syncline group update Crew --tenant contoso.example --set description=everybody >/dev/null
syncline job run staff | same
syncline -q plan staff --full | same
