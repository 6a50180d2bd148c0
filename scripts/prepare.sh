#!/usr/bin/env bash
# Makes sure that a C compiler, git and a recent Rust are there; installs what apt can give, names what it cannot.
# Silent when nothing is missing. Programs that are named are made sure of instead: `prepare.sh chromium`.
set -euo pipefail
cd "$(dirname "$0")/.."

main() {
    local missing=() program
    for program in "$@"; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    if (($#)); then
        ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
        return
    fi
    command -v cc >/dev/null || missing+=(build-essential)
    command -v git >/dev/null || missing+=(git)
    if ((${#missing[@]})); then
        install_packages "${missing[@]}"
    fi
    check_rust
    check_component rustfmt "cargo fmt --version"
    check_component clippy "cargo clippy --version"
}

install_packages() {
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        sudo=(sudo -n)
    fi
    if ! command -v apt-get >/dev/null || ! "${sudo[@]}" true 2>/dev/null; then
        fail "missing: $*" "apt-get or the right to use it is not there" "install it and run make again"
    fi
    echo "installing: $*" >&2
    "${sudo[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq "$@"
}

check_rust() {
    local want have
    want="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
    if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
        fail "Rust is missing" "Margay needs Rust $want or newer" \
            "see https://rustup.rs, or: curl --proto '=https' -sSf https://sh.rustup.rs | sh"
    fi
    have="$(rustc --version | cut -d ' ' -f 2)"
    if [ "$(printf '%s\n' "$want" "$have" | sort -V | head -n 1)" != "$want" ]; then
        fail "Rust is too old" "rustc is $have, Margay needs $want or newer" "rustup update stable"
    fi
}

check_component() {
    local component="$1" probe="$2"
    if $probe >/dev/null 2>&1; then
        return
    fi
    if command -v rustup >/dev/null; then
        rustup --quiet component add "$component" && return
    fi
    echo "warning: $component is missing; make lint and make test need it, make demo does not" >&2
}

fail() {
    printf '%s\n  detail: %s\n  hint:   %s\n' "$1" "$2" "$3" >&2
    exit 1
}

main "$@"
