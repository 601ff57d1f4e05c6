#!/usr/bin/env bash
# Runs the tests of object stores against a Ceph RGW of this machine: one monitor, one OSD on a sparse file, one gateway, all
# in a folder of their own and gone at the end. Needs root (or sudo) for the packages, and the tests to be built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(ceph-mon ceph-osd radosgw uuid-runtime curl python3)
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
if ! command -v radosgw >/dev/null || ! command -v ceph-osd >/dev/null; then
    echo "soak: installing Ceph"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 install -y \
        --no-install-recommends "${packages[@]}" >/dev/null </dev/null
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/perigee-soak-XXXXXX")
daemons=()
stop() {
    for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do kill "${daemons[$i]}" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
port=${SOAK_PORT:-29050} monitor="127.0.0.1:${SOAK_MONITOR_PORT:-33391}"
cluster=$(uuidgen)
mkdir "$work"/{mon,osd,run}
cat >"$work/ceph.conf" <<X
[global]
fsid = $cluster
mon host = [v2:$monitor]
keyring = $work/keyring
pid file =
admin socket = $work/run/\$name.\$pid.asok
log file = $work/run/\$name.log
run dir = $work/run
crash dir = $work/run
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
client mount timeout = 60
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail warn = 2
mon data avail crit = 1
[mon]
mon data = $work/mon
[osd]
osd objectstore = bluestore
osd data = $work/osd
bluestore block create = true
bluestore block size = 10737418240
osd memory target = 939524096
osd class load list = *
osd class default list = *
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw dns name = localhost
rgw data = $work/run
rgw thread pool size = 32
X
export CEPH_CONF=$work/ceph.conf CEPH_ARGS="--conf $work/ceph.conf"

keys() { ceph-authtool "$work/keyring" "$@" >/dev/null; }
keys -C --gen-key -n mon. --cap mon 'allow *'
keys --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
keys --gen-key -n client.rgw.a --cap mon 'allow *' --cap osd 'allow *'
keys --gen-key -n osd.0 --cap mon 'allow profile osd' --cap mgr 'allow profile osd' --cap osd 'allow *'

echo "soak: starting Ceph"
monmaptool --create --addv a "[v2:$monitor]" --fsid "$cluster" "$work/monmap" >/dev/null
ceph-mon --mkfs -i a --monmap "$work/monmap" --keyring "$work/keyring"
ceph-mon -f -i a >"$work/mon.out" 2>&1 & daemons+=($!)
timeout 60 ceph auth import -i "$work/keyring" 2>/dev/null
osd=$(uuidgen)
printf '{"cephx_secret":"%s"}' "$(ceph-authtool "$work/keyring" -n osd.0 -p)" >"$work/osd.json"
timeout 60 ceph osd new "$osd" -i "$work/osd.json" >/dev/null
ceph-osd -i 0 --mkfs --osd-uuid "$osd" 2>/dev/null
ceph-osd -f -i 0 >"$work/osd.out" 2>&1 & daemons+=($!)
radosgw -f -n client.rgw.a >"$work/rgw.out" 2>&1 & daemons+=($!)
for _ in $(seq 120); do
    curl -s -o /dev/null "http://127.0.0.1:$port/" && break
    sleep 1
done
timeout 60 radosgw-admin user create --uid=t --display-name=t --access-key=testkey --secret=testsecret123 \
    -n client.rgw.a >/dev/null
curl -s -f -X PUT --aws-sigv4 aws:amz:us-east-1:s3 --user testkey:testsecret123 \
    -H "x-amz-content-sha256: UNSIGNED-PAYLOAD" "http://127.0.0.1:$port/soak"

echo "soak: testing against Ceph $(ceph --version | cut -d' ' -f3)"
export PERIGEE_S3_ENDPOINT=http://127.0.0.1:$port PERIGEE_S3_BUCKET=soak
export PERIGEE_TEST_RUNS=${ROUNDS:-12} PERIGEE_TEST_SEED=${SEED:-$(date +%s)}
# shellcheck disable=SC2086
${SWIFT:-swift} test ${FLAGS:--c release --explicit-target-dependency-import-check error} --skip-build \
    --filter 'S3Other'
