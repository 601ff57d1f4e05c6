#!/usr/bin/env bash
# Measures the daemon with a large catalog: pages of runs on one core beside a bare server, the overview, idle streams.
# Writes Benchmarks/service.md. Ends with 1 where it is slower or larger than it may be.
#
# RUNS (1000000) runs in the catalog; ROUNDS (5) of SECONDS_EACH (3) for each load, in turns; CONNECTIONS (16); KEEP=FOLDER
# keeps the catalog there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runs=${RUNS:-1000000} rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-3} connections=${CONNECTIONS:-16} port=${BENCH_PORT:-17375}
# shellcheck disable=SC2206
flags=(${FLAGS:--c release --explicit-target-dependency-import-check error})
swift=${SWIFT:-swift}
if ! command -v wrk >/dev/null || ! command -v taskset >/dev/null || ! command -v curl >/dev/null; then
    echo "bench-service: installing wrk"
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 update </dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 install -y \
        --no-install-recommends wrk util-linux curl </dev/null >/dev/null
fi
# With one core alone, all of them share it, and the figures are lower.
cores=$(nproc) rest=0
[ "$cores" -lt 2 ] || rest=1-$((cores - 1))

if [ -z "${PERIGEE:-}" ] || [ -z "${LOAD:-}" ]; then
    "$swift" build "${flags[@]}" --product perigee >/dev/null
    "$swift" build "${flags[@]}" --package-path Benchmarks --product service-load >/dev/null
    PERIGEE=$("$swift" build "${flags[@]}" --show-bin-path)/perigee
    LOAD=$("$swift" build "${flags[@]}" --package-path Benchmarks --show-bin-path)/service-load
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/perigee-service-XXXXXX")
children=()
stop() {
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

# A thousand pairs of workload and site.
"$LOAD" question "$work/many.yaml" --body "$work/pairs.json" --workloads 100 --sites 10

catalog=${KEEP:-$work}/catalog-$runs.sqlite
[ -e "$catalog" ] || "$LOAD" fill --runs "$runs" "$catalog"
mkdir "$work/state"
cp "$catalog" "$work/state/catalog.sqlite"
{
    printf 'version: 1\nhere: site-0\nsites:\n'
    for i in $(seq 0 6); do printf '  site-%d: { vault: "vault:%s/v%d" }\n' "$i" "$work" "$i"; done
    printf 'datasets:\n'
    for i in $(seq 0 39); do printf '  dataset-%d: { replicas: { site-0: %s/d%d } }\n' "$i" "$work" "$i"; done
    printf 'schedules:\n'
    for i in $(seq 0 499); do
        printf '  - { name: schedule-%d, replicate: dataset-%d, to: site-%d, at: "0 3 1 1 *", zone: UTC }\n' \
            "$i" $((i % 40)) $((i % 6 + 1))
    done
    printf 'serve:\n  history: 36500d\n  api: { listen: "127.0.0.1:%d", rate: 1000000, scenarios: [%s/many.yaml] }\n' \
        "$port" "$work"
} >"$work/perigee.yaml"
common=(--config "$work/perigee.yaml" --state "$work/state")
token=$("$PERIGEE" token add bench --scope read "${common[@]}" --json | sed 's/.*"secret":"\([^"]*\)".*/\1/')

# What answers is on one core alone.
taskset -c 0 "$PERIGEE" serve "${common[@]}" >"$work/log" 2>&1 & daemon=$! children+=($!)
for _ in $(seq 600); do
    curl -sf -o /dev/null "http://127.0.0.1:$port/readyz" && break
    kill -0 "$daemon" || { cat "$work/log"; exit 1; }
    sleep 0.1
done
auth="Authorization: Bearer $token" page="http://127.0.0.1:$port/v1/runs?limit=50"
bytes=$(curl -sf -H "$auth" "$page" | wc -c)
taskset -c 0 "$LOAD" bare --port $((port + 1)) --bytes "$bytes" & children+=($!)
for _ in $(seq 100); do
    curl -sf -o /dev/null "http://127.0.0.1:$((port + 1))/" && break
    sleep 0.1
done
# Each request for another page, anywhere in the catalog.
cat >"$work/any.lua" <<LUA
math.randomseed(7)
request = function()
    return wrk.format("GET", "/v1/runs?limit=50&before=" .. math.random(51, $runs))
end
LUA

# A thousand pairs, asked for again and again by one client.
cat >"$work/pairs.lua" <<LUA
wrk.method, wrk.headers["Content-Type"] = "POST", "application/json"
wrk.body = io.open("$work/pairs.json"):read("a")
LUA

# Adds to a file of that name: requests a second, the middle and the 99th percentile in milliseconds, and 1 where some were
# not answered with 2xx.
measure() {
    local name=$1
    shift
    taskset -c "$rest" wrk -t1 -c"${clients:-$connections}" -d"$seconds" --latency -H "$auth" "$@" >"$work/wrk"
    awk 'function ms(t) { u = t; sub(/[0-9.]+/, "", u); t += 0; return u == "us" ? t / 1000 : u == "s" ? t * 1000 : t }
        /^Requests\/sec:/ { rate = $2 } $1 == "50%" { mid = ms($2) } $1 == "99%" { late = ms($2) }
        /Non-2xx|Socket errors/ { wrong = 1 } END { print rate, mid, late, wrong + 0 }' "$work/wrk" >>"$work/$name"
}
# The median of a column of such a file.
median() { sort -g -k"$2,$2" "$work/$1" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status"; }

status=0
say() { printf '%s\n' "$*" >>"$work/report"; }
row() { # title, name
    say "| $1 | $(printf '%.0f' "$(median "$2" 1)") | $(median "$2" 2) ms | $(median "$2" 3) ms |"
    ! grep -q '1$' "$work/$2" || { echo "$1: some requests were not answered"; status=1; }
}

say "# The daemon with a large catalog"
say
say "Written by \`make bench-service\`: $runs runs in the catalog, one core for the daemon, $connections connections from"
say "another core, answers of $bytes bytes; medians of $rounds rounds in which each has its turn of $seconds s."
say
say "| what | requests/s | median | 99 % |"
say "|---|---:|---:|---:|"
for _ in $(seq "$rounds"); do
    measure bare "http://127.0.0.1:$((port + 1))/"
    measure same "$page"
    measure any -s "$work/any.lua" "http://127.0.0.1:$port"
    clients=1 measure pairs -s "$work/pairs.lua" "http://127.0.0.1:$port/v1/locality"
done
row "bare: the same server, the same bytes, nothing behind it" bare
row "\`GET /v1/runs?limit=50\`" same
row "\`GET /v1/runs?limit=50&before=N\`, another page each time" any
row "\`POST /v1/locality\` for 1000 pairs, by one connection" pairs
bare=$(median bare 1) same=$(median same 1) p99=$(median same 3) pairs=$(median pairs 3)
say
say "Pages come at $(awk -v a="$same" -v b="$bare" 'BEGIN { printf "%.2f", a / b }') of the rate of the bare server."

# The best of five: the first one finds nothing in the caches.
first=9 size=0
for _ in 1 2 3 4 5; do
    read -r time size < <(curl -s -o /dev/null -H "$auth" -w '%{time_starttransfer} %{size_download}\n' \
        "http://127.0.0.1:$port/")
    first=$(awk -v a="$first" -v b="$time" 'BEGIN { print a < b ? a : b }')
done
before=$(memory)
mkfifo "$work/hold"
"$LOAD" idle --port "$port" --token "$token" --count 500 <"$work/hold" >"$work/idle" & children+=($!)
exec 8>"$work/hold"
for _ in $(seq 300); do
    [ -s "$work/idle" ] && break
    sleep 0.1
done
grep -q '500 streams are open' "$work/idle" || { echo "the streams could not be opened"; status=1; }
more=$(($(memory) - before))
exec 8>&-
say
say "| what | here | wanted |"
say "|---|---:|---:|"
say "| \`GET /v1/runs?limit=50\` | $(printf '%.0f' "$same")/s | 2000/s |"
say "| of these, 99 % within | $p99 ms | 50 ms |"
say "| \`POST /v1/locality\` for 1000 pairs, 99 % within | $pairs ms | 50 ms |"
say "| the overview page | $size bytes | 100000 bytes |"
say "| its first byte after | $(awk -v t="$first" 'BEGIN { print t * 1000 }') ms | 100 ms |"
say "| 500 idle event streams | $((more / 1024)) MiB | 50 MiB |"
cp "$work/report" Benchmarks/service.md
cat Benchmarks/service.md
awk -v r="$same" -v l="$p99" -v s="$size" -v f="$first" -v m="$more" -v p="$pairs" \
    'BEGIN { exit !(r >= 2000 && l < 50 && p < 50 && s > 0 && s < 100000 && f < 0.1 && m < 51200) }' || status=1
exit "$status"
