# shellcheck shell=bash
# The stack that sleeps when nobody uses it, and the gateway that wakes it. Sourced by quickstart.sh,
# which sets the variables that are not assigned here; does nothing unless `on_demand` is `yes`.
# shellcheck disable=SC2034,SC2154

on_demand_stack=on-demand
# Browsers resolve every name below localhost to this machine.
on_demand_host=visits.localhost

# on_demand_settings: what earlier runs of `up` have chosen.
on_demand_settings() {
    [[ -n $gateway_port ]] || gateway_port=$(cat "$state/gateway-port" 2>/dev/null || echo 3456)
    if [[ -z $on_demand ]]; then
        on_demand=no
        [[ ! -f $state/gateway-port ]] || on_demand=yes
    fi
}

# on_demand_check: checks what is needed, before anything slow starts.
on_demand_check() {
    local wanted
    [[ $on_demand == yes ]] || return 0
    [[ ${DOCKER_HOST:-unix://} == unix://* ]] ||
        die "the gateway reaches containers at their own addresses, which needs an engine on this machine, not $DOCKER_HOST" \
            "run deploy/quickstart.sh without --on-demand"
    ((gateway_port < 65535)) || die "--gateway-port needs a number below 65535"
    processes_running gateway && [[ $(cat "$state/gateway-port" 2>/dev/null) == "$gateway_port" ]] && return
    for wanted in "$gateway_port" "$((gateway_port + 1))"; do
        port_is_taken "$wanted" || continue
        die "port $wanted, for the gateway, is taken by $(port_holder "$wanted")" \
            "choose two free ports with deploy/quickstart.sh --on-demand --gateway-port N: N and the next one"
    done
}

# on_demand_start: starts the gateway and waits until it is ready.
on_demand_start() {
    [[ $on_demand == yes ]] || return 0
    processes_launch gateway
    echo "$gateway_port" >"$state/gateway-port"
    processes_wait "http://127.0.0.1:$((gateway_port + 1))/readyz" gateway
}

# on_demand_apply: applies the stack, then stops it, so that its first visitor wakes it.
on_demand_apply() {
    local stack_name=$on_demand_stack command
    [[ $on_demand == yes ]] || return 0
    stack_apply
    say "putting the stack $stack_name to sleep"
    command=$(api_write POST "/stacks/$(stack_find | jq -r .stack_id)/stop" | jq -r .command_id)
    api_finish "$command"
}

on_demand_delete() {
    local stack_name=$on_demand_stack
    stack_delete
}

on_demand_status() {
    local stack_name=$on_demand_stack
    [[ $on_demand == yes ]] || return 0
    echo
    stack_status
}

# on_demand_text: prints where to look and what will happen.
on_demand_text() {
    [[ $on_demand == yes ]] || return 0
    cat <<TEXT

  on demand         http://$on_demand_host:$gateway_port/
                    It sleeps. Open it: a waiting page appears at once, and the page itself a few
                    seconds later. Two minutes after your last request, the page and its database go
                    to sleep again. curl and other programs get no waiting page; they wait:
                    curl -H 'Host: $on_demand_host' http://127.0.0.1:$gateway_port/
  gateway           http://127.0.0.1:$((gateway_port + 1))/metrics
TEXT
}
