.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
PORT ?= 8000
DATA ?= data
WORKERS ?= 2
BESIDE := -n 2 --dist loadfile -q  # two files of tests at a time; browser tests apart, as they leave a loop in their process
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help setup demo serve test check bench lighthouse soak browser postgresql lock messages

help: ## List the recipes
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/ready ## Set everything up in .venv; the command is .venv/bin/yourarea
	@python -m web.assets

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Make the invented county of Dogger Bank and serve it on http://127.0.0.1:8000 (PORT= to change)
	yourarea demo --data demo-data --port $(PORT)

serve: setup ## Serve what is live in DATA= (data) on PORT= (8000) with WORKERS= (2) processes
	yourarea serve --data $(DATA) --port $(PORT) --workers $(WORKERS)

test: setup browser postgresql check ## Every check and every test, those in a browser and on PostgreSQL included
	pytest $(BESIDE) -m "not soak and not alone and not browser"
	pytest $(BESIDE) -m "browser and not soak"
	pytest -m "alone and not soak"

check: setup ## Lint, types, import contracts
	ruff format --check .
	ruff check .
	mypy
	lint-imports --no-cache

bench: setup ## Measure against named peers; prints ratios, writes build/bench.json
	python -m benchmarks.run

lighthouse: setup browser ## Accessibility and best practices of each type of page by Lighthouse, which it fetches (185 MB)
	python -m benchmarks.audit

soak: setup browser postgresql ## The long tests: kills, many activations under load, a full disk
	pytest -m soak

browser: ## Chromium for the browser tests, from Debian where it is missing and we may install it
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium; } \
	  || echo "Chromium is missing: install it, or the browser tests will skip."

postgresql: ## PostgreSQL for the tests that run on it, from Debian where it is missing and we may install it
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq postgresql; } \
	  || echo "PostgreSQL is missing: install it, or the tests of the updates database on it will skip."

messages: setup ## Bring the Welsh catalogue into step with the words of the sources
	python -m web.catalogue

lock: ## Write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --extra dev --extra cluster --extra postgresql pyproject.toml --output-file requirements.lock
