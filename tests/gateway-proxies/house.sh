# shellcheck shell=bash
# An installation with a data folder and ports of its own, and a stack whose service sleeps. Sourced by gateway-proxies.sh, after
# deploy/engine.sh; `work` is a folder that is gone afterwards, `binaries` that of the programs, `host` the host of the service.
# shellcheck disable=SC2154

stack_name=gateway-proxies-$$
stack=
declare -A process=()

# passed TEXT: one line about what has been proved.
passed() {
    note "ok: $*"
}

# failed TEXT: ends the test, with the last lines of every log.
failed() {
    local log
    for log in "$work"/*.log; do
        note "the last lines of $(basename "$log"):"
        tail -n 8 "$log" | cut -c1-300 >&2
    done
    die "$@"
}

# within SECONDS WHAT COMMAND...: until the command succeeds.
within() {
    local deadline=$((SECONDS + $1)) limit=$1 what=$2 program
    shift 2
    until "$@"; do
        for program in "${!process[@]}"; do
            kill -0 "${process[$program]}" 2>/dev/null || failed "the $program has ended"
        done
        ((SECONDS < deadline)) || failed "$what: not within $limit s"
        sleep 0.05
    done
}

# begin NAME PROGRAM [ARGUMENT...]: starts a program in the background.
begin() {
    local program=$1
    shift
    "$@" >>"$work/$program.log" 2>&1 </dev/null &
    process[$program]=$!
}

# end NAME: stops a program that may not run, and waits for its end.
end() {
    local pid=${process[$1]:-}
    [[ -n $pid ]] || return 0
    unset "process[$1]"
    kill "$pid"
    wait "$pid" || true
}

# free_ports COUNT: so many ports that nobody uses.
free_ports() {
    python3 -c '
import socket, sys
sockets = [socket.create_server(("0.0.0.0", 0)) for _ in range(int(sys.argv[1]))]
print(*(one.getsockname()[1] for one in sockets))' "$1"
}

answers() {
    curl --silent --fail --output /dev/null --max-time 2 "$1"
}

# make_certificate: for the host of the service and one that no service has; as proxies want it, and as the gateway does.
make_certificate() {
    mkdir -p "$work/tls" "$work/certificates"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host,DNS:other.example.org" -keyout "$work/tls/privkey.pem" -out "$work/tls/fullchain.pem" 2>"$work/openssl.log" ||
        failed "openssl made no certificate"
    cp "$work/tls/fullchain.pem" "$work/certificates/$host.crt"
    cp "$work/tls/privkey.pem" "$work/certificates/$host.key"
    chmod 600 "$work/certificates/$host.key"
}

# house_up: starts server and worker, and applies the stack.
house_up() {
    local ports command answer
    ports=$(free_ports 3)
    read -r server gateway admin <<<"$ports"
    server=127.0.0.1:$server gateway=127.0.0.1:$gateway admin=127.0.0.1:$admin
    token=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
    mkdir -m 700 "$work/data"
    export CORE_MONITOR_DATA_DIR=$work/data CORE_MONITOR_LISTEN=$server CORE_MONITOR_GATEWAY_ADMIN=$admin CORE_MONITOR_BOOTSTRAP_TOKEN=$token
    say "starting an installation, and the stack $stack_name"
    begin server "$binaries/core-monitor-server"
    within 30 "the server is ready" answers "http://$server/readyz"
    begin worker "$binaries/core-monitor-worker"
    mkdir "$work/project"
    cp tests/gateway-proxies/app.py "$work/project/"
    cat >"$work/project/compose.yml" <<YAML
services:
  web:
    image: core-monitor-demo/app:1
    command: [python3, /srv/app.py]
    volumes: ["./app.py:/srv/app.py:ro"]
    stop_grace_period: 1s
    x-core-monitor:
      on-demand: {hosts: [$host], port: 8080, idle-timeout: 1h, block-timeout: 60s}
YAML
    answer=$(tar --create --directory "$work/project" . |
        api POST "stacks/archive?name=$stack_name" --header 'Content-Type: application/octet-stream' --data-binary @-)
    stack=$(jq --raw-output .stack.stack_id <<<"$answer")
    command=$(api POST "stacks/$stack/apply/1" --header 'If-Match: *' | jq --raw-output .command_id)
    within 60 "the stack is applied" is_done "$command"
}

# house_gateway [FILE]: starts the gateway with a file of settings that says where it listens, or on `gateway`.
house_gateway() {
    if [[ $# -gt 0 ]]; then
        begin gateway "$binaries/core-monitor-gateway" --config "$1"
    else
        begin gateway "$binaries/core-monitor-gateway" --gateway-listen "$gateway"
    fi
    within 30 "the gateway is ready" answers "http://$admin/readyz"
}

# house_down: ends the programs and removes what the stack has on the engine.
house_down() {
    local found ids
    {
        ((${#process[@]} == 0)) || kill -9 "${process[@]}"
        wait
    } 2>/dev/null || true
    if [[ -n $stack ]]; then
        found=$(docker ps --all --quiet --filter "label=io.core-monitor.stack=$stack")
        mapfile -t ids <<<"$found"
        [[ -z $found ]] || docker rm --force --volumes "${ids[@]}" >/dev/null
        found=$(docker network ls --quiet --filter "label=io.core-monitor.stack=$stack")
        mapfile -t ids <<<"$found"
        [[ -z $found ]] || docker network rm "${ids[@]}" >/dev/null
    fi
    rm -rf "$work"
}

# api METHOD PATH [OPTION...]: asks the server; ends the test unless it agrees.
api() {
    local method=$1 path=$2 answer
    shift 2
    answer=$(curl --silent --show-error --fail-with-body --max-time 60 --request "$method" --header "Authorization: Bearer $token" \
        "$@" "http://$server/api/v1/$path") || failed "$method $path: $answer"
    printf '%s\n' "$answer"
}

# is_done COMMAND: whether it is; ends the test if it has failed.
is_done() {
    local answer status
    answer=$(api GET "commands/$1")
    status=$(jq --raw-output .status <<<"$answer")
    [[ $status != FAILED ]] || failed "command $1 failed: $answer"
    [[ $status == DONE ]]
}

is_asleep() {
    [[ $(api GET "stacks/$stack/status" | jq --raw-output .state) == asleep ]]
}

# put_to_sleep: stops the stack, which wakes at its next request.
put_to_sleep() {
    local command
    command=$(api POST "stacks/$stack/stop" --header 'If-Match: *' | jq --raw-output .command_id)
    within 30 "the stack is stopped" is_done "$command"
    within 10 "the stack shows as stopped" is_asleep
}

# wakes: how often the stack has been woken.
wakes() {
    api GET "commands?stack_id=$stack&kind=WAKE&limit=100" | jq '.items | length'
}
