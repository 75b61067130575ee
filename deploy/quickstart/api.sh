# shellcheck shell=bash
# Calls of the Core Monitor API. Sourced by quickstart.sh, which sets the variables
# that are not assigned here.
# shellcheck disable=SC2154

# api METHOD PATH [CURL-OPTION...]: prints the body of a good answer; ends the script with the
# problem's own words otherwise. The token goes through a file descriptor: an argument would be
# readable by every user of the machine.
api() {
    local method=$1 path=$2 answer status
    shift 2
    answer=$(curl --silent --show-error --request "$method" --write-out '\n%{http_code}' \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$data_dir/admin-token")") \
        "$@" "$api_url/api/v1$path") || die "the API does not answer at $api_url" "look at $state/server.log"
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    if [[ $status != 2* ]]; then
        die "$method $path: $(jq -r '[.title, .detail] | map(select(.)) | join(": ")' <<<"$answer" 2>/dev/null || echo "$answer") ($status)" \
            "$(jq -r '.hint // "look at the server.log"' <<<"$answer" 2>/dev/null || echo "look at $state/server.log")"
    fi
    printf '%s\n' "$answer"
}

# api_write METHOD PATH [CURL-OPTION...]: a write that takes the stack in whatever state it is.
api_write() {
    local method=$1 path=$2
    shift 2
    api "$method" "$path" --header 'If-Match: *' "$@"
}

# api_show_events COMMAND: a line per finished step and per change of what is waited for, until
# the command ends or the stream does.
api_show_events() {
    local line last="" stream stream_process
    exec {stream}< <(exec curl --silent --no-buffer --max-time 1200 --header 'Accept: text/event-stream' \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$data_dir/admin-token")") \
        "$api_url/api/v1/commands/$1/events")
    stream_process=$!
    sed -un 's/^data: *//p' <&"$stream" |
        jq --unbuffered -r '
            def about: [(.op // .step // ""), (.target // "")] | map(select(. != "")) | join(" ");
            def detail: .detail // null
                | if type == "string" then . elif type == "object" then (.message // .state // .status // "") else "" end;
            if .kind == "OUTCOME" then "done     \(about)"
            elif .kind == "PROGRESS" and .op == "write_files" then "folder   of the stack on this host"
            elif .kind == "PROGRESS" then "waiting  \(about) \(detail)" | rtrimstr(" ")
            elif .kind == "RETRYING" then "again    \(about) \(detail)"
            elif (.kind | IN("CLAIMED", "ADOPTED", "PLANNED")) then .kind | ascii_downcase
            elif (.kind | IN("DONE", "FAILED", "CANCELLED")) then .kind, "end"
            else empty end' |
        while IFS= read -r line; do
            # The command has ended; the stream itself may stay open.
            if [[ $line == end ]]; then
                kill "$stream_process" 2>/dev/null || true
            elif [[ $line != "$last" ]]; then
                note "$line"
                last=$line
            fi
        done || true
    exec {stream}<&-
}

# api_finish COMMAND: shows its progress, waits for its end, ends the script unless it is DONE.
api_finish() {
    local id=$1 command status deadline=$((SECONDS + 1200))
    api_show_events "$id"
    while :; do
        command=$(api GET "/commands/$id?wait=30")
        status=$(jq -r .status <<<"$command")
        case $status in
            DONE) return ;;
            PENDING | RUNNING) ((SECONDS < deadline)) || die "command $id did not end within 20 minutes" "look at $state/worker.log" ;;
            *)
                jq -r '.failure // {} | .logs // [] | .[]' <<<"$command" >&2
                die "the command ended $status: $(jq -r '.failure.message // "no reason given"' <<<"$command")" \
                    "$(jq -r '.failure.hint // empty' <<<"$command")" "look at $state/worker.log"
                ;;
        esac
    done
}
