# shellcheck shell=bash
# nginx in front of the graphs, with the routes that Core Monitor writes. Sourced by demo.sh, which sets the variables that are
# not assigned here.
# shellcheck disable=SC2154

# proxy_program: prints the path of nginx. Debian's is unpacked if there is none: installing it would start a service.
proxy_program() {
    local own=$state/nginx/program/usr/sbin/nginx
    PATH=$PATH:/usr/sbin command -v nginx && return
    [[ -x $own ]] || { say "unpacking Debian's nginx"; packages_unpack nginx "$state/nginx/program"; }
    echo "$own"
}

# proxy_pid: prints the pid of the nginx started here, unless it was reused.
proxy_pid() {
    local pid
    pid=$(cat "$state/nginx/nginx.pid" 2>/dev/null) || return
    [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */nginx* ]] && echo "$pid"
}

# proxy_check_port: checks that nginx can have its port, before anything slow starts.
proxy_check_port() {
    [[ -n $(proxy_pid) && $(cat "$state/nginx/port" 2>/dev/null) == "$nginx_port" ]] && return
    port_is_taken "$nginx_port" || return 0
    die "port $nginx_port, for nginx, is taken by $(port_holder "$nginx_port")" "choose a free port with --nginx-port N"
}

# proxy_write: writes the configuration. Only the port of the routes is changed: not everybody may listen on 80.
proxy_write() {
    local folder=$state/nginx routes kind
    mkdir -p "$folder/temporary"
    routes=$(api GET "/routes/nginx.conf?template=$template")
    printf '%s\n' "${routes//listen 80/listen 127.0.0.1:$nginx_port}" >"$folder/routes.conf"
    {
        # Its workers need the folder of the state, which may be closed to others.
        [[ $(id -u) -ne 0 ]] || echo 'user root;'
        echo "pid $folder/nginx.pid;"
        echo 'events {}'
        echo 'http {'
        echo "    access_log $folder/access.log;"
        for kind in client_body proxy fastcgi uwsgi scgi; do
            echo "    ${kind}_temp_path $folder/temporary/$kind;"
        done
        echo "    include $folder/routes.conf;"
        echo '}'
    } >"$folder/nginx.conf"
}

# proxy_start: starts nginx, or has the one that runs read its configuration again.
proxy_start() {
    local folder=$state/nginx program command
    say "leading requests by name to the graphs"
    proxy_write
    program=$(proxy_program)
    command=("$program" -p "$folder" -c "$folder/nginx.conf" -e "$folder/error.log")
    "${command[@]}" -t >"$folder/start.log" 2>&1 || { cat "$folder/start.log" >&2; die "nginx refuses the routes"; }
    if [[ -n $(proxy_pid) ]]; then
        "${command[@]}" -s reload >"$folder/start.log" 2>&1 || { cat "$folder/start.log" >&2; die "nginx did not read the routes again"; }
    else
        "${command[@]}" >"$folder/start.log" 2>&1 </dev/null || { cat "$folder/start.log" >&2; die "nginx did not start"; }
    fi
    echo "$nginx_port" >"$folder/port"
    note "nginx listens on 127.0.0.1:$nginx_port, logs in $folder"
}

# proxy_stop: stops nginx, and kills it after ten seconds.
proxy_stop() {
    local pid deadline=$((SECONDS + 10))
    pid=$(proxy_pid) || return 0
    kill "$pid"
    while [[ -n $(proxy_pid) ]]; do
        ((SECONDS < deadline)) || kill -KILL "$pid" 2>/dev/null || true
        sleep 0.05
    done
    note "stopped nginx"
}
