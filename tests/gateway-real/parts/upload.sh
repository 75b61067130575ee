# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# A large upload that is the first request to a service. Sourced.

# upload_first WHAT OPTION...: uploads the file as the first request.
upload_first() {
    local what=$1 before grown seen starts
    shift
    falls_asleep
    starts=$(commands WAKE)
    before=$(gateway_memory_anew)
    seen=$(ask /upload --upload-file "$work/large" "$@") || failed "an upload $what" "an answer" "$seen"
    grown=$(($(gateway_memory VmHWM) - before))
    same "size of the upload $what" $((512 << 20)) "$(jq --raw-output .size <<<"$seen")"
    same "checksum of the upload $what" "$(<"$work/large.sha256")" "$(jq --raw-output .sha256 <<<"$seen")"
    at_most "KiB by which the gateway grew" 10240 "$grown"
    same "starts for the upload" $((starts + 1)) "$(commands WAKE)"
    passed "an upload of 512 MiB $what wakes the service and arrives as it was; the gateway's memory grew by $grown KiB at most"
}

part_upload() {
    stack_up upload '[python3, /opt/app.py, "1"]' 'idle-timeout: 5s'
    head -c $((512 << 20)) /dev/urandom >"$work/large"
    sha256sum "$work/large" | cut -d' ' -f1 >"$work/large.sha256"
    # The first one warms up what a program allocates once.
    same "an answer before the uploads" 200 "$(status_of /)"
    upload_first "with Expect: 100-continue" --header 'Expect: 100-continue' --expect100-timeout 60
    upload_first "without Expect" --header 'Expect:'
    upload_first "in chunks" --header 'Expect:' --header 'Transfer-Encoding: chunked'
    rm -f "$work/large"
}
