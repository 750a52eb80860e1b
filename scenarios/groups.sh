# Groups that go along: made in the target with those of their members who are there, changed member by
# member, with groups within groups, a mass parting that is held, and a target that lets no groups in.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and places are others in every run.
same() {
  sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g'
}
# What fails or is held, with its words and its status.
try() {
  local status=0
  syncline "$@" >said.txt 2>&1 || status=$?
  same <said.txt
  echo "status $status"
}
members() { syncline group show "$1" --tenant fabrikam.example | same; }
say() { echo; echo "# $*"; }

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
for name in ada bo cy; do
  syncline user create "$name@contoso.example" --tenant contoso.example --set displayName="$name" >/dev/null
done
syncline group create Crew --tenant contoso.example --member ada@contoso.example --member bo@contoso.example >/dev/null
syncline group create Deck --tenant contoso.example --member cy@contoso.example >/dev/null
syncline group update Crew --tenant contoso.example --add-member Deck >/dev/null

say "Groups go along where the job says so and the target lets them in"
syncline job create --source contoso.example --target fabrikam.example --name staff --groups on | same
syncline job assign staff Crew Deck | same
try job test staff
syncline job run staff | same
syncline policy set --tenant fabrikam.example --partner contoso.example --group-sync-inbound on >/dev/null
try plan staff
try job run staff
members Crew
members Deck
try job run staff

say "Members come and go one by one"
syncline group update Crew --tenant contoso.example --add-member cy@contoso.example --remove-member bo@contoso.example >/dev/null
syncline job assign staff bo@contoso.example >/dev/null
try plan staff
try job run staff
members Crew

say "Members whom the target added by itself stay"
syncline user create tim@fabrikam.example --tenant fabrikam.example --set displayName=tim >/dev/null
syncline group update Crew --tenant fabrikam.example --add-member tim@fabrikam.example >/dev/null
syncline group update Crew --tenant contoso.example --remove-member cy@contoso.example >/dev/null
try job run staff
members Crew

say "Groups within groups: flattened, then kept"
syncline job update staff --nested-groups flatten | same
try job run staff
members Crew
syncline job update staff --nested-groups keep | same
try job run staff
members Crew

say "A mass parting is held"
syncline job update staff --limit partings=0 >/dev/null
syncline group update Crew --tenant contoso.example --remove-member ada@contoso.example --remove-member Deck >/dev/null
syncline job assign staff ada@contoso.example >/dev/null
try job run staff
try hold staff list
try hold staff approve --all
members Crew

say "What the log tells"
syncline log staff --action add-member,remove-member | same

say "A target that lets no more groups in keeps those that it has"
syncline policy set --tenant fabrikam.example --partner contoso.example --group-sync-inbound off >/dev/null
syncline group update Crew --tenant contoso.example --add-member bo@contoso.example >/dev/null
try job run staff
members Crew
syncline policy set --tenant fabrikam.example --partner contoso.example --group-sync-inbound on >/dev/null
try job run staff
members Crew

say "A group that leaves the scope is removed, and is the same one when it comes back"
syncline job unassign staff Deck >/dev/null
try job run staff
syncline job assign staff Deck >/dev/null
try job run staff
members Deck
syncline audit verify
