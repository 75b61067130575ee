# shellcheck shell=bash
# One installation with a data folder and ports of its own: server, worker, gateway. Sourced, after deploy/console.sh.
#
#   binaries    the folder of the programs
#   work        a folder that is gone afterwards
#   root        the folder of the project
#   within      a command before every program and client, to run them in other namespaces; empty for those of this shell

: "${binaries:?}" "${work:?}" "${root:?}"
within=()
image=test/gateway-real:1
declare -A process=()
stacks=()
house=
gateway=
admin=

# passed TEXT: one line about what has been proved.
passed() {
    say "ok: $*"
}

# failed WHAT EXPECTED SEEN: the end of the test.
failed() {
    local name
    for name in "${!process[@]}"; do
        note "the log of $name, its last lines:"
        tail -n 12 "$house/$name.log" | cut -c1-260 >&2 || true
    done
    die "$1: expected $2, seen $3"
}

# same WHAT EXPECTED SEEN: ends the test if they differ.
same() {
    [[ $2 == "$3" ]] || failed "$1" "$2" "$3"
}

# at_most WHAT LIMIT SEEN: ends the test if it is more.
at_most() {
    (($3 <= $2)) || failed "$1" "at most $2" "$3"
}

# milliseconds: the time, for differences.
milliseconds() {
    local now=$EPOCHREALTIME
    echo $((${now%[.,]*} * 1000 + 10#${now#*[.,]} / 1000))
}

# within_limit SECONDS WHAT COMMAND...: until the command succeeds; ends the test if it does not in that time.
within_limit() {
    local deadline=$(($(milliseconds) + $1 * 1000)) limit=$1 what=$2
    shift 2
    until "$@"; do
        (($(milliseconds) < deadline)) || failed "$what" "within $limit s" "not yet"
        sleep 0.05
    done
}

# free_ports COUNT: so many ports that nobody uses.
free_ports() {
    "${within[@]}" python3 -c '
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(one.getsockname()[1] for one in sockets))' "$1"
}

# answers_200 URL: whether it answers so.
answers_200() {
    "${within[@]}" curl --silent --fail --output /dev/null --max-time 2 "$1"
}

# begin PROGRAM...: starts server, worker or gateway and waits until it is at work.
begin() {
    local name
    for name in "$@"; do
        "${within[@]}" "$binaries/core-monitor-$name" >>"$house/$name.log" 2>&1 &
        process[$name]=$!
    done
    for name in "$@"; do
        case $name in
            gateway) within_limit 30 "the gateway is ready" answers_200 "http://$admin/readyz" ;;
            *) within_limit 30 "the server and the worker are ready" answers_200 "http://$CORE_MONITOR_LISTEN/readyz" ;;
        esac
    done
}

# kill_hard PROGRAM...: kills them with -9, at once.
kill_hard() {
    local name pids=()
    for name in "$@"; do
        pids+=("${process[$name]}")
    done
    kill -9 "${pids[@]}"
    wait "${pids[@]}" 2>/dev/null || true
    for name in "$@"; do
        unset "process[$name]"
    done
}

# gateway_memory NAME: what /proc says about the gateway's memory, in KiB.
gateway_memory() {
    awk -v name="$1:" '$1 == name { print $2 }' "/proc/${process[gateway]}/status"
}

# gateway_memory_anew: from here on the gateway's largest memory, VmHWM, is counted anew. Prints what it is now, in KiB.
gateway_memory_anew() {
    echo 5 >"/proc/${process[gateway]}/clear_refs"
    gateway_memory VmRSS
}

# house_up NAME [PROGRAM...]: starts an installation: these programs of it, or all.
house_up() {
    local ports
    house=$work/$1
    mkdir -p "$house"
    mkdir -m 700 "$house/data"
    ports=$(free_ports 4)
    read -r -a ports <<<"$ports"
    gateway=127.0.0.1:${ports[1]} admin=127.0.0.1:${ports[2]}
    token=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
    # The programs say that they do not know it.
    unset CORE_MONITOR_BINARIES
    export CORE_MONITOR_DATA_DIR=$house/data CORE_MONITOR_LISTEN=127.0.0.1:${ports[0]} CORE_MONITOR_GATEWAY_LISTEN=$gateway \
        CORE_MONITOR_GATEWAY_ADMIN=$admin CORE_MONITOR_GATEWAY_LISTEN_TLS=127.0.0.1:${ports[3]} CORE_MONITOR_BOOTSTRAP_TOKEN=$token
    shift
    (($# > 0)) || set -- server worker gateway
    begin "$@"
}

# remove_containers LABEL: removes the containers that carry it.
remove_containers() {
    local found
    found=$(docker ps --all --quiet --filter "label=$1")
    [[ -n $found ]] || return 0
    mapfile -t found <<<"$found"
    docker rm --force --volumes "${found[@]}" >/dev/null
}

# house_down: ends the programs and removes what their stacks have on the engine.
house_down() {
    local name found
    if ((${#process[@]} > 0)); then
        kill -9 "${process[@]}" 2>/dev/null || true
        wait "${process[@]}" 2>/dev/null || true
        process=()
    fi
    for name in "${stacks[@]}"; do
        remove_containers "com.docker.compose.project=$name"
        found=$(docker network ls --quiet --filter "label=com.docker.compose.project=$name")
        [[ -z $found ]] || docker network rm "$found" >/dev/null
    done
    stacks=()
}

# api METHOD PATH [OPTION...]: asks the server; ends the test unless it agrees.
api() {
    local method=$1 path=$2 answer
    shift 2
    answer=$("${within[@]}" curl --silent --show-error --fail-with-body --max-time 90 --request "$method" --header "Authorization: Bearer $token" \
        "$@" "http://$CORE_MONITOR_LISTEN/api/v1/$path") || failed "$method $path" "an answer without an error" "$answer"
    printf '%s\n' "$answer"
}

# stack_apply NAME COMMAND OPTIONS: makes a stack of one service that wakes on demand, and applies it. Its name is then in `name`,
# its id in `stack`.
stack_apply() {
    local command answer
    name=gwreal-$1-$$
    stacks+=("$name")
    answer=$(api POST "stacks?name=$name" --header 'Content-Type: application/yaml' --data-binary @- <<END
services:
  web:
    image: $image
    command: $2
    stop_grace_period: ${grace:-10s}
    x-core-monitor:
      on-demand: {hosts: [$name.localhost], port: 8080, min-up: 0s, $3}
END
    )
    stack=$(jq --raw-output .stack.stack_id <<<"$answer")
    answer=$(api POST "stacks/$stack/apply/1" --header 'If-Match: *')
    command=$(jq --raw-output .command_id <<<"$answer")
    within_limit 90 "the first apply of $1 is done" is_done "$command"
}

# stack_up NAME COMMAND OPTIONS: the same, and waits until the service is asleep for the first time.
stack_up() {
    stack_apply "$@"
    falls_asleep 60
}

# is_done COMMAND: whether it is; ends the test if it has failed.
is_done() {
    local answer
    answer=$(api GET "commands/$1")
    [[ $(jq --raw-output .status <<<"$answer") != FAILED ]] || failed "command $1" DONE "$answer"
    [[ $(jq --raw-output .status <<<"$answer") == DONE ]]
}

# commands KIND: how many of this kind the stack has had.
commands() {
    api GET "commands?stack_id=$stack&kind=$1&limit=100" | jq '.items | length'
}

# runs: whether the container of the service runs.
runs() {
    [[ $(docker inspect --format '{{.State.Running}}' "$name-web-1") == true ]]
}

# is_known_to_be STATE: whether the API says so of the stack.
is_known_to_be() {
    [[ $(api GET "stacks/$stack/status" | jq --raw-output .state) == "$1" ]]
}

# run_of_it: which run of which container it is.
run_of_it() {
    docker inspect --format '{{.Id}} {{.State.StartedAt}}' "$name-web-1"
}

# is_asleep: whether it does not run, and nothing is being done about it.
is_asleep() {
    ! runs && [[ $(api GET "commands?stack_id=$stack&limit=100" | jq '[.items[] | select(.status == "PENDING" or .status == "RUNNING")] | length') == 0 ]]
}

# falls_asleep [SECONDS]: until the service sleeps.
falls_asleep() {
    within_limit "${1:-30}" "$name falls asleep" is_asleep
}

# ask PATH [OPTION...]: the body of an answer for the host of the stack, like a program.
ask() {
    local path=$1
    shift
    "${within[@]}" curl --silent --show-error --max-time 90 --header "Host: $name.localhost" "$@" "http://$gateway$path"
}

# status_of PATH [OPTION...]: the status of an answer; 000 if there is none.
status_of() {
    ask "$@" --output /dev/null --write-out '%{http_code}' || true
}

# client PROGRAM ARGUMENT...: runs a Python program of the folder clients, in the image.
client() {
    docker run --rm --init --network host --ulimit nofile=20000 --label gateway-real.run=$$ \
        --volume "$root/tests/gateway-real/clients:/clients:ro" "$image" \
        python3 "/clients/$1" "$gateway" "$name.localhost" "${@:2}"
}
