# Typical mistakes in mappings and filters, and what is said about them. docs/mappings.md shows this.
set -eu
export SYNCLINE_DATA=data
syncline() { "$SYNCLINE" "$@"; }
try() {
  local status=0
  printf '$ syncline'
  for word in "$@"; do
    case "$word" in
      *[!A-Za-z0-9.=-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  echo
  syncline "$@" 2>&1 || status=$?
  echo "(status $status)"
}
say() { echo; echo "# $*"; }

syncline tenant create Contoso --domain contoso.example >/dev/null
syncline tenant create Fabrikam --domain fabrikam.example >/dev/null
syncline job create --source contoso.example --target fabrikam.example --name staff >/dev/null

say "1. A function and an attribute that are not spelt so, and a parenthesis too few"
try expr check 'Join(" ", ToLowr([givenName]), [surname]'
try expr check 'Join(" ", ToLower([givnName]), [surname])' --job staff --target displayName

say "2. A result that cannot suit the target attribute"
try job update staff --map 'accountEnabled=Len([department])' --map 'mail=[proxyAddresses]'

say "3. A result that may be too long: it is taken, with a warning"
try expr check 'Append([displayName], " (Contoso)")' --job staff --target displayName

say "4. A pattern that is none, and one that takes for ever"
try expr check 'Replace([city], , "(?<open-close>x)", , "", , )'
try expr eval 'Replace([city], , "^(?=(a|aa)+$)(a|aa)+\\1b", , "", , )' --set city=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa

say "5. A filter in another language's words"
try job update staff --filter 'department = Sales and citty IS NULL OR NOT (city EQUALS Bonn'

say "6. A filter that cannot be read, with mistakes elsewhere: all of them at once"
try job update staff --filter 'citty EQUALS Bonn OR city STARTS WITH B' --map 'department=ToLowr([cty])' --map 'city=[manager]'

say "7. Clauses that can never hold, a group that is not spelt so, an option that touches its operand"
syncline group create SalesTeam --tenant contoso.example >/dev/null
try job update staff --filter 'accountEnabled EQUALS maybe OR userType EQUALS Intern OR MEMBER OF SalesTem'
try job update staff --filter 'department EQUALS sales[any case]'

say "8. One target mapped twice, an attribute that nobody has, a constant out of place"
try job update staff --map 'city=[city]' --map-once 'city=[state]'
syncline user create ada@contoso.example --tenant contoso.example --set displayName=Ada --set city=Bonn >/dev/null
try expr eval '[departmnt]' --tenant contoso.example --user ada@contoso.example
try expr check 'Append([city], vbTextCompare)'

say "9. What the target requires, without a value: the mapping taken out, or one that gives nothing"
try job update staff --map 'displayName='
try job update staff --map 'displayName=""' --group-map 'displayName='

say "10. What an editor gets"
try job update staff --filter 'accountEnabled EQUALS maybe' --json

say "What only somebody's values show: the plan names the first"
syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on >/dev/null
syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
syncline user create bo@contoso.example --tenant contoso.example --set displayName=Bo --set city=Ulm >/dev/null
syncline job update staff --scope all --map 'department=FormatDateTime([city], , "yyyy-MM-dd", "yyyy")' >/dev/null
try plan staff
