# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# Somebody starts and stops the container with docker. Sourced.

part_hand() {
    local run begun
    stack_up hand '[python3, /opt/app.py, "0.5"]' 'idle-timeout: 6s'
    docker start "$name-web-1" >/dev/null
    run=$(run_of_it)
    same "an answer of a container that was started by hand" 200 "$(status_of /)"
    same "its run" "$run" "$(run_of_it)"
    falls_asleep
    passed "a container that was started with docker is adopted: it answers as it is, and sleeps when nobody uses it"

    docker start "$name-web-1" >/dev/null
    begun=$(milliseconds)
    falls_asleep
    at_most "milliseconds until a container sleeps that was started by hand and never used" 16000 $(($(milliseconds) - begun))
    passed "one that nobody uses after it was started with docker sleeps as well"

    same "an answer that wakes it" 200 "$(status_of /)"
    run=$(run_of_it)
    docker stop "$name-web-1" >/dev/null
    same "an answer right after docker stop" 200 "$(status_of /)"
    [[ $(run_of_it) != "$run" ]] || failed "the run after docker stop" "another one" "$run"
    docker kill "$name-web-1" >/dev/null
    same "an answer right after docker kill" 200 "$(status_of /)"
    passed "one that was stopped or killed with docker wakes at the next request, even at once"

    docker pause "$name-web-1" >/dev/null
    within_limit 20 "it is seen that it is paused" is_known_to_be asleep
    same "an answer after docker pause" 200 "$(status_of /)"
    passed "one that was paused with docker wakes at the next request"
    falls_asleep
}
