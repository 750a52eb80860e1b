# Managers who come late, leave and return: the target's manager follows, whatever the order, and no
# restart is needed for it.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and times are others in every run.
same() {
  sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g'
}
# Who stands for the manager in the target.
manager() {
  syncline user show "ada_contoso.example#EXT#@fabrikam.example" --tenant fabrikam.example --json | python3 -c '
import json, sys
print("manager in the target:", "somebody" if json.load(sys.stdin).get("manager") else "nobody")'
}
say() { echo; echo "# $*"; }

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
for name in ada bo; do
  syncline user create "$name@contoso.example" --tenant contoso.example --set displayName="$name" >/dev/null
done
syncline user update ada@contoso.example --tenant contoso.example --manager bo@contoso.example >/dev/null
syncline job create --source contoso.example --target fabrikam.example --name staff >/dev/null

say "Ada comes without her manager, who is not assigned"
syncline job assign staff ada@contoso.example >/dev/null
syncline job run staff | same
manager

say "Bo comes later"
syncline job assign staff bo@contoso.example >/dev/null
syncline plan staff | same
syncline job run staff | same
manager

say "Bo leaves, and comes back"
syncline job unassign staff bo@contoso.example >/dev/null
syncline job run staff | same
manager
syncline job assign staff bo@contoso.example >/dev/null
syncline job run staff | same
manager
syncline job run staff | same
