# shellcheck shell=bash
# Calls the Core Monitor API. Sourced by quickstart.sh, which sets the variables that are not
# assigned here.
# shellcheck disable=SC2154

# api METHOD PATH [CURL-OPTION...]: prints the body of a successful response; otherwise exits with
# the error message of the API. The token is passed through a file descriptor, because every user of
# the machine can read arguments.
api() {
    local method=$1 path=$2 answer status
    shift 2
    answer=$(curl --silent --show-error --request "$method" --write-out '\n%{http_code}' \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$data_dir/admin-token")") \
        "$@" "$api_url/api/v1$path") || die "the API does not respond at $api_url" "see $state/server.log"
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    if [[ $status != 2* ]]; then
        die "$method $path: $(jq -r '[.title, .detail] | map(select(.)) | join(": ")' <<<"$answer" 2>/dev/null || echo "$answer") ($status)" \
            "$(jq -r '.hint.text // "see server.log"' <<<"$answer" 2>/dev/null || echo "see $state/server.log")"
    fi
    printf '%s\n' "$answer"
}

# api_write METHOD PATH [CURL-OPTION...]: a write that accepts any state of the stack.
api_write() {
    local method=$1 path=$2
    shift 2
    api "$method" "$path" --header 'If-Match: *' "$@"
}

# api_show_events COMMAND: prints a line for each finished step and each change while waiting, until
# the command or the stream ends.
api_show_events() {
    local line last="" stream stream_process
    exec {stream}< <(exec curl --silent --no-buffer --max-time 1200 \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$data_dir/admin-token")") \
        "$api_url/api/v1/commands/$1/events/stream")
    stream_process=$!
    sed -un 's/^data: *//p' <&"$stream" |
        jq --unbuffered -r '
            if .kind == "EVENT" then .event else empty end |
            def about: [(.op // .step // ""), (.target // "")] | map(select(. != "")) | join(" ");
            def detail: .detail // null
                | if type == "string" then . elif type == "object" then (.message.text? // .message // .state // .status // "") else "" end;
            if .kind == "OUTCOME" then "done     \(about)"
            elif .kind == "PROGRESS" and .op == "write_files" then "folder   of the stack on this host"
            elif .kind == "PROGRESS" then "waiting  \(about) \(detail)" | rtrimstr(" ")
            elif .kind == "RETRYING" then "again    \(about) \(detail)"
            elif (.kind | IN("CLAIMED", "ADOPTED", "PLANNED")) then .kind | ascii_downcase
            elif (.kind | IN("DONE", "FAILED", "CANCELLED")) then .kind, "end"
            else empty end' |
        while IFS= read -r line; do
            # The command has ended, but the stream may stay open.
            if [[ $line == end ]]; then
                kill "$stream_process" 2>/dev/null || true
            elif [[ $line != "$last" ]]; then
                note "$line"
                last=$line
            fi
        done || true
    exec {stream}<&-
}

# api_finish COMMAND: shows its progress, waits until it ends, and exits unless it is DONE.
api_finish() {
    local id=$1 command status line deadline=$((SECONDS + 1200))
    api_show_events "$id"
    while :; do
        command=$(api GET "/commands/$id?wait=30")
        status=$(jq -r .status <<<"$command")
        case $status in
            DONE) return ;;
            PENDING | RUNNING) ((SECONDS < deadline)) || die "command $id did not end within 20 minutes" "see $state/worker.log" ;;
            *)
                jq -r '.failure // {} | .logs // [] | .[]' <<<"$command" |
                    while IFS= read -r line; do printable "$line" >&2; done
                die "the command ended as $status: $(jq -r '.failure.message.text // "no message"' <<<"$command")" \
                    "$(jq -r '.failure.hint.text // empty' <<<"$command")" "see $state/worker.log"
                ;;
        esac
    done
}
