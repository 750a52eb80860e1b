# A schema that was downloaded from the service is brought along: what is taken over, what is kept without
# effect, that it comes out again as it went in, and that a change changes only itself.
set -eu
export SYNCLINE_DATA=data
sample="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/crates/wire/tests/data/azure2azure-schema.json"
syncline() { "$SYNCLINE" "$@"; }
same() { sed -E "s#$PWD#PLACE#g"'; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g'; }
say() { echo; echo "# $*"; }

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
syncline job create --source contoso.example --target fabrikam.example --name staff --scope all >/dev/null

say "What would come of it"
syncline job schema staff import "$sample" --dry-run

say "Imported, exported, compared"
syncline job schema staff import "$sample" >/dev/null
syncline job schema staff export --out exported.json | same
cmp "$sample" exported.json && echo "the same, to the byte"

say "One mapping changed: the document changes there and nowhere else"
syncline job update staff --map 'department=ToUpper([department])' --keep-when-empty department | same
syncline job schema staff export --out changed.json >/dev/null
diff exported.json changed.json | grep '^[<>] *"expression": "[ST]' || true

say "What others do not know is kept apart, and marked"
syncline job update staff --filter 'NOT (department EQUALS Sales)' \
  --map-once 'mailNickname=SelectUniqueValue([mailNickname], Append([mailNickname], "1"))' >/dev/null
syncline job schema staff export | grep -A3 '@syncline' | same

say "It comes back from our own export"
syncline job schema staff export --names graph --out ours.json >/dev/null
syncline job schema staff reset >/dev/null
syncline job schema staff import ours.json >/dev/null
syncline job show staff | grep -E 'condition|mailNickname|department' | same

say "What is no schema"
echo '{"id":"x","synchronizationRules":[{"objectMappings":"none"}]}' >bad.json
syncline job schema staff import bad.json 2>&1 || echo "status $?"
echo '{"id":"x"}' >bad.json
syncline job schema staff import bad.json 2>&1 || echo "status $?"

say "The mappings at work"
syncline user create ada@contoso.example --tenant contoso.example --set displayName=Ada --set department=Ops \
  --set mailNickname=ada --set mail=ada@contoso.example >/dev/null
syncline plan staff | same
