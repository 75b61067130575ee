# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# kill -9 of the gateway, of the worker, and of both, in each state of a service. Sourced.

# killed VICTIM...: kills them and starts them again.
killed() {
    kill_hard "$@"
    begin "$@"
}

# told_to_end: whether the service has been told to, and takes its time.
told_to_end() {
    docker exec "$name-web-1" test -e /tmp/ending 2>/dev/null
}

# manages_it SINCE: whether it sleeps again after its idle time, which shows that it is not forgotten.
manages_it() {
    falls_asleep 25
    at_most "milliseconds until $name sleeps again" 20000 $(($(milliseconds) - $1))
}

# killed_asleep VICTIM...
killed_asleep() {
    local run
    falls_asleep
    run=$(run_of_it)
    killed "$@"
    same "the run of a service that sleeps after kill -9 of $*" "$run" "$(run_of_it)"
    same "the next answer" 200 "$(status_of /)"
    manages_it "$(milliseconds)"
    passed "kill -9 of $* while it sleeps: it stays asleep, the next request gets 200, and it sleeps again"
}

# killed_starting VICTIM...
killed_starting() {
    local run held seen
    falls_asleep
    status_of / >"$work/held" &
    held=$!
    within_limit 20 "the start is under way" runs
    run=$(run_of_it)
    killed "$@"
    same "the answer after kill -9 of $* during a start" 200 "$(status_of /)"
    same "the run that was starting" "$run" "$(run_of_it)"
    wait "$held"
    seen=$(<"$work/held")
    [[ " $* " == *' gateway '* ]] || same "the answer that was held meanwhile" 200 "$seen"
    manages_it "$(milliseconds)"
    passed "kill -9 of $* during a start: the start goes on, a request gets 200 (the one that was held: $seen), and it sleeps again"
}

# killed_awake VICTIM...
killed_awake() {
    local run download size
    same "an answer that wakes it" 200 "$(status_of /)"
    run=$(run_of_it)
    : >"$work/download"
    ask '/download?seconds=12' --no-buffer >"$work/download" 2>/dev/null &
    download=$!
    within_limit 20 "the download is under way" test -s "$work/download"
    killed "$@"
    if [[ " $* " == *' gateway '* ]]; then
        wait "$download" || true
        same "an answer after kill -9 of $*" 200 "$(status_of /)"
        size='was cut'
    else
        wait "$download" || failed "a download while the worker is killed" "its end" "an error"
        same "bytes of the download" $((12 * 102400)) "$(stat --format %s "$work/download")"
        size='is whole'
    fi
    same "the run after kill -9 of $* with an open download" "$run" "$(run_of_it)"
    runs || failed "the service" awake asleep
    manages_it "$(milliseconds)"
    passed "kill -9 of $* with a download under way: the service goes on (the download $size), and it sleeps again"
}

# killed_falling VICTIM...
killed_falling() {
    local run
    same "an answer that wakes it" 200 "$(status_of /)"
    run=$(run_of_it)
    within_limit 25 "the service is told to end" told_to_end
    killed "$@"
    same "the answer after kill -9 of $* while it falls asleep" 200 "$(status_of /)"
    [[ $(run_of_it) != "$run" ]] || failed "the run after it fell asleep" "another one" "$run"
    manages_it "$(milliseconds)"
    passed "kill -9 of $* while it falls asleep: a request gets 200 from a new run, and it sleeps again"
}

part_kill() {
    local victims
    # It accepts after 2 s, and takes 3 s to end.
    stack_up kill "[sh, -c, \"rm -f /tmp/ending; trap 'touch /tmp/ending; sleep 3; exit 0' TERM; python3 /opt/app.py 2 & wait\"]" 'idle-timeout: 5s'
    for victims in gateway worker 'gateway worker'; do
        read -r -a victims <<<"$victims"
        killed_asleep "${victims[@]}"
        killed_starting "${victims[@]}"
        killed_awake "${victims[@]}"
        killed_falling "${victims[@]}"
    done
}
