# Notices: a webhook and mail about what happens to jobs, and what is said when an end does not answer. The
# far ends of real deliveries, and the signature, are in crates/notify/tests.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants, places and secrets are others in every run.
same() {
  sed -E "s#$PWD#PLACE#g"'; s/[0-9a-f]{64}/SECRET/g; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/(FAIL  [a-z]+): .*/\1: WHY/'
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
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all >/dev/null

say "Nobody is told unless somebody says so"
syncline notify show --tenant contoso.example
try notify test --tenant contoso.example

say "A webhook, with the secret that signs; and mail"
syncline notify set --tenant contoso.example --webhook http://127.0.0.1:9/hook | same
echo 'open sesame' | syncline notify set --tenant contoso.example --mail ops@contoso.example,boss@contoso.example \
  --mail-from syncline@contoso.example --mail-server smtp://127.0.0.1:9 --mail-user postman --mail-password-file - | same
syncline notify set --tenant contoso.example --mute quarantine-ended --digest 07:30 | same
ls -l data/secret.key | cut -c1-10
echo "files that hold the password: $(grep -rlF 'open sesame' data | wc -l)"

say "Nobody listens there"
try notify test --tenant contoso.example

say "Mistakes"
try notify set --tenant contoso.example --webhook ftp://contoso.example
try notify set --tenant contoso.example --mail-from nobody
try notify set --tenant contoso.example --mail-server smtp://mail.contoso.example
try notify set --tenant contoso.example --mute everything
try notify set --tenant contoso.example --digest 25:00
try notify set --tenant fabrikam.example --mail a@fabrikam.example

say "What happens meanwhile waits in the outbox, and outlives the server"
"$SYNCLINE" serve >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
syncline job start staff >/dev/null
for _ in $(seq 100); do
  if syncline notify show --tenant contoso.example --json | grep -q quarantine-began; then break; fi
  sleep 0.1
done
kill $server
wait $server
syncline notify show --tenant contoso.example | same
syncline notify set --tenant contoso.example --webhook off --mail off --digest off | same
