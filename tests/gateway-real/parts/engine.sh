# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the variables of tests/gateway-real/house.sh
# kill -9 of the engine, in each state of a service: of an engine of its own, with namespaces of its own for mounts and the network.
# Sourced.

# engine_answers: whether it does.
engine_answers() {
    docker version --format '{{.Server.Version}}' >"$work/engine/version" 2>/dev/null
}

# engine_begin: starts the engine in its namespaces.
engine_begin() {
    rm -f "$work/engine/docker.pid"
    nsenter --target "$holder" --mount --net dockerd --host "unix://$work/engine/docker.sock" --data-root "$work/engine/data" \
        --exec-root "$work/engine/exec" --pidfile "$work/engine/docker.pid" >>"$work/engine/log" 2>&1 &
    engine_job=$!
    within_limit 60 "the engine of its own answers" engine_answers
    engine=$(<"$work/engine/docker.pid")
}

# engine_up: makes the namespaces, and an engine in them that has the small test image.
engine_up() {
    mkdir -p "$work/engine"
    # A containerd of the machine must not be found: its containers are not ours.
    # shellcheck disable=SC2016  # for the shell inside
    setsid unshare --mount --net sh -c 'ip link set lo up && mkdir -p /run/containerd && mount -t tmpfs none /run/containerd && touch "$1" && exec sleep infinity' \
        - "$work/engine/made" </dev/null >"$work/engine/log" 2>&1 &
    holder=$!
    disown "$holder"
    within_limit 10 "the namespaces are made" test -e "$work/engine/made"
    within=(nsenter "--net=/proc/$holder/ns/net")
    docker save test/busybox:1 >"$work/engine/image"
    export DOCKER_HOST=unix://$work/engine/docker.sock
    engine_begin
    docker load --quiet --input "$work/engine/image" >/dev/null
    note "engine $(<"$work/engine/version") in namespaces of its own"
}

# engine_down: ends everything in the namespaces.
engine_down() {
    local namespace one engine_job=${engine_job:-}
    [[ -n ${holder:-} ]] || return 0
    namespace=$(readlink "/proc/$holder/ns/mnt") || return 0
    for one in /proc/[0-9]*; do
        [[ $(readlink "$one/ns/mnt" 2>/dev/null) == "$namespace" ]] || continue
        kill -9 "${one#/proc/}" 2>/dev/null || true
        # Its folders are in use until it is gone.
        timeout 10 tail --pid="${one#/proc/}" --follow /dev/null || true
    done
    wait "$engine_job" 2>/dev/null || true
    holder=
    within=()
    unset DOCKER_HOST
}

# processor_time PROGRAM: the hundredths of a second of processor time that it has had.
processor_time() {
    awk '{ print $14 + $15 }' "/proc/${process[$1]}/stat"
}

# engine_killed: kills the engine, leaves it dead for ten seconds, and starts it again. Sets `used` to what the gateway and the
# worker needed of a processor while it was dead.
engine_killed() {
    local program begun took
    local -A before=()
    kill -9 "$engine"
    wait "$engine_job" 2>/dev/null || true
    for program in gateway worker; do
        before[$program]=$(processor_time "$program")
    done
    begun=$(milliseconds)
    # How long the engine is away is what is tried here, not a wait for something.
    sleep 10
    took=$(($(milliseconds) - begun))
    used=
    for program in gateway worker; do
        before[$program]=$((($(processor_time "$program") - before[$program]) * 1000 / took))
        used+="${used:+, }the $program ${before[$program]} %"
    done
    engine_begin
    back=$(milliseconds)
    for program in gateway worker; do
        at_most "per cent of a processor that the $program uses without an engine" 5 "${before[$program]}"
    done
}

# agrees: whether the API says of the stack what is the case.
agrees() {
    if runs; then is_known_to_be running; else is_known_to_be asleep; fi
}

# recovers STATE: what must hold after the engine is back.
recovers() {
    within_limit 30 "what the API says after kill -9 of the engine while it $1" agrees
    local agreed=$(($(milliseconds) - back)) answered
    same "the answer after kill -9 of the engine while it $1" 200 "$(status_of /)"
    answered=$(($(milliseconds) - back))
    at_most "milliseconds until a request was answered" 30000 "$answered"
    falls_asleep
    passed "kill -9 of the engine while it $1: the state is right $agreed ms after it is back, a request gets 200, it sleeps again;" \
        "without it, $used of a processor"
}

part_engine() {
    local engine engine_job used back held
    house_down
    engine_up
    house_up house-engine
    grace=1s image=test/busybox:1 stack_up engine '[sh, -c, "sleep 2; echo hello >/tmp/index.html; exec httpd -f -p 8080 -h /tmp"]' 'idle-timeout: 5s'

    engine_killed
    recovers 'sleeps'

    falls_asleep
    status_of / >"$work/held" &
    held=$!
    within_limit 20 "the start is under way" runs
    engine_killed
    recovers 'starts'
    wait "$held"
    note "the request that was held meanwhile: $(<"$work/held")"

    same "an answer that wakes it" 200 "$(status_of /)"
    engine_killed
    recovers 'is awake'
    house_down
    engine_down
}
