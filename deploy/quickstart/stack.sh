# shellcheck shell=bash
# The stacks of the quickstart: their files, their ports, and their life cycle through the API. The functions are
# about the stack in `stack_name`, the demonstration unless on_demand.sh says another. Sourced by quickstart.sh, which
# sets the variables that are not assigned here.
# shellcheck disable=SC2154

stack_name=predictiondex

# Variable in the compose file, default port, and the service on it.
stack_ports=(
    "DEMO_API_PORT 8000 API of the stack"
    "DEMO_STREAMLIT_PORT 8501 Streamlit"
    "DEMO_MLFLOW_PORT 5000 MLflow"
    "DEMO_GRAFANA_PORT 3000 Grafana"
    "DEMO_PROMETHEUS_PORT 9090 Prometheus"
    "DEMO_NODE_EXPORTER_PORT 9100 Node Exporter"
    "DEMO_DB_PORT 5432 PostgreSQL"
)

# stack_check_ports: checks that every published port is free or already used by the stack. Core
# Monitor would report this too, but only after minutes of building.
stack_check_ports() {
    local entry variable default text wanted
    # The ports of a remote engine cannot be checked from here.
    [[ ${DOCKER_HOST:-unix://} == unix://* ]] || return 0
    for entry in "${stack_ports[@]}"; do
        read -r variable default text <<<"$entry"
        wanted=${!variable:-$default}
        [[ $wanted =~ ^[0-9]+$ ]] || die "$variable=$wanted is not a port"
        port_is_taken "$wanted" || continue
        [[ -z $(docker ps --quiet --filter "publish=$wanted" --filter "label=io.core-monitor.stack" \
            --filter "label=com.docker.compose.project=$stack_name") ]] || continue
        die "port $wanted, for $text, is taken by $(port_holder "$wanted")" \
            "stop it, or choose another port: $variable=$((wanted + 10000)) deploy/quickstart.sh"
    done
}

# stack_file: prints the compose file to send, with the chosen ports filled in.
stack_file() {
    local file=$root/deploy/demo/compose.yml entry variable rest edits=()
    [[ $public_images == no ]] || file=$root/deploy/demo/compose.public.yml
    if [[ $stack_name == "$on_demand_stack" ]]; then
        file=$root/deploy/demo/on-demand.yml
        [[ $public_images == no ]] || edits+=(-e 's#core-monitor-demo/postgres:1#postgres:15#')
    fi
    for entry in "${stack_ports[@]}"; do
        read -r variable rest <<<"$entry"
        [[ -z ${!variable:-} ]] || edits+=(-e "s/\${$variable:-[0-9]*}/${!variable}/")
    done
    sed -e '' "${edits[@]}" "$file"
}

# stack_find: prints the stack as JSON, or nothing.
stack_find() {
    api GET "/stacks?name=$stack_name" |
        jq -c '.items | first // empty'
}

# stack_save: creates the stack, or a new version if the file has changed. Prints its id and the
# version to apply.
stack_save() {
    local found file sent
    found=$(stack_find)
    file=$state/$stack_name.yml
    stack_file >"$file"
    sent=$(sha256sum "$file" | cut -c1-64)
    local body=(--header 'Content-Type: application/yaml' --data-binary "@$file")
    if [[ -z $found ]]; then
        say "creating the stack $stack_name"
        # A password of its own, which nobody has to choose and nobody can guess. Later versions keep it.
        found=$(jq --null-input --rawfile compose "$file" --arg name "$stack_name" \
            '{$name, $compose, secret_variables: {POSTGRES_PASSWORD: {generate: {}}}}' |
            api POST /stacks --header 'Content-Type: application/json' --data-binary @- | jq -c .stack)
    elif [[ $(cat "$state/$stack_name.sent" 2>/dev/null) != "$(jq -r .stack_id <<<"$found") $sent" ]]; then
        say "saving a new version of the stack $stack_name"
        api_write POST "/stacks/$(jq -r .stack_id <<<"$found")/versions" "${body[@]}" >/dev/null
        found=$(stack_find)
    else
        say "the stack $stack_name is unchanged"
    fi
    echo "$(jq -r .stack_id <<<"$found") $sent" >"$state/$stack_name.sent"
    jq -r '"\(.stack_id) \(.latest_version)"' <<<"$found"
}

# stack_cancel_failed ID: cancels failed commands, which would block the queue. For the demonstration
# it is fine to give up on them and try again.
stack_cancel_failed() {
    local command failed
    failed=$(api GET "/commands?stack_id=$1&status=FAILED" | jq -r '.items[].command_id')
    for command in $failed; do
        say "cancelling the failed command $command of an earlier run"
        api_write POST "/commands/$command/cancel" >/dev/null
    done
}

stack_apply() {
    local id version saved command
    saved=$(stack_save)
    read -r id version <<<"$saved"
    stack_cancel_failed "$id"
    say "applying version $version"
    command=$(api_write POST "/stacks/$id/apply/$version" | jq -r .command_id)
    api_finish "$command"
}

stack_delete() {
    local found id command
    found=$(stack_find)
    [[ -n $found ]] || return 0
    id=$(jq -r .stack_id <<<"$found")
    stack_cancel_failed "$id"
    say "removing the stack $stack_name with its volumes"
    command=$(api_write POST "/stacks/$id/delete" --header 'Content-Type: application/json' --data '{"volumes": true}' |
        jq -r .command_id)
    api_finish "$command"
}

# stack_status: prints one line per container: name, state, ports on this machine.
stack_status() {
    local found name status ports
    found=$(stack_find)
    [[ -n $found ]] || die "there is no stack $stack_name" "create it with deploy/quickstart.sh"
    printf '%-23s %-19s %s\n' NAME STATUS PORTS
    api GET "/stacks/$(jq -r .stack_id <<<"$found")/status" | jq -r '
        .services[] | . as $service | .containers[] |
        [.name, .status, ($service.ports | map(split("->")[0]) | unique | join(", ") | if . == "" then "-" else . end)] |
        @tsv' |
        while IFS=$'\t' read -r name status ports; do
            printf '%-23s %-19s %s\n' "$name" "$status" "$ports"
        done
}

# stack_urls: prints the URLs of the services.
stack_urls() {
    local entry variable default text
    for entry in "${stack_ports[@]}"; do
        read -r variable default text <<<"$entry"
        [[ $variable == DEMO_DB_PORT ]] || printf '  %-17s http://localhost:%s\n' "$text" "${!variable:-$default}"
    done
}
