#!/bin/sh
# Installs what the site needs if the image does not have it, then becomes the command.
set -eu
cd /app

# has_packages: whether the image has every package that the site names.
has_packages() {
    # shellcheck disable=SC2016  # this is JavaScript
    node --eval '
        const { dependencies, devDependencies } = JSON.parse(require("fs").readFileSync("package.json"))
        const missing = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !require("fs").existsSync(`/node_modules/${name}`))
        if (missing.length > 0) { console.log(`the image does not have ${missing.join(", ")}`); process.exit(1) }'
}

if [ ! -d node_modules ] && ! has_packages; then
    npm install
fi
exec "$@"
