# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# A thousand first requests at once. Sourced.

part_herd() {
    local seen starts before grown
    stack_up herd '[python3, /opt/app.py, "2"]' 'idle-timeout: 5s'
    docker events --filter "container=$name-web-1" --filter event=start --format '{{.Time}}' >"$work/starts" &
    local watching=$!
    before=$(gateway_memory_anew)
    seen=$(client herd.py 1000) || failed "1,000 first requests at once" "answers" "$seen"
    same "answers to 1,000 first requests" '{"200": 1000}' "$(jq --compact-output .statuses <<<"$seen" | sed 's/:/: /')"
    grown=$(($(gateway_memory VmHWM) - before))
    # The engine tells its events in order: once it has told of the end, it has told of every start.
    falls_asleep
    kill "$watching"
    wait "$watching" 2>/dev/null || true
    starts=$(wc -l <"$work/starts")
    same "starts that the engine tells of" 1 "$starts"
    same "starts that were asked for" 1 "$(commands WAKE)"
    note "the gateway's memory grew by $grown KiB"
    passed "1,000 first requests at once are one start, and all get 200, the last after $(jq --raw-output .longest <<<"$seen") s"
}
