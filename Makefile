# Building, testing and showing Perigee. `make help` lists the targets.

SWIFT ?= swift
PREFIX ?= /usr/local
# One configuration for all, so that nothing is built twice.
FLAGS = -c release --explicit-target-dependency-import-check error
SOURCES = Sources Tests Package.swift $(wildcard Benchmarks/Package.swift Benchmarks/[A-Z]*/.)

.PHONY: help setup setup-tests build standalone lint format test soak bench bench-service demo peers install clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that building needs
	@bash .ci/setup.sh

# What tests and benchmarks compare with and run against, besides.
setup-tests:
	@bash .ci/setup.sh test

build: setup ## Build for release
	$(SWIFT) build $(FLAGS)

# With Swift's own libraries inside; what tests are written with comes as a shared library alone, so it is a build of its own.
standalone: FLAGS += --static-swift-stdlib --scratch-path .build/standalone --product perigee
standalone: setup ## Build .build/standalone/perigee, which runs where no Swift is
	$(SWIFT) build $(FLAGS)
	strip -o .build/standalone/perigee "$$($(SWIFT) build $(FLAGS) --show-bin-path)/perigee"

lint: ## Check the format of all sources
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: ## Put all sources into the format
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

test: setup-tests lint ## Lint, build and run all tests
	$(SWIFT) build $(FLAGS) --build-tests
	@bash .ci/tests.sh "$$($(SWIFT) build $(FLAGS) --show-bin-path)"

soak: setup-tests ## Kill daemon, writers and gcs for long, ask the API at random, test object stores against a Ceph
	$(SWIFT) build $(FLAGS) --build-tests
	PERIGEE_KILLS=100 $(SWIFT) test $(FLAGS) --skip-build --filter ServeKillTests
	PERIGEE_TEST_RUNS=30 PERIGEE_TEST_SEED=$$(date +%s) $(SWIFT) test $(FLAGS) --skip-build --filter SharedVaultTests
	@SWIFT="$(SWIFT)" FLAGS="$(FLAGS)" bash .ci/soak-api.sh
	@SWIFT="$(SWIFT)" FLAGS="$(FLAGS)" bash .ci/soak.sh

bench: setup-tests ## Measure everything beside its limits, and write Benchmarks/report.md
	@bash .ci/bench.sh $(SUITES)

bench-service: setup ## Measure the daemon with a million runs in its catalog, and write Benchmarks/service.md
	@SWIFT="$(SWIFT)" FLAGS="$(FLAGS)" bash .ci/bench-service.sh

demo: build ## Replicate a real tree, with history, and show what happened
	@PERIGEE="$$($(SWIFT) build $(FLAGS) --show-bin-path)/perigee" bash .ci/demo.sh

# PEERS="--scale 0.1 --readme README.md" and the like; see Benchmarks/README.md.
peers: build ## Measure Perigee beside the tools that one would use instead
	$(SWIFT) build $(FLAGS) --package-path Benchmarks --product peers
	@PATH="$$($(SWIFT) build $(FLAGS) --show-bin-path):$$PATH" \
		"$$($(SWIFT) build $(FLAGS) --package-path Benchmarks --show-bin-path)/peers" $(PEERS)

install: build ## Install the program below PREFIX
	install -D -m 755 "$$($(SWIFT) build $(FLAGS) --show-bin-path)/perigee" "$(DESTDIR)$(PREFIX)/bin/perigee"
	install -D -m 644 Config/pricebook.yaml "$(DESTDIR)$(PREFIX)/share/perigee/pricebook.yaml"

clean: ## Remove what was built
	rm -rf .build
