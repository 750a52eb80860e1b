# A week of failures and the recovery, with real processes whose clock the script sets: the target takes
# its consent back, the personnel system delivers half a listing, the server is killed, and the clock is
# wrong for a while. Nobody is removed, nobody is asked too often, and when the troubles end everything
# is as it should be, without anybody doing more than ending them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export SYNCLINE_DATA=data CLOCK_FILE="$PWD/clock"
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and durations are others in every run.
same() {
  sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ID +NAME/ID  NAME/; s/behind [0-9]+ s/behind N s/'
}
say() { echo; echo "# $*"; }
cc -shared -fPIC -O1 -o clock.so "$here/week/clock.c" -ldl
now=0
# Lets seconds pass, or takes them back.
pass() { now=$((now + $1)); echo "$now" >clock.new; mv clock.new clock; }
pass 0
serve() {
  LD_PRELOAD="$PWD/clock.so" "$SYNCLINE" serve >served.txt 2>&1 &
  server=$!
  until syncline tenant list >/dev/null 2>&1; do sleep 0.1; done
}
trap 'kill -9 $server 2>/dev/null || true' EXIT
# Until a command says something, twenty seconds at most.
until_said() {
  local what=$1
  shift
  for _ in $(seq 200); do
    if syncline "$@" 2>/dev/null | grep -q "$what"; then return; fi
    sleep 0.1
  done
  echo "it never said $what"
}
consent() {
  syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound "$1" --redeem-inbound on >/dev/null
}
# A listing of people, renamed into place.
deliver() {
  { echo id,userPrincipalName,displayName; for name in "$@"; do echo "$name,$name@contoso.example,$name"; done; } >listing
}
people() {
  syncline user list --tenant "$1" --json | sed -n 's/.*"displayName": "\(.*\)",/\1/p' | sort | tr '\n' ' '
  echo
}
attempts() { syncline job show staff --json | sed -n 's/.*"attempts": \([0-9]*\).*/\1/p' | head -1; }

serve
say "Monday: all is well"
syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
consent on
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
deliver ada bob cy dan eve fay gus hal ida jo
{ cat listing; echo '#EOF'; } >people.new && mv people.new people.csv
syncline mirror create hr --tenant contoso.example --file people.csv --end-mark '#EOF' | same
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all | same
syncline job start staff | same
until_said '"displayName": "jo"' user list --tenant fabrikam.example --json
people fabrikam.example

say "The target takes its consent back, and somebody is hired"
consent off
deliver ada bob cy dan eve fay gus hal ida jo kim
{ cat listing; echo '#EOF'; } >people.new && mv people.new people.csv
until_said '"displayName": "kim"' user list --tenant contoso.example --json
until_said EncounteredQuarantineException job list --json
syncline job show staff | sed -n '/^Quarantine/,/^  since/p' | same

say "Hours pass; it is tried less and less often"
for hours in 1 2 4 8; do
  before=$(attempts)
  pass $((hours * 3600))
  until_said "\"attempts\": $((before + 1))" job show staff --json
done
echo "attempts: $(attempts)"

say "Tuesday: half of a listing is delivered. It is held, and nobody is removed"
pass $((8 * 3600))
deliver ada bob cy dan eve
cp listing people.new && mv people.new people.csv
until_said 'held: listing-cut' mirror show hr --tenant contoso.example
syncline mirror list --tenant contoso.example | same | sed -E 's/TIME +[^ ]*people.csv/TIME  people.csv/'
people contoso.example

say "Wednesday: the server is killed, and goes on"
before=$(attempts)
kill -9 "$server"
wait "$server" 2>/dev/null || true
pass $((24 * 3600))
serve
until_said "\"attempts\": $((before + 1))" job show staff --json
syncline job list | same

say "Thursday to Sunday: it is tried once a day, and the log has one row for all of it"
for _ in 1 2 3 4; do
  before=$(attempts)
  pass $((24 * 3600 + 60))
  until_said "\"attempts\": $((before + 1))" job show staff --json
done
syncline job runs staff --json | grep -c consent-missing
syncline metrics | grep -E '^syncline_(job_quarantined|mirror_held|mirror_records)' | same

say "The clock is ten days ahead for a moment, and is set right; nothing waits for those days"
for days in 10 -10; do
  before=$(attempts)
  pass $((days * 86400))
  until_said "\"attempts\": $((before + 1))" job show staff --json
done
echo "attempts: $(attempts)"

say "Monday again: consent is back, and a whole listing comes. Nobody does more than that"
consent on
deliver ada bob cy dan eve fay gus hal ida jo kim lea
{ cat listing; echo '#EOF'; } >people.new && mv people.new people.csv
until_said '"displayName": "lea"' user list --tenant fabrikam.example --json
until_said '"quarantineStatus": null' job list --json
people fabrikam.example
syncline job list | same
syncline mirror show hr --tenant contoso.example | grep '^state'
syncline escrow staff list | same
syncline audit verify | sed -E 's/[0-9]+ +holds/N  holds/'
kill -INT "$server"
wait "$server"
