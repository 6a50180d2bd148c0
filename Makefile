# Margay. `make help` lists what can be done; every target may be run again at any time.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build page test lint tidy gen deny bench clean prepare

# Where Cargo builds; the one release profile serves demo, test, lint and bench (docs/adr/0003-one-profile.md).
TARGET := $(or $(CARGO_TARGET_DIR),target)
# In CI the lock file is law; while developing it may follow the manifests.
LOCKED := $(if $(CI),--locked)
# A newer compiler brings new lints: their warnings stop nobody. The walls are errors with every version.
RUST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
STRICT = $(if $(findstring rustc $(RUST).,$(shell rustc --version)),-- -D warnings)
DENY_VERSION := 0.20.2

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## install what is missing, build, run the guided demonstration, and serve its page (in a terminal)
	@$(TARGET)/release/margay demo $$([ -t 1 ] && echo --serve)

build: prepare page ## build the page and the release binary
	@cargo build --release $(LOCKED) --package margay
	@[ -t 1 ] && echo "built $(TARGET)/release/margay" || true

page: ## build the page, where Node is there
	@scripts/page.sh build

test: prepare page lint ## install what is missing and run every check and every test
	@MARGAY_PYTHON="$$(scripts/python.sh $(TARGET)/python)"; export MARGAY_PYTHON; \
	  cargo test --release $(LOCKED) --workspace
	@scripts/page.sh check
	@scripts/page.sh try "$(abspath $(TARGET))/release/margay"
	@echo "every check and every test passed; next: make demo"

lint: tidy ## house rules, formatting, clippy
	@cargo clippy --release $(LOCKED) --workspace --all-targets $(STRICT)

tidy: prepare ## house rules and formatting only: seconds
	@cargo run --quiet --release $(LOCKED) --package xtask -- tidy
	@cargo fmt --all --check

gen: prepare ## write the generated files anew: clippy.toml, deny.toml, docs/graph.txt, docs/reference
	@cargo run --quiet --release --package xtask -- gen
	@UPDATE=1 cargo test --quiet --release --package margay-schema --test it

deny: prepare ## licences, bans and sources of the whole dependency tree, with cargo-deny (installed when missing)
	@command -v cargo-deny >/dev/null || cargo install --locked --version $(DENY_VERSION) cargo-deny
	@cargo deny check -A unused-wrapper bans licenses sources

bench: prepare ## run the benchmarks
	@cargo bench $(LOCKED) --workspace

clean: ## remove everything that was built
	@cargo clean

prepare:
	@scripts/prepare.sh
