#!/usr/bin/env bash
# Runs all tests of a build: those that start programs beside those that do not, as both mostly wait, and then the servers'.
# Usage: tests.sh FOLDER-OF-THE-BUILD
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

run() { "$build/perigeePackageTests.xctest" --testing-library swift-testing "$@"; }

build=$1 status=0
run --filter '^perigeeTests\.' &
programs=$!
run --skip '^perigeeTests\.' --skip '^WebTests\.' || status=$?
wait "$programs" || status=$?
# Servers of Swift's concurrency do not get on where blocking tests hold all of its threads.
run --filter '^WebTests\.' || status=$?
exit "$status"
