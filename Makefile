# `make` lists what there is. Only make and a python3 are needed: `make setup` brings the rest, inside this folder.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
# sam build looks for the runtime's own Python on PATH.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
# AWS parameters of sam build: `make build ARCHITECTURE=x86_64`.
ARCHITECTURE ?= arm64

.PHONY: help setup browser lint style types check test golden soak simulate demo build bench docs sql pins clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready .tools/ministack/.ready .tools/sam/.ready .tools/checkov/.ready browser ## the tools and the environment, pinned, in this folder

.tools/uv/bin/uv:
	python3 -m venv .tools/uv || { echo "python3 lacks venv: install it (Debian: apt install python3-venv) or uv"; exit 1; }
	.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check -r infra/requirements/uv.txt

# One recipe an environment; each leaves a stamp, so that running it again costs nothing.
.venv/.ready: infra/requirements/dev.txt pyproject.toml .python-version | $(UV)
	test -x .venv/bin/python || $(UV) venv --quiet --python "$$(cat .python-version)" .venv
	$(UV) pip sync --quiet --python .venv/bin/python infra/requirements/dev.txt
	$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

# MiniStack, the SAM CLI and checkov pin their own botocore, so each lives in an environment of its own. The local stack's
# functions run on the Python that runs MiniStack: it has to be the runtime's.
.tools/%/.ready: infra/requirements/%.txt .python-version | $(UV)
	test -x .tools/$*/bin/python || $(UV) venv --quiet --python "$$(cat .python-version)" .tools/$*
	$(UV) pip sync --quiet --python .tools/$*/bin/python $<
	@touch $@

# The one thing that is installed on the machine itself: Debian's package, where there is none yet and we may.
browser: ## Chromium, for pictures of mails
	@infra/local/browser.sh

lint: style types

style: .venv/.ready
	ruff check .
	ruff format --check .

types: .venv/.ready
	mypy
	lint-imports

check: lint ## the fast part: lint, types, import rules, unit tests
	pytest --numprocesses auto tests/unit

# One more than there are cores: the deployed tests wait most of the time. Types are checked meanwhile; where they are
# wrong, that is said last, and the run has failed.
WORKERS = $(shell python3 -c 'import os; print(1 + (os.cpu_count() or 1))')
test: setup style ## everything: lint, and all tests, the deployed ones on the local stack included
	@mkdir -p .local
	@$(MAKE) --no-print-directory types > .local/types.log 2>&1 & types=$$!; failed=0; \
	  pytest --numprocesses $(WORKERS) || failed=1; \
	  wait $$types || { cat .local/types.log; failed=1; }; exit $$failed

golden: .venv/.ready browser ## the mails as they look now become what the tests compare with
	.venv/bin/python -m tests.golden

SECONDS ?= 60
OF ?= exact
soak: .venv/.ready ## fresh worlds against brute force (SECONDS=60), or one again (SEED=…): OF=exact or OF=orchestra
	.venv/bin/python -m tests.$(OF).soak --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

simulate: .venv/.ready ## worlds in which everything fails (SECONDS=60), or one again (SEED=…), or OF=switched-off
	.venv/bin/python -m tests.simulator --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(if $(filter switched-off,$(OF)),--switched-off)

demo: setup ## the whole system on this machine with real orders (KEEP=1 leaves it running)
	.venv/bin/python -m infra.demo

build: setup ## what AWS gets (make build ARCHITECTURE=x86_64 for the other one)
	.tools/sam/bin/sam build --parameter-overrides Architecture=$(ARCHITECTURE)

bench: setup ## tables of ratios: rules, sizes, CPU an event, replay, snapshots, cold start
	.venv/bin/python -m tests.bench

docs: setup ## the README's pictures and snippets, made again
	.venv/bin/python -m infra.docs

sql: .venv/.ready ## the batch side's SQL, compiled again from Ibis
	.venv/bin/python -m infra.sql

# Transitive pins, without addresses: whoever has a mirror of the registry uses it.
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.13 --no-annotate --no-header --no-emit-index-url
pins: | $(UV) ## the requirements files, resolved again from pyproject.toml and the layers
	$(COMPILE) --group dev pyproject.toml --output-file infra/requirements/dev.txt
	for tool in ministack sam checkov uv; do \
	  $(COMPILE) infra/requirements/$$tool.in --output-file infra/requirements/$$tool.txt; done
	for layer in hot sending batch; do \
	  $(COMPILE) --constraint infra/requirements/dev.txt layers/vendor-$$layer/requirements.in \
	    --output-file layers/vendor-$$layer/requirements.txt; done

clean: ## what was built or left by a run (the tools stay; remove .venv and .tools for those)
	rm -rf .aws-sam .local out .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +
