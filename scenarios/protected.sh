# The target protects people from synchronizations: those on its never-touch list, and those who hold a
# directory role there. What the source wants is refused with one code until the protection ends.
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
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all >/dev/null
for name in ada bo; do
  syncline user create "$name@contoso.example" --tenant contoso.example --set displayName="$name" --set city=Oslo >/dev/null
done
syncline job run staff | same

say "Ada is on the list, and Bo reads logs in the target"
syncline tenant protect add --tenant fabrikam.example "ada_contoso.example#EXT#@fabrikam.example" | same
syncline user update "bo_contoso.example#EXT#@fabrikam.example" --tenant fabrikam.example --add-role 'Reports Reader' >/dev/null
syncline tenant protect list --tenant fabrikam.example | same

say "Both move, and leave"
syncline user update ada@contoso.example --tenant contoso.example --set city=Rome >/dev/null
syncline user delete bo@contoso.example --tenant contoso.example >/dev/null
try plan staff
try job run staff
try job run staff
syncline explain staff ada@contoso.example | tail -1
syncline log staff --code protected-in-target | same

say "The protection ends"
syncline tenant protect remove --tenant fabrikam.example "ada_contoso.example#EXT#@fabrikam.example" | same
syncline tenant protect roles off --tenant fabrikam.example
syncline tenant protect list --tenant fabrikam.example | same
syncline job run staff | same
syncline plan staff --full
try tenant protect add --tenant fabrikam.example nobody
