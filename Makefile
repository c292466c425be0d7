# Needs Python 3.11+ and make; everything else arrives from the package registries. `make help` lists the targets.
.DEFAULT_GOAL := help
VENV := .venv
PYTHON := $(VENV)/bin/python
COMMAND := $(PYTHON) -m ml_insights
LOCK := $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --generate-hashes

# Python may keep what it compiled, even where the environment says no (as many containers do): without it, every start
# of every command compiles the libraries anew, which takes longer than the start itself.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test test-unit lint format migrations bench lock docs doctor runtime development chromium

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: runtime ## Prepare everything and serve the site at http://localhost:3000 (or PORT=…)
	@exec $(COMMAND) run $(if $(PORT),--port $(PORT))

test: development chromium ## Run every test, on SQLite, PostgreSQL and in a browser (ARGS=… goes to pytest)
	@$(PYTHON) -m tests $(ARGS)

test-unit: development ## Run the fast tests alone
	@$(PYTHON) -m pytest tests/unit $(ARGS)

lint: development ## Check style, types and the walls between the rooms
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m pyright
	$(VENV)/bin/lint-imports

format: development ## Put the code into the common form
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .

migrations: development ## Check on SQLite and PostgreSQL that the migrations give the tables of the code
	@$(PYTHON) -m pytest tests/integration/core/test_migrations.py

bench: development ## Compare speed and accuracy with others; takes long, prints one table of ratios
	@$(PYTHON) -m benchmarks $(ARGS)

lock: development ## Lock requirements.in and requirements-dev.in again
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt

docs: development ## Write the reference pages of docs/ from the code
	@$(PYTHON) -m docs.reference

doctor: runtime ## Say what is configured, reachable, writable and up to date
	@$(COMMAND) doctor

runtime:
	@$(call install,requirements.txt)

development:
	@$(call install,requirements-dev.txt)

# A Chromium for the browser tests: the machine's own, else Playwright's. Tests say so where there is none.
chromium:
	@for place in "$$CHROMIUM" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do \
		[ -x "$$place" ] && exit 0; done; \
	$(PYTHON) -m playwright install chromium-headless-shell >/dev/null 2>&1 \
		|| echo "  Chromium could not be installed: browser tests will be skipped. Set CHROMIUM to its path."

# Installs a lock file into the virtual environment unless exactly that file already is. A half-made environment is
# made anew; uv takes seconds where pip takes minutes, but pip will do.
define install
	set -e; locked="$$(cksum < $(1))"; stamp="$(VENV)/$(1).installed"; \
	[ "$$(cat "$$stamp" 2>/dev/null)" = "$$locked" ] && exit 0; \
	if ! $(PYTHON) -c 'import pip' 2>/dev/null; then \
		for python in python3.11 python3.12 python3.13 python3 python; do \
			"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; done; \
		[ -n "$$python" ] || { echo "Python 3.11 or newer is needed and was not found on PATH."; exit 1; }; \
		echo "▸ Environment in $(VENV) with $$("$$python" --version) …"; began=$$(date +%s); \
		"$$python" -m venv --clear $(VENV) || { echo "The venv module is missing: on Debian and Ubuntu, apt install python3-venv."; exit 1; }; \
		echo "  Environment: made ($$(( $$(date +%s) - began )) s)"; \
	fi; \
	echo "▸ Packages of $(1) …"; began=$$(date +%s); \
	$(PYTHON) -c 'import uv' 2>/dev/null || $(PYTHON) -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || true; \
	if $(PYTHON) -c 'import uv' 2>/dev/null; then $(PYTHON) -m uv pip install --quiet --python $(PYTHON) -r $(1); \
	else $(PYTHON) -m pip install --quiet --disable-pip-version-check -r $(1); fi; \
	echo "$$locked" > "$$stamp"; echo "  Packages: installed ($$(( $$(date +%s) - began )) s)"
endef
