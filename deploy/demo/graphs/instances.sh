# shellcheck shell=bash
# The template of the graphs and its instances, through the API. Sourced by demo.sh, which sets the variables that are not
# assigned here.
# shellcheck disable=SC2154

# Each has an extract that extract.py writes, and a graph.
regions=(aura bretagne)

# key_of REGION: prints the key of the instance of a region.
key_of() {
    echo "$1_2025${chosen[suffix]}"
}

# graph_template_save: saves the template with the chosen ports, and sets template_version to its newest version.
graph_template_save() {
    sed "s/range: 8002-8201/range: ${chosen[ports]}/" "$graphs_dir/compose.yaml" >"$state/$template.yaml"
    template_save "$template"
    template_version=$(template_find "$template" | jq -r .latest_version)
}

# instances_launch: launches a graph for each region, or brings it to the newest version of the template, and shows its phases
# until all of them serve.
instances_launch() {
    local region key deadline=$((SECONDS + 300)) waiting=yes
    local -A phases=()
    say "launching version $template_version of the template $template"
    for region in "${regions[@]}"; do
        key=$(key_of "$region")
        api PUT "/templates/$template/instances/$key" --header 'Content-Type: application/json' \
            --data "{\"version\": $template_version}" >/dev/null
    done
    while [[ $waiting == yes ]]; do
        waiting=no
        for region in "${regions[@]}"; do
            key=$(key_of "$region")
            instance_follow "$key"
        done
        ((SECONDS < deadline)) || die "not all graphs serve after 5 minutes" "see $api_url/api/v1/templates/$template/instances"
        [[ $waiting == no ]] || sleep 0.2
    done
}

# instance_follow KEY: shows a change of the phase, kept in `phases`, and says in `waiting` that it does not serve yet.
instance_follow() {
    local key=$1 instance phase
    instance=$(api GET "/templates/$template/instances/$key")
    phase=$(jq -r .phase <<<"$instance")
    [[ $phase == "${phases[$key]:-}" ]] || note "$key: $phase"
    phases[$key]=$phase
    case $phase in
        serving) ;;
        failed) instance_failed "$instance" ;;
        *) waiting=yes ;;
    esac
}

# instance_failed INSTANCE: prints the last lines of what its containers wrote and why its command failed, and exits.
instance_failed() {
    local lines line command
    lines=$(api GET "/stacks/$(jq -r .stack_id <<<"$1")/logs?tail=15")
    while IFS= read -r line; do
        note "$line"
    done <<<"$lines"
    command=$(api GET "/commands/$(jq -r .last_command.command_id <<<"$1")")
    die "$(jq -r .key <<<"$1") failed: $(jq -r '.failure.message.text // "see the lines above"' <<<"$command")"
}

# instances_show: prints one line for each graph.
instances_show() {
    local found key phase ports
    [[ -n $(template_find "$template") ]] || die "there is no template $template" "create it with deploy/demo/graphs/demo.sh up"
    printf '%-24s %-10s %-32s %s\n' GRAPH PHASE 'BY PORT' 'BY NAME'
    found=$(template_instances "$template" | jq -r '[.key, .phase, .ports.PORT] | @tsv')
    [[ -n $found ]] || return 0
    while IFS=$'\t' read -r key phase ports; do
        printf '%-24s %-10s %-32s %s\n' "$key" "$phase" "http://127.0.0.1:$ports/" "http://127.0.0.1:$nginx_port/$key/"
    done <<<"$found"
}

# route_question REGION: prints a question for a route from one of its towns to the other.
route_question() {
    case $1 in
        aura) echo '{"costing": "auto", "locations": [{"lat": 45.1845, "lon": 5.7190}, {"lat": 45.7680, "lon": 4.8415}]}' ;;
        bretagne) echo '{"costing": "auto", "locations": [{"lat": 48.1075, "lon": -1.6850}, {"lat": 48.3940, "lon": -4.4800}]}' ;;
    esac
}

# route_show REGION: asks its graph for a route, by its name through nginx, and prints it.
route_show() {
    local key question answer deadline=$((SECONDS + 20))
    key=$(key_of "$1")
    question=$(route_question "$1")
    # nginx reads new routes a moment after it was told to.
    until answer=$(curl --silent --fail --max-time 10 --json "$question" "http://127.0.0.1:$nginx_port/$key/route"); do
        ((SECONDS < deadline)) || die "$key does not answer through nginx" "see $state/nginx/error.log"
        sleep 0.2
    done
    note "$key: $(jq -r '.trip | "\(.summary.length | round) km in \(.summary.time / 60 | round) min: " +
        ([.legs[].maneuvers[].street_names[]?] | join(", "))' <<<"$answer")"
}
