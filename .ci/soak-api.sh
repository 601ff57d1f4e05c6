#!/usr/bin/env bash
# Asks the API of a daemon everything that its description allows and much that it does not (schemathesis), and then as
# often as it can (wrk). The daemon has to answer as described, to live, and to have written its audit log whole.
#
# EXAMPLES (100) requests of each kind at most; SEED repeats a run; PERIGEE and SCHEMATHESIS name other programs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD
# shellcheck disable=SC2206
flags=(${FLAGS:--c release --explicit-target-dependency-import-check error})
perigee=${PERIGEE:-$("${SWIFT:-swift}" build "${flags[@]}" --show-bin-path)/perigee}

if ! command -v wrk >/dev/null || ! command -v curl >/dev/null; then
    echo "soak: installing wrk"
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 update </dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 install -y \
        --no-install-recommends wrk curl </dev/null >/dev/null
fi
tools=$top/.build/tools/schemathesis
schemathesis=${SCHEMATHESIS:-$tools/bin/schemathesis} path=$tools
[ -z "${SCHEMATHESIS:-}" ] || path=
if [ ! -x "$schemathesis" ]; then
    echo "soak: installing schemathesis"
    pip3 install --quiet --disable-pip-version-check --root-user-action=ignore --target "$tools" \
        schemathesis==4.32.5 </dev/null
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/perigee-soak-api-XXXXXX")
daemon=
stop() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

mkdir -p "$work/data"
for i in 1 2 3; do head -c 100000 /dev/urandom >"$work/data/file-$i"; done
export PERIGEE_PASSPHRASE=soak SOAK_SECOND=second
"$perigee" init "vault:$work/lab" --state "$work/state" --quiet
cat >"$work/perigee.yaml" <<YAML
version: 1
here: desk
sites:
  desk: { attributes: { country: DE } }
  lab: { attributes: { country: DE }, vault: "vault:$work/lab", passphrase: env:PERIGEE_PASSPHRASE }
links:
  - { from: desk, to: lab, bandwidth: 1Gbit/s, round_trip: 1ms }
datasets:
  data: { source: desk, replicas: { desk: $work/data } }
schedules:
  - { name: hand, replicate: data, to: lab }
  - { name: nightly, replicate: data, to: lab, at: "0 2 * * *", zone: Europe/Berlin }
  - { name: check, verify: data, in: lab, needs: [hand] }
replication:
  - { name: twice, dataset: data, copies: 2, rpo: 1d }
serve:
  api:
    listen: 127.0.0.1:0
    rate: 1000000
    secrets: [env:SOAK_SECOND]
    scenarios:
      - $top/Config/scenarios/01-train-where-the-weights-are.yaml
      - $top/Config/scenarios/04-nightly-lake-sync.yaml
YAML
common=(--config "$work/perigee.yaml" --state "$work/state")
secret() { "$perigee" token add "$1" --scope "$1" "${common[@]}" --json | sed 's/.*"secret":"\([^"]*\)".*/\1/'; }
admin=$(secret admin)
"$perigee" serve "${common[@]}" 2>"$work/log" & daemon=$!
port=
for _ in $(seq 600); do
    port=$(sed -n 's/.*the API and the dashboard listen at [^ ]*:\([0-9]*\)$/\1/p' "$work/log")
    [ -n "$port" ] && curl -sf -o /dev/null "http://127.0.0.1:$port/readyz" && break
    kill -0 "$daemon" || { cat "$work/log"; exit 1; }
    sleep 0.1
done
base=http://127.0.0.1:$port auth="Authorization: Bearer $admin"
curl -sf -o /dev/null -X POST -H "$auth" "$base/v1/schedules/hand/run"

echo "soak: asking the API at $base"
status=0
more=()
[ -z "${SEED:-}" ] || more+=(--seed "$SEED")
# A stream of events has no end to wait for. An address that shows no credentials twenty times is told to wait (429), where
# ignored_auth and missing_required_header want to be told each time that there are none. Whoever takes back the token that asks, asks no more.
(cd "$work" && PYTHONPATH=$path "$schemathesis" --config-file "$top/.ci/schemathesis.toml" run \
    "$base/v1/openapi.json" --header "$auth" --checks all --exclude-checks ignored_auth,missing_required_header --exclude-path /v1/events \
    --exclude-operation-id removeToken \
    --max-examples "${EXAMPLES:-100}" --request-timeout 60 --continue-on-failure "${more[@]}" </dev/null) || status=1

echo "soak: asking as often as it can"
wrk -t1 -c64 -d10 --latency -H "$auth" "$base/v1/runs?limit=50" | tee "$work/wrk"
! grep -qE 'Non-2xx|Socket errors' "$work/wrk" || { echo "soak: some requests were not answered"; status=1; }

echo "soak: what came of the newest runs"
curl -sf -H "$auth" "$base/v1/runs?limit=1000" | grep -oE '"(verb|state)":"[a-z]*"' | paste - - | sort | uniq -c

kill -0 "$daemon" || { echo "soak: the daemon is gone"; tail -n 50 "$work/log"; exit 1; }
"$perigee" audit verify "${common[@]}" || status=1
! grep -E 'answering failed|cannot be written|Fatal' "$work/log" || status=1
kill "$daemon"
wait "$daemon" || { echo "soak: the daemon did not stop well"; status=1; }
daemon=
[ "$status" = 0 ] || tail -n 20 "$work/log"
exit "$status"
