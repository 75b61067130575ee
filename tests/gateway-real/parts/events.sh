# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# A stream of server-sent events. Sourced.

part_events() {
    local run ended took seen
    stack_up events '[python3, /opt/app.py, "0.5"]' 'idle-timeout: 5s'
    ask '/events?every=6&count=5' --no-buffer --header 'Accept: text/event-stream' >"$work/events" 2>&1 &
    local stream=$!
    within_limit 20 "the first event" grep --quiet '^id: 0' "$work/events"
    run=$(run_of_it)
    wait "$stream" || failed "a stream of 30 s" "an end without an error" "$(tail -n 3 "$work/events")"
    ended=$(milliseconds)
    same "the run at the end of the stream" "$run" "$(run_of_it)"
    runs || failed "the service at the end of the stream" "awake" "asleep"
    seen=$(grep --count '^id: ' "$work/events")
    same "events" 5 "$seen"
    passed "a stream of events that lasts six times the idle time, with 6 s between two events, is not cut"
    falls_asleep 15
    took=$(($(milliseconds) - ended))
    at_most "milliseconds until the service sleeps, after the stream ended" 9000 "$took"
    passed "after the stream has ended, the service sleeps within $took ms"
}
