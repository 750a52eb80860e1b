# A plan is a file: read by people, applied as it was shown, and refused whole when the world moved.
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
for name in Ada Bo; do
  syncline user create "$name@contoso.example" --tenant contoso.example --set displayName="$name" >/dev/null
done
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all >/dev/null
syncline job run staff | same

say "A plan, kept"
syncline user update Ada@contoso.example --tenant contoso.example --set city=Oslo >/dev/null
syncline user update Bo@contoso.example --tenant contoso.example --set city=Rome >/dev/null
syncline plan staff --out staff.plan | same
stat -c '%a' staff.plan
wc -l <staff.plan

say "Somebody edits the file"
sed 's/Oslo/Bern/' staff.plan >other.plan
try apply other.plan

say "Somebody moves in the meantime: the whole plan is refused"
syncline user update Bo@contoso.example --tenant contoso.example --set city=Paris >/dev/null
try apply staff.plan
syncline user show Ada_contoso.example#EXT#@fabrikam.example --tenant fabrikam.example --json | grep -c '"city"' || true

say "A new plan is applied, once"
syncline plan staff --out staff.plan >/dev/null
syncline apply staff.plan | same
try apply staff.plan
syncline plan staff
