#!/usr/bin/env bash
# Runs every example of deploy/examples/on-demand with the real proxy, a real gateway and a real engine.
#
#   tests/gateway-proxies.sh [--binaries FOLDER] [EXAMPLE...]
#
#   --binaries FOLDER   has core-monitor-server, -worker and -gateway (default: target/debug)
#   EXAMPLE             nginx, caddy, traefik, nginx-service-headers, gateway-alone (default: all, in this order)
#
# Through each of them: a browser gets the waiting page of a service that sleeps and a program its answer, from one start; a WebSocket
# echoes; events come one by one; an upload of 100 MB arrives as it is sent; and the application sees the address of the client, not
# what the client says about it. Only ports, paths of files and the name of the stack are changed in the examples. About a minute, once
# the proxies are there.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh
# shellcheck source=tests/gateway-proxies/house.sh
. tests/gateway-proxies/house.sh

examples=deploy/examples/on-demand
host=shop.example.org
# Where the examples have their certificates.
tls=/etc/ssl/shop.example.org
upload_bytes=$((100 * 1000 * 1000))

usage() {
    sed -n '/^#   tests/,/^# Through/{s/^# \{0,1\}//p}' "$0" | sed '$d'
}

# adapt FILE FROM TO [FROM TO]...: prints an example with other texts in it; each must be there.
adapt() {
    local text from
    text=$(<"$examples/$1")
    shift
    while [[ $# -gt 0 ]]; do
        from=$1
        [[ $text == *"$from"* ]] || die "the example has no \`$from\`"
        text=${text//"$from"/"$2"}
        shift 2
    done
    printf '%s\n' "$text"
}

# --- one function for each example: starts what it needs; requests then come in on the ports `http` and `https` ------------------------

start_nginx() {
    house_gateway
    nginx_with nginx.conf 'listen 80;' "listen $http;" '[::]:80;' "[::]:$http;"
}

start_nginx-service-headers() {
    CORE_MONITOR_GATEWAY_SERVICE_HEADERS=on house_gateway
    nginx_with nginx-service-headers.conf shop/web "$stack_name/web"
}

# nginx_with FILE [FROM TO]...: nginx with this example as Debian includes it.
nginx_with() {
    local file=$1 program
    shift
    mkdir -p "$work/nginx"
    adapt "$file" "$@" 'listen 443' "listen $https" '[::]:443' "[::]:$https" 127.0.0.1:3456 "$gateway" \
        "$tls" "$work/tls" >"$work/nginx/site.conf"
    {
        [[ $(id -u) -ne 0 ]] || echo 'user root;'
        echo "daemon off; pid $work/nginx/pid; events {} http { access_log off;"
        printf '%s_temp_path %s;\n' client_body "$work/nginx/1" proxy "$work/nginx/2" fastcgi "$work/nginx/3" uwsgi "$work/nginx/4" scgi "$work/nginx/5"
        echo "include $work/nginx/site.conf; }"
    } >"$work/nginx/nginx.conf"
    program=$(tests/gateway-proxies/program.sh nginx)
    begin proxy "$program" -p "$work/nginx" -c "$work/nginx/nginx.conf" -e stderr
}

start_caddy() {
    local program
    house_gateway
    # Its own ports and no administration instead of those that are the same for every Caddy of a machine.
    {
        printf '{\n\tadmin off\n\thttp_port %s\n\thttps_port %s\n}\n' "$http" "$https"
        adapt Caddyfile 127.0.0.1:3456 "$gateway" "$tls" "$work/tls"
    } >"$work/Caddyfile"
    program=$(tests/gateway-proxies/program.sh caddy)
    XDG_DATA_HOME=$work/caddy XDG_CONFIG_HOME=$work/caddy begin proxy "$program" run --adapter caddyfile --config "$work/Caddyfile"
}

start_traefik() {
    local program
    house_gateway
    adapt traefik-dynamic.yml 127.0.0.1:3456 "$gateway" "$tls" "$work/tls" >"$work/traefik-dynamic.yml"
    adapt traefik.yml ':80"' ":$http\"" ':443"' ":$https\"" /etc/traefik/traefik-dynamic.yml "$work/traefik-dynamic.yml" >"$work/traefik.yml"
    program=$(tests/gateway-proxies/program.sh traefik)
    begin proxy "$program" --configFile="$work/traefik.yml"
}

start_gateway-alone() {
    adapt gateway-alone.toml 0.0.0.0:80 "0.0.0.0:$http" 0.0.0.0:443 "0.0.0.0:$https" \
        /var/lib/core-monitor/certificates "$work/certificates" >"$work/gateway.toml"
    house_gateway "$work/gateway.toml"
}

# --- what is the same for all ----------------------------------------------------------------------------------------------------------

# through PATH [OPTION...]: asks for a path like a program, at an address of this machine that nobody trusts.
through() {
    local path=$1
    shift
    curl --silent --show-error --max-time 60 --cacert "$work/tls/fullchain.pem" --resolve "$asked:$https:$client" "$@" "https://$asked:$https$path"
}

is_open() {
    through /no-service-has-this --output /dev/null --max-time 2 2>/dev/null
}

# client KIND [ARGUMENT...]: what curl cannot do.
client() {
    local kind=$1 said
    shift
    said=$(python3 tests/gateway-proxies/client.py "$kind" "$client" "$https" "$asked" "$work/tls/fullchain.pem" "$@" 2>&1) ||
        failed "$example: $said"
    passed "$said"
}

check_cold_start() {
    local before after page said
    put_to_sleep
    before=$(wakes)
    page=$(through / --header 'Accept: text/html' --write-out '\n%{http_code} %{content_type} %header{cache-control}')
    [[ ${page##*$'\n'} == '503 text/html; charset=utf-8 no-store' ]] || failed "$example: the waiting page was answered as ${page##*$'\n'}"
    [[ $page == *'is starting'* ]] || failed "$example: the waiting page does not say that something starts"
    said=$(through / --write-out '%{http_code} HTTP/%{http_version}')
    [[ $said == $'hello from the shop\n200 HTTP/2' ]] || failed "$example: a program got $said"
    after=$(wakes)
    ((after == before + 1)) || failed "$example: expected one wake, seen $((after - before))"
    passed "asleep: a browser got the waiting page, a program the answer of the application, from one wake"
}

check_headers() {
    local said expected=$client
    [[ $example == gateway-alone ]] || expected+=', 127.0.0.1'
    said=$(through /headers --header 'X-Forwarded-For: 192.0.2.66' --header 'X-Forwarded-Proto: ftp' --header 'X-Service-Name: none' \
        --header 'X-Target-Port: 22')
    jq --exit-status --arg for "$expected" --arg host "$asked:$https" \
        '.["x-forwarded-for"] == $for and .["x-forwarded-proto"] == "https" and .host == $host
            and (has("x-service-name") or has("x-target-port") | not)' <<<"$said" >/dev/null ||
        failed "$example: expected x-forwarded-for $expected, host $asked:$https over https and no name of a service, seen $said"
    passed "the application sees its host and the client at $client, not what the client says about itself"
}

check_redirect() {
    local said
    # This example has no part for HTTP.
    [[ $example != nginx-service-headers ]] || return 0
    said=$(curl --silent --show-error --max-time 10 --output /dev/null --resolve "$asked:$http:$client" \
        --write-out '%{http_code} %header{location}' "http://$asked:$http/path?x=1")
    [[ $said =~ ^30[18]\ https://$asked(:$https)?/path\?x=1$ ]] || failed "$example: HTTP was answered with $said"
    passed "HTTP is led to HTTPS: $said"
}

check_example() {
    local ports started=$SECONDS
    ports=$(free_ports 2)
    read -r http https <<<"$ports"
    # The proxy names the service, so that the host is not the one that it has declared.
    asked=$host
    [[ $example != nginx-service-headers ]] || asked=other.example.org
    say "$example"
    "start_$example"
    within 20 "$example takes requests" is_open
    check_cold_start
    check_headers
    check_redirect
    client websocket
    client events "$example" 5
    client upload "$example" "$work/upload"
    end proxy
    end gateway
    note "$example took $((SECONDS - started)) s"
}

binaries=target/debug
chosen=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --binaries) binaries=${2:?--binaries needs a folder}; shift ;;
        -h | --help) usage; exit ;;
        nginx | caddy | traefik | nginx-service-headers | gateway-alone) chosen+=("$1") ;;
        *) usage >&2; die "unknown argument \`$1\`" ;;
    esac
    shift
done
binaries=$(cd "$binaries" && pwd)
[[ ${#chosen[@]} -gt 0 ]] || chosen=(nginx caddy traefik nginx-service-headers gateway-alone)

packages_need curl=curl jq=jq python3=python3 openssl=openssl
deploy/demo/build-images.sh app
work=$(mktemp -d)
trap house_down EXIT
# An address of this machine that is not the loopback: the gateway trusts that one.
client=$(hostname -I | cut -d ' ' -f 1)
[[ -n $client ]] || die "this machine has no address but the loopback"
make_certificate
head --bytes "$upload_bytes" /dev/urandom >"$work/upload"
house_up
for example in "${chosen[@]}"; do
    check_example
done
say "${#chosen[@]} examples work: ${chosen[*]}"
