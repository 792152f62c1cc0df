# Two commands set everything up: `make run` and `make test`. See README.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
.PHONY: run demo fresh test check fix bench assets tools tools-test tools-cluster

DATA ?= data
NPM_FLAGS := --no-audit --no-fund --ignore-scripts
ASSETS := src/web/assets

# The console over SQLite in ./data, filled with a generated city.
run: tools assets
	cargo run --quiet -- --data $(DATA) serve --demo

# The same with a local control plane registered as the cluster gov-1 and a controller in it: a request ends in a namespace.
demo: tools tools-cluster assets
	cargo build --quiet
	tests/cluster/demo "$$(cargo metadata --format-version 1 --no-deps | node -e 'process.stdin.on("data",d=>(globalThis.t??="",t+=d)).on("end",()=>console.log(JSON.parse(t).target_directory))')/debug/shangyun" $(DATA)

# Starts the demo over.
fresh:
	@test ! -d $(DATA) || test -f $(DATA)/demo || { echo "$(DATA) was not made by the demo: not removed"; exit 2; }
	rm -rf $(DATA)
	$(MAKE) run

# Third-party assets from the lock file, built into an ignored folder; only when something changed.
assets: $(ASSETS)/dist/manifest.json

$(ASSETS)/node_modules/.package-lock.json: $(ASSETS)/package.json $(ASSETS)/package-lock.json
	cd $(ASSETS) && npm ci $(NPM_FLAGS)

$(ASSETS)/dist/manifest.json: $(ASSETS)/node_modules/.package-lock.json $(ASSETS)/build.mjs $(ASSETS)/icons.txt $(ASSETS)/favicon.svg $(wildcard $(ASSETS)/css/*) $(wildcard $(ASSETS)/js/*)
	cd $(ASSETS) && node build.mjs
	touch $@

tests/browser/node_modules/.package-lock.json: tests/browser/package.json tests/browser/package-lock.json
	cd tests/browser && npm ci $(NPM_FLAGS)

# Everything that CI runs.
test: tools tools-test assets tests/browser/node_modules/.package-lock.json
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	cargo deny --log-level error check licenses bans sources
	tests/with-postgres tests/cluster/with-cluster cargo test --workspace --quiet
	cargo build --quiet
	cd tests/browser && SHANGYUN_BIN="$$(cd ../.. && cargo metadata --format-version 1 --no-deps | node -e 'process.stdin.on("data",d=>(globalThis.t??="",t+=d)).on("end",()=>console.log(JSON.parse(t).target_directory))')/debug/shangyun" node --test run.mjs

# The fast inner loop: types and pure tests.
check: assets
	cargo check --workspace --all-targets
	cargo test --workspace --lib --quiet

# Formats and regenerates golden files.
fix: assets
	cargo fmt --all
	UPDATE_GOLDEN=1 cargo test -p rules --quiet permission
	UPDATE_GOLDEN=1 cargo test -p domain --quiet life_cycle
	UPDATE_GOLDEN=1 cargo test --workspace --quiet --test it the_document_is_the_one_that_was_reviewed
	UPDATE_GOLDEN=1 cargo test --workspace --quiet --test it the_manifests_are

# What "fast" means here, beside a raw baseline of the same run.
bench: tools tools-test assets
	tests/with-postgres cargo bench --bench bench
	tests/cluster/with-cluster cargo bench --bench cluster

tools:
	@tests/tools run

tools-cluster:
	@tests/tools cluster

tools-test:
	@tests/tools test
