#!/usr/bin/env bash
# Takes the routes to instances from a real server, and sends requests through the real nginx, Caddy and Traefik with them.
#
#   tests/routes-real.sh [--binaries FOLDER]
#
#   --binaries FOLDER   has core-monitor-server (default: target/debug)
#
# No engine is needed: an instance has its port from the moment of its launch, and a small program answers there in its place. Only the
# ports on which the proxies listen are changed in what the server says.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh
# shellcheck source=tests/gateway-proxies/house.sh
. tests/gateway-proxies/house.sh

binaries=target/debug
while [[ $# -gt 0 ]]; do
    case $1 in
        --binaries) binaries=${2:?--binaries needs a folder}; shift ;;
        *) die "unknown argument \`$1\`" ;;
    esac
    shift
done
binaries=$(cd "$binaries" && pwd)
packages_need curl=curl jq=jq python3=python3
work=$(mktemp -d)
trap house_down EXIT

# template NAME PORT LINE PARAMETER: saves a template, and launches its instance `demo`.
template() {
    cat >"$work/$1.yaml" <<YAML
x-core-monitor:
  template:
    $3
    parameters:
      PORT: {type: host_port, range: $2-$2}
      $4
services:
  web:
    image: busybox:1
    ports: ["\${PORT}:80"]
YAML
    api POST "templates?name=$1" --header 'Content-Type: application/yaml' --data-binary "@$work/$1.yaml" >"$work/$1.json"
    api PUT "templates/$1/instances/demo" >"$work/$1.json"
}

# answering NAME PORT: a program in the place of an instance, which says who it is and what it was asked for.
answering() {
    begin "$1" python3 -c '
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{sys.argv[1]} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Answer).serve_forever()' "$1" "$2"
}

start_nginx() {
    mkdir -p "$work/nginx"
    api GET routes/nginx.conf | sed "s/listen 80/listen 127.0.0.1:$http/" >"$work/nginx/routes.conf"
    {
        [[ $(id -u) -ne 0 ]] || echo 'user root;'
        echo "daemon off; pid $work/nginx/pid; events {} http { access_log off;"
        printf '%s_temp_path %s;\n' client_body "$work/nginx/1" proxy "$work/nginx/2" fastcgi "$work/nginx/3" uwsgi "$work/nginx/4" scgi "$work/nginx/5"
        echo "include $work/nginx/routes.conf; }"
    } >"$work/nginx/nginx.conf"
    begin proxy "$1" -p "$work/nginx" -c "$work/nginx/nginx.conf" -e stderr
}

start_caddy() {
    {
        printf '{\n\tadmin off\n\thttp_port %s\n}\n' "$http"
        api GET routes/Caddyfile | sed "s/^:80 {/:$http {/"
    } >"$work/Caddyfile"
    XDG_DATA_HOME=$work/caddy XDG_CONFIG_HOME=$work/caddy begin proxy "$1" run --adapter caddyfile --config "$work/Caddyfile"
}

start_traefik() {
    api GET routes/traefik.yml >"$work/routes.yml"
    printf 'entryPoints: {web: {address: "127.0.0.1:%s"}}\nproviders: {file: {filename: %s}}\n' "$http" "$work/routes.yml" >"$work/traefik.yml"
    begin proxy "$1" --configFile="$work/traefik.yml"
}

# says HOST PATH EXPECTED: whether a request through the proxy gets this.
says() {
    local said
    said=$(curl --silent --max-time 5 --header "Host: $1" "http://127.0.0.1:$http$2") || return
    [[ $said == "$3" ]]
}

ports=$(free_ports 4)
read -r server first second http <<<"$ports"
server=127.0.0.1:$server
token=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
mkdir -m 700 "$work/data"
export CORE_MONITOR_DATA_DIR=$work/data CORE_MONITOR_LISTEN=$server CORE_MONITOR_BOOTSTRAP_TOKEN=$token
say "starting a server"
begin server "$binaries/core-monitor-server"
within 30 "the server is ready" answers "http://$server/readyz"
template hosts "$first" 'prefix: "/{key}/"' 'HOST: {type: host, pattern: "{key}.preview.localhost"}'
template paths "$second" 'title: By path' 'NAME: {type: string, default: a}'
answering hosts "$first"
answering paths "$second"
for port in "$first" "$second"; do
    within 10 "an instance answers" answers "http://127.0.0.1:$port/"
done
for proxy in nginx caddy traefik; do
    say "$proxy"
    program=$(tests/gateway-proxies/program.sh "$proxy")
    "start_$proxy" "$program"
    within 20 "$proxy leads a host to its instance" says demo.preview.localhost /a/b 'hosts /a/b'
    within 5 "$proxy leads a chosen path to its instance" says localhost '/demo/x?y=1' 'hosts /x?y=1'
    within 5 "$proxy leads a path to its instance" says localhost /paths/demo/ 'paths /'
    status=$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "http://127.0.0.1:$http/nobody")
    [[ $status == 404 ]] || failed "$proxy answered an unknown path with $status"
    passed "hosts and paths lead to their instances, and nothing else does"
    end proxy
done
