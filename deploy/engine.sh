#!/usr/bin/env bash
# Makes sure that a Docker Engine is running.
#
# Run it, or source it (after `set -euo pipefail` and `shopt -s inherit_errexit`) and call `engine_ensure`. If an engine responds
# at DOCKER_HOST or /var/run/docker.sock, it is used. Otherwise, as root on Debian, docker.io is
# installed and started. Without root nothing is changed: the script reports what is missing and
# exits with 1. Running it again is harmless.
#
#   CORE_MONITOR_ENGINE_LOG      log of a dockerd started here (default /var/log/dockerd.log)
#   CORE_MONITOR_ENGINE_TIMEOUT  seconds to wait for a started engine (default 60)

deploy_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=deploy/console.sh
. "$deploy_dir/console.sh"
# shellcheck source=deploy/packages.sh
. "$deploy_dir/packages.sh"

engine_default_host=unix:///var/run/docker.sock

# engine_ping HOST: whether an engine responds at this address within two seconds.
engine_ping() {
    local host=$1
    local curl=(curl --silent --fail --max-time 2 --output /dev/null)
    case $host in
        unix://*) "${curl[@]}" --unix-socket "${host#unix://}" http://engine/_ping ;;
        tcp://*)
            if [[ -n ${DOCKER_TLS_VERIFY:-} ]]; then
                local certs=${DOCKER_CERT_PATH:-$HOME/.docker}
                "${curl[@]}" --cacert "$certs/ca.pem" --cert "$certs/cert.pem" --key "$certs/key.pem" \
                    "https://${host#tcp://}/_ping"
            else
                "${curl[@]}" "http://${host#tcp://}/_ping"
            fi
            ;;
        http://* | https://*) "${curl[@]}" "$host/_ping" ;;
        *) die "DOCKER_HOST \`$host\` is not a supported address" \
            "use unix:///path, tcp://host:port or unset DOCKER_HOST" ;;
    esac
}

# engine_start: starts an installed dockerd, with systemd if it is running.
engine_start() {
    if [[ -d /run/systemd/system ]]; then
        say "starting the Docker Engine: systemctl start docker"
        systemctl enable --quiet docker
        systemctl start docker || die "the docker unit did not start" "see journalctl -u docker"
        return
    fi
    local log=${CORE_MONITOR_ENGINE_LOG:-/var/log/dockerd.log}
    # Containers need the cgroup tree, which is not mounted on a machine without an init system.
    if ! mountpoint --quiet /sys/fs/cgroup && command -v cgroupfs-mount >/dev/null; then
        cgroupfs-mount || note "cgroupfs-mount failed; the engine may work without it"
    fi
    say "starting the Docker Engine in the background, log in $log"
    setsid dockerd >>"$log" 2>&1 </dev/null &
}

# engine_wait: waits until the engine responds, or the timeout expires.
engine_wait() {
    local timeout=${CORE_MONITOR_ENGINE_TIMEOUT:-60}
    local deadline=$((SECONDS + timeout))
    note "waiting up to $timeout s for the engine to respond"
    until engine_ping "$engine_default_host"; do
        ((SECONDS < deadline)) ||
            die "the Docker Engine did not respond at $engine_default_host within $timeout s" \
                "see ${CORE_MONITOR_ENGINE_LOG:-/var/log/dockerd.log} or journalctl -u docker"
        sleep 0.2
    done
}

# engine_install: installs Debian's engine, and the command line client if it is a separate package.
engine_install() {
    say "no Docker Engine found: installing docker.io from Debian"
    local packages=(docker.io ca-certificates)
    packages_install iptables
    apt-cache show docker-cli >/dev/null 2>&1 && packages+=(docker-cli)
    [[ -d /run/systemd/system ]] || packages+=(cgroupfs-mount mount)
    packages_install "${packages[@]}"
}

# engine_missing: tells a user who may not install or start anything what to do by hand.
engine_missing() {
    if [[ -S ${engine_default_host#unix://} && ! -w ${engine_default_host#unix://} ]]; then
        die "a Docker Engine is installed, but $(id -un) has no access to ${engine_default_host#unix://}" \
            "sudo usermod -aG docker $(id -un), then log in again"
    elif command -v dockerd >/dev/null; then
        die "the Docker Engine is installed but not running, and starting it needs root" \
            "sudo systemctl start docker"
    fi
    die "no Docker Engine found, and installing one needs root on Debian; nothing was installed" \
        "sudo apt-get install docker.io" "or set DOCKER_HOST to a running engine"
}

# engine_ensure: returns once an engine responds, or exits and reports what is missing.
engine_ensure() {
    packages_need curl=curl
    if [[ -n ${DOCKER_HOST:-} ]]; then
        # The user chose this engine: never replace it with another one.
        engine_ping "$DOCKER_HOST" || die "no Docker Engine responds at DOCKER_HOST=$DOCKER_HOST" \
            "start that engine, or unset DOCKER_HOST to use ${engine_default_host#unix://}"
        say "using the Docker Engine at $DOCKER_HOST"
        return
    fi
    if ! engine_ping "$engine_default_host"; then
        packages_can_install || engine_missing
        command -v dockerd >/dev/null || engine_install
        # The package may have started the engine already, so check first.
        engine_ping "$engine_default_host" || engine_start
        engine_wait
    fi
    say "using the Docker Engine at ${engine_default_host#unix://}"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    shopt -s inherit_errexit
    engine_ensure
fi
