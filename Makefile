# Two commands do everything:   make capture URL=https://example.org/post/1     make test
# `make help` lists the others.

SHELL := /bin/bash
OUT ?= evidence
ARGS ?=
SECONDS ?= 60
HOLDFAST := .venv/bin/holdfast
export HOLDFAST_COMMIT ?= $(shell git rev-parse --verify --quiet HEAD 2>/dev/null)

.PHONY: help capture serve verify test lint format bench bench-service bench-profile bench-verify compare-verifiers fuzz pictures audit setup setup-serve setup-tests clean

help: ## show this list
	@grep -hE '^[a-z.-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z.-]+):[^#]*## /  make \1\t/' | expand -t 32

capture: setup ## preserve a page: make capture URL=https://… [OUT=DIR] [ARGS="…"]
	@test -n "$$HOLDFAST_URL" || { echo 'Say which page: make capture URL=https://example.org/post/1' >&2; exit 2; }
	@$(HOLDFAST) capture --into "$(OUT)" $(ARGS) -- "$$HOLDFAST_URL"

capture: export HOLDFAST_URL := $(value URL)

serve: setup-serve ## run the service on this machine: make serve [ARGS="--port 8000"]
	@$(HOLDFAST) serve $(ARGS)

verify: setup ## check evidence: make verify BAG=evidence/ID
	@$(HOLDFAST) verify $(ARGS) "$(BAG)"

holdfast-verify.pyz: scripts/build_pyz.py $(shell find verify -type f ! -name '*.pyc') ## the verifier as one file for any Python 3.11+
	python3 scripts/build_pyz.py $@

test: setup-tests ## set up what the tests need, and run them all
	.venv/bin/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup-tests ## format, rules, types, import contracts
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup-tests ## format the code
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: setup-tests ## measure Holdfast against a plain screenshot (docs/performance.md)
	.venv/bin/python -m tests.bench $(ARGS)

bench-service: setup-tests ## measure the service against the bare pipeline (docs/performance.md)
	.venv/bin/python -m tests.bench.service $(ARGS)

bench-profile: setup-tests ## measure a profile job against capturing each post (docs/performance.md)
	.venv/bin/python -m tests.bench.profile $(ARGS)

bench-verify: setup-tests ## measure the verifier against sha256sum and warcio (docs/verification.md)
	.venv/bin/python -m tests.bench.verify $(ARGS)

compare-verifiers: setup-tests ## run other verifiers on the same attacks; writes docs/verification.md
	@uv=$$(command -v uv || echo .tools/bin/uv); $$uv sync --quiet --frozen --inexact --group compare
	.venv/bin/python -m tests.compare

fuzz: setup-tests ## fuzz the verifier's readers, by coverage: make fuzz [SECONDS=60]
	@uv=$$(command -v uv || echo .tools/bin/uv); $$uv sync --quiet --frozen --inexact --group fuzz
	scripts/fuzz $(SECONDS)

pictures: setup-tests ## make the pictures of docs/using.md again
	.venv/bin/python -m tests.support.pictures

audit: setup-tests ## ask whether a locked package has a known vulnerability
	.venv/bin/python scripts/audit.py $(ARGS)

setup: ## only set up what captures need
	@scripts/setup run

setup-serve: ## only set up what the service needs
	@scripts/setup serve

setup-tests: ## only set up what the tests need
	@scripts/setup test

clean: ## remove what set-up made; evidence stays
	rm -rf .venv .tools .ready holdfast-verify.pyz service/web/assets/{dist,node_modules} tests/support/dist
