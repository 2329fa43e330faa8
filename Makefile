# Each target makes the virtual environment it needs; afterwards everything works offline.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
RUN_STAMP = $(VENV)/.run
DEV_STAMP = $(VENV)/.dev

.PHONY: demo test bench lint types check clean

demo: $(RUN_STAMP)  ## a program links a Jira and a Confluence, relocates, repairs and deletes the link
	$(BIN)/python -m pulumi_applinks.lab.demo

test: $(DEV_STAMP)  ## the whole suite; the acceptance tests run on `pulumi` too when it is on PATH
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(RUN_STAMP)  ## how fast it is against doing it by hand, about 20 minutes; BENCH=--quick takes two
	$(BIN)/python -m benchmarks $(BENCH)

lint: $(DEV_STAMP)  ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_STAMP)  ## the strict type checker
	$(BIN)/mypy

check: lint types test  ## everything that CI looks at

$(RUN_STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[lab]'
	touch $@

$(DEV_STAMP): $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
