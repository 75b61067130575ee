#!/usr/bin/env bash
# A local registry for pull tests: Debian's docker-registry, unpacked but not installed.
#
#   registry.sh start PORT [SLOW_PORT BYTES_PER_SECOND]
#   registry.sh platforms PORT ARCHITECTURE
#   registry.sh stop PORT
#
# It serves 127.0.0.1:PORT/test/pull:1 and :2, two images of 4 MiB of random bytes each. The engine
# keeps no copy, so that every pull transfers them. Remove a pulled image (`docker image rm`) before
# pulling it again. With SLOW_PORT the same repository is also served at 127.0.0.1:SLOW_PORT at the
# given rate, for tests that cancel a pull or watch its progress. With REGISTRY_USER and
# REGISTRY_PASSWORD in the environment it requires these credentials. Starting a running registry has
# no effect; every new start creates new images. `platforms` adds three tags: `foreign`, the content of
# `1` under a configuration that says ARCHITECTURE, `both`, a list of the two, and `unrunnable-here`, for ARCHITECTURE and with a
# program that no processor runs.
set -euo pipefail
shopt -s inherit_errexit

setup_dir=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$setup_dir/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

usage() {
    die "usage: registry.sh start PORT [SLOW_PORT BYTES_PER_SECOND] | platforms PORT ARCHITECTURE | stop PORT"
}

# registry_binary: prints the path of docker-registry, unpacked from its package if not installed.
registry_binary() {
    command -v docker-registry && return
    local unpacked=$root/.run/tests/docker-registry
    [[ -x $unpacked/usr/bin/docker-registry ]] || packages_unpack docker-registry "$unpacked"
    echo "$unpacked/usr/bin/docker-registry"
}

answers() {
    curl --silent --fail --max-time 2 --output /dev/null ${user:+--user "$user:$password"} "http://127.0.0.1:$1/v2/"
}

# wait_for PORT PID LOG: waits until the port responds, or fails if the process has died.
wait_for() {
    local port=$1 pid=$2 log=$3 deadline=$((SECONDS + 20))
    until answers "$port"; do
        kill -0 "$pid" 2>/dev/null || die "the process for 127.0.0.1:$port died: $(tail -n 3 "$log")"
        ((SECONDS < deadline)) || die "127.0.0.1:$port did not respond within 20 s" "see $log"
        sleep 0.05
    done
}

# launch NAME COMMAND...: starts a process that outlives the script, and prints its pid.
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
    # The registry accepts only bcrypt. Perl is always installed on Debian, htpasswd is not.
    PASSWORD=$password perl -e 'print "$ARGV[0]:", crypt($ENV{PASSWORD}, "\$2y\$05\$abcdefghijklmnopqrstuu"), "\n"' "$user" >"$state/htpasswd"
    echo "auth: {htpasswd: {realm: test, path: $state/htpasswd}}" >>"$state/config.yml"
}

# log_in: logs in for the pushes of this script, with a separate configuration.
log_in() {
    [[ -n $user ]] || return 0
    export DOCKER_CONFIG=$state/docker
    mkdir -p "$DOCKER_CONFIG"
    docker login --username "$user" --password-stdin "127.0.0.1:$port" <<<"$password" >/dev/null 2>&1
}

# push_image TAG: pushes an image that exists nowhere else, so that no layer can be skipped.
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

manifest_type=application/vnd.docker.distribution.manifest.v2+json

# registry_call PATH CURL_ARGUMENT...: one request about the repository of the images.
registry_call() {
    local path=$1
    shift
    curl --silent --show-error --fail "$@" "http://127.0.0.1:$port/v2/test/pull/$path"
}

digest_of() {
    local sum
    sum=$(sha256sum "$1")
    echo "sha256:${sum%% *}"
}

# put_manifest TAG FILE: stores it under the type that it says it has.
put_manifest() {
    local type
    type=$(jq --raw-output .mediaType "$2")
    registry_call "manifests/$1" --request PUT --header "Content-Type: $type" --data-binary "@$2"
}

# declare_for ARCHITECTURE FROM TO: stores the image FROM as TO with a configuration that says ARCHITECTURE. What an image is
# for is said there and in the list it is in, and no engine looks further.
declare_for() {
    local config location digest
    registry_call "manifests/$2" --header "Accept: $manifest_type" --output "$work/$2.json"
    config=$(jq --raw-output .config.digest "$work/$2.json")
    registry_call "blobs/$config" --location |
        jq --compact-output --arg to "$1" '.architecture = $to | del(.variant)' >"$work/config.json"
    digest=$(digest_of "$work/config.json")
    location=$(registry_call blobs/uploads/ --request POST --output /dev/null --write-out '%header{location}')
    curl --silent --show-error --fail --request PUT --header 'Content-Type: application/octet-stream' \
        --data-binary "@$work/config.json" "$location&digest=$digest"
    jq --arg digest "$digest" --argjson size "$(stat --format %s "$work/config.json")" \
        '.config.digest = $digest | .config.size = $size' "$work/$2.json" >"$work/$3.json"
    put_manifest "$3" "$work/$3.json"
}

# entry TAG ARCHITECTURE: an image as a list names it.
entry() {
    jq --null-input --arg type "$manifest_type" --arg digest "$(digest_of "$work/$1.json")" \
        --argjson size "$(stat --format %s "$work/$1.json")" --arg architecture "$2" \
        '{mediaType: $type, digest: $digest, size: $size, platform: {os: "linux", architecture: $architecture}}'
}

platforms() {
    local own
    packages_need jq=jq
    own=$(docker version --format '{{.Server.Arch}}')
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    declare_for "$architecture" 1 foreign
    { entry 1 "$own" && entry foreign "$architecture"; } | jq --slurp \
        '{schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.list.v2+json", manifests: .}' >"$work/both.json"
    put_manifest both "$work/both.json"
    # The beginning of a program for a processor that nobody has: this is how the kernel tells whether it can run it.
    mkdir "$work/content"
    printf '\177ELF\2\1\1%09d\2\0\377\377\1%043d' 0 0 >"$work/content/sleep"
    chmod 755 "$work/content/sleep"
    tar --create --directory "$work/content" --owner 0 --group 0 . |
        docker import --change 'CMD ["/sleep", "86400"]' - "127.0.0.1:$port/test/pull:unrunnable" >/dev/null
    docker push --quiet "127.0.0.1:$port/test/pull:unrunnable" >/dev/null
    docker image rm "127.0.0.1:$port/test/pull:unrunnable" >/dev/null
    declare_for "$architecture" unrunnable unrunnable-here
    note "127.0.0.1:$port/test/pull:foreign, :unrunnable-here and :both for $architecture"
}

start() {
    "$setup_dir/images.sh"
    if answers "$port"; then
        [[ -f $state/registry.pid ]] || die "port $port is used by something else"
        say "the registry at 127.0.0.1:$port is already running"
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
    say "also serving it at 127.0.0.1:$slow_port with $bytes_per_second bytes per second"
    wait_for "$slow_port" "$(launch slow python3 "$setup_dir/slow_proxy.py" "$slow_port" "127.0.0.1:$port" "$bytes_per_second")" "$state/slow.log"
}

stop() {
    local name pid
    for name in slow registry; do
        [[ -f $state/$name.pid ]] || continue
        pid=$(<"$state/$name.pid")
        kill "$pid" 2>/dev/null || true
        # The port must be free when this returns, since a test may start another registry at once.
        while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    done
    rm -rf "$state"
    say "stopped the registry at 127.0.0.1:$port"
}

action=${1:-}
port=${2:-}
slow_port=${3:-}
architecture=${3:-}
bytes_per_second=${4:-}
user=${REGISTRY_USER:-}
password=${REGISTRY_PASSWORD:-}
[[ $port =~ ^[0-9]+$ ]] || usage
state=$root/.run/tests/registry-$port
case $action in
    start)
        [[ -z $slow_port || $bytes_per_second =~ ^[0-9]+$ ]] || usage
        start
        ;;
    platforms)
        [[ $architecture =~ ^[a-z0-9]+$ ]] || usage
        platforms
        ;;
    stop) stop ;;
    *) usage ;;
esac
