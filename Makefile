# khotin: everything a newcomer or a runner needs, each target does its own set-up.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types format bench bench-reliability floors pins clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 25

$(VENV)/.ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "khotin needs Python 3.11 or later: install it, or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "khotin needs Python 3.11 or later; $(PYTHON) is older. Say make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: $(VENV)/.ready ## Crawl five sample portals on this machine and open what was found
	$(BIN)/khotin demo

test: $(VENV)/.ready ## Run all tests
	$(BIN)/python -m pytest

lint: $(VENV)/.ready ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready ## Check types
	$(BIN)/mypy

check: lint types test ## Lint, types and tests: what the runner does

format: $(VENV)/.ready ## Put the code in the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready ## Measure reading and crawling beside named baselines
	$(BIN)/python -m bench

bench-reliability: $(VENV)/.ready ## Kill crawls, fill disks, crawl 100 faulty portals for 30 minutes
	KHOTIN_LONG_TESTS=1 $(BIN)/python -m pytest tests/reliability
	$(BIN)/python -m bench reliability
	$(BIN)/python -m bench load

floors: $(VENV)/.ready ## Show how accurately every corpus is read, beside its floors
	$(BIN)/python -m tests.accuracy

pins: $(VENV)/.ready ## Write the installed versions to requirements.txt
	@{ sed -n '/^#/p' requirements.txt; $(BIN)/pip freeze --all --disable-pip-version-check | grep -viE '^(khotin|-e|pip)( |==|$$)' | grep -v '^#'; } > requirements.new && mv requirements.new requirements.txt

clean: ## Remove what the targets made, except archives
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .bench build *.egg-info
