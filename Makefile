# `make demo` builds the example dashboards, `make test` runs every test, `make check` the linters and types.
# Each makes what it needs: a virtual environment in .venv, Chromium where apt-get may install it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help demo test check bench sample-data clean chromium node-modules

help:
	@echo "make demo    build the six example dashboards into dist/"
	@echo "make test    run every test (ARGS='-k cards' narrows it)"
	@echo "make check   ruff and mypy"
	@echo "make bench   measure speed and size; takes minutes (ARGS=100000 for fewer rows)"

demo: $(VENV)/.program
	@$(BIN)/dashgen build examples/dashboards -o dist

test: $(VENV)/.dev chromium node-modules
	$(BIN)/pytest -rs -n auto --dist loadfile $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	@for name in cold_build scans validate page filters choose evaluator preview rebuild; do $(BIN)/python -m tests.benchmarks $$name $(ARGS) || exit 1; done

sample-data: $(VENV)/.program
	$(BIN)/python examples/generate.py
	$(BIN)/python examples/generate.py --days 14 --rows 1000 dashgen/starter/project/data/requests.csv

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/*/node_modules

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.program: pyproject.toml | $(BIN)/python
	@echo "Installing dashgen into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "Installing dashgen and what its tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.program

chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium …"; \
	  apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
	    || echo "Chromium could not be installed: the tests that open pages are skipped."; \
	else echo "There is no chromium on the PATH: the tests that open pages are skipped."; fi

node-modules: $(patsubst %/package.json,%/node_modules/.package-lock.json,$(wildcard tests/*/package.json))

# The file that npm itself writes last, so a run that was cut short is run again.
tests/%/node_modules/.package-lock.json: tests/%/package.json
	@if ! command -v npm >/dev/null; then \
	  echo "There is no npm: the tests with packages of tests/$* are skipped."; \
	else \
	  echo "Installing the packages of tests/$* …"; \
	  npm install --prefix tests/$* --no-audit --no-fund --no-package-lock --loglevel=error \
	    && touch $@ \
	    || echo "They could not be installed: the tests with them are skipped."; \
	fi
