# shellcheck shell=bash
# The programs of the demonstration: server, worker and gateway, unless an installation was given, and Traefik. Sourced by demo.sh,
# which sets the variables that are not assigned here.
# shellcheck disable=SC2034,SC2154

# house_settings: what the sourced functions of the quickstart read.
house_settings() {
    on_demand=yes
    binaries=$PREVIEWS_BINARIES
    if [[ -z $CORE_MONITOR_URL ]]; then
        port=$PREVIEWS_API_PORT
        gateway_port=$PREVIEWS_GATEWAY_PORT
        api_url=http://127.0.0.1:$port
        data_dir=$state/data
        gateway=127.0.0.1:$gateway_port
        return
    fi
    api_url=${CORE_MONITOR_URL%/}
    data_dir=$state/given
    gateway=$PREVIEWS_GATEWAY
    if [[ -n ${CORE_MONITOR_TOKEN:-} ]]; then
        mkdir -p "$data_dir"
        (umask 077 && printf '%s\n' "$CORE_MONITOR_TOKEN" >"$data_dir/admin-token")
    fi
}

# house_check: checks what is needed, before anything slow starts.
house_check() {
    [[ ${DOCKER_HOST:-unix://} == unix://* ]] ||
        die "gateway and Traefik reach containers at their own addresses, which needs an engine on this machine, not $DOCKER_HOST"
    traefik_running || house_check_port "$PREVIEWS_PORT" PREVIEWS_PORT
    if [[ -n $CORE_MONITOR_URL ]]; then
        [[ -f $data_dir/admin-token ]] || die "CORE_MONITOR_URL is given without CORE_MONITOR_TOKEN"
        return
    fi
    processes_running server || house_check_port "$port" PREVIEWS_API_PORT
    processes_running gateway || house_check_port "$gateway_port" PREVIEWS_GATEWAY_PORT
    processes_running gateway || house_check_port "$((gateway_port + 1))" PREVIEWS_GATEWAY_PORT
}

# house_check_port PORT VARIABLE: checks that nobody has this port.
house_check_port() {
    port_is_taken "$1" || return 0
    die "port $1 is taken by $(port_holder "$1")" "choose another one: $2=$(($1 + 10000)) deploy/demo/previews/demo.sh"
}

# house_build: compiles the programs, unless they were given.
house_build() {
    [[ -z $PREVIEWS_BINARIES ]] || return 0
    cargo_ensure
    web_build_if_possible
    cargo_build server worker gateway || cargo_failed
}

# house_start: starts server, worker and gateway, unless an installation was given.
house_start() {
    if [[ -n $CORE_MONITOR_URL ]]; then
        say "using Core Monitor at $api_url and the gateway at $gateway"
        return
    fi
    house_build
    mkdir -p "$PREVIEWS_PROJECTS"
    # A server that runs has read where the projects are.
    [[ $(cat "$state/settings/PREVIEWS_PROJECTS" 2>/dev/null) == "$PREVIEWS_PROJECTS" ]] || processes_end server
    export CORE_MONITOR_MOUNT_ROOTS=projects=$PREVIEWS_PROJECTS
    processes_start
}

# house_start_without_gateway: makes sure that there is somebody who can remove things.
house_start_without_gateway() {
    [[ -z $CORE_MONITOR_URL ]] || return 0
    [[ -x $(processes_binary server) ]] ||
        die "the previews cannot be removed, because the server's binary is missing" "run deploy/demo/previews/demo.sh, then down again"
    processes_end gateway
    on_demand=no
    processes_start
}

house_stop() {
    [[ -n $CORE_MONITOR_URL ]] || processes_stop
}

traefik_running() {
    local pid
    pid=$(cat "$state/traefik.pid" 2>/dev/null) || return
    [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */traefik-* ]]
}

# traefik_stop: stops the Traefik of this demonstration, and waits for its end.
traefik_stop() {
    local pid deadline=$((SECONDS + 20))
    if traefik_running; then
        pid=$(<"$state/traefik.pid")
        kill "$pid"
        while traefik_running; do
            if ((SECONDS >= deadline)); then
                kill -KILL "$pid" 2>/dev/null || true
            fi
            sleep 0.05
        done
        note "stopped Traefik"
    fi
    rm -f "$state/traefik.pid"
}

# adapt FILE FROM TO [FROM TO]...: prints a file of the demonstration with other texts in it; each must be there.
adapt() {
    local text from
    text=$(<"$previews/$1")
    shift
    while [[ $# -gt 0 ]]; do
        from=$1
        [[ $text == *"$from"* ]] || die "there is no \`$from\` in it"
        text=${text//"$from"/"$2"}
        shift 2
    done
    printf '%s\n' "$text"
}

# traefik_start: starts Traefik, or starts it again if it is to be another one.
traefik_start() {
    local program deadline=$((SECONDS + 30)) file=$state/traefik.yml
    program=$("$root/tests/gateway-proxies/program.sh" traefik)
    adapt traefik-dynamic.yml 127.0.0.1:3460 "$gateway" >"$state/traefik-dynamic.yml"
    adapt traefik.yml 127.0.0.1:8088 "127.0.0.1:$PREVIEWS_PORT" labels-preview "$labelled" \
        traefik-dynamic.yml "$state/traefik-dynamic.yml" unix:///var/run/docker.sock "${DOCKER_HOST:-unix:///var/run/docker.sock}" >"$file.new"
    if traefik_running && cmp --silent "$file" "$file.new"; then
        note "Traefik is already running (process $(<"$state/traefik.pid"))"
        return
    fi
    traefik_stop
    mv "$file.new" "$file"
    setsid "$program" --configFile="$file" >>"$state/traefik.log" 2>&1 </dev/null &
    echo $! >"$state/traefik.pid"
    say "started Traefik (process $!), log in $state/traefik.log"
    # Any answer will do: nothing is at this address.
    until curl --silent --max-time 2 --output /dev/null "http://127.0.0.1:$PREVIEWS_PORT/"; do
        kill -0 "$(<"$state/traefik.pid")" 2>/dev/null || die "Traefik exited: $(tail -n 5 "$state/traefik.log")"
        ((SECONDS < deadline)) || die "Traefik was not ready within 30 s" "see $state/traefik.log"
        sleep 0.1
    done
}
