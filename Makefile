# The only commands a newcomer needs. `make help` lists them.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test lint bench torture pages \
        check-format check-lints check-tidy check-rust build-shop check-sdk check-browser packages browser

# Where cargo builds.
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
# Where `cargo xtask setup-nextest` puts cargo-nextest if the machine has none.
export PATH := $(PATH):$(CURDIR)/target/tools/bin
# The tests that run on a store, and so on each engine.
ON_STORES := package(/tradewind-(accounts|admin-api|catalog|checkout|fulfilment|inventory|market|offers|orders|payments|server|store-api|storefront)/)
# What is built once and thrown away need not be ready to be built again: it takes gigabytes.
ifdef CI
export CARGO_INCREMENTAL := 0
endif

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 14

run: ## Build the shop and open it with demo prints (ARGS="--listen 127.0.0.1:8000" and the like)
	cargo build --release --package tradewind-server
	$(TARGET)/release/tradewind demo $(ARGS)

test: check-format check-lints check-tidy check-rust check-sdk check-browser ## Run everything that must hold; the CI runs exactly this
	@echo "make test: everything holds"

lint: check-format check-lints check-tidy ## Check format, lints and the rules of the house

bench: ## Measure carts, then the shop beside bare axum and bare SQLite (takes some minutes)
	cargo bench --package tradewind-pricing --bench cart
	cargo bench --package tradewind-server --bench shop

torture: ## Kill the shop a thousand times under its shoppers and audit its books (ROUNDS=1000 SEED=1)
	TORTURE_ROUNDS=$(or $(ROUNDS),1000) TORTURE_SEED=$(or $(SEED),1) \
	    cargo test --release --package tradewind-server --test shop torture -- --nocapture

pages: packages browser ## Measure the pages with Lighthouse and take pictures of each into pages/
	cargo build --release --package tradewind-server
	TRADEWIND_BIN=$(TARGET)/release/tradewind node tests/js/pages.mjs

# The steps of `make test`, in the order in which they find mistakes soonest.

check-format:
	cargo fmt --all --check

check-lints:
	cargo clippy --workspace --all-targets --locked -- --deny warnings

check-tidy:
	cargo xtask tidy

check-rust:
	cargo xtask setup-nextest
	cargo xtask services up
	cargo nextest run --workspace --locked
	TEST_STORE=postgres cargo nextest run --workspace --locked -E '$(ON_STORES)'

# The binary that the tests above were built with: asking for it by package alone would build most crates a second time.
build-shop:
	cargo test --workspace --no-run --locked --quiet

check-sdk: build-shop packages
	TRADEWIND_BIN=$(TARGET)/debug/tradewind node --test --test-reporter=spec tests/js/sdk.test.mjs tests/js/accounts.test.mjs tests/js/starter.test.mjs

check-browser: build-shop packages browser
	TRADEWIND_BIN=$(TARGET)/debug/tradewind node --test --test-reporter=spec tests/js/browser.test.mjs

packages:
	cargo xtask setup-npm

browser:
	cargo xtask setup-browser
