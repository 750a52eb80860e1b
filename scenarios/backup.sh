# A backup while the server works, a mistake after it, and the way back: nothing is done twice. Then a
# tenant on which people hang is not deleted by a slip of the hand.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants, places, sizes and times are others in every run.
same() {
  sed -E "s#$PWD#PLACE#g"'; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/[0-9]{8}T[0-9]{6}Z/TIME/g; s/ in [0-9.]+ (ms|s)//g; s/[0-9.]+ MB/SIZE/; s/for [0-9.]+ ms/for a moment/'
}
# What fails or is held, with its words and its status.
try() {
  local status=0
  syncline "$@" >said.txt 2>&1 || status=$?
  same <said.txt
  echo "status $status"
}
say() { echo; echo "# $*"; }
people() { syncline user list --tenant fabrikam.example --json | grep '"displayName"' | sed 's/^ *//; s/,$//' | sort; }
add() { syncline user create "$1@contoso.example" --tenant contoso.example --set displayName="$1" --set department="$2" >/dev/null; }

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
add ada Sales; add bo Sales; add cy Marketing
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all --filter 'department EQUALS Sales' | same
syncline job run staff | same

say "A backup, made by the process that serves"
syncline job start staff | same
"$SYNCLINE" serve >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
until [ -S data/control.sock ]; do sleep 0.02; done
syncline backup create kept.tar | same
try backup create kept.tar
syncline backup show kept.tar --check | same | sed '/^FILE/,$d'
stat -c %a kept.tar

say "Afterwards somebody comes, somebody leaves, and the filter is spoilt"
add dora Sales
syncline user delete bo@contoso.example --tenant contoso.example >/dev/null
until [ "$(people | tr -d '\n')" = '"displayName": "ada""displayName": "dora"' ]; do sleep 0.02; done
syncline job update staff --filter 'department EQUALS Marketing' >/dev/null
until people | grep -q cy; do sleep 0.02; done
people
try backup restore kept.tar --replace
kill $server
wait $server

say "A backup that was cut or changed is refused, and nothing is there afterwards"
head -c 300000 kept.tar >cut.tar
try backup restore cut.tar --data again
cp kept.tar changed.tar
printf x | dd of=changed.tar bs=1 seek=200000 conv=notrunc status=none
try backup restore changed.tar --data again
try backup restore kept.tar
ls

say "The way back: what is done is not done again"
syncline backup restore kept.tar --replace | same
people
syncline plan staff | same
syncline job run staff | same
people
syncline audit verify
syncline audit list --json | grep -o '"activity": "[^"]*"' | tail -n 2

say "From there on as ever"
add dora Sales
syncline job run staff | same
people

say "A tenant on which people hang"
try tenant delete contoso.example --yes
try tenant delete contoso.example --confirm fabrikam.example
syncline tenant delete contoso.example --confirm contoso.example | same
people
syncline tenant list --json | grep '"name"'
