#!/usr/bin/env bash
# Builds the page into ui/dist, or looks over it (`page.sh check`), or tries it in a real browser (`page.sh try BINARY`).
# Does nothing where nothing has changed. Without Node the program is built all the same, and says where its page is.
set -euo pipefail
cd "$(dirname "$0")/../ui"

WANT=20.19.0

main() {
    case "${1:-build}" in
        build) have_node || { without_node; exit 0; }; install; build ;;
        check) need_node; install; npm run --silent check; npm test --silent ;;
        try) need_node; install; build; find_chromium; MARGAY_BINARY="$2" npm run --silent e2e ;;
        *) echo "usage: page.sh [build | check | try BINARY]" >&2; exit 2 ;;
    esac
}

have_node() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        [ "$(printf '%s\n' "$WANT" "$(node --version | tr -d v)" | sort -V | head -n 1)" = "$WANT" ]
}

without_node() {
    echo "warning: the page is not built: it needs Node $WANT or newer with npm, see https://nodejs.org; all else works" >&2
}

need_node() {
    have_node && return
    printf 'Node is missing or too old\n  detail: the page needs Node %s or newer with npm\n  hint:   see https://nodejs.org, then run make again\n' "$WANT" >&2
    exit 1
}

install() {
    if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
        npm ci --no-progress --loglevel=error
        touch node_modules/.package-lock.json
    fi
}

build() {
    if [ ! -e dist/index.html ] ||
        [ -n "$(find src public index.html package-lock.json vite.config.ts tsconfig.json -newer dist/index.html -print -quit)" ]; then
        npm run --silent build
    fi
}

find_chromium() {
    export MARGAY_CHROMIUM="${MARGAY_CHROMIUM:-$(command -v chromium || true)}"
    if [ -z "$MARGAY_CHROMIUM" ]; then
        ../scripts/prepare.sh chromium
        MARGAY_CHROMIUM="$(command -v chromium)"
    fi
}

main "$@"
