#!/usr/bin/env bash
# Runs the tests that need an engine against a newer one than Debian stable has, beside the engine of this machine.
#
#   tests/newer-engine.sh [SUITE [FILTER...]]   SUITE is a Debian release (default sid); FILTERs are cargo-nextest's
#
# The engine comes from the release's docker.io, in a root folder of its own below .run/engines, with namespaces of its own
# for mounts and the network: it shares neither sockets nor addresses nor firewall rules with anything. It has no way out;
# a name server that knows no name answers there, as one would for names that do not exist. Needs root on Debian. Everything
# but the root folder is gone afterwards; the next run uses that again.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/console.sh
. deploy/console.sh
# shellcheck source=deploy/packages.sh
. deploy/packages.sh

suite=${1:-sid}
shift || true
base=$root/.run/engines/$suite
run=$base/run/core-monitor
packages=(docker.io docker-cli iptables ca-certificates git iproute2 mount procps python3-minimal)

# make_root: the root folder, once.
make_root() {
    [[ ! -e $base/made ]] || return 0
    local mirror
    mirror=$(packages_mirror)
    [[ -n $mirror ]] || die "apt knows no archive of this Debian release" "sudo apt-get update"
    packages_read_transport
    say "making a root folder with the engine of $suite in ${base#"$root/"}"
    rm -rf "$base"
    mkdir -p "$(dirname "$base")"
    mmdebstrap --quiet --variant=essential --include="$(IFS=,; echo "${packages[*]}")" --dpkgopt=force-unsafe-io \
        "${packages_transport[@]}" "$suite" "$base" "deb $mirror $suite main"
    echo 'nameserver 127.0.0.1' >"$base/etc/resolv.conf"
    mkdir -p "$base/old" "$run"
    touch "$base/made"
}

# inside: the engine's process, in new namespaces; never returns.
inside() {
    ip link set lo up
    mount --make-rprivate /
    mount --bind "$base" "$base"
    local shared
    # The tests bind folders of /tmp into containers.
    for shared in proc sys dev tmp; do
        mount --rbind "/$shared" "$base/$shared"
    done
    cd "$base"
    pivot_root . old
    umount -l /old
    python3 -c '
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
while True:
    question, sender = server.recvfrom(512)
    # The question back, as an answer with the code for a name that does not exist.
    server.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12:], sender)
' &
    exec dockerd --host unix:///run/core-monitor/docker.sock --pidfile /run/core-monitor/docker.pid \
        --exec-root /run/core-monitor/exec >/run/core-monitor/log 2>&1
}

# stop: the engine, what it runs, and its name server: everything in its network namespace.
stop() {
    local namespace process
    namespace=$(readlink "/proc/$engine/ns/net") || return 0
    kill "$engine" 2>/dev/null || true
    timeout 30 tail --pid="$engine" --follow /dev/null || true
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/ns/net" 2>/dev/null) != "$namespace" ]] || kill -9 "${process#/proc/}" 2>/dev/null || true
    done
}

if [[ ${CORE_MONITOR_ENGINE_INSIDE:-} == yes ]]; then
    inside
fi
packages_can_install || die "starting an engine of its own needs root on Debian"
packages_need mmdebstrap=mmdebstrap ip=iproute2
make_root
rm -rf "$run"
mkdir -p "$run"
CORE_MONITOR_ENGINE_INSIDE=yes setsid unshare --mount --net "$root/tests/newer-engine.sh" "$suite" </dev/null >"$base/start.log" 2>&1 &
engine=$!
trap stop EXIT
export DOCKER_HOST=unix://$run/docker.sock
deadline=$((SECONDS + 60))
until docker version >/dev/null 2>&1; do
    ((SECONDS < deadline)) || { tail "$base/start.log" "$run/log" >&2; die "the engine did not answer within 60 s"; }
    sleep 0.2
done
engine=$(cat "$run/docker.pid")
say "engine $(docker version --format '{{.Server.Version}}, API {{.Server.APIVersion}}')"
tests/setup/images.sh
cargo build --locked --all-features --workspace --bins
filter=(--filterset 'all()')
if [[ -z ${COMPARE_RUNNABLE:-} ]]; then
    note "the stacks of tests/runnable are left out: COMPARE_RUNNABLE does not name docker compose"
    filter=(--filterset 'not test(/^runnable::/)')
fi
nsenter --net="/proc/$engine/ns/net" cargo nextest run --locked --all-features -p core-monitor-tests --no-fail-fast \
    --test engine_contracts --test e2e "${filter[@]}" "$@"
