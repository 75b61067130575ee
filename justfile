# Every command of the project. The recipes are thin: what they run works without `just` too, and continuous
# integration runs `tests/run.sh` alone.

set shell := ["bash", "-euo", "pipefail", "-c"]

# list the commands
default:
    @just --list --unsorted

# type-check everything, with the lints that fail the build
check:
    cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

# format the sources
fmt:
    cargo fmt --all

# every check that needs no Docker Engine
fast:
    tests/run.sh fast

# every check there is: what continuous integration runs
test:
    tests/run.sh

# the end-to-end tests on a real engine, or those whose name contains NAME
e2e NAME="":
    tests/setup/images.sh
    tests/setup/openid.sh install
    cargo build --workspace --bins --all-features --locked
    cargo test --package core-monitor-tests --test e2e --all-features --locked -- {{ NAME }}

# write the generated files again: the API document, the error reference, the schema, snapshots, expected outputs
gen:
    cargo run --quiet --package core-monitor-http-api --example openapi > openapi/core-monitor.json.new
    mv openapi/core-monitor.json.new openapi/core-monitor.json
    cargo run --quiet --package core-monitor-http-api --example openapi -- 3.0 > openapi/core-monitor-3.0.json.new
    mv openapi/core-monitor-3.0.json.new openapi/core-monitor-3.0.json
    cargo run --quiet --package core-monitor-http-api --example errors > docs/reference/errors.md.new
    mv docs/reference/errors.md.new docs/reference/errors.md
    UPDATE_GENERATED=1 COMPOSE_CASES=overwrite INSTA_UPDATE=always cargo test --workspace --exclude core-monitor-tests --all-features --locked --lib --tests
    UPDATE_SCRIPTS=1 cargo test --package core-monitor-tests --all-features --locked --test scripts
    UPDATE_GENERATED=1 cargo test --package core-monitor-tests --all-features --locked --test messages
    git status --short

# entries of the catalogue with Debian's software for their images, applied and used, or the tests that FILTERS of cargo-nextest name
catalog-real *FILTERS:
    tests/catalog-real.sh {{ FILTERS }}

# fail if a generated file is not what the sources say
gen-check:
    INSTA_UPDATE=no cargo test --workspace --exclude core-monitor-tests --all-features --locked --lib --tests
    cargo test --package core-monitor-tests --all-features --locked --test scripts

# the rules of the architecture alone
architecture:
    cargo test --package core-monitor-tests --test architecture --locked

# licences, banned crates, sources, and advisories (the last needs the advisory database)
deny:
    cargo deny --all-features --locked check

# the tests that need an engine, on that of a newer Debian release beside this machine's own
newer-engine SUITE="sid" *FILTERS:
    tests/newer-engine.sh {{ SUITE }} {{ FILTERS }}

# figures beside those of the bare engine and docker compose, kept in docs/benchmarks.md: all, or the PARTS named
bench *PARTS:
    tests/bench/run.sh {{ PARTS }}

# what clients that mean harm can cost a server and get of it, as tables: all attacks, or the PARTS named
attack *PARTS:
    cargo build --quiet --release --locked --package core-monitor-server
    cd tests && python3 -m attack --server ../target/release/core-monitor-server {{ PARTS }}

# clients in five languages, generated from the document and used against the real programs: all, or the LANGUAGES named
clients *LANGUAGES:
    tests/clients/run.sh {{ LANGUAGES }}

# in the simulation: every fault at every write of every story, and of a restart of 300 containers; the ordinary run takes a sample
enumerate:
    tests/enumerations.sh simulation

# on the engine: kill, refuse and freeze at every write of a stack's life, and long outages; the ordinary run takes a sample
enumerate-engine:
    tests/enumerations.sh engine

# random compose projects, told to docker compose (REFERENCE is its binary) and to the loader
compare REFERENCE COUNT="2000" SEED="1":
    cargo build --quiet --release --package core-monitor-compose --example compose-config
    cd tests && python3 -m compare --reference {{ REFERENCE }} --ours ../target/release/examples/compose-config --count {{ COUNT }} --seed {{ SEED }} --jobs 2

# run one fuzz target for some time; without arguments it names the targets
fuzz TARGET="" SECONDS="60":
    fuzz/run.sh {{ TARGET }} {{ SECONDS }}

# build the web UI, which cargo then embeds in the server
web:
    deploy/node.sh npm run --silent build
    deploy/node.sh node tools/budget.mjs

# the web UI while it is written, over the mock, or with SERVER=http://127.0.0.1:8080 over that server
web-dev SERVER="":
    CORE_MONITOR={{ SERVER }} deploy/node.sh npm run dev

# write the client of the API and the catalogues of the web UI again, after openapi/ or a sentence has changed
web-gen:
    deploy/node.sh npm run generate
    deploy/node.sh npm run messages

# everything about the web UI that needs neither browser nor server
web-check:
    deploy/node.sh node tools/fresh.mjs
    deploy/node.sh npm run check
    deploy/node.sh node tools/budget.mjs

# screenshots of every page, in both themes and languages and on a phone, into .run/screens, with what axe finds
screens *ARGS:
    deploy/node.sh npm run --silent build
    deploy/node.sh npx playwright test --config tests/screens/playwright.config.ts {{ ARGS }}

# what the web UI costs with 500 live containers, its memory over an hour of figures (SOAK_MINUTES, sent 20 times as fast), and its first paint on a slow machine
web-performance *ARGS:
    deploy/node.sh npm run --silent build
    deploy/node.sh npx playwright test --config tests/performance/playwright.config.ts {{ ARGS }}

# the web UI in Chromium against real programs and a real engine
web-e2e *ARGS:
    deploy/node.sh npm run --silent build
    cargo build --workspace --bins --all-features --locked
    deploy/node.sh npx playwright test --config tests/e2e/playwright.config.ts {{ ARGS }}

# the documentation of the crates, in the browser
doc:
    cargo doc --workspace --all-features --no-deps --open

# from a bare machine to the running demonstration stack
quickstart *ARGS:
    deploy/quickstart.sh {{ ARGS }}

# the container images of the programs, without a registry
images *ARGS:
    deploy/images.sh {{ ARGS }}

# the Debian package
package *ARGS:
    deploy/package.sh {{ ARGS }}

# install, upgrade and remove the package on a clean root with systemd
test-package:
    cargo build --workspace --bins --all-features --locked
    tests/package.sh

# nginx, Caddy and Traefik in front of the gateway, and the gateway alone, as in deploy/examples: all, or the EXAMPLES named
gateway-proxies *EXAMPLES:
    cargo build --workspace --bins --all-features --locked
    tests/gateway-proxies.sh {{ EXAMPLES }}

# Makes and removes instances of templates while the programs are killed
soak *OPTIONS:
    tests/soak-instances.sh {{ OPTIONS }}

# real applications behind the gateway, and what is left after kill -9: all parts, or the PARTS named
gateway-real *PARTS:
    cargo build --workspace --bins --all-features --locked
    tests/gateway-real.sh {{ PARTS }}

# the gateway beside nginx, Traefik and Caddy
bench-gateway *ARGS:
    tests/bench/gateway.sh {{ ARGS }}

# how long a first request to a service that sleeps takes, beside what the engine needs alone
bench-cold-start *ARGS:
    cargo build --release --workspace --bins --all-features --locked
    tests/bench/cold-start.sh {{ ARGS }}

# a day of eight services, always on and on demand: memory, wakes, waiting
bench-on-demand-day *ARGS:
    cargo build --release --workspace --bins --all-features --locked
    tests/bench/on-demand-day.sh {{ ARGS }}

# print the plan of a compose file against an empty host
plan FILE:
    cargo run --quiet --package core-monitor-domain --example print_plan -- {{ FILE }}

# print the normalized form of a compose file
config FILE:
    cargo run --quiet --package core-monitor-compose --example compose-config -- {{ FILE }}
