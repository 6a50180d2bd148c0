#!/usr/bin/env bash
# Prints the path of a Python that has others' checkers, of STIX and of what the server answers (Schemathesis), in a
# virtual environment made on first use.
# Usage: python.sh FOLDER. Prints nothing, and warns, where it cannot be made: the tests that need it then say so.
set -euo pipefail

packages=(stix2-validator==3.2.0 stix2==3.0.2 schemathesis==4.32.5)
folder="$1"
stamp="$folder/.installed"

main() {
    if [ "$(cat "$stamp" 2>/dev/null)" != "${packages[*]}" ] && ! make_environment >"$folder.log" 2>&1; then
        echo "warning: no Python with ${packages[*]} (see $folder.log): STIX bundles and the interface are not checked by a third party" >&2
        exit 0
    fi
    echo "$(cd "$folder" && pwd)/bin/python"
}

make_environment() {
    rm -rf "$folder"
    if ! python3 -m venv "$folder"; then
        install_venv && python3 -m venv "$folder" || return 1
    fi
    "$folder/bin/python" -m pip install --quiet "${packages[@]}" || return 1
    echo "${packages[*]}" >"$stamp"
}

# Debian keeps venv in a package of its own.
install_venv() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get || return 1
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv
}

mkdir -p "$(dirname "$folder")"
main
