# A mass unassignment: what exceeds the brake is held and told by every run and plan until somebody
# decides; some of it is approved, by what it says, and the rest is rejected.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and places are others in every run.
same() {
  sed -E "s#$PWD#PLACE#g"'; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g; s/(hint: one of ([^,]*, ){3}).*/\1…/'
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
syncline job create --source contoso.example --target fabrikam.example --name staff | same
for number in 1 2 3 4 5 6; do
  department=Sales
  if [ "$number" -gt 4 ]; then department=Marketing; fi
  syncline user create "p$number@contoso.example" --tenant contoso.example \
    --set displayName="p$number $department" --set department="$department" >/dev/null
  syncline job assign staff "p$number@contoso.example" >/dev/null
done
syncline job update staff --limit removals=2 --hold-days 14 | same
say "Limits that nobody can mean are refused"
try job update staff --limit removals=5:200:1
try job update staff --limit creates=5:10:6
try job update staff --removals-at-most 1
try job update staff --hold-days 3661
try job update staff --window-hours 0
say "The first cycle"
syncline job run staff | same

say "Somebody takes everybody out of the job"
for number in 1 2 3 4 5 6; do
  syncline job unassign staff "p$number@contoso.example" >/dev/null
done
try job run staff
say "A run with nothing to do says that they wait, and so does a plan"
try job run staff
try plan staff
try plan staff --full --limit 2

say "Which are meant has to be said"
try hold staff approve
try hold staff approve --all --action remove
try hold staff list --action vanish

say "One person, then whoever the words mean"
try hold staff list --user p5@contoso.example
try hold staff approve --user p5@contoso.example
syncline hold staff list --action remove --code removal-brake --older-than 0s | same
say "The others were a mistake"
try hold staff reject --older-than 0s
try job run staff
syncline hold staff list | same

say "A saved plan passes the brakes as a cycle does"
syncline job update staff --scope all --limit creates=7 >/dev/null
syncline user create new1@contoso.example --tenant contoso.example --set displayName=new1 >/dev/null
syncline user create new2@contoso.example --tenant contoso.example --set displayName=new2 >/dev/null
syncline plan staff --out staff.plan | same
try apply staff.plan
syncline hold staff list --json | grep -c '"expires"'
try hold staff approve --text new
syncline plan staff --full | same
