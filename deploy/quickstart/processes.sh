# shellcheck shell=bash
# Runs the programs as background processes. Sourced by quickstart.sh and the demonstrations of templates, which set the variables
# that are not assigned here.
# shellcheck disable=SC2154

# processes_binary NAME: prints the path of the binary: in the folder `binaries`, or else wherever cargo puts it.
processes_binary() {
    local target
    if [[ -n ${binaries:-} ]]; then
        echo "$binaries/core-monitor-$1"
        return
    fi
    target=$(cd "$root" && cargo metadata --format-version 1 --no-deps --locked 2>/dev/null | jq -r .target_directory) ||
        target=${CARGO_TARGET_DIR:-$root/target}
    echo "$target/quickstart/core-monitor-$1"
}

# processes_pid NAME: prints the pid of the process started here, unless the pid was reused.
processes_pid() {
    local pid
    pid=$(cat "$state/$1.pid" 2>/dev/null) || return
    [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */core-monitor-"$1"* ]] && echo "$pid"
}

processes_running() {
    processes_pid "$1" >/dev/null
}

# processes_check_port: checks that the API's port is free or used by the server of this quickstart.
processes_check_port() {
    processes_running server && [[ $(cat "$state/port" 2>/dev/null) == "$port" ]] && return
    port_is_taken "$port" || return 0
    die "port $port is taken by $(port_holder "$port")" "choose a free port with deploy/quickstart.sh --port N"
}

# processes_launch NAME: starts a process in the background, unless it already runs from this binary.
processes_launch() {
    local name=$1 binary pid
    binary=$(processes_binary "$name")
    if pid=$(processes_pid "$name"); then
        if [[ /proc/$pid/exe -ef $binary && $(cat "$state/port" 2>/dev/null) == "$port" &&
            ($name != gateway || $(cat "$state/gateway-port" 2>/dev/null) == "$gateway_port") ]]; then
            note "the $name is already running (process $pid)"
            return
        fi
        processes_end "$name"
    fi
    CORE_MONITOR_DATA_DIR=$data_dir CORE_MONITOR_LISTEN=127.0.0.1:$port \
        CORE_MONITOR_GATEWAY_LISTEN=127.0.0.1:$gateway_port CORE_MONITOR_GATEWAY_ADMIN=127.0.0.1:$((gateway_port + 1)) \
        setsid "$binary" >>"$state/$name.log" 2>&1 </dev/null &
    echo $! >"$state/$name.pid"
    note "started the $name (process $!), log in $state/$name.log"
}

# processes_wait URL NAME...: waits until URL answers, while these processes run.
processes_wait() {
    local url=$1 deadline=$((SECONDS + 30)) name
    shift
    until curl --silent --fail --max-time 2 --output /dev/null "$url"; do
        for name in "$@"; do
            kill -0 "$(<"$state/$name.pid")" 2>/dev/null ||
                die "the $name exited: $(tail -n 5 "$state/$name.log")" "the full log is in $state/$name.log"
        done
        ((SECONDS < deadline)) || die "the $1 was not ready within 30 s" "see $state/$1.log"
        sleep 0.1
    done
}

# processes_start: starts the programs and waits until they are ready. The gateway comes last: the server sets up the database.
processes_start() {
    say "starting server and worker, data in $data_dir"
    mkdir -p "$data_dir"
    processes_launch server
    processes_launch worker
    echo "$port" >"$state/port"
    processes_wait "$api_url/readyz" server worker
    on_demand_start
    note "Core Monitor is available at $api_url"
}

# processes_end NAME: stops the process, and kills it after twenty seconds.
processes_end() {
    local name=$1 pid deadline=$((SECONDS + 20))
    if pid=$(processes_pid "$name"); then
        kill "$pid"
        while processes_running "$name"; do
            if ((SECONDS >= deadline)); then
                kill -KILL "$pid" 2>/dev/null || true
            fi
            sleep 0.05
        done
        note "stopped the $name"
    fi
    rm -f "$state/$name.pid"
}

processes_stop() {
    processes_end gateway
    processes_end worker
    processes_end server
}

# port_is_taken PORT: whether something on this machine accepts connections on this port.
port_is_taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# port_holder PORT: prints who uses the port, if this user can see it.
port_holder() {
    local container process
    container=$(docker ps --filter "publish=$1" --format '{{.Names}}' 2>/dev/null | head -n 1)
    if [[ -n $container ]]; then
        echo "the container $container"
        return
    fi
    process=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head -n 1)
    echo "${process:-another process}"
}
