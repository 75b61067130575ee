#!/usr/bin/env bash
# Runs previews of sites with one command: a small Next.js site for each project, reached by a name of its own through a real Traefik.
#
# Builds the image, starts server, worker, gateway and Traefik, saves the templates `compose.yaml` and `labels.yaml`, and launches a
# preview for each project. Running it again gives the same result.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

previews=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$previews/../../.." && pwd)
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
# shellcheck source=deploy/demo/previews/house.sh
. "$previews/house.sh"
# shellcheck source=deploy/demo/previews/templates.sh
. "$previews/templates.sh"

usage() {
    cat <<'TEXT'
usage: deploy/demo/previews/demo.sh [up|keys|status|down] [--binaries FOLDER]

  up       build and start what is missing, launch a preview for each project (the default)
  keys     say which projects there are: the preview of a project that is gone is removed after a while
  status   show the previews
  down     remove the previews with their data, stop what was started here, delete its state

  --binaries FOLDER   has core-monitor-server, -worker and -gateway, so that nothing is compiled

environment; later commands keep what `up` was told:
  PREVIEWS_STATE          folder for data, logs, process ids and projects (default .run/previews)
  PREVIEWS_PROJECTS       folder with the projects, PROJECT/site each (default: in the state)
  PREVIEWS_PORT           port of Traefik on 127.0.0.1 (default 8088)
  PREVIEWS_API_PORT       port of Core Monitor on 127.0.0.1 (default 8082)
  PREVIEWS_GATEWAY_PORT   port of the gateway on 127.0.0.1 (default 3460); its metrics are on the next one
  PREVIEWS_TEMPLATE       name of the template (default preview)
  PREVIEWS_IDLE           after how long without a request a preview sleeps (default 1h, at least 5s)
  PREVIEWS_GRACE          after how long the preview of a project that is gone is removed (default 10m)

An installation that is there is used if both of these are given, and the gateway at PREVIEWS_GATEWAY (default 127.0.0.1:3456).
Its setting `mount_roots` must name the folder with the projects `projects`.
  CORE_MONITOR_URL        such as http://127.0.0.1:8080
  CORE_MONITOR_TOKEN      a token that may write
TEXT
}

# setting NAME DEFAULT: sets this variable to what the environment says, or to what `up` was told, or to the default.
setting() {
    local value
    value=${!1:-$(cat "$state/settings/$1" 2>/dev/null || echo "$2")}
    declare -g "$1=$value"
    settings+=("$1")
}

# read_settings: sets everything that can be chosen, and what follows from it.
read_settings() {
    settings=()
    setting PREVIEWS_PROJECTS "$state/projects"
    setting PREVIEWS_PORT 8088
    setting PREVIEWS_API_PORT 8082
    setting PREVIEWS_GATEWAY_PORT 3460
    setting PREVIEWS_TEMPLATE preview
    setting PREVIEWS_IDLE 1h
    setting PREVIEWS_GRACE 10m
    setting PREVIEWS_BINARIES ""
    setting CORE_MONITOR_URL ""
    setting PREVIEWS_GATEWAY 127.0.0.1:3456
    local name
    for name in PREVIEWS_PORT PREVIEWS_API_PORT PREVIEWS_GATEWAY_PORT; do
        [[ ${!name} =~ ^[0-9]+$ ]] || die "$name=${!name} is not a port"
    done
    sleeping=$PREVIEWS_TEMPLATE
    # Not the other way round: a project could be called labels-something.
    labelled=labels-$PREVIEWS_TEMPLATE
    house_settings
}

# keep_settings: later commands need not be told again.
keep_settings() {
    local name
    mkdir -p "$state/settings"
    for name in "${settings[@]}"; do
        printf '%s\n' "${!name}" >"$state/settings/$name"
    done
}

# project_names: prints the name of each project.
project_names() {
    local folder
    for folder in "$PREVIEWS_PROJECTS"/*/site; do
        [[ ! -d $folder ]] || basename "$(dirname "$folder")"
    done
}

# projects_create: makes two projects if there is none.
projects_create() {
    local name names
    names=$(project_names)
    [[ -z $names ]] || return 0
    say "making the projects blog and shop in $PREVIEWS_PROJECTS"
    for name in blog shop; do
        mkdir -p "$PREVIEWS_PROJECTS/$name"
        cp -r "$previews/site" "$PREVIEWS_PROJECTS/$name/site"
        sed -i "s/PROJECT/$name/" "$PREVIEWS_PROJECTS/$name/site/app/page.js"
    done
}

up() {
    packages_need curl=curl jq=jq python3=python3
    engine_ensure
    packages_need docker=docker.io
    house_check
    "$previews/image.sh"
    projects_create
    house_start
    keep_settings
    preview_template_save "$sleeping" compose.yaml
    preview_template_save "$labelled" labels.yaml
    traefik_start
    publish_keys
    launch_all
    echo
    show_status
    hints
}

# launch_all: a preview that sleeps for each project, and one with labels for the first.
launch_all() {
    local name names values first=
    names=$(project_names)
    values=$(jq --null-input --compact-output --arg idle "$PREVIEWS_IDLE" --argjson port "$PREVIEWS_PORT" '{WEB_PORT: $port, IDLE: $idle}')
    for name in $names; do
        launch "$sleeping" "$name" "$values"
        [[ -z $first ]] || continue
        first=$name
        launch "$labelled" "$name" "$(jq --compact-output '{WEB_PORT}' <<<"$values")"
    done
}

hints() {
    local names first
    names=$(project_names)
    first=${names%%$'\n'*}
    cat <<TEXT

  Core Monitor      $api_url/   sign in with the token in $data_dir/admin-token
  by the gateway    http://$first.preview.localhost:$PREVIEWS_PORT/   sleeps after $PREVIEWS_IDLE without a request or an open page
  by labels         http://$first.labels.localhost:$PREVIEWS_PORT/    does not sleep
  other programs    curl -H 'Host: $first.preview.localhost' http://127.0.0.1:$PREVIEWS_PORT/

  edit              $PREVIEWS_PROJECTS/$first/site/app/page.js
                    and see the open page change
  end a project     rm -r $PREVIEWS_PROJECTS/$first && deploy/demo/previews/demo.sh keys
                    its previews are removed after $PREVIEWS_GRACE
  another project   put a site into $PREVIEWS_PROJECTS/NAME/site, then deploy/demo/previews/demo.sh
  logs              $state/*.log
  remove            deploy/demo/previews/demo.sh down
TEXT
}

down() {
    packages_need curl=curl jq=jq
    traefik_stop
    if [[ -f $data_dir/admin-token ]]; then
        engine_ensure
        # The gateway must not wake what is about to be removed.
        house_start_without_gateway
        template_delete "$sleeping"
        template_delete "$labelled"
    fi
    house_stop
    rm -rf "$state"
    say "removed: the previews, the processes and $state"
    note "kept: the image core-monitor-demo/preview-base:1"
}

action=up
while [[ $# -gt 0 ]]; do
    case $1 in
        up | keys | status | down) action=$1 ;;
        --binaries) PREVIEWS_BINARIES=$(cd "${2:?--binaries needs a folder}" && pwd); shift ;;
        -h | --help) usage; exit ;;
        *) usage >&2; die "unknown argument \`$1\`" ;;
    esac
    shift
done

state=${PREVIEWS_STATE:-$root/.run/previews}
mkdir -p "$state"
state=$(cd "$state" && pwd)
read_settings

case $action in
    up) up ;;
    keys) publish_keys ;;
    status) show_status ;;
    down) down ;;
esac
