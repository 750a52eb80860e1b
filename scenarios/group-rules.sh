# Which groups go along and with what: a filter of groups, their mappings, mistakes in both, a group that leaves
# the filter, the document of the schema, one group on demand, and names that a terminal would obey.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and places are others in every run.
same() {
  sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g; s/ +$//'
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
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on --group-sync-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
for name in ada bo; do
  syncline user create "$name@contoso.example" --tenant contoso.example --set displayName="$name" >/dev/null
done
syncline group create 'Proj Moon' --tenant contoso.example --set description='To the moon' --member ada@contoso.example >/dev/null
syncline group create 'Proj Mars' --tenant contoso.example --member bo@contoso.example >/dev/null
syncline group create Canteen --tenant contoso.example --member ada@contoso.example --member bo@contoso.example >/dev/null

say "Mistakes are told when they are written, at their places"
try job create --source contoso.example --target fabrikam.example --name staff --scope all --groups on \
  --group-filter 'displyName REGEX MATCH ^Proj AND department EQUALS Sales'
try job create --source contoso.example --target fabrikam.example --name staff --scope all --groups on \
  --group-filter 'displayName EQALS Proj' --group-map 'displayName=ToUper([displayName])'
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all --groups on >/dev/null
try job update staff --group-map 'mailEnabled="true"' --group-map 'description=[members]' --group-filter 'manager IS NULL'
try expr check 'Append([displayName], [city])' --job staff --target displayName --groups

say "A filter of groups, and what they hold there"
try job update staff --group-filter 'displayName REGEX MATCH "^Proj "' \
  --group-map 'displayName=Append([displayName], " (Contoso)")' --group-map-once 'description=[description]'
syncline job show staff | same | sed -n '/^  groups/,/^  filter/p; /^Mappings of groups/,/^$/p'
try job run staff
syncline group list --tenant fabrikam.example | same
try explain staff Canteen
try explain staff 'Proj Moon'

say "Other rules for groups look at groups only"
try job update staff --group-filter 'NOT (displayName EQUALS "proj mars" [any case])'
try plan staff
try job run staff
try log staff --user 'Proj Mars'

say "One group on demand, with its members"
syncline group create Attic --tenant contoso.example --member bo@contoso.example >/dev/null
try provision staff Attic
try job run staff

say "The document says it all, and means the same when it comes back"
syncline job schema staff export --names graph --out staff.json >/dev/null
grep -o '"Provision Azure Active Directory Groups"' staff.json
syncline job update staff --groups off --group-filter '' --group-map 'displayName=[displayName]' >/dev/null
syncline job schema staff import staff.json | same | sed -n '/^Groups/,$p'
syncline job schema staff export --names graph --out again.json >/dev/null
cmp staff.json again.json && echo "the same document"
syncline job schema staff show --groups --side target

say "Names are shown, and not obeyed"
escape=$(printf '\033')
syncline group create "Proj ${escape}[2JEvil" --tenant contoso.example >/dev/null
syncline user create eve@contoso.example --tenant contoso.example --set displayName="eve${escape}]0;root" >/dev/null
try plan staff
syncline group list --tenant contoso.example | same
syncline user list --tenant contoso.example | same

say "What stays behind is counted as what it is"
try job run staff
try job delete staff --yes
