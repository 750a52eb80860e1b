# The removal brake: a mistake in the filter would remove everybody; it is held, looked at, and undone.
# A real departure is approved.
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
for number in 01 02 03 04 05 06 07 08 09 10 11 12; do
  syncline user create "p$number@contoso.example" --tenant contoso.example \
    --set displayName="p$number" --set department=Sales >/dev/null
done
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all --filter 'department EQUALS Sales' | same
syncline job run staff | same

say "A slip of the pen: Sale instead of Sales"
syncline job update staff --filter 'department EQUALS Sale' | same
syncline plan staff --limit 2 | same
try job run staff
syncline hold staff list | same
say "Corrected: everybody is in scope again, and nothing is held any more"
syncline job update staff --filter 'department EQUALS Sales' | same
syncline job run staff | same
syncline hold staff list | same

say "Eleven really leave"
for number in 01 02 03 04 05 06 07 08 09 10 11; do
  syncline user delete "p$number@contoso.example" --tenant contoso.example >/dev/null
done
try job run staff
syncline hold staff approve --all | same
syncline user list --tenant fabrikam.example --json | grep '"displayName"'
syncline plan staff --full
