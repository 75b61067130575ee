#!/usr/bin/env bash
# Sets up Core Monitor and its demonstration stack on this machine with one command.
#
# Installs missing packages (as root on Debian; otherwise it reports them), builds the web UI, the
# server, the worker and the images, starts both processes with SQLite, then creates and applies the
# stack of deploy/demo through the API; with --on-demand, also the gateway and a stack that sleeps.
# Running it again gives the same result.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
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
# shellcheck source=deploy/quickstart/stack.sh
. "$root/deploy/quickstart/stack.sh"
# shellcheck source=deploy/quickstart/on_demand.sh
. "$root/deploy/quickstart/on_demand.sh"

usage() {
    cat <<'TEXT'
usage: deploy/quickstart.sh [up|status|stop|down] [options]

  up       build, start, apply the demonstration stack, show its state (the default)
  status   show the state of the stack
  stop     stop the programs; the stacks stay as they are
  down     remove the stacks with their data, stop the programs, delete their state

options of up:
  --public-images   take PostgreSQL, Prometheus, Grafana, MLflow and the node exporter from public
                    registries instead of building them from Debian packages
  --port N          port of the API on 127.0.0.1 (default 8080)
  --on-demand       also start the gateway and a stack that wakes at its first request and sleeps
                    when nobody uses it; later runs keep it until `down`
  --gateway-port N  port of the gateway on 127.0.0.1 (default 3456); its metrics are on the next one

options of down:
  --images          also remove the images built here

environment:
  DOCKER_HOST                       the engine (default unix:///var/run/docker.sock)
  CORE_MONITOR_QUICKSTART_STATE     folder for data, logs and process ids (default .run/quickstart)
  DEMO_DB_PORT, DEMO_API_PORT, DEMO_STREAMLIT_PORT, DEMO_MLFLOW_PORT, DEMO_PROMETHEUS_PORT,
  DEMO_GRAFANA_PORT, DEMO_NODE_EXPORTER_PORT
                                    host ports of the stack
TEXT
}

# state_folder: the folder with all files of a quickstart; ignored by version control.
state_folder() {
    if [[ -n ${CORE_MONITOR_QUICKSTART_STATE:-} ]]; then
        echo "$CORE_MONITOR_QUICKSTART_STATE"
    elif [[ -w $root ]]; then
        echo "$root/.run/quickstart"
    else
        echo "${XDG_STATE_HOME:-$HOME/.local/state}/core-monitor/quickstart"
    fi
}

# need_tools: makes sure all commands exist before anything slow starts.
need_tools() {
    packages_need curl=curl jq=jq
    cargo_ensure
    engine_ensure
    packages_need docker=docker.io mmdebstrap=mmdebstrap
}

# build: builds binaries and images in parallel, since one uses the CPU and the other the network. The web UI comes first, because
# the server embeds it.
build() {
    web_build_if_possible
    local images=() images_job
    [[ $public_images == no ]] || images=(app)
    "$root/deploy/demo/build-images.sh" "${images[@]}" &
    images_job=$!
    local programs=(server worker)
    [[ $on_demand == no ]] || programs+=(gateway)
    if ! cargo_build "${programs[@]}"; then
        kill "$images_job" 2>/dev/null || true
        cargo_failed
    fi
    wait "$images_job" || die "building the images failed" "see the message above"
}

up() {
    need_tools
    on_demand_check
    stack_check_ports
    processes_check_port
    build
    processes_start
    stack_apply
    on_demand_apply
    echo
    stack_status
    on_demand_status
    cat <<TEXT

  Core Monitor      $api_url/   $(web_note)
  sign in           $(sign_in_note)
  API               $api_url/api/v1
  Swagger UI        $api_url/swagger-ui/
$(stack_urls)
$(on_demand_text)

  logs              $state/*.log
  state             deploy/quickstart.sh status
  stop              deploy/quickstart.sh stop
  remove            deploy/quickstart.sh down
TEXT
}

# sign_in_note: says how to sign in: as the first user while there is none, else by name and password, or with the token.
sign_in_note() {
    local token=$data_dir/setup-token
    if [[ -f $token ]]; then
        echo "create your user at $api_url/setup#$(<"$token")"
        echo "                    or use the token in $data_dir/admin-token"
    else
        echo "by name and password, or with the token in $data_dir/admin-token"
    fi
}

# web_note: says if the web UI is missing.
web_note() {
    [[ -f $root/apps/web/dist/index.html ]] || echo "(the web UI is not built in: see above)"
}

show_status() {
    packages_need curl=curl jq=jq
    processes_running server || die "the server is not running" "start it with deploy/quickstart.sh"
    stack_status
    on_demand_status
}

down() {
    packages_need curl=curl jq=jq
    if [[ -f $data_dir/admin-token ]]; then
        # Only Core Monitor knows what it created, so it must run to remove it.
        if [[ -x $(processes_binary server) ]]; then
            engine_ensure
            # The gateway must not wake what is about to be removed.
            processes_end gateway
            on_demand=no
            processes_start
            on_demand_delete
            stack_delete
        else
            die "the stack cannot be removed, because the server's binary is missing" "run deploy/quickstart.sh, then down again"
        fi
    fi
    processes_stop
    rm -rf "$state"
    say "removed: the stacks, their volumes, the processes and $state"
    if [[ $remove_images == yes ]]; then
        remove_built_images
    else
        note "kept: the images (down --images removes them), target/ and installed packages"
    fi
}

remove_built_images() {
    local image images
    images=$(docker image ls --quiet --filter 'reference=core-monitor-demo/*' | sort -u)
    for image in $images; do
        docker image rm --force "$image" >/dev/null
    done
    say "removed the images core-monitor-demo/*"
}

action=up
public_images=no
remove_images=no
port=
on_demand=
gateway_port=
while [[ $# -gt 0 ]]; do
    case $1 in
        up | status | stop | down) action=$1 ;;
        --public-images) public_images=yes ;;
        --images) remove_images=yes ;;
        --port) port=${2:-}; shift; [[ $port =~ ^[0-9]+$ ]] || die "--port needs a number" ;;
        --port=*) port=${1#*=}; [[ $port =~ ^[0-9]+$ ]] || die "--port needs a number" ;;
        --on-demand) on_demand=yes ;;
        --gateway-port) gateway_port=${2:-}; shift; [[ $gateway_port =~ ^[0-9]+$ ]] || die "--gateway-port needs a number" ;;
        --gateway-port=*) gateway_port=${1#*=}; [[ $gateway_port =~ ^[0-9]+$ ]] || die "--gateway-port needs a number" ;;
        -h | --help) usage; exit ;;
        *) usage >&2; die "unknown argument \`$1\`" ;;
    esac
    shift
done

state=$(state_folder)
data_dir=$state/data
mkdir -p "$state"
# The settings of `up` apply to later commands.
[[ -n $port ]] || port=$(cat "$state/port" 2>/dev/null || echo 8080)
api_url=http://127.0.0.1:$port
on_demand_settings

case $action in
    up) up ;;
    status) show_status ;;
    stop) processes_stop ;;
    down) down ;;
esac
