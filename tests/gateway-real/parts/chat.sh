# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# A chat over WebSocket. Sourced.

part_chat() {
    local run left took seen
    stack_up chat '[python3, /opt/app.py, "0.5"]' 'idle-timeout: 5s, websocket-idle: 10s'
    # The first connection wakes it. Each pause is longer than the idle time, and shorter than a WebSocket may be silent.
    seen=$(client chat.py talk 4 7) || failed "two people chat" "both hear everything" "$seen"
    left=$(milliseconds)
    run=$(run_of_it)
    same "starts for the chat" 1 "$(commands WAKE)"
    passed "two people chat over WebSocket; with 7 s between messages and an idle time of 5 s it stays awake, and nobody misses a message"
    falls_asleep 15
    took=$(($(milliseconds) - left))
    at_most "milliseconds until the chat sleeps, after both left" 9000 "$took"
    same "the run of the chat until then" "$run" "$(run_of_it)"
    passed "after both have left, the chat sleeps within $took ms"

    seen=$(client chat.py listen) || failed "somebody is silent in the chat" "a close of the WebSocket" "$seen"
    same "how the gateway closes a WebSocket that is silent for 10 s" 1001 "$(jq --raw-output .code <<<"$seen")"
    falls_asleep 15
    passed "a WebSocket that nobody uses is closed with 1001 after $(jq --raw-output .seconds <<<"$seen") s, and the chat sleeps"
}
