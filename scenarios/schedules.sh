# When a job runs by itself, what it forgets at a restart, and how people in escrow are tried again.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids and instants are others in every run.
same() {
  sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/ in [0-9.]+ (ms|s)//g; s/TIME +/TIME  /g; s/ATTEMPT +REASON/ATTEMPT  REASON/'
}
# What fails, with its words and its status.
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
syncline user create ada@contoso.example --tenant contoso.example --set displayName=Ada >/dev/null
syncline user create bo@contoso.example --tenant contoso.example --set displayName=Bo --set mail=bo@elsewhere.example >/dev/null
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all | same

say "On change is the default; an interval, or times of the calendar, can be set"
syncline job schedule staff | same
syncline job start staff | same
syncline job schedule staff --every 1h30m | same
syncline job schedule staff --cron '0 3 * * MON-FRI' | same
syncline job schedule staff --cron '0 3 * * MON-FRI' --json | same
say "Mistakes are shown at their place"
try job schedule staff --every 15x
try job schedule staff --every 5s
try job schedule staff --cron '0 25 * * *'
try job schedule staff --cron '0 3 30 2 *'
say "The times of escrow are the job's"
syncline job update staff --retry-after 10s --retry-at-most 30m --retry-hours 1,4,24 --give-up-days 14 | same
syncline job show staff | sed -n 2,7p | same
try job update staff --give-up-days 0

say "Who cannot go on is listed, given up, and brought back"
syncline job run staff | same
syncline escrow staff list | same
syncline escrow staff give-up bo@contoso.example
syncline escrow staff list | same
syncline escrow staff retry bo@contoso.example | same
syncline escrow staff list | same
syncline log staff --user bo@contoso.example | same

say "Restarts"
syncline job restart staff --scope escrows | same
syncline job restart staff --scope links | same
syncline job run staff | same
syncline user list --tenant fabrikam.example --json | grep '"displayName"'
syncline job restart staff | same
syncline job run staff | same
try job restart staff --scope everything
