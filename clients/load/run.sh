#!/usr/bin/env bash
# How much the server answers, measured with wrk on loopback: people of a made-up tenant, one
# application, a release build without limits. Usage: run.sh [USERS] [SECONDS]
#
# Prints a line for each call: requests a second, the middle and the 99th of a hundred, and what was
# no success. Everything lies in a temporary folder on the disk of TMPDIR.
set -euo pipefail

USERS=${1:-100000}
SECONDS_EACH=${2:-10}
SYNCLINE=${SYNCLINE:-syncline}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/syncline-load.XXXXXX")
export SYNCLINE_DATA="$FOLDER/data"
SERVER=
end() {
    [[ -z "$SERVER" ]] || kill "$SERVER" 2>/dev/null || true
    [[ -z "$SERVER" ]] || wait "$SERVER" 2>/dev/null || true
    rm -rf "$FOLDER"
}
trap end EXIT

# member NAME: the text of a member of the JSON document on standard input.
member() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }

"$SYNCLINE" tenant create Contoso --domain contoso.example >/dev/null
awk -v users="$USERS" 'BEGIN {
    srand(1)
    print "userPrincipalName,displayName,givenName,surname,mail,department,employeeId,jobTitle"
    for (number = 0; number < users; number++) {
        name = sprintf("p%07d", number)
        printf "%s@contoso.example,%c%c%c Person %d,%s,Person,%s@contoso.example,D%d,E%d,Clerk\n",
            name, 65 + rand() * 26, 97 + rand() * 26, 97 + rand() * 26, number, name, name, number % 500, number
    }
}' >"$FOLDER/people.csv"
"$SYNCLINE" user import --tenant contoso.example "$FOLDER/people.csv" >/dev/null
APP=$("$SYNCLINE" app create --tenant contoso.example --name load --json \
    --grant User.ReadWrite.All --grant Group.ReadWrite.All --grant User.Invite.All)
TENANT=$(member tenantId <<<"$APP")
CLIENT=$(member clientId <<<"$APP")
SECRET=$(member clientSecret <<<"$APP")

"$SYNCLINE" serve --listen 127.0.0.1:0 --listen-tls off --json --setting limits.graph=off \
    --setting limits.tokens=0 --setting log.level=warn >"$FOLDER/serve.json" 2>/dev/null &
SERVER=$!
until grep -q http "$FOLDER/serve.json" 2>/dev/null; do sleep 0.1; done
URL=$(member http <"$FOLDER/serve.json")
export GRANT="grant_type=client_credentials&client_id=$CLIENT&client_secret=$SECRET&scope=https%3A%2F%2Flocalhost%2F.default"
TOKEN=$(curl -s "$URL/$TENANT/oauth2/v2.0/token" -d "$GRANT" | member access_token)
export TOKEN USERS
[[ -n "$TOKEN" ]] || { echo "no token"; exit 1; }
ask() { curl -s -H "Authorization: Bearer $TOKEN" "$URL$1"; }
LINK=$(ask '/v1.0/users/delta?$deltatoken=latest&$select=displayName' | member '@odata.deltaLink')
echo "users $USERS, $SECONDS_EACH s a call, $(nproc) cores, memory of the server at the end below"
echo "call requests/s median_ms p99_ms not_2xx memory_mb first_ms"

# rss: the memory of the server now, in megabytes.
rss() { awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$SERVER/status"; }

# measure NAME CONNECTIONS SCRIPT PATH
measure() {
    local said begun=$EPOCHREALTIME first=-
    # The first question about an attribute begins its list, and takes as long as that.
    if [[ "$3" == get ]]; then
        ask "$4" >/dev/null
        first=$(((${EPOCHREALTIME/./} - ${begun/./}) / 1000))
    fi
    said=$(CALL="$4" wrk -t "$(( $2 > 1 ? 2 : 1 ))" -c "$2" -d "${SECONDS_EACH}s" --latency -s "$HERE/$3.lua" "$URL")
    awk -v name="$1" -v memory="$(rss)" -v first="$first" '
        function milliseconds(text) {
            if (text ~ /us$/) return sprintf("%.2f", text / 1000)
            if (text ~ /ms$/) return sprintf("%.2f", text)
            return sprintf("%.0f", text * 1000)
        }
        $1 == "50%" { middle = milliseconds($2) }
        $1 == "99%" { last = milliseconds($2) }
        /^Requests\/sec/ { rate = $2 }
        /Non-2xx/ { bad = $NF }
        END { print name, rate, middle, last, bad + 0, memory, first }' <<<"$said"
}

measure one-user 16 user /
measure one-user-alone 1 user /
measure page-of-999 1 get '/v1.0/users?$top=999'
measure filter-by-employee-id 1 get '/v1.0/users?$filter=employeeId%20eq%20%27E77%27'
measure filter-by-first-letters 1 get '/v1.0/users?$filter=startswith(displayName,%27Ab%27)&$top=20'
measure filter-by-name 1 get "/v1.0/users?\$filter=userPrincipalName%20eq%20%27p0000077@contoso.example%27"
measure delta-with-nothing-new 1 get "${LINK#"$URL"}"
measure group-made 32 create-group /v1.0/groups
measure user-invited 32 invite-user /v1.0/invitations
measure user-made-with-password 32 create-user /v1.0/users
measure token-for-secret 16 token "/$TENANT/oauth2/v2.0/token"
awk '/VmHWM/ { print "most memory at once:", int($2 / 1024), "MB" }' "/proc/$SERVER/status"
