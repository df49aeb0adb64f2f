# `make demo` and `make test` need nothing but Python 3.11 or later: they make their own environment in .venv/.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test test-all check format bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.12 …"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY) ## Run the whole suite against the built-in simulator, as CPO and as eMSP
	$(BIN)/ocpi-conformance demo

test: $(READY) ## Run the tests of the project (minutes at most, no network)
	$(BIN)/python -m pytest -m 'not slow'

test-all: $(READY) ## Run all tests, the slow ones and those against other implementations too
	$(BIN)/python -m pytest

check: $(READY) ## Format, lint, types, import direction, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure speed, as ratios in one run
	$(BIN)/python -m benchmarks

clean: ## Remove the environment and everything that was generated
	rm -rf $(VENV) .venv-interop conformance-results build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
