#!/usr/bin/env bash
# Replicates a real tree, with history, and shows what happened. PERIGEE names the program.
set -euo pipefail

perigee=${PERIGEE:?the program to show}
work=$(mktemp -d "${TMPDIR:-/tmp}/perigee-demo-XXXXXX")
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
export PERIGEE_STATE=$work/state PERIGEE_PASSPHRASE=closest-approach

bold= faint= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' faint=$'\e[2m' plain=$'\e[0m'; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
note() { printf '  %s%s%s\n' "$faint" "$*" "$plain"; }
run() {
    note "perigee ${*//$work\//}"
    "$perigee" "$@" --quiet | sed -e "s|$work/||g" -e 's/^/  /'
}
same() {
    diff -r --no-dereference "$1" "$2"
    note "diff -r --no-dereference ${1##*/} ${2##*/}: no difference"
}

# A tree that each machine has: the documentation and data of its programs, as much of it as is below 400 MB.
source=$work/source
mkdir "$source"
taken=0
for folder in /usr/share/*/; do
    size=$(du -sm "$folder" 2>/dev/null | cut -f1)
    [ $((taken + size)) -le 400 ] || continue
    cp -a "$folder" "$source"/ 2>/dev/null || true
    taken=$((taken + size))
done

say "1. A first replica: $(find "$source" | wc -l) names, $(du -sh "$source" | cut -f1)"
run sync "$source" "$work/replica"
same "$source" "$work/replica"

say '2. The same again: nothing to do'
run sync "$source" "$work/replica"

say '3. Edit, rename, insert - and sync again'
large=$(find "$source" -type f -size +256k -printf '%s %p\n' | sort -rn | sed -n 1p | cut -d' ' -f2-)
note "a line is put before everything in ${large#"$source"/} ($(du -h "$large" | cut -f1))"
{ echo 'a new first line'; cat "$large"; } >"$work/edited" && cp "$work/edited" "$large"
folder=$(find "$source" -mindepth 1 -maxdepth 1 -type d | sort | sed -n 1p)
note "the folder ${folder##*/} is renamed"
mv "$folder" "$folder-renamed"
echo 'brand new' >"$source/new-file"
run estimate --delete "$source" "$work/replica"
run sync --delete "$source" "$work/replica"
same "$source" "$work/replica"

say '4. History in an encrypted, deduplicated vault'
run init "vault:$work/vault"
run snapshot "$source" "vault:$work/vault#demo"
echo 'one more line' >>"$source/new-file"
cp "$large" "$source/a-copy"
note 'a line is added, and the large file is copied: the vault has those bytes already'
run estimate "$source" "vault:$work/vault#demo"
run snapshot "$source" "vault:$work/vault#demo"
run log "vault:$work/vault#demo"
run diff "vault:$work/vault#demo@latest~1" "vault:$work/vault#demo"

say '5. Back again, every byte checked'
run verify --data "vault:$work/vault"
run restore "vault:$work/vault#demo" "$work/restored"
same "$source" "$work/restored"

say 'All of it is as it should be.'
