# laureat: everything that one does here, as one word. `make help` lists the words.
#
# Needs Python 3.11 or newer with venv, nothing else (PYTHON=… names another one). All that is
# installed lies in .venv, from requirements*.lock, each file checked against its hash.

SHELL   := /bin/sh
VENV    ?= .venv
BIN     := $(VENV)/bin
JOBS    ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ "$$n" -lt 8 ] && echo "$$n" || echo 8)
ARGS    ?=
PYTHON  ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST  := $(BIN)/python -m pytest -n $(JOBS) --max-worker-restart=0

CATALOGUES := $(shell find src -name '*.po' 2>/dev/null)
JOURNEYS    = $(wildcard tests/journeys/test_*.py)
TEMPLATES   = $(shell find src -name '*.html' 2>/dev/null)
CHECKED     = src tests $(wildcard benchmarks tools)

.PHONY: help demo test test-sqlite test-postgres journeys screenshots check format types contracts \
	lock catalogues clean lint lint-code lint-templates lint-security lint-dependencies

help: ## List these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  SERVE=0 make demo           build the demo without serving it"
	@echo "  ARGS='-k ledger' make test  pass words to pytest"

# ---------------------------------------------------------------------------- for everyone

demo: $(VENV)/.runtime $(VENV)/.catalogues ## Play whole invented seasons, then show them in the browser (SERVE=0: only play)
	@SERVE="$(SERVE)" $(BIN)/laureat demo $(if $(filter 0 no false,$(SERVE)),--no-serve)

test: test-sqlite test-postgres ## Run every test, on SQLite and then on PostgreSQL

test-sqlite: $(VENV)/.dev $(VENV)/.catalogues
	@echo "── tests on SQLite"
	@unset LAUREAT_DATABASE; $(PYTEST) -m "not journey" $(ARGS)

test-postgres: $(VENV)/.dev $(VENV)/.catalogues
	@if $(BIN)/python -m tests.postgres --find >/dev/null; then \
		echo "── tests on PostgreSQL"; \
		$(BIN)/python -m tests.postgres -- $(PYTEST) -m "not journey" $(ARGS); \
	else \
		echo; \
		echo "████████████████████████████████████████████████████████████████████████"; \
		echo "██  HALF OF THE TESTS DID NOT RUN: no PostgreSQL 15 or newer was found."; \
		echo "██  Install one (Debian: apt-get install postgresql) and run this again;"; \
		echo "██  it needs no set-up, a throw-away server is started by itself."; \
		echo "████████████████████████████████████████████████████████████████████████"; \
	fi

journeys: $(VENV)/.dev $(VENV)/.catalogues ## Walk whole contests in a browser (needs chromium)
	@if [ -n "$(JOURNEYS)" ]; then echo "── journeys in the browser"; \
		$(PYTEST) tests/journeys $(ARGS); else echo "no journeys yet"; fi

screenshots: $(VENV)/.dev $(VENV)/.catalogues ## Photograph every role's main pages of the demo into var/screenshots
	@$(MAKE) --no-print-directory demo SERVE=0
	@$(BIN)/python tools/screenshots.py $(ARGS)

# ---------------------------------------------------------------------------- for developers

check: lint types contracts ## Everything below that reads the code without running it

lint: lint-code lint-templates lint-security lint-dependencies ## Style, likely mistakes, security, templates, unused dependencies

lint-code: $(VENV)/.dev
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

lint-templates: $(VENV)/.dev
	$(if $(TEMPLATES),$(BIN)/djlint --lint --quiet src)

lint-security: $(VENV)/.dev
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml src

lint-dependencies: $(VENV)/.dev
	$(BIN)/deptry src

format: $(VENV)/.dev ## Put the code in order
	$(BIN)/ruff check --fix-only $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

types: $(VENV)/.dev ## Check types
	$(BIN)/mypy

contracts: $(VENV)/.dev ## Check that rooms use only the rooms below them
	$(BIN)/lint-imports

catalogues: $(VENV)/.catalogues ## Compile the translations

lock: $(VENV)/.runtime ## Write requirements*.lock anew (UPGRADE=1: with the newest versions)
	@$(PIP) install uv
	@set -e; for file in requirements.lock requirements-dev.lock; do \
		case $$file in \
			requirements.lock) groups="--group build" ;; \
			*) groups="--group build --group dev --constraint requirements.lock" ;; \
		esac; \
		$(BIN)/uv pip compile --quiet pyproject.toml $$groups --output-file $$file \
			--universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
			--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade); \
		echo "$$file: $$(grep -c '==' $$file) packages"; \
	done

clean: ## Remove all that was installed or made here, the demo's data included
	rm -rf $(VENV) var build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------- what is installed

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "laureat needs Python 3.11 or newer, and found none. Name one: make PYTHON=/path/to/python3.12 …" >&2; \
		exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "laureat needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment: its venv or ensurepip is missing." >&2; \
		echo "Debian, Ubuntu: apt-get install python3-venv. Then run this again." >&2; \
		exit 1; }
	@echo "── $$($(PYTHON) --version) in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "── installing requirements.lock"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "── installing requirements-dev.lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.catalogues: $(CATALOGUES) | $(VENV)/.runtime
	$(if $(CATALOGUES),@$(BIN)/python -m laureat.platform.i18n.catalogue --compile)
	@touch $@
