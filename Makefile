# svdocs: `make` alone lists what can be done.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
export SVDOCS_DATA ?= var

.PHONY: help run demo test coverage check fix bench soak mutation evaluate train assets corpus-check constraints clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/uv: $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit("svdocs needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@grep -A30 '^uv==' $(CONSTRAINTS) | awk 'NR==1||/^    --hash/{print} NR>1&&!/^    --hash/{exit}' > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@touch $@

# What running needs, pinned by hash; then svdocs itself, in place.
$(VENV)/run: $(VENV)/uv pyproject.toml constraints-run.txt
	$(BIN)/uv pip install --quiet --require-hashes -r constraints-run.txt
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test: $(VENV)/run
	$(BIN)/uv pip install --quiet --require-hashes -r $(CONSTRAINTS)
	@touch $@

run: $(VENV)/run ## set up, read the sample procurement, print what was found, serve pages on 127.0.0.1:8000
	@scripts/system-packages.sh run
	@$(BIN)/svdocs import samples
	@$(BIN)/svdocs serve

demo: $(VENV)/run ## the same without serving
	@scripts/system-packages.sh run
	@$(BIN)/svdocs import samples

test: $(VENV)/test ## set up the rest and run every check and test
	@scripts/system-packages.sh test
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 2

coverage: $(VENV)/test ## the tests once more, and which lines and branches they reach (takes half as long again)
	$(BIN)/pytest --cov --cov-report=term:skip-covered -n 2

check: $(VENV)/test ## format, lint, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/test ## mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/test ## measure speed and memory side by side in one run; results go to docs/results
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.additionality.reuse_bench
	$(BIN)/python -m tests.durability.load

soak: $(VENV)/test ## the long proofs: all bad inputs, hidden text, fidelity, durability, fuzzing where atheris is; results go to docs/results
	$(BIN)/python -m tests.bad_inputs.soak
	$(BIN)/python -m tests.hidden_text.soak
	$(BIN)/python -m tests.fidelity.soak
	$(BIN)/python -m tests.durability.soak
	$(BIN)/python -m tests.jobs.soak
	$(BIN)/python -m tests.fuzz.soak
	$(BIN)/python -m tests.records.soak
	$(BIN)/python -m tests.panel.soak
	$(BIN)/python -m tests.browser.soak
	$(BIN)/python -m tests.archive.soak
	$(BIN)/python -m tests.web.conformance
	$(BIN)/python -m tests.web.route_by_role

mutation: $(VENV)/test ## change the code of seal, rights and audit in every small way, and see that a test fails each time
	$(BIN)/mutmut run
	$(BIN)/mutmut results

evaluate: $(VENV)/run ## figures on the labelled samples
	$(BIN)/svdocs evaluate samples

train: $(VENV)/test ## train the models from corpus/ into models/
	$(BIN)/svdocs train

assets: ## build the pages' style sheet and scripts from their npm packages; only when their versions change
	$(PYTHON) scripts/web_assets.py

corpus-check: $(VENV)/test ## check the labelled packs: labels, marks, near duplicates, counts
	$(BIN)/svdocs corpus check

constraints: ## pin the newest versions by hash
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra setup pyproject.toml -o constraints-run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra setup --extra dev -c constraints-run.txt pyproject.toml -o $(CONSTRAINTS)

clean: ## remove the environment, caches and the sample database
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
