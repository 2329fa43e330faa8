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
TESTS ?= tests
WHEEL_VENV = .venv-wheel
WHEEL_STAMP = $(WHEEL_VENV)/.run
BUILT = dist/.built
# The wheel that was built last, in place of the one that an environment has.
WHEEL = -m pip install --quiet --no-index --no-deps --force-reinstall dist/*.whl
SBOM_VENV = build/sbom
OLDEST_TESTS ?= tests --ignore=tests/reliability

.PHONY: demo test stories stories-refresh stories-run-program stories-plugin soak wheel test-oldest test-wheel sbom bench confirm lint types check audit reference troubleshooting docs mutants clean

demo: $(RUN_STAMP)  ## a program links a Jira and a Confluence, relocates, repairs and deletes the link
	$(BIN)/python -m demo

test: $(DEV_STAMP)  ## the whole suite; the acceptance tests run on `pulumi` too when it is on PATH or in ~/.pulumi/bin
	$(BIN)/python -m pytest -n 4 --dist worksteal $(TESTS)

stories: $(DEV_STAMP)  ## each story on every engine there is; `make test` runs those in which the applications decide on one
	$(BIN)/python -m pytest -n 4 --dist worksteal --every-engine tests/acceptance

stories-refresh stories-run-program stories-plugin: stories-%: $(DEV_STAMP)  ## the same with --refresh at each `up` and `destroy`, --run-program at each `refresh` and `destroy`, or the plugin
	$(BIN)/python -m pytest -n 4 --dist worksteal --with-$* tests/acceptance

wheel: $(BUILT)  ## the sdist, and the wheel from it, in dist/

soak: $(DEV_STAMP)  ## what has a long form, in that: the reliability suites, a large import; SOAK_MINUTES bounds each search
	$(BIN)/python -m pytest tests/reliability tests/acceptance/test_taking_over.py tests/unit/estate/test_reading.py -n 2 --dist worksteal --soak --soak-minutes $(SOAK_MINUTES) --timeout 0 --tried soak.txt

mutants: $(DEV_STAMP)  ## a sample of the mutants of lifecycle/ against its tests, about 15 minutes; MUTANTS="--seed 12 --sample 300" takes another
	nice $(BIN)/python -m tests.mutants $(MUTANTS)

bench: $(RUN_STAMP)  ## how fast it is against doing it by hand, about 20 minutes; BENCH=--quick takes two
	$(BIN)/python -m benchmarks $(BENCH)

confirm: $(RUN_STAMP)  ## compares what is known about the interface with two real applications; docs/confirm.md says how
	$(BIN)/python -m confirm

lint: $(DEV_STAMP)  ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_STAMP)  ## the strict type checker
	$(BIN)/mypy

reference: $(RUN_STAMP)  ## the texts of inputs and outputs, from the table in pulumi_applinks/names.py; and of the command, from itself
	$(BIN)/python .ci/reference.py
	$(BIN)/python .ci/command.py
	$(BIN)/python .ci/schema.py

troubleshooting: $(RUN_STAMP)  ## what each code of a message means, from the table in pulumi_applinks/codes.py
	$(BIN)/python .ci/troubleshooting.py

docs: $(DOCS_STAMP)  ## the site, into build/site; a link inside the documents that is broken is an error
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

$(BUILT): $(DEV_STAMP) README.md LICENSE $(shell find pulumi_applinks -type f -not -name '*.pyc')
	rm -rf dist
	mkdir -p build
	$(BIN)/python -m build --no-isolation --outdir dist . > build/build.log || { cat build/build.log; exit 1; }
	touch $@

test-oldest: $(OLDEST_STAMP)  ## the tests with the oldest versions that pyproject.toml allows, on Python 3.10 where that is found
	$(OLDEST) -m pytest -n 2 --dist worksteal $(OLDEST_TESTS)

$(OLDEST_STAMP): pyproject.toml tests/oldest.txt
	rm -rf $(OLDEST_VENV)
	$(OLDEST_PYTHON) -m venv $(OLDEST_VENV)
	$(OLDEST) -m pip install --quiet --upgrade pip
	$(OLDEST) -m pip install --quiet --constraint tests/oldest.txt --editable '.[cli,testing]' --group dev
	touch $@

test-wheel: $(BUILT) $(WHEEL_STAMP)  ## what the wheel asks for is enough: it runs in an environment that has nothing else
	$(WHEEL_VENV)/bin/python $(WHEEL)
	.ci/wheel

$(WHEEL_STAMP): pyproject.toml | $(BUILT)
	rm -rf $(WHEEL_VENV)
	$(PYTHON) -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/python -m pip install --quiet --upgrade pip
	$(WHEEL_VENV)/bin/python -m pip install --quiet "$$(ls dist/*.whl)[cli,testing]"
	touch $@

sbom: $(BUILT)  ## what the built wheel needs, in CycloneDX: build/sbom.cdx.json
	$(BIN)/python -m pip install --quiet --group release
	$(PYTHON) -m venv --clear $(SBOM_VENV)
	$(SBOM_VENV)/bin/python -m pip install --quiet dist/*.whl
	$(SBOM_VENV)/bin/python -m pip uninstall --quiet --yes pip setuptools
	$(BIN)/python -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible --output-file build/sbom.cdx.json $(SBOM_VENV)/bin/python

clean:
	rm -rf $(VENV) $(OLDEST_VENV) $(AUDIT) $(WHEEL_VENV) build dist soak.txt .mypy_cache .ruff_cache .hypothesis
