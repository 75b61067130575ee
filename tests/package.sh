#!/usr/bin/env bash
# Installs the Debian package in a clean root with a running systemd, upgrades it and removes it.
#
#   tests/package.sh [FOLDER]    FOLDER has the three programs (default: target/debug)
#
# The root comes from the mirror of this machine's apt, and runs as a container of the engine: systemd
# starts the services as it does on a server. Needs root on Debian.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh

binaries=$(cd "${1:-target/debug}" && pwd)
work=$(mktemp -d)
image=core-monitor-test/systemd:1
machine=core-monitor-package-$$
# What the package needs and what systemd needs to run; nothing of ours.
packages=(systemd systemd-sysv dbus libc6 libgcc-s1 procps)

clean_up() {
    docker rm --force --volumes "$machine" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT

# make_image: a clean root of this release of Debian, once for each list of packages.
make_image() {
    local suite hash sources
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    hash=$(printf '%s\n' "$suite" "${packages[@]}" | sha256sum | cut -c1-16)
    [[ $(docker image inspect --format '{{index .Config.Labels "core-monitor-test.source"}}' "$image" 2>/dev/null) != "$hash" ]] || return 0
    sources=$(packages_sources)
    [[ -n $sources ]] || die "apt knows no archive of this Debian release" "sudo apt-get update"
    packages_read_transport
    say "making a clean root of $suite with systemd"
    mmdebstrap --quiet --variant=essential --include="$(IFS=,; echo "${packages[*]}")" \
        --dpkgopt=force-unsafe-io "${packages_transport[@]}" "$suite" - - <<<"$sources" |
        docker import --change "LABEL core-monitor-test.source=$hash" - "$image" >/dev/null
}

inside() {
    docker exec "$machine" "$@"
}

# expect TEXT COMMAND...: the command inside must succeed.
expect() {
    local text=$1 answer
    shift
    if ! answer=$(inside "$@" 2>&1); then
        printf '%s\n' "$answer" >&2
        inside journalctl --no-pager --lines 40 --unit core-monitor-server --unit core-monitor-worker --unit core-monitor-gateway >&2 || true
        die "$text: no"
    fi
    note "$text"
}

# refuse TEXT COMMAND...: the command inside must fail.
refuse() {
    local text=$1
    shift
    ! inside "$@" >/dev/null 2>&1 || die "$text: no"
    note "$text"
}

# wait_for TEXT COMMAND...: the command inside succeeds within 30 s.
wait_for() {
    local text=$1 deadline=$((SECONDS + 30))
    shift
    until inside "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || expect "$text" "$@"
        sleep 0.2
    done
    note "$text"
}

start_machine() {
    # systemd gets a hierarchy of control groups of its own, whatever the host has. The capabilities are
    # those that the sandboxes of units need; not every host lets a container have all of them. Low ports are as on a server.
    # shellcheck disable=SC2016  # for the shell inside
    docker run --detach --name "$machine" --cap-add SYS_ADMIN --cap-add SYS_PTRACE --network none \
        --sysctl net.ipv4.ip_unprivileged_port_start=1024 \
        --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
        --tmpfs /run --tmpfs /run/lock --tmpfs /tmp --env container=docker "$image" /bin/sh -ec '
            umount -R /sys/fs/cgroup
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
            mkdir -p "/sys/fs/cgroup/$HOSTNAME"
            echo $$ >"/sys/fs/cgroup/$HOSTNAME/cgroup.procs"
            exec unshare --cgroup sh -ec "
                umount /sys/fs/cgroup
                mount -t cgroup2 cgroup2 /sys/fs/cgroup
                exec /lib/systemd/systemd"' >/dev/null
    wait_for "systemd runs" systemctl is-system-running
}

services_work() {
    local service
    for service in server worker; do
        expect "the $service is active" systemctl is-active "core-monitor-$service"
    done
    wait_for "the server answers and can use its database" core-monitor-server healthcheck
}

# gateway_is_off: it is installed, and waits for somebody to want it.
gateway_is_off() {
    expect "the gateway is installed" systemctl cat core-monitor-gateway
    refuse "it does not run" systemctl is-active core-monitor-gateway
    refuse "it does not start with the machine" systemctl is-enabled core-monitor-gateway
}

install_package() {
    say "installing"
    docker cp "$work/1.deb" "$machine:/srv/1.deb"
    docker cp "$work/2.deb" "$machine:/srv/2.deb"
    expect "the package is installed" dpkg --install /srv/1.deb
    services_work
    # shellcheck disable=SC2016  # for the shell inside
    expect "both run as their own user" sh -c '[ "$(pgrep --count --euid core-monitor core-monitor)" = 2 ]'
    # shellcheck disable=SC2016  # for the shell inside
    expect "the data folder is closed to others" sh -c '[ "$(stat -c "%U %a" /var/lib/core-monitor)" = "core-monitor 700" ]'
    expect "the services start with the machine" systemctl is-enabled core-monitor-server core-monitor-worker
    gateway_is_off
    expect "there are manual pages" sh -c 'ls /usr/share/man/man1/core-monitor-server.1.gz /usr/share/man/man1/core-monitor-server-backup.1.gz /usr/share/man/man1/core-monitor-gateway.1.gz'
    expect "there are completions" sh -c 'grep -q with-key /usr/share/bash-completion/completions/core-monitor-server'
    expect "there are completions of the gateway" test -s /usr/share/zsh/vendor-completions/_core-monitor-gateway
    expect "there are examples" test -s /usr/share/doc/core-monitor/examples/on-demand/nginx.conf
    # shellcheck disable=SC2016  # for the shell inside
    expect "the settings are closed to others" sh -c '[ "$(stat -c "%U:%G %a" /etc/core-monitor/core-monitor.toml)" = "root:core-monitor 640" ]'
    expect "a backup is made while both run" core-monitor-server --data-dir /var/lib/core-monitor backup /srv/before.tar
    # shellcheck disable=SC2016  # for the shell inside
    expect "the key is not in it" sh -c '! tar --list --file /srv/before.tar | grep -q secret.key'
    expect "root is told that nothing is wrong" sh -c 'core-monitor-server --data-dir /var/lib/core-monitor doctor >/srv/doctor'
    refuse "root is not told to take the folder" grep -q chown /srv/doctor
}

# start_gateway: somebody wants the gateway.
start_gateway() {
    say "enabling the gateway"
    expect "the gateway starts as the documentation says" systemctl enable --now core-monitor-gateway
    gateway_works
    # shellcheck disable=SC2016  # for the shell inside
    expect "it runs as the same user" sh -c \
        '[ "$(stat -c %U "/proc/$(systemctl show --value --property MainPID core-monitor-gateway)")" = core-monitor ]'
}

# use_low_ports: the gateway alone on port 80, as deploy/examples/on-demand/gateway-alone.toml says.
use_low_ports() {
    local settings=/etc/core-monitor/core-monitor.toml folder=/run/systemd/system/core-monitor-gateway.service.d example
    say "taking requests on port 80"
    example=$(sed -n '/^#   \[Service\]$/,/^#$/s/^#   //p' deploy/examples/on-demand/gateway-alone.toml)
    [[ $example == *AmbientCapabilities=CAP_NET_BIND_SERVICE* ]] || die "the example does not say what a low port needs"
    inside sed -i '1i gateway_listen = "0.0.0.0:80"' "$settings"
    inside systemctl restart --no-block core-monitor-gateway
    wait_for "it may not without the example's drop-in" sh -c 'journalctl --unit core-monitor-gateway | grep -q "cannot listen at 0.0.0.0:80"'
    inside sh -c "mkdir -p $folder && printf '%s\n' '$example' >$folder/ports.conf && systemctl daemon-reload"
    inside systemctl restart core-monitor-gateway
    gateway_works
    inside sed -i 1d "$settings"
    inside sh -c "rm -r $folder && systemctl daemon-reload && systemctl restart core-monitor-gateway"
    gateway_works
}

gateway_works() {
    wait_for "the gateway answers and can read its database" core-monitor-gateway healthcheck
}

# outlast_trouble: the services start again however often they have failed.
outlast_trouble() {
    local service settings=/etc/core-monitor/core-monitor.toml
    say "failing and starting again"
    for service in server worker; do
        # As often as before, in less time.
        inside sh -c "mkdir -p /run/systemd/system/core-monitor-$service.service.d &&
            printf '[Service]\\nRestartSec=100ms\\n' >/run/systemd/system/core-monitor-$service.service.d/fast.conf"
    done
    inside systemctl daemon-reload
    inside sed -i '1i log_format = "nonsense"' "$settings"
    inside systemctl restart --no-block core-monitor-server core-monitor-worker
    for service in server worker; do
        # More often than systemd allows by itself.
        wait_for "the $service is started again and again" sh -c \
            "[ \"\$(systemctl show --value --property NRestarts core-monitor-$service)\" -ge 8 ]"
    done
    inside sed -i 1d "$settings"
    for service in server worker; do
        wait_for "the $service works once its trouble is over" systemctl is-active "core-monitor-$service"
    done
    inside sh -c 'rm -r /run/systemd/system/core-monitor-*.service.d && systemctl daemon-reload'
    services_work
}

upgrade_package() {
    local token before after
    say "upgrading"
    before=$(inside systemctl show --value --property MainPID core-monitor-gateway)
    inside sh -c 'echo "log = \"debug\"" >>/etc/core-monitor/core-monitor.toml'
    token=$(inside sha256sum /var/lib/core-monitor/admin-token)
    expect "the next release is installed" dpkg --install --force-confold /srv/2.deb
    services_work
    [[ $(inside sha256sum /var/lib/core-monitor/admin-token) == "$token" ]] || die "the data was not kept"
    gateway_works
    after=$(inside systemctl show --value --property MainPID core-monitor-gateway)
    [[ $after != "$before" ]] || die "the gateway is that of the former release"
    note "the gateway is that of the new release"
    expect "the settings of the administrator are kept" grep -q debug /etc/core-monitor/core-monitor.toml
    expect "the programs can read them" runuser -u core-monitor -- cat /etc/core-monitor/core-monitor.toml
}

remove_package() {
    say "removing"
    expect "the package is removed" dpkg --remove core-monitor
    refuse "the server no longer runs" pgrep core-monitor
    expect "the data stays" test -s /var/lib/core-monitor/core-monitor.db
    expect "the package is purged" dpkg --purge core-monitor
    refuse "the settings are gone" test -e /etc/core-monitor/core-monitor.toml
    expect "the data stays after a purge too" test -s /var/lib/core-monitor/core-monitor.db
    refuse "no unit is left" systemctl cat core-monitor-server
    refuse "no unit of the gateway is left" systemctl cat core-monitor-gateway
    expect "it can be installed again over its data" dpkg --install /srv/2.deb
    services_work
    gateway_is_off
}

engine_ensure
packages_need docker=docker.io mmdebstrap=mmdebstrap
make_image
say "building the package of two releases"
deploy/package.sh --binaries "$binaries" --revision 1 --fast --out "$work/1.deb"
deploy/package.sh --binaries "$binaries" --revision 2 --fast --out "$work/2.deb"
start_machine
install_package
start_gateway
use_low_ports
outlast_trouble
upgrade_package
remove_package
say "the package installs, starts, upgrades and can be removed"
