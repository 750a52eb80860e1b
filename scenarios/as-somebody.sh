# Who may do what: an administrator of the target sees what was done to it and nothing of the source,
# a reader writes nothing, and who has no role gets nowhere.
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

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
syncline user create reader@contoso.example --tenant contoso.example --set displayName=Reader >/dev/null
syncline user create nobody@contoso.example --tenant contoso.example --set displayName=Nobody >/dev/null
syncline user create tim@fabrikam.example --tenant fabrikam.example --set displayName=Tim >/dev/null
syncline user update reader@contoso.example --tenant contoso.example --add-role 'Global Reader' >/dev/null
syncline user update tim@fabrikam.example --tenant fabrikam.example --add-role 'Global Administrator' >/dev/null
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all >/dev/null
syncline job run staff | same

say "A reader reads, and writes nothing"
syncline --as contoso.example/reader@contoso.example job list | same
try --as contoso.example/reader@contoso.example user update nobody@contoso.example --tenant contoso.example --set city=Oslo
try --as contoso.example/reader@contoso.example job run staff

say "Without a role"
try --as contoso.example/nobody@contoso.example user list --tenant contoso.example

say "Another tenant's administrator"
try --as fabrikam.example/tim@fabrikam.example user list --tenant contoso.example
syncline --as fabrikam.example/tim@fabrikam.example policy show --tenant fabrikam.example | same
