# Quarantine: the target takes its consent back while the server works; the job is tried rarely, says why
# and when next, and goes on at once when consent is given again. A week of it, and the 28 days, are
# told by crates/sync/tests/quarantine.rs, which has a clock of its own.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants and places are others in every run.
same() {
  sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g; s/(attempts  )[0-9]+/\1N/; s/ID +NAME/ID  NAME/; s/(timestamp_seconds\{.*\}) [0-9.e+]+/\1 SECONDS/; s/behind [0-9]+ s/behind N s/'
}
# What fails or is held, with its words and its status.
try() {
  local status=0
  syncline "$@" >said.txt 2>&1 || status=$?
  same <said.txt
  echo "status $status"
}
say() { echo; echo "# $*"; }
# Until the job says so, ten seconds at most.
until_said() {
  for _ in $(seq 100); do
    if syncline job list --json | grep -q "$1"; then return; fi
    sleep 0.1
  done
  echo "it never said $1"
}
consent() {
  syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound "$1" --redeem-inbound on >/dev/null
}

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
consent on
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all | same
syncline user create ada@contoso.example --tenant contoso.example --set displayName=Ada >/dev/null
"$SYNCLINE" serve >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
syncline job start staff | same
until_said '"isFresh": true'

say "The target does not want it any more"
consent off
syncline user create bo@contoso.example --tenant contoso.example --set displayName=Bo >/dev/null
until_said EncounteredQuarantineException
syncline job list | same
syncline job show staff | sed -n '/^Quarantine/,/^$/p' | same
syncline metrics staff | grep '^syncline_job_quarantine' | same
say "Somebody who asks is answered at once"
try job run staff

say "Consent is back, and Bo comes across without anybody doing anything"
consent on
until_said '"quarantineStatus": null'
syncline job list | same
syncline user list --tenant fabrikam.example --json | grep '"displayName"'
syncline job runs staff --json | grep -c EncounteredQuarantineException

say "The rules are the job's"
syncline job update staff --quarantine-at-least 100 --quarantine-percent 25 --quarantine-at-most 1000 --quarantine-pause 5m --quarantine-pause-at-most 6h --disable-days 14 | same
syncline job show staff --json | sed -n '/"quarantine": {/,/}/p'
try job update staff --disable-days 0
syncline job restart staff --scope quarantine
kill $server
wait $server
