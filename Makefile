# Two commands for a machine with Python 3.11 to 3.13, git and make:
#
#   make demo    installs what is missing into ./.venv and runs the whole job on the example committees
#   make test    installs what is missing into ./.venv and runs the tests; `make long` runs the long suites besides
#
# Nothing outside this folder is written. On Windows see README.md.

PYTHON ?= python3
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

export PIP_NO_CACHE_DIR := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONUTF8 := 1
export DAGSTER_DISABLE_TELEMETRY := yes
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

.PHONY: help install demo wheel bench test long clients spark pyspark postgresql storage clusters licences sbom audit mutants fuzz laws faults check lint types imports definitions \
  format lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "Cần Python 3.11 đến 3.13 / Python 3.11 to 3.13 is needed; e.g. make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python này thiếu venv / this Python lacks venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --use-pep517 --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

install: $(READY) ## install what is missing into ./.venv

demo: $(READY) ## run the whole job on the example committees
	$(BIN)/khoi demo

wheel: $(READY) ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

# One worker more than there are cores: tests wait for the disk and for processes a quarter of their time.
WORKERS := $(shell $(PYTHON) -c "import os; print(min(4, (os.cpu_count() or 1) + 1))")
TESTS := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test: $(READY) ## run the tests; what takes minutes each is in `make long`
	$(TESTS) -m "not long"

long: $(READY) ## the long suites, bounded: the whole demo, histories, parity, deaths and damage, browsers, the service, the wheel, the fuzzer
	$(TESTS) -m long

clients: $(READY) ## the older DuckDB clients that tests open the published file with, each in a folder of its own
	@for version in 1.3.2 1.4.4; do place=$(VENV)/old-duckdb/$$version; \
	  test -e $$place/.installed || { rm -rf $$place; $(BIN)/python -m pip install --quiet --no-deps --require-hashes \
	    --target $$place --requirement tests/support/old_duckdb/$$version.txt && touch $$place/.installed || exit 1; }; done

SPARK := $(VENV)/spark

pyspark: $(READY) ## PySpark and dbt-spark in a folder of their own, for the marts on Spark (490 MB; needs Java 17)
	@test -e $(SPARK)/.installed || { rm -rf $(SPARK); $(BIN)/python -m pip install --quiet --no-deps --require-hashes \
	  --target $(SPARK) --requirement tests/support/spark/requirements.txt && touch $(SPARK)/.installed; }

spark: pyspark ## build the marts of KHOI_HOME on Apache Spark and compare every row with what is published
	PYTHONPATH=$(SPARK) $(BIN)/python -m khoi.warehouse.spark

STORAGE := $(VENV)/storage

storage: $(READY) ## s3fs and moto's server in a folder of their own, for the tests against an object storage (100 MB)
	@test -e $(STORAGE)/.installed || { rm -rf $(STORAGE); $(BIN)/python -m pip install --quiet --no-deps --require-hashes \
	  --target $(STORAGE) --requirement tests/support/object_storage/requirements.txt && touch $(STORAGE)/.installed; }

CLUSTERS := $(VENV)/clusters

clusters: $(READY) ## dagster-k8s and dagster-celery in a folder of their own, for the tests of deploy/kubernetes and deploy/celery (110 MB)
	@test -e $(CLUSTERS)/.installed || { rm -rf $(CLUSTERS); $(BIN)/python -m pip install --quiet --no-deps --require-hashes \
	  --target $(CLUSTERS) --requirement tests/support/clusters/requirements.txt && touch $(CLUSTERS)/.installed; }

POSTGRESQL := $(VENV)/postgresql

postgresql: $(READY) ## the driver of PostgreSQL and dagster-postgres in a folder of their own (38 MB), for the tests that start a server
	@test -e $(POSTGRESQL)/.installed || { rm -rf $(POSTGRESQL); $(BIN)/python -m pip install --quiet --no-deps --require-hashes \
	  --target $(POSTGRESQL) --requirement tests/support/postgresql/requirements.txt && touch $(POSTGRESQL)/.installed; }

licences: $(READY) ## write docs/licences.md from requirements.lock and what is installed
	$(BIN)/python -m bench.supply_chain licences

sbom: $(READY) ## the bill of materials (CycloneDX) into dist/
	$(BIN)/python -m bench.supply_chain sbom dist/khoi.cdx.json

audit: $(READY) ## ask for known vulnerabilities of what requirements.lock names; needs a network
	UV_CACHE_DIR=$(VENV)/uv-cache UV_TOOL_DIR=$(VENV)/uv-tools $(BIN)/python -m bench.supply_chain audit $(AUDIT)

mutants: $(READY) ## change glue code in small ways and see whether a test notices (minutes to hours)
	$(BIN)/python -m bench.mutants

fuzz: $(READY) ## change 10,000 workbooks at random and hold what is read against what LibreOffice shows (hours)
	$(BIN)/python -m bench.fuzz --count 10000

bench: $(READY) ## seconds, memory and ratios of everything that is timed, on KHOI_HOME (khoi demo fills one), into one record (some 15 minutes)
	$(BIN)/python -m bench.suite $(BENCH)
	$(BIN)/python -m bench.tables

laws: $(READY) ## the laws that hold for any input, on ten times as many examples
	KHOI_EXAMPLES=10 $(TESTS) -m hypothesis

faults: $(READY) ## kill, starve and damage for half an hour; prints what was tried and survived
	KHOI_FAULTS_SECONDS=1800 $(BIN)/python -m pytest -q tests/faults tests/khoi/stages/test_deaths_while_publishing.py

check: lint types imports definitions ## everything that can be checked without running

lint: $(READY) ## ruff and sqlfluff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 0 dbt_project
	$(BIN)/sqlfluff lint --processes 0 --templater placeholder khoi ingest

types: $(READY) ## mypy
	$(BIN)/mypy

imports: $(READY) ## which package may import which
	$(BIN)/lint-imports --no-cache

definitions: $(READY) ## Dagster loads every definition
	@test -e $(VENV)/khoi-check/config/seeds || $(BIN)/khoi init $(VENV)/khoi-check >/dev/null
	@mkdir -p $(VENV)/khoi-check/dagster && printf 'telemetry:\n  enabled: false\n' > $(VENV)/khoi-check/dagster/dagster.yaml
	VIRTUAL_ENV=$(VENV) DAGSTER_HOME=$(VENV)/khoi-check/dagster KHOI_HOME=$(VENV)/khoi-check $(BIN)/dg check defs

format: $(READY) ## let ruff and sqlfluff write the format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 0 dbt_project
	$(BIN)/sqlfluff fix --processes 0 --templater placeholder khoi ingest

lock: $(READY) ## resolve pyproject.toml again into requirements.lock, for every platform, with the sums of every file
	$(BIN)/uv pip compile --universal --no-header --no-annotate --generate-hashes --extra dev --python-version 3.11 \
	  --cache-dir $(VENV)/uv-cache --upgrade --output-file requirements.lock pyproject.toml

clean: ## remove ./.venv and what tools left; data/ stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +
