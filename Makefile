# make run   installs what the server needs and serves http://127.0.0.1:8000/; make run PORT=9000 HOST=0.0.0.0 serves elsewhere
# make test  installs what the tests need and runs every check that must pass
# make generated  writes the generated files of static/js; run it after a change to the REST models or to an import

PYTHON ?= python3
HOST := 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

export CONVSCOPE_HOST := $(HOST)
export PORT

.PHONY: run test lint types unit javascript browser numbers format generated bench attack fuzz clean

run: $(VENV)/run.stamp
	@exec $(BIN)/convscope serve

test: lint types javascript unit numbers browser

lint: $(VENV)/test.stamp node_modules/.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	npm run --silent lint
	PYTHON=$(BIN)/python scripts/generate --check

types: $(VENV)/test.stamp node_modules/.stamp
	$(BIN)/mypy
	npm run --silent types

javascript: node_modules/.stamp
	npm run --silent test

unit: $(VENV)/test.stamp
	$(PYTEST) --ignore tests/browser

browser: $(VENV)/test.stamp $(VENV)/chromium.stamp
	$(PYTEST) tests/browser

# PyTorch chooses its float32 functions by the processor, and so do the libraries in it. These are the plainest of each.
numbers: $(VENV)/test.stamp $(VENV)/chromium.stamp
	ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=SSE41 MKL_CBWR=COMPATIBLE $(PYTEST) -m numbers

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generated: $(VENV)/test.stamp node_modules/.stamp
	PYTHON=$(BIN)/python scripts/generate

bench: $(VENV)/bench.stamp $(VENV)/chromium.stamp
	$(BIN)/python -m bench

# One hostile client against a server with little memory, and random files and edits; see docs/security.md.
attack: $(VENV)/bench.stamp
	$(BIN)/python -m bench.attack

fuzz: $(VENV)/fuzz.stamp
	$(BIN)/python -m bench.fuzz

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/run.stamp: pyproject.toml constraints.txt
	@echo "Preparing $(VENV) (once; PyTorch takes a minute) …"
	@scripts/prepare venv "$(PYTHON)" "$(VENV)"
	$(PIP) --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp
	$(PIP) --editable ".[dev]"
	@touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp
	$(PIP) --editable ".[dev,bench]"
	@touch $@

$(VENV)/fuzz.stamp: $(VENV)/bench.stamp
	$(PIP) --editable ".[dev,bench,fuzz]"
	@touch $@

$(VENV)/chromium.stamp: $(VENV)/run.stamp
	@scripts/prepare chromium
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@scripts/prepare node
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@
