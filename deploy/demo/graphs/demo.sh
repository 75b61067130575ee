#!/usr/bin/env bash
# Shows templates with real map servers: two Valhalla graphs, each in a container with a port of its own, behind nginx.
#
# `up` builds the image, writes two small extracts, starts a server and a worker of its own, saves the template compose.yaml,
# launches an instance for each extract, and leads requests to them by name. Running it again gives the same result.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

graphs_dir=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$graphs_dir/../../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"
# shellcheck source=deploy/node.sh
. "$root/deploy/node.sh"
# shellcheck source=deploy/cargo.sh
. "$root/deploy/cargo.sh"
# shellcheck source=deploy/quickstart/processes.sh
. "$root/deploy/quickstart/processes.sh"
# shellcheck source=deploy/quickstart/api.sh
. "$root/deploy/quickstart/api.sh"
# shellcheck source=deploy/quickstart/on_demand.sh
. "$root/deploy/quickstart/on_demand.sh"
# shellcheck source=deploy/demo/templates.sh
. "$root/deploy/demo/templates.sh"
# shellcheck source=deploy/demo/graphs/instances.sh
. "$graphs_dir/instances.sh"
# shellcheck source=deploy/demo/graphs/proxy.sh
. "$graphs_dir/proxy.sh"

usage() {
    cat <<'TEXT'
usage: deploy/demo/graphs/demo.sh up|status|down [options]

  up       build, start, launch two graphs, ask both for a route
  status   show the graphs
  down     remove the graphs, the template, nginx and the programs with their state

options of up, which later commands keep:
  --binaries FOLDER   server and worker that are built already (default: cargo builds them)
  --port N            port of the API on 127.0.0.1 (default 8081)
  --nginx-port N      port of nginx on 127.0.0.1 (default 8090)
  --ports A-B         ports that graphs get one of (default 8002-8201)
  --template NAME     name of the template (default graphs)
  --suffix TEXT       end of the keys aura_2025 and bretagne_2025 (default none)
  --datasets FOLDER   the folder `graphs` of the mount_roots of the installation in CORE_MONITOR_URL

environment:
  DOCKER_HOST                            the engine (default unix:///var/run/docker.sock)
  CORE_MONITOR_URL, CORE_MONITOR_TOKEN   an installation to use instead of starting one, such as http://127.0.0.1:8080
  CORE_MONITOR_DEMO_GRAPHS_STATE         folder for data, logs and process ids (default .run/demo-graphs)
TEXT
}

# The variables that an option sets, and what they are without it.
declare -A defaults=([binaries]='' [port]=8081 [nginx_port]=8090 [ports]=8002-8201 [template]=graphs [suffix]='' [datasets]='')

# settings_read: what earlier runs of `up` have chosen counts, unless an option says something else.
settings_read() {
    local name
    for name in "${!defaults[@]}"; do
        [[ -z ${chosen[$name]:-} ]] || continue
        chosen[$name]=$(cat "$state/settings/$name" 2>/dev/null || echo "${defaults[$name]}")
    done
}

settings_write() {
    local name
    mkdir -p "$state/settings"
    for name in "${!defaults[@]}"; do
        echo "${chosen[$name]}" >"$state/settings/$name"
    done
}

# is_own: whether this demonstration has a server and a worker of its own.
is_own() {
    [[ -z ${CORE_MONITOR_URL:-} ]]
}

# installation_choose: sets where the API is, where its token is, and the folder of the extracts.
installation_choose() {
    if is_own; then
        [[ -z ${chosen[datasets]} ]] || die "--datasets is for an installation in CORE_MONITOR_URL"
        api_url=http://127.0.0.1:${chosen[port]}
        data_dir=$state/data
        datasets=$state/datasets
        return
    fi
    [[ -n ${CORE_MONITOR_TOKEN:-} ]] || die "CORE_MONITOR_URL is set, and CORE_MONITOR_TOKEN is not"
    [[ -n ${chosen[datasets]} ]] || die "name the folder \`graphs\` of the mount_roots of $CORE_MONITOR_URL with --datasets"
    api_url=${CORE_MONITOR_URL%/}
    # Calls of the API read the token from a file.
    data_dir=$(mktemp -d)
    trap 'rm -rf "$data_dir"' EXIT
    (umask 077 && printf '%s' "$CORE_MONITOR_TOKEN" >"$data_dir/admin-token")
    datasets=${chosen[datasets]}
}

# build: builds server and worker, unless they are given or nobody needs them.
build() {
    local name
    is_own || return 0
    if [[ -n $binaries ]]; then
        for name in server worker; do
            [[ -x $(processes_binary "$name") ]] || die "there is no core-monitor-$name in $binaries"
        done
        return
    fi
    cargo_ensure
    web_build_if_possible
    cargo_build server worker || cargo_failed
}

# installation_start: starts server and worker, unless an installation is given.
installation_start() {
    is_own || return 0
    # Instances may mount what is below this folder, and nothing else of this machine.
    export CORE_MONITOR_MOUNT_ROOTS=graphs=$datasets
    processes_start
}

check_port() {
    is_own || return 0
    processes_running server && [[ $(cat "$state/port" 2>/dev/null) == "$port" ]] && return
    port_is_taken "$port" || return 0
    die "port $port is taken by $(port_holder "$port")" "choose a free port for the API with --port N"
}

# extracts_write: writes the extract of each graph, unless it is there.
extracts_write() {
    local region file
    say "writing the extracts into $datasets"
    mkdir -p "$datasets"
    for region in "${regions[@]}"; do
        file=$datasets/$(key_of "$region").osm.pbf
        [[ -s $file ]] || python3 "$graphs_dir/extract.py" "$region" "$file"
        note "$(basename "$file"): $(stat --format %s "$file") bytes"
    done
}

up() {
    local region
    engine_ensure
    packages_need curl=curl jq=jq python3=python3
    check_port
    proxy_check_port
    settings_write
    build
    "$graphs_dir/image.sh"
    extracts_write
    installation_start
    graph_template_save
    instances_launch
    proxy_start
    say "asking for routes by name"
    for region in "${regions[@]}"; do
        route_show "$region"
    done
    echo
    instances_show
    help_show
}

help_show() {
    local key question
    key=$(key_of aura)
    question=$(route_question aura)
    cat <<TEXT

  a route           curl http://127.0.0.1:$nginx_port/$key/route --json '$question'
  in French         the same with "language": "fr-FR" in the question
  containers        docker ps --filter label=valhalla.managed=true
  the build         docker logs $template-$key-tiles-1
  API               $api_url/api/v1/templates/$template/instances
  another graph     put <key>.osm.pbf into $datasets and launch the key
TEXT
    ! is_own || cat <<TEXT
  sign in with      the token in $data_dir/admin-token, at $api_url/
TEXT
    cat <<TEXT
  state             deploy/demo/graphs/demo.sh status
  remove            deploy/demo/graphs/demo.sh down
TEXT
}

show_status() {
    packages_need curl=curl jq=jq
    ! is_own || processes_running server || die "the server is not running" "start it with deploy/demo/graphs/demo.sh up"
    instances_show
}

down() {
    local region
    packages_need curl=curl jq=jq
    proxy_stop
    if ! is_own; then
        template_delete "$template"
        for region in "${regions[@]}"; do
            rm -f "$datasets/$(key_of "$region").osm.pbf"
        done
    elif [[ -f $data_dir/admin-token ]]; then
        # Only Core Monitor knows what it created, so it must run to remove it.
        [[ -x $(processes_binary server) ]] || die "the graphs cannot be removed, because the server's binary is missing" \
            "run up, then down again"
        engine_ensure
        installation_start
        template_delete "$template"
        processes_stop
    fi
    rm -rf "$state"
    say "removed: the graphs with their volumes, the template, nginx and $state"
    note "kept: the image core-monitor-demo/valhalla:1"
}

action=
declare -A chosen=()
while [[ $# -gt 0 ]]; do
    case $1 in
        up | status | down) action=$1 ;;
        --binaries) chosen[binaries]=$(cd "${2:?--binaries needs a folder}" && pwd); shift ;;
        --datasets) chosen[datasets]=$(mkdir -p "${2:?--datasets needs a folder}" && cd "$2" && pwd); shift ;;
        --port | --nginx-port)
            [[ ${2:-} =~ ^[0-9]+$ ]] || die "$1 needs a number"
            [[ $1 == --port ]] && chosen[port]=$2 || chosen[nginx_port]=$2
            shift
            ;;
        --ports) [[ ${2:-} =~ ^[0-9]+-[0-9]+$ ]] || die "--ports needs a range such as 8002-8201"; chosen[ports]=$2; shift ;;
        --template) chosen[template]=${2:?--template needs a name}; shift ;;
        --suffix) chosen[suffix]=${2:?--suffix needs a text}; shift ;;
        -h | --help) usage; exit ;;
        *) usage >&2; die "unknown argument \`$1\`" ;;
    esac
    shift
done
[[ -n $action ]] || { usage >&2; exit 2; }

state=${CORE_MONITOR_DEMO_GRAPHS_STATE:-$root/.run/demo-graphs}
mkdir -p "$state"
settings_read
port=${chosen[port]}
nginx_port=${chosen[nginx_port]}
template=${chosen[template]}
binaries=${chosen[binaries]}
# The programs are given addresses of a gateway, and none is started.
# shellcheck disable=SC2034
on_demand=no gateway_port=3456
installation_choose

case $action in
    up) up ;;
    status) show_status ;;
    down) down ;;
esac
