# Everything runs from .venv, made from the lock file: nothing else on the machine is relied on.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install demo test lint format texts lock clean
.DEFAULT_GOAL := help

help:  ## Show what can be made
	@grep -E '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

install: .venv/.installed  ## Install Emplettes and its tools into .venv

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install  ## Start the sample town, sync its shops, open the portal (Ctrl-C stops everything)
	$(BIN)/emplettes demo

test: install  ## Run every test
	$(BIN)/python -m pytest -n auto

lint: install  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install  ## Let ruff write the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

texts: install  ## Bring the catalogues of texts up to date with the code (then translate what is new)
	@mkdir -p build
	$(BIN)/pybabel --quiet extract -F aggregator/web/babel.cfg --no-location --sort-output -o build/messages.pot aggregator
	$(BIN)/pybabel --quiet update -i build/messages.pot -d aggregator/web/locale --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date --no-wrap

lock: install  ## Pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --universal \
		--python-version 3.11 pyproject.toml --group dev -o requirements.lock

bench-%: install  ## bench-search (SIZE=1M), bench-relevance (OFFERS=real.csv), bench-sync, bench-feed, bench-fleet: figures, goals
	$(BIN)/python -m tests.bench.$*

clean:  ## Remove what was built
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache
