# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# An application server that takes seconds to start. Sourced.

part_tomcat() {
    local begun took seen
    stack_up tomcat '[/opt/serve-tomcat]' 'idle-timeout: 8s, theme: matrix'
    seen=$(node "$root/tests/gateway-real/clients/browser.mjs" "http://$name.localhost:${gateway##*:}/shop/" 'The shop is open' \
        "$work/tomcat.png") || failed "a browser opens the shop" "the shop after a waiting page" "$seen"
    same "what the browser was shown" "503 200" "$(jq --raw-output '[.[].status] | join(" ")' <<<"$seen")"
    passed "Chromium is shown the waiting page at once, then Tomcat's page without a reload by hand:" \
        "$(jq --raw-output 'map("\(.status) \(.title) after \(.at) ms") | join(", ")' <<<"$seen")"

    falls_asleep
    begun=$(milliseconds)
    seen=$(ask /shop/ --write-out '%{http_code}')
    took=$(($(milliseconds) - begun))
    [[ $seen == *'<p id="sum">5050</p>'*200 ]] || failed "curl asks the shop that sleeps" "its page and 200" "$seen"
    same "starts of Tomcat that were asked for" 2 "$(commands WAKE)"
    passed "curl is held while Tomcat starts and deploys, and gets one answer, 200 with the page, after $took ms"
}
