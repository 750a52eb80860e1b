# A nightly file feeds a tenant, and a job pushes its people on to a partner. A file that is half there
# removes nobody on either side; the good one of the next night does.
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
hr() { local verb=$1; shift; try mirror "$verb" hr --tenant contoso.example "$@"; }
# How many people a tenant has, and how many lie among its deleted ones.
count() { syncline user list --tenant "$1" --limit 1000 --json | grep -c '"id"' || true; }
counts() { echo "contoso $(count contoso.example), fabrikam $(count fabrikam.example)"; }
# The listing of one night: so many people, and whoever else is named.
night() {
  echo 'PersonnelNo,UPN,Display name,Department'
  seq -f '%03g' 1 "$1" | sed 's/.*/&,p&@contoso.example,Person &,Sales/'
  shift
  for line in "$@"; do echo "$line"; done
  echo '#EOF'
}

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all >/dev/null
syncline user create boss@contoso.example --tenant contoso.example --set displayName=Boss >/dev/null

say "What has to be said about a file: how one sees that it is whole"
try mirror create hr --tenant contoso.example --file people.csv --id-column PersonnelNo
try mirror create hr --tenant contoso.example --file people.csv --id-column PersonnelNo --end-mark '#EOF' --paused

say "The first night"
night 40 >people.csv
hr plan --first 2
hr run
try job run staff
counts

say "The second night the file is half there"
night 40 | head -c 900 >people.csv
hr run
hr run
try job run staff
counts
try mirror list --tenant contoso.example

say "An empty file, one of a header alone, and none"
: >people.csv
hr run
night 0 >people.csv
hr run
rm people.csv
hr run
counts

say "The third night all is well: two have left, one has another name, one is new"
night 38 'x1,newcomer@contoso.example,Newcomer,Ops' | sed 's/p007@/married@/' >people.csv
hr plan
hr run
try job run staff
counts

say "The fourth night it is whole, and half of the people are missing: somebody has to say so"
night 12 >people.csv
hr run
hr show
night 11 >people.csv
hr approve
night 12 >people.csv
hr approve
counts

say "The partner has a brake of its own"
try job run staff
try hold staff approve --all
counts

say "A line that cannot be read keeps whoever it may mean"
night 11 '012,"p012@contoso.example,Person 012,Sales' >people.csv
hr run
hr reject
hr run
night 11 '012,p012@elsewhere.example,Person 012,Sales' >people.csv
hr run
counts

say "Served: the file is renamed into place, and the partner follows"
try mirror start hr --tenant contoso.example
syncline job start staff >/dev/null
"$SYNCLINE" serve >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
night 12 'x2,two@contoso.example,Two,Ops' 'x3,three@contoso.example,Three,Ops' >next.csv
mv next.csv people.csv
tries=0
until [ "$(counts)" = "contoso 15, fabrikam 15" ] || [ $tries = 100 ]; do
  tries=$((tries + 1))
  sleep 0.2
done
counts
kill $server
wait $server
trap - EXIT

say "The mirror is changed; what nobody can mean is refused"
try mirror update hr --tenant contoso.example --limit 20:5:10 --smaller 30 --cron '30 4 * * *'
try mirror update hr --tenant contoso.example --limit 5:200:1
try mirror update hr --tenant contoso.example --limit 5:10:6
syncline mirror show hr --tenant contoso.example | grep -E '^(limit|runs|state)'
syncline metrics | grep -E '^syncline_mirror_(records|held|failing|freshness)' | sed -E 's/mirror_id="[^"]*"/mirror_id="ID"/'

say "The audit log says who did it, and its chain holds"
syncline audit list --tenant contoso.example --limit 1000 | grep -c 'mirror ID\|mirror [0-9a-f]' | sed 's/^[0-9]*$/the mirror is in it/'
try audit verify

say "The mirror goes, its people stay"
try mirror delete hr --tenant contoso.example
counts
