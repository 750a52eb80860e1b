# Two tenants, one configuration: who goes where, why somebody does not, and what happens when
# people change, leave and return. Nothing is done that a plan did not show.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and places are others in every run.
same() {
  sed -E "s#$PWD#PLACE#g"'; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g'
}
# What fails or is held, with its words and its status.
try() {
  local status=0
  syncline "$@" >said.txt 2>&1 || status=$?
  same <said.txt
  echo "status $status"
}
say() { echo; echo "# $*"; }
people() { syncline user list --tenant fabrikam.example --json "$@" | grep -E '"(displayName|department|userPrincipalName|externalUserState)"' | sed 's/^ *//; s/,$//'; }

syncline tenant create Contoso --domain contoso.example | same
syncline tenant create Fabrikam --domain fabrikam.example | same
for name in Ada:Marketing Bo:Sales Cy:Marketing; do
  syncline user create "${name%:*}@contoso.example" --tenant contoso.example \
    --set displayName="${name%:*}" --set mail="${name%:*}@contoso.example" --set department="${name#*:}" | same
done
syncline job create --source contoso.example --target fabrikam.example --name staff --filter 'department EQUALS Marketing' | same
syncline job assign staff Ada@contoso.example Bo@contoso.example >/dev/null

say "Both sides have to consent"
try job test staff
try job run staff
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
syncline job test staff

say "A plan, and nothing is done"
syncline plan staff | same
people
say "A cycle"
syncline job run staff | same
people
syncline plan staff
say "Why is Bo not there, and why not Cy?"
syncline explain staff Bo@contoso.example
syncline explain staff Cy@contoso.example

say "Ada moves: she is removed, and comes back as the same object"
before=$(syncline user list --tenant fabrikam.example --json | grep -m1 '"id"')
syncline user update Ada@contoso.example --tenant contoso.example --set department=Sales >/dev/null
syncline job run staff | same
people --deleted
syncline user update Ada@contoso.example --tenant contoso.example --set department=Marketing --set city=Oslo >/dev/null
syncline job run staff | same
after=$(syncline user list --tenant fabrikam.example --json | grep -m1 '"id"')
[ "$before" = "$after" ] && echo "the same object"

say "Consent withdrawn stops everything"
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound off >/dev/null
syncline user update Ada@contoso.example --tenant contoso.example --set city=Rome >/dev/null
try job run staff
syncline user show Ada_contoso.example#EXT#@fabrikam.example --tenant fabrikam.example --json | grep '"city"'
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on >/dev/null
syncline job run staff | same

say "The log, and the audit chain"
syncline log staff | same
syncline audit verify | same | sed -E 's/[0-9]+ entries/N entries/g'
