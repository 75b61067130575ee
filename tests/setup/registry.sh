#!/usr/bin/env bash
# A registry on the loopback for pull tests: Debian's docker-registry, unpacked, not installed.
#
#   registry.sh start PORT [SLOW_PORT BYTES_PER_SECOND]
#   registry.sh stop PORT
#
# It serves 127.0.0.1:PORT/test/pull:1 and :2, two images of 4 MiB of random bytes each that the
# engine itself does not keep, so that every pull really transfers them. Remove a pulled image
# (`docker image rm`) before pulling it again. With SLOW_PORT the same repository is served at
# 127.0.0.1:SLOW_PORT at that rate, for tests that cancel a pull or watch its progress.
# With REGISTRY_USER and REGISTRY_PASSWORD in the environment it lets nobody else in.
# Starting what runs already changes nothing; the images are new after every stop and start.
set -euo pipefail

setup_dir=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$setup_dir/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

usage() {
    die "usage: registry.sh start PORT [SLOW_PORT BYTES_PER_SECOND] | stop PORT"
}

# registry_binary: path of docker-registry, unpacked from its package when it is not installed.
registry_binary() {
    command -v docker-registry && return
    local unpacked=$root/.run/tests/docker-registry
    [[ -x $unpacked/usr/bin/docker-registry ]] || packages_unpack docker-registry "$unpacked"
    echo "$unpacked/usr/bin/docker-registry"
}

answers() {
    curl --silent --fail --max-time 2 --output /dev/null ${user:+--user "$user:$password"} "http://127.0.0.1:$1/v2/"
}

# wait_for PORT PID LOG: until it answers, or the process behind it has died.
wait_for() {
    local port=$1 pid=$2 log=$3 deadline=$((SECONDS + 20))
    until answers "$port"; do
        kill -0 "$pid" 2>/dev/null || die "nothing serves 127.0.0.1:$port: $(tail -n 3 "$log")"
        ((SECONDS < deadline)) || die "127.0.0.1:$port did not answer within 20 s" "look at $log"
        sleep 0.05
    done
}

# launch NAME COMMAND...: a process of this registry that outlives the script; prints its id.
launch() {
    local name=$1
    shift
    setsid "$@" >"$state/$name.log" 2>&1 </dev/null &
    echo $! >"$state/$name.pid"
    echo $!
}

write_configuration() {
    cat >"$state/config.yml" <<YAML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: $state/data}
http: {addr: "127.0.0.1:$port"}
YAML
    [[ -n $user ]] || return 0
    # The registry takes bcrypt only; perl is in every Debian, a program that makes the file is not.
    PASSWORD=$password perl -e 'print "$ARGV[0]:", crypt($ENV{PASSWORD}, "\$2y\$05\$abcdefghijklmnopqrstuu"), "\n"' "$user" >"$state/htpasswd"
    echo "auth: {htpasswd: {realm: test, path: $state/htpasswd}}" >>"$state/config.yml"
}

# log_in: for the pushes of this script alone, with a configuration of its own.
log_in() {
    [[ -n $user ]] || return 0
    export DOCKER_CONFIG=$state/docker
    mkdir -p "$DOCKER_CONFIG"
    docker login --username "$user" --password-stdin "127.0.0.1:$port" <<<"$password" >/dev/null 2>&1
}

# push_image TAG: an image that exists nowhere else, so that no layer of it can be skipped.
push_image() {
    local image=127.0.0.1:$port/test/pull:$1 content
    content=$(mktemp -d)
    head --bytes 4194304 /dev/urandom >"$content/payload"
    mkdir "$content/bin"
    docker run --rm --entrypoint cat test/busybox:1 /bin/busybox >"$content/bin/busybox"
    chmod 755 "$content/bin/busybox"
    ln -s busybox "$content/bin/sh"
    ln -s busybox "$content/bin/sleep"
    tar --create --directory "$content" --owner 0 --group 0 . |
        docker import --change "ENV PATH=/bin" --change 'CMD ["sleep", "86400"]' - "$image" >/dev/null
    rm -rf "$content"
    docker push --quiet "$image" >/dev/null
    docker image rm "$image" >/dev/null
    note "$image"
}

start() {
    "$setup_dir/images.sh"
    if answers "$port"; then
        [[ -f $state/registry.pid ]] || die "port $port is taken by something else"
        say "the registry at 127.0.0.1:$port runs already"
    else
        rm -rf "$state"
        mkdir -p "$state/data"
        write_configuration
        say "starting a registry at 127.0.0.1:$port"
        wait_for "$port" "$(launch registry "$(registry_binary)" serve "$state/config.yml")" "$state/registry.log"
        log_in
        push_image 1
        push_image 2
    fi
    [[ -n $slow_port ]] || return 0
    answers "$slow_port" && return
    packages_need python3=python3
    say "serving it at 127.0.0.1:$slow_port with $bytes_per_second bytes per second"
    wait_for "$slow_port" "$(launch slow python3 "$setup_dir/slow_proxy.py" "$slow_port" "127.0.0.1:$port" "$bytes_per_second")" "$state/slow.log"
}

stop() {
    local name pid
    for name in slow registry; do
        [[ -f $state/$name.pid ]] || continue
        pid=$(<"$state/$name.pid")
        kill "$pid" 2>/dev/null || true
        # The port must be free when this returns: a test may start the next registry at once.
        while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    done
    rm -rf "$state"
    say "no registry at 127.0.0.1:$port any more"
}

action=${1:-}
port=${2:-}
slow_port=${3:-}
bytes_per_second=${4:-}
user=${REGISTRY_USER:-}
password=${REGISTRY_PASSWORD:-}
[[ $port =~ ^[0-9]+$ ]] || usage
[[ -z $slow_port || $bytes_per_second =~ ^[0-9]+$ ]] || usage
state=$root/.run/tests/registry-$port
case $action in
    start) start ;;
    stop) stop ;;
    *) usage ;;
esac
