#!/usr/bin/env bash
# Runs all tests of a build: those that start programs beside those that do not, as both mostly wait, and then the servers'.
# Usage: tests.sh FOLDER-OF-THE-BUILD
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What crashes ends without a summary; the shell would say nothing of it.
run() {
    local ended=0
    "$build/perigeePackageTests.xctest" --testing-library swift-testing "$@" || ended=$?
    [ "$ended" -le 128 ] || echo "error: the tests ($*) were ended by signal $((ended - 128))"
    return "$ended"
}

build=$1 status=0
run --filter '^perigeeTests\.' &
programs=$!
run --skip '^perigeeTests\.' --skip '^WebTests\.' || status=$?
wait "$programs" || status=$?
# Servers of Swift's concurrency do not get on where blocking tests hold all of its threads.
run --filter '^WebTests\.' || status=$?
exit "$status"
