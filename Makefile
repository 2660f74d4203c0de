# The only commands a newcomer needs. `make help` lists them.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-all lint bench torture pages \
        check-format check-lints check-tidy check-rust build-shop check-sdk check-browser check-cluster \
        check-stores-whole check-rollout packages browser

# Where cargo builds.
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
# Where `cargo xtask setup-nextest` puts cargo-nextest if the machine has none.
export PATH := $(PATH):$(CURDIR)/target/tools/bin
NODE_TESTS := TRADEWIND_BIN=$(TARGET)/debug/tradewind node --test --test-reporter=spec
# The tests that run on a store, and so on each engine.
ON_STORES := package(/tradewind-(accounts|admin-api|catalog|checkout|fulfilment|inventory|market|offers|orders|payments|server|store-api|storefront)/)
# The tests that run on a cluster too: the recordings, the races, the torture.
ON_CLUSTER := package(tradewind-server) & (binary(contract) | test(/^races|^torture/))
# The last version that knew SQLite alone. The others are found by their tags.
BEFORE_POSTGRES := 79119bd
# What is built once and thrown away need not be ready to be built again: it takes gigabytes.
ifdef CI
export CARGO_INCREMENTAL := 0
endif

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: ## Build the shop and open it with demo prints (ARGS="--listen 127.0.0.1:8000" and the like)
	cargo build --release --package tradewind-server
	$(TARGET)/release/tradewind demo $(ARGS)

test: check-format check-lints check-tidy check-rust check-cluster check-sdk check-browser ## Run everything that must hold; the CI runs exactly this
	@echo "make test: everything holds"

test-all: test check-stores-whole check-rollout ## Run the same at length on every kind of store, and beside earlier versions (takes an hour)
	@echo "make test-all: everything holds"

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

# Three processes on PostgreSQL with two replicas and Redis, in short: the SDK's shopper on replicas that are ten seconds behind.
check-cluster: build-shop packages
	TEST_STORE=cluster cargo nextest run --workspace --locked -E '$(ON_CLUSTER)'
	TEST_STORE=cluster TEST_REPLICA_LAG_SECONDS=10 $(NODE_TESTS) tests/js/sdk.test.mjs

check-stores-whole: build-shop packages
	TEST_STORE=pooled cargo nextest run --workspace --locked -E '$(ON_STORES)'
	TEST_STORE=cluster $(NODE_TESTS) tests/js/sdk.test.mjs tests/js/accounts.test.mjs tests/js/starter.test.mjs
	TEST_STORE=cluster TEST_REPLICA_LAG_SECONDS=10 $(NODE_TESTS) tests/js/accounts.test.mjs tests/js/starter.test.mjs
	TEST_STORE=postgres $(NODE_TESTS) tests/js/sdk.test.mjs tests/js/accounts.test.mjs tests/js/starter.test.mjs
	for store in sqlite postgres cluster; do \
	    TEST_STORE=$$store TORTURE_ROUNDS=100 cargo nextest run --workspace --locked -E 'test(/^torture/)' || exit 1; done

# The programs of earlier versions beside this one's.
check-rollout:
	cargo xtask rollout --from $(BEFORE_POSTGRES) --on file
	cargo xtask rollout --on file
	cargo xtask rollout --on postgres

# The binary that the tests above were built with: asking for it by package alone would build most crates a second time.
build-shop:
	cargo build --workspace --tests --bins --locked --quiet

check-sdk: build-shop packages
	$(NODE_TESTS) tests/js/sdk.test.mjs tests/js/accounts.test.mjs tests/js/starter.test.mjs

check-browser: build-shop packages browser
	$(NODE_TESTS) tests/js/browser.test.mjs

packages:
	cargo xtask setup-npm

browser:
	cargo xtask setup-browser
