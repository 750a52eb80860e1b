#!/usr/bin/env bash
# A company leaves its LDAP directory's borders: 10,000 people and 10 groups of a real OpenLDAP
# server are exported, imported as the source tenant, and those of one department are synchronized
# to a second tenant; then people change in LDAP, and the change arrives.
#
# The story is written to standard output and is the same each time; what took how long goes to
# standard error. Needs slapd, slapcat and the ldap-utils. The server is a process of this script
# in this folder, on a free port of 127.0.0.1.
set -euo pipefail

for tool in slapd slapcat ldapsearch ldapmodify; do
    if ! PATH="$PATH:/usr/sbin" command -v "$tool" >/dev/null; then
        echo "skipped: needs slapd"
        [[ "${CI:-}" == true ]] && exit 1
        exit 0
    fi
done

PATH="$PATH:/usr/sbin"
SYNCLINE="${SYNCLINE:-syncline}"
PEOPLE="${PEOPLE:-10000}"
BASE="dc=contoso,dc=example"
ADMIN="cn=admin,$BASE"
SECRET="only-in-this-script"
export SYNCLINE_DATA="$PWD/data"

FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/syncline-openldap.XXXXXX")
SERVER=
end() {
    [[ -z "$SERVER" ]] || kill "$SERVER" 2>/dev/null || true
    [[ -z "$SERVER" ]] || wait "$SERVER" 2>/dev/null || true
    rm -rf "$FOLDER"
}
trap end EXIT

say() { printf '\n%s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }

# timed WHAT COMMAND…: runs it and says on standard error how long it took.
timed() {
    local what=$1 begun=$EPOCHREALTIME status=0
    shift
    "$@" || status=$?
    printf '%-34s %s s\n' "$what" \
        "$(awk "BEGIN { printf \"%.2f\", ${EPOCHREALTIME/,/.} - ${begun/,/.} }")" >&2
    return "$status"
}

# number FILE NAME: the first number of that name in a JSON document.
number() {
    sed -n "s/.*\"$2\": *\([0-9][0-9]*\).*/\1/p" "$1" | head -n 1
}

# check WHAT FOUND EXPECTED
check() {
    [[ "$2" == "$3" ]] || fail "$1: expected '$3', found '$2'"
    printf '  %-44s %s\n' "$1" "$2"
}

# imported FILE COUNT…: compares the counts of an import's document with name=number pairs.
imported() {
    local file=$1 pair
    shift
    for pair in "$@"; do
        check "${pair%=*}" "$(number "$file" "${pair%=*}")" "${pair#*=}"
    done
}

# --- the LDAP directory -------------------------------------------------------------------------

# Entries of the directory: who, where, and who reports to whom. Reports stand before their
# managers, names hold letters that LDIF has to encode, and a few people are as untidy as people
# are: no mail address, two of them, or one of a foreign domain.
generate() {
    awk -v people="$PEOPLE" -v base="$BASE" '
    function pick(list, at,   parts, count) { count = split(list, parts, " "); return parts[at % count + 1] }
    function ascii(text) {
        gsub(/ä/, "ae", text); gsub(/ö/, "oe", text); gsub(/ü/, "ue", text); gsub(/ß/, "ss", text)
        gsub(/é/, "e", text); gsub(/Ł/, "L", text); gsub(/ó/, "o", text); gsub(/ø/, "o", text)
        return tolower(text)
    }
    function dn(i) { return sprintf("uid=u%05d,ou=people,%s", i, base) }
    function department(i) { return pick("Marketing Sales Engineering Finance Legal Support Research Logistics", i) }
    BEGIN {
        printf "dn: %s\nobjectClass: top\nobjectClass: dcObject\nobjectClass: organization\n", base
        printf "o: Contoso\ndc: contoso\n\n"
        split("people groups", units, " ")
        for (i = 1; i <= 2; i++)
            printf "dn: ou=%s,%s\nobjectClass: organizationalUnit\nou: %s\n\n", units[i], base, units[i]
        for (i = people; i >= 1; i--) {
            given = pick("Ada Björn Chloé Dörte Emil Frida Günther Hanna Iris Jörg Käthe Łukasz Mia", i)
            sn = pick("Müller Schmidt Weiß Fischer Størmer Kowalczyk García Böhm Schäfer Wolf Jäger", int(i / 13))
            mail = sprintf("%s.%s.%d@contoso.example", ascii(given), ascii(sn), i)
            gsub(/í/, "i", mail)
            printf "dn: %s\nobjectClass: inetOrgPerson\nuid: u%05d\n", dn(i), i
            printf "cn: %s %s\ngivenName: %s\nsn: %s\n", given, sn, given, sn
            printf "employeeNumber: %d\nou: %s\ntitle: %s\n", 100000 + i, department(i), pick("Clerk Lead Expert", i)
            printf "telephoneNumber: +49 30 %06d\nl: %s\n", i, pick("Berlin Köln Zürich", i)
            if (i % 1000 != 7) printf "mail: %s\n", (i % 4000 == 9) ? "u" i "@partner.example" : mail
            if (i % 500 == 3) printf "mail: u%d@contoso.example\n", i
            if (i % 7 == 0) printf "mobile: +49 170 %06d\n", i
            if (i % 11 == 0) printf "postalAddress: Straße %d$10115 Berlin\n", i
            if (i % 100 == 0) printf "carLicense: B-C %d\n", i
            if (i > 1) printf "manager: %s\n", dn(int((i - 2) / 10) + 1)
            printf "userPassword: {SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n"
        }
        for (k = 0; k < 8; k++) {
            printf "dn: cn=%s,ou=groups,%s\nobjectClass: groupOfNames\ncn: %s\n", department(k), base, department(k)
            for (i = 1; i <= people; i++) if (i % 8 == k) printf "member: %s\n", dn(i)
            printf "\n"
        }
        printf "dn: cn=Everybody,ou=groups,%s\nobjectClass: groupOfNames\ncn: Everybody\n", base
        for (k = 0; k < 8; k++) printf "member: cn=%s,ou=groups,%s\n", department(k), base
        printf "\ndn: cn=Büro Köln,ou=groups,%s\nobjectClass: groupOfNames\ncn: Büro Köln\n", base
        for (i = 1; i <= people; i += 3) printf "member: %s\n", dn(i)
        printf "\n"
    }'
}

prepare_server() {
    mkdir "$FOLDER/db"
    # A copy: where the system's profile confines /usr/sbin/slapd, this one may use our folder.
    cp "$(readlink -f "$(command -v slapd)")" "$FOLDER/slapd"
    local module="" path
    for path in /usr/lib/ldap /usr/lib/openldap /usr/lib64/openldap /usr/lib/*/ldap; do
        if compgen -G "$path/back_mdb*" >/dev/null; then
            module="modulepath $path"$'\n'"moduleload back_mdb"
            break
        fi
    done
    local schema=/etc/ldap/schema
    [[ -d "$schema" ]] || schema=/etc/openldap/schema
    cat >"$FOLDER/slapd.conf" <<EOF
include $schema/core.schema
include $schema/cosine.schema
include $schema/inetorgperson.schema
pidfile $FOLDER/slapd.pid
$module
database mdb
maxsize 1073741824
suffix "$BASE"
rootdn "$ADMIN"
rootpw $SECRET
directory $FOLDER/db
index objectClass,uid eq
EOF
}

# A free port is one on which nobody answers; if somebody takes it in between, the server ends and
# another one is tried.
start_server() {
    local try port wait
    for try in $(seq 20); do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue; fi
        URL="ldap://127.0.0.1:$port"
        "$FOLDER/slapd" -d 0 -f "$FOLDER/slapd.conf" -h "$URL" 2>"$FOLDER/slapd.log" &
        SERVER=$!
        for wait in $(seq 100); do
            if ldapsearch -x -LLL -H "$URL" -b "$BASE" -s base dc >/dev/null 2>&1; then return 0; fi
            kill -0 "$SERVER" 2>/dev/null || break
            sleep 0.1
        done
        kill "$SERVER" 2>/dev/null || true
        wait "$SERVER" 2>/dev/null || true
        SERVER=
    done
    cat "$FOLDER/slapd.log"
    fail "slapd does not start"
}

admin() { "$1" -x -H "$URL" -D "$ADMIN" -w "$SECRET" "${@:2}"; }
slapcat_to() { "$FOLDER/slapd" -T cat -f "$FOLDER/slapd.conf" -b "$BASE" -l "$1"; }
ldapsearch_to() { admin ldapsearch -LLL -b "$BASE" >"$1"; }
slapadd_from() { "$FOLDER/slapd" -T add -q -f "$FOLDER/slapd.conf" -b "$BASE" -l "$1"; }

# import KIND FILE INTO OPTION…: the document goes to INTO, the talk to INTO.talk.
import() {
    local kind=$1 from=$2 into=$3 status=0
    shift 3
    timed "$kind import $from" into "$into" "$SYNCLINE" "$kind" import --tenant contoso.example \
        "$from" --json "$@" || status=$?
    return "$status"
}

into() { "${@:2}" >"$1" 2>"$1.talk"; }

# --- the story ----------------------------------------------------------------------------------

say "An OpenLDAP server with $PEOPLE people and 10 groups"
generate >generated.ldif
prepare_server
timed "slapadd" slapadd_from generated.ldif
start_server
ldapsearch_to search.ldif
check "people that ldapsearch finds" "$(grep -c '^dn: uid=' search.ldif)" "$PEOPLE"
timed "slapcat" slapcat_to slapcat.ldif
check "people that slapcat prints" "$(grep -c '^dn: uid=' slapcat.ldif)" "$PEOPLE"
encoded=$(grep -c '^cn:: ' slapcat.ldif)
[[ "$encoded" -gt 0 ]] || fail "no name had to be encoded"

foreign=$(grep -c '@partner.example' generated.ldif)
good=$((PEOPLE - foreign))

say "The tenant contoso.example takes over what slapcat printed"
"$SYNCLINE" tenant create Contoso --domain contoso.example >/dev/null
status=0
import user slapcat.ldif first.json || status=$?
check "exit status, since some are rejected" "$status" 1
imported first.json read="$PEOPLE" created="$good" updated=0 unchanged=0
check "rejected" "$(grep -c '"code": "invalid-value"' first.json)" "$foreign"
# One of the rejected is a manager, so that person's reports have to wait for theirs.
waiting=$(grep -c '^manager: uid=u00009,' generated.ldif)
check "managers" "$(number first.json managers)" "$((good - 1 - waiting))"
check "references to the rejected manager" "$(grep -c '"code": "unresolved-reference"' first.json)" "$waiting"
sed -n '/invalid-value/s/^/  /p' first.json.talk
check "passwords that were ignored" "$(number first.json userpassword)" "$PEOPLE"
check "car licences that were ignored" "$(number first.json carlicense)" "$((PEOPLE / 100))"
check "groups that were passed over" "$(number first.json groupOfNames)" 10

say "The rejected people are corrected in their file, and in LDAP"
check "entries in slapcat.ldif.rejected" "$(grep -c '^dn: ' slapcat.ldif.rejected)" "$foreign"
check "its mode" "$(stat -c %a slapcat.ldif.rejected)" 600
sed -i 's/@partner\.example/@contoso.example/' slapcat.ldif.rejected
import user slapcat.ldif.rejected second.json
imported second.json read="$foreign" created="$foreign" managers="$foreign"
sed -n 's/^dn: //p' slapcat.ldif.rejected | while read -r dn; do
    uid=${dn#uid=u} uid=${uid%%,*}
    printf 'dn: %s\nchangetype: modify\nreplace: mail\nmail: u%d@contoso.example\n\n' "$dn" "$((10#$uid))"
done | admin ldapmodify >/dev/null

say "What ldapsearch -LLL prints, without ids, is the same people; now all managers are found"
ldapsearch_to search.ldif
import user search.ldif third.json
imported third.json read="$PEOPLE" created=0 updated=0 unchanged="$PEOPLE" managers="$waiting"

say "The groups come from the same file, their members by distinguished name"
import group slapcat.ldif groups.json
members=$(grep -c '^member: ' generated.ldif)
imported groups.json read=10 created=10 members="$members"
import group slapcat.ldif groups.json
imported groups.json read=10 created=0 unchanged=10 members=0

say "With --strict a password is enough to refuse the file"
status=0
import user slapcat.ldif strict.json --strict || status=$?
check "exit status" "$status" 1
grep -q '"code": "strict"' strict.json || fail "the refusal has no code"
slapcat_to slapcat.ldif
left_out=()
for name in userPassword carLicense creatorsName createTimestamp entryCSN modifiersName modifyTimestamp; do
    left_out+=(--column "$name=")
done
import user slapcat.ldif strict.json --strict "${left_out[@]}"
imported strict.json read="$PEOPLE" unchanged="$PEOPLE"

say "Export gives back what import takes"
"$SYNCLINE" user export --tenant contoso.example all.jsonl >/dev/null
"$SYNCLINE" group export --tenant contoso.example groups.jsonl >/dev/null
for form in csv jsonl json ldif; do
    for kind in user group; do
        timed "$kind export $kind.$form" \
            "$SYNCLINE" "$kind" export --tenant contoso.example "$kind.$form" >/dev/null
        import "$kind" "$kind.$form" again.json --strict
    done
    check "unchanged groups of group.$form" "$(number again.json unchanged)" 10
    # Into an empty data directory, and out of it again: everything is as it was.
    mkdir copy
    SYNCLINE_DATA=$PWD/copy "$SYNCLINE" tenant create Copy --domain contoso.example >/dev/null
    SYNCLINE_DATA=$PWD/copy import user "user.$form" again.json --strict
    check "people made anew from user.$form" "$(number again.json created)" "$PEOPLE"
    SYNCLINE_DATA=$PWD/copy import group "group.$form" again.json --strict
    check "members of groups from group.$form" "$(number again.json members)" "$members"
    SYNCLINE_DATA=$PWD/copy "$SYNCLINE" user export --tenant contoso.example copy.jsonl >/dev/null
    cmp all.jsonl copy.jsonl || fail "people came back otherwise from user.$form"
    SYNCLINE_DATA=$PWD/copy "$SYNCLINE" group export --tenant contoso.example copy.jsonl >/dev/null
    cmp groups.jsonl copy.jsonl || fail "groups came back otherwise from group.$form"
    rm -r copy
done

say "The people of Marketing are synchronized to fabrikam.example"
"$SYNCLINE" tenant create Fabrikam --domain fabrikam.example >/dev/null
"$SYNCLINE" policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on >/dev/null
"$SYNCLINE" policy set --tenant fabrikam.example --partner contoso.example \
    --sync-inbound on --redeem-inbound on >/dev/null
"$SYNCLINE" job create --source contoso.example --target fabrikam.example --name marketing \
    --scope all --filter 'department EQUALS Marketing' >/dev/null
marketing=$(grep -c '^ou: Marketing' generated.ldif)
timed "plan" "$SYNCLINE" plan marketing --json >plan.json
check "people looked at" "$(number plan.json people)" "$PEOPLE"
check "planned creations" "$(number plan.json create)" "$marketing"
timed "job run" "$SYNCLINE" job run marketing --json >run.json
check "created" "$(number run.json create)" "$marketing"
users_of_target() { "$SYNCLINE" user export --tenant fabrikam.example - --format jsonl; }
check "people of the target" "$(users_of_target | wc -l)" "$marketing"
check "of them external members" \
    "$(users_of_target | grep -c '"creationType":"Invitation".*"userType":"Member"')" "$marketing"
timed "plan with nothing to do" "$SYNCLINE" plan marketing --full --json >plan.json
check "changes of a second plan" "$(number plan.json total)" 0

say "In LDAP one person is renamed, three come to Marketing and two leave it"
marketeers=$(awk '/^dn: uid=/ { dn = $2 } /^ou: Marketing/ && ++n <= 3 { print dn }' generated.ldif)
others=$(awk '/^dn: uid=/ { dn = $2 } /^ou: Sales/ && ++n <= 3 { print dn }' generated.ldif)
{
    set -- $marketeers
    printf 'dn: %s\nchangetype: modify\nreplace: cn\ncn: Zoë Ångström\n-\n' "$1"
    printf 'replace: givenName\ngivenName: Zoë\n-\nreplace: sn\nsn: Ångström\n\n'
    for dn in "$2" "$3"; do
        printf 'dn: %s\nchangetype: modify\nreplace: ou\nou: Legal\n\n' "$dn"
    done
    for dn in $others; do
        printf 'dn: %s\nchangetype: modify\nreplace: ou\nou: Marketing\n\n' "$dn"
    done
} | admin ldapmodify >/dev/null
slapcat_to changed.ldif
import user changed.ldif changed.json
imported changed.json read="$PEOPLE" created=0 updated=6 unchanged="$((PEOPLE - 6))"
timed "plan of the changes" "$SYNCLINE" plan marketing --json >plan.json
check "planned changes" "$(number plan.json total)" 6
timed "job run" "$SYNCLINE" job run marketing --json >run.json
imported run.json create=3 update=1 remove=2
check "people of the target" "$(users_of_target | wc -l)" "$((marketing + 1))"
check "renamed to Zoë" "$(users_of_target | grep -c '"displayName":"Zoë Ångström"')" 1
timed "plan with nothing to do" "$SYNCLINE" plan marketing --full --json >plan.json
check "changes of a last plan" "$(number plan.json total)" 0

say "The data directory is sound"
"$SYNCLINE" doctor >doctor.out || { cat doctor.out; fail "the doctor complains"; }
"$SYNCLINE" audit verify >audit.out || { cat audit.out; fail "the audit log is broken"; }
echo "  doctor and audit verify agree"
say "done"
