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
syncline job schema staff import "$sample" --dry-run || echo "status $?"

say "Imported, exported, compared"
syncline job schema staff import "$sample" 2>/dev/null || echo "status $?"
syncline job schema staff import "$sample" --force >/dev/null
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
syncline job schema staff import ours.json --force >/dev/null
syncline job show staff | grep -E 'condition|mailNickname|department' | same

say "What is no schema"
echo '{"id":"x","synchronizationRules":[{"objectMappings":"none"}]}' >bad.json
syncline job schema staff import bad.json 2>&1 || echo "status $?"
echo '{"id":"x"}' >bad.json
syncline job schema staff import bad.json 2>&1 || echo "status $?"

say "A document with a slip: refused with its place, and taken without that part only when told so"
sed 's/"operatorName": "EQUALS"/"operatorName": "EQUAL"/' exported.json >slip.json
syncline job schema staff import slip.json --dry-run | sed -n '1p'
syncline job schema staff import slip.json 2>&1 || echo "status $?"
syncline job schema staff import slip.json --force | sed -n '1p;/^filter/p'

say "Numbers of members that nobody knows here keep their digits, and a mark in front of UTF-8 is skipped"
{ printf '\xef\xbb\xbf'; sed '1s/{/{"x-ratio": 1.0, "x-big": 12345678901234567890123,/' exported.json; } >marked.json
syncline job schema staff import marked.json >/dev/null
syncline job schema staff export | grep '"x-'

say "Two mappings of one target, a group without clauses, and groups that filter at reading"
users() {
  echo "{\"synchronizationRules\":[{\"objectMappings\":[{\"sourceObjectName\":\"User\",\"targetObjectName\":\"User\",$1}]}]}"
}
map() { echo "{\"targetAttributeName\":\"$2\",\"source\":{\"expression\":\"[$1]\"}$3}"; }
upn="$(map userPrincipalName userPrincipalName '')"
users "\"attributeMappings\":[$upn,$(map city city ''),$(map state City '')]" >twice.json
syncline job schema staff import twice.json --dry-run 2>&1 || echo "status $?"
users "\"attributeMappings\":[$upn],\"scope\":{\"groups\":[{\"name\":\"all\",\"clauses\":[]}]}" >empty.json
syncline job schema staff import empty.json --dry-run || echo "status $?"
clause='{"sourceOperandName":"department","operatorName":"EQUALS","targetOperand":{"values":["Ops"]}}'
users "\"attributeMappings\":[$upn],\"scope\":{\"inputFilterGroups\":[{\"name\":\"ops\",\"clauses\":[$clause]}]}" >input.json
syncline job schema staff import input.json --dry-run || echo "status $?"

say "What is disabled is kept, and not applied"
users "\"enabled\":false,\"attributeMappings\":[$upn,$(map city city ',"enabled":false')]" >disabled.json
syncline job schema staff import disabled.json --dry-run

say "Without consent the target's directory extensions are nobody else's business"
syncline extension create badge --tenant fabrikam.example >/dev/null
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound off >/dev/null
syncline job schema staff show --side target | grep -E 'extension_|extensions'
syncline expr check '[city]' --job staff --target badgee || echo "status $?"
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on >/dev/null
syncline job schema staff show --side target | grep -E 'extension_|extensions' | sed -E 's/extension_[0-9a-f]*/extension_ID/'
syncline expr check '[city]' --job staff --target badgee || echo "status $?"

say "Types have their published names for programs"
syncline job schema staff show --side source --json | grep '"type"' | sort -u

say "The mappings at work"
syncline job schema staff import ours.json --force >/dev/null
syncline job update staff --filter 'NOT (department EQUALS Sales)' >/dev/null
syncline user create ada@contoso.example --tenant contoso.example --set displayName=Ada --set department=Ops \
  --set mailNickname=ada --set mail=ada@contoso.example >/dev/null
syncline plan staff | same

say "Mapping tests with groups, a manager and a time; what is listed can be imported"
syncline group create Staff --tenant contoso.example >/dev/null
syncline user create bo@contoso.example --tenant contoso.example >/dev/null
syncline job update staff \
  --filter 'MEMBER OF Staff AND (manager EQUALS bo@contoso.example OR employeeHireDate BEFORE now)' >/dev/null
syncline job tests staff add 'of bo' --person displayName=x --member-of Staff --manager bo@contoso.example \
  --expect manager=bo@contoso.example
syncline job tests staff add 'of another' --member-of Staff --manager '{"displayName":"Cy"}' --left-out
syncline job tests staff add 'not yet' --person employeeHireDate=2031-03-01T00:00:00Z --member-of Staff \
  --at 2031-02-28 --left-out
syncline job tests staff list
syncline job tests staff list --json >tests.json
for name in 'of bo' 'of another' 'not yet'; do syncline job tests staff remove "$name" >/dev/null; done
syncline job tests staff import tests.json
syncline job tests staff list --json | cmp - tests.json && echo "the same tests"
syncline job tests staff add '' --left-out 2>&1 || echo "status $?"

say "A group that the condition names is deleted"
syncline group delete Staff --tenant contoso.example >/dev/null
syncline job test staff | same
syncline plan staff | tail -2 | same
