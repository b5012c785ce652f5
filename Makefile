# The interface of the project: `make help` lists what there is.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
QUEUES ?= cpu,interactive,documents
JOBS ?= 2
FAST_TESTS := tests/unit tests/contract tests/pages tests/integration

.PHONY: help run worker doctor test lint types unit integration e2e bench bench-retrieval docs docker-config clean \
	setup-run setup-test setup-system

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup-run ## Start Praxis on this machine; the first start installs the Python packages
	@exec $(PYTHON) -m app serve

worker: setup-run ## Start one worker in the foreground (QUEUES=cpu,interactive,documents)
	@exec $(PYTHON) -m app worker --queues $(QUEUES)

doctor: setup-run ## Check every component and say how to mend what is broken
	@$(PYTHON) -m app doctor

test: setup-test setup-system lint types ## Everything: lint, types, all tests, in a browser and on PostgreSQL too
	@mkdir -p test-output
	@echo "Running unit, contract, page and integration tests."
	@$(PYTEST) $(FAST_TESTS) -n $(JOBS) --junitxml=test-output/tests.xml
	@echo "Running the tests in Chromium."
	@$(PYTEST) tests/e2e --junitxml=test-output/e2e.xml

lint: setup-test ## Style, formatting and the import layers
	@echo "Checking style and import layers."
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@.venv/bin/lint-imports

types: setup-test ## Static types
	@echo "Checking types."
	@$(PYTHON) -m mypy

unit: setup-test ## Unit tests alone
	@$(PYTEST) tests/unit

integration: setup-test setup-system ## Tests on real servers and processes
	@$(PYTEST) tests/integration

e2e: setup-test setup-system ## Tests in a real browser; screenshots go to test-output/
	@mkdir -p test-output
	@$(PYTEST) tests/e2e

bench: setup-test setup-system ## Measure the figures of docs/performance.md
	@$(PYTHON) -m tests.benchmarks

bench-retrieval: setup-test ## Judge retrieval on any set in BEIR form (SET=folder)
	@$(PYTHON) -m tests.benchmarks.bench_retrieval "$(SET)"

docs: setup-test ## Write the tables in docs/ that come from the code anew
	@$(PYTHON) -m tests.unit.test_docs_tables

docker-config: setup-test ## Check docker-compose.yml
	@if docker compose version >/dev/null 2>&1; then \
		PRAXIS_ACCESS_TOKEN=check POSTGRES_PASSWORD=check docker compose \
			--profile gpu --profile knowledge config --quiet && echo "docker-compose.yml is valid."; \
	else \
		echo "There is no docker compose here; checking the file itself."; \
		$(PYTEST) -q tests/unit/test_packaging.py; \
	fi

clean: ## Remove caches and test output; keeps .venv and all data
	@rm -rf test-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

setup-run:
	@.ci/setup run

setup-test:
	@.ci/setup test

setup-system: setup-test
	@.ci/system-packages
