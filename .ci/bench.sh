#!/usr/bin/env bash
# Runs the suites of Benchmarks (those named, or all), and writes Benchmarks/report.md and report.json.
# Ends with 1 where a ratio is below its threshold. What may be set: see "Benchmarks" in the documentation.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../Benchmarks"

suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(Hashing Chunking Sealing Compressing Index Pages Pipeline Planning Wire)

scratch=$(mktemp -d "${TMPDIR:-/tmp}/perigee-bench-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export PERIGEE_BENCH_SCRATCH=$scratch PERIGEE_BENCH_READINGS=$scratch/readings

names=(hash chunk seal compress index pages pipeline planning wire)
all=(Hashing Chunking Sealing Compressing Index Pages Pipeline Planning Wire)
chosen=()
for i in "${!all[@]}"; do
    for suite in "${suites[@]}"; do [ "$suite" != "${all[$i]}" ] || chosen+=("${names[$i]}"); done
done
export PERIGEE_BENCH_SUITES="${chosen[*]}"

# shellcheck disable=SC2206
flags=(${BENCH_FLAGS:-})
status=0
for suite in "${suites[@]}"; do
    swift package "${flags[@]}" benchmark --target "${suite}Suite" --no-progress --grouping metric \
        >"$scratch/log" 2>&1 </dev/null || { status=1; tail -n 20 "$scratch/log"; echo "the suite $suite failed"; }
    echo "measured: $suite"
done
swift build "${flags[@]}" -c release --product Report >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
touch "$PERIGEE_BENCH_READINGS"
"$(swift build "${flags[@]}" -c release --show-bin-path)/Report" "$PERIGEE_BENCH_READINGS" . || status=1
exit "$status"
