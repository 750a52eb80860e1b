# The log: who was created, changed and refused, searched, paged and exported; runs, freshness, figures.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
# Ids, instants, durations and places are others in every run.
same() {
  sed -E "s#$PWD#PLACE#g"'; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/  *[0-9]+ ms */ MS /g; s/ TOOK +/ TOOK /; s/(hint: one of ([^,]*, ){3}).*/\1…/; s/behind [0-9]+ s/behind SECONDS s/; /^#/!s/(_seconds[^ ]*) .*/\1 NUMBER/'
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
for name in ada bo cy; do
  syncline user create "$name@contoso.example" --tenant contoso.example \
    --set displayName="$name" --set department=Sales --set mail="$name@contoso.example" >/dev/null
done
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all >/dev/null

say "Nobody has looked at the three people yet"
syncline job list | same
syncline job run staff >/dev/null
syncline user update bo@contoso.example --tenant contoso.example --set department=Ops >/dev/null
syncline user create di@contoso.example --tenant contoso.example --set displayName=di --set mail=di@elsewhere.example >/dev/null
syncline user delete cy@contoso.example --tenant contoso.example >/dev/null
syncline job show staff | grep freshness | same
syncline job run staff >/dev/null
syncline job show staff | grep freshness | same

say "What the two runs came to"
syncline job runs staff | same
say "The log, newest first; two entries, and the next two"
syncline log staff | cut -d' ' -f3- | sort | same
syncline log staff --limit 2 >page.txt
wc -l <page.txt
syncline log staff --limit 2 --after "$(sed -n 's/more: add --after //p' page.txt)" | grep -c success
say "Searched"
syncline log staff --user bo@contoso.example --since 1h | same
syncline log staff --action remove,disable | same
syncline log staff --status failure --code mail-domain-not-verified | same
syncline log staff --text OPS | same
syncline log staff --until 1d
try log staff --action delete
try log staff --since yesterday
try log staff --code mail-domain
say "One entry with its steps"
syncline log staff --user bo@contoso.example --action update --steps | same
syncline log staff --status failure --steps | same
say "For programs"
syncline log staff --user bo@contoso.example --action update --json | same
say "Exported"
syncline log staff --export log.csv | same
head -1 log.csv
wc -l <log.csv
syncline log staff --export - --format jsonl | wc -l
try log staff --export log.txt
say "Figures"
syncline metrics staff | same
