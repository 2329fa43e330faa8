# Each target makes the virtual environment it needs; afterwards everything works offline.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
AUDIT = .venv-audit
SOAK_MINUTES ?= 10
RUN_STAMP = $(VENV)/.run
DEV_STAMP = $(VENV)/.dev
DOCS_STAMP = $(VENV)/.docs
OLDEST_PYTHON ?= $(shell python3.10 -c "print('python3.10')" 2>/dev/null || echo $(PYTHON))
OLDEST_VENV ?= .venv-oldest
OLDEST = $(OLDEST_VENV)/bin/python
OLDEST_STAMP = $(OLDEST_VENV)/.dev
WHEEL_VENV = .venv-wheel
WHEEL_STAMP = $(WHEEL_VENV)/.tried
SBOM_VENV = build/sbom
OLDEST_TESTS ?= tests --ignore=tests/reliability

.PHONY: demo test soak test-oldest test-wheel sbom bench confirm lint types check audit reference troubleshooting docs mutants clean

demo: $(RUN_STAMP)  ## a program links a Jira and a Confluence, relocates, repairs and deletes the link
	$(BIN)/python -m pulumi_applinks.lab.demo

test: $(DEV_STAMP)  ## the whole suite; the acceptance tests run on `pulumi` too when it is on PATH
	$(BIN)/python -m pytest -n 2 --dist worksteal

soak: $(DEV_STAMP)  ## what has a long form, in that: the reliability suites, a large import; SOAK_MINUTES bounds each search
	$(BIN)/python -m pytest tests/reliability tests/acceptance/test_taking_over.py -n 2 --dist worksteal --soak --soak-minutes $(SOAK_MINUTES) --timeout 0 --tried soak.txt

mutants: $(DEV_STAMP)  ## a sample of the mutants of lifecycle/ against its tests, about 15 minutes; MUTANTS="--seed 12 --sample 300" takes another
	nice $(BIN)/python -m tests.mutants $(MUTANTS)

bench: $(RUN_STAMP)  ## how fast it is against doing it by hand, about 20 minutes; BENCH=--quick takes two
	$(BIN)/python -m benchmarks $(BENCH)

confirm: $(RUN_STAMP)  ## holds what is known of the interface against two real applications; docs/confirm.md tells how
	$(BIN)/python -m confirm

lint: $(DEV_STAMP)  ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_STAMP)  ## the strict type checker
	$(BIN)/mypy

reference: $(RUN_STAMP)  ## what is told of inputs and outputs, from the table in pulumi_applinks/names.py; and of the command, from itself
	$(BIN)/python .ci/reference.py
	$(BIN)/python .ci/command.py

troubleshooting: $(RUN_STAMP)  ## what each code of a message means, from the table in pulumi_applinks/codes.py
	$(BIN)/python .ci/troubleshooting.py

docs: $(DOCS_STAMP)  ## the site, into build/site; a link inside the documents that leads nowhere is an error
	$(BIN)/python -m sphinx -q -E -W --keep-going -c docs . build/site
	@echo "The site is in build/site/index.html."

audit: $(RUN_STAMP)  ## known vulnerabilities of what is installed to run this; needs the network
	test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet pip-audit || true
	$(AUDIT)/bin/python .ci/audit.py $(BIN)/python

check:  ## everything that CI looks at
	.ci/run

$(RUN_STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[cli,lab]'
	touch $@

$(DEV_STAMP): $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

$(DOCS_STAMP): $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

test-oldest: $(OLDEST_STAMP)  ## the tests with the oldest versions that pyproject.toml allows, on Python 3.10 where that is found
	$(OLDEST) -m pytest -n 2 --dist worksteal $(OLDEST_TESTS)

$(OLDEST_STAMP): pyproject.toml tests/oldest.txt
	test -x $(OLDEST) || $(OLDEST_PYTHON) -m venv $(OLDEST_VENV)
	$(OLDEST) -m pip install --quiet --upgrade pip
	$(OLDEST) -m pip install --quiet --constraint tests/oldest.txt --editable '.[cli,lab]'
	$(OLDEST) -m pip install --quiet --constraint tests/oldest.txt --group dev
	touch $@

test-wheel: $(DEV_STAMP) $(WHEEL_STAMP)  ## builds the sdist, and the wheel from it, and tries the installed wheel in an environment of its own
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist . > build/build.log || { cat build/build.log; exit 1; }
	.ci/wheel

$(WHEEL_STAMP): pyproject.toml
	rm -rf $(WHEEL_VENV)
	$(PYTHON) -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/python -m pip install --quiet --upgrade pip
	mkdir -p build
	touch $@

sbom: $(DEV_STAMP)  ## what the built wheel needs, in CycloneDX: build/sbom.cdx.json
	$(BIN)/python -m pip install --quiet --group release
	$(PYTHON) -m venv --clear $(SBOM_VENV)
	$(SBOM_VENV)/bin/python -m pip install --quiet dist/*.whl
	$(SBOM_VENV)/bin/python -m pip uninstall --quiet --yes pip setuptools
	$(BIN)/python -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible --output-file build/sbom.cdx.json $(SBOM_VENV)/bin/python

clean:
	rm -rf $(VENV) $(OLDEST_VENV) $(AUDIT) $(WHEEL_VENV) build dist soak.txt .mypy_cache .ruff_cache .hypothesis
