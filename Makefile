# One way to run everything, the same here and in CI. Needs Python 3.11, git and make; sets up the rest in .venv.

PYTHON ?= python3
BIN := .venv/bin
SITE := .venv/.site-$(shell cat pyproject.toml requirements.txt | cksum | cut -d' ' -f1)
DEVELOPMENT := .venv/.development-$(shell cat pyproject.toml requirements-dev.txt | cksum | cut -d' ' -f1)

.PHONY: site serve test coverage quick long fuzz mutants browse standards publishing check format translations bench lock clean

site: $(SITE)
	@$(BIN)/kaohe build

serve: $(SITE)
	@$(BIN)/kaohe serve

test: $(DEVELOPMENT)
	@echo "Tests"
	@$(BIN)/pytest -n auto --dist worksteal --ignore=tests/browser --ignore=tests/standards --ignore=tests/live

coverage: $(DEVELOPMENT)
	@echo "Branch coverage of scoring, sources, trail and freezing, with all examples of their properties"
	@KAOHE_EXAMPLES=all $(BIN)/pytest -n auto --dist worksteal --cov=site_builder --cov-branch --cov-report= \
	tests/scoring tests/sources tests/rulebook tests/trail tests/commands
	@$(BIN)/coverage report --fail-under=95 \
	--include='site_builder/scoring/*,site_builder/sources/*'
	@$(BIN)/coverage report --fail-under=95 --include='site_builder/trail/*,site_builder/freezing.py'

quick: $(DEVELOPMENT)
	@echo "The tests of reading, counting and comparing, without history, servers or a browser"
	@$(BIN)/pytest -n auto --dist worksteal tests/model tests/sources tests/scoring tests/rulebook tests/freezing \
	tests/store tests/fuzz

long: $(DEVELOPMENT)
	@echo "All examples of all properties, those of the trail over 20,000 random histories; KAOHE_HISTORIES says of how many"
	@export KAOHE_EXAMPLES=all KAOHE_HISTORIES=$${KAOHE_HISTORIES:-20000}; begin=$$(date +%s); \
	$(BIN)/pytest -n auto --dist worksteal --timeout=0 tests/model tests/scoring tests/sources tests/store tests/review \
	tests/trail && \
	printf '| %s | %s | %s | %s |\n' "$$(date +%F)" "$$(git rev-parse --short HEAD)" "$$KAOHE_HISTORIES" \
	"$$((($$(date +%s) - begin) / 60))" >>tests/long.md

fuzz: $(DEVELOPMENT)
	@echo "Mutated files and odd histories; SECONDS says how long, FIRST from which seed on"
	@$(BIN)/python -m tests.fuzz $(or $(SECONDS),300) $(FIRST)

mutants: $(DEVELOPMENT)
	@echo "Faults put into the code one at a time, and whether a test notices; KAOHE_GROUP says of which group alone"
	@$(BIN)/python -m tests.mutants $(or $(KAOHE_GROUP),trail judgement freezing)

browse: $(DEVELOPMENT)
	@echo "Tests in a real Chromium, which must be installed"
	@$(BIN)/pytest -n auto --dist worksteal tests/browser

standards: $(DEVELOPMENT) .standards/node_modules
	@echo "Built pages against the standards: the Nu checker and Lighthouse"
	@$(BIN)/pytest -rP tests/standards

.standards/node_modules: tests/standards/package.json
	@echo "Installing the checkers"
	@mkdir -p .standards && cp tests/standards/package.json .standards/
	@npm install --prefix .standards --no-package-lock --ignore-scripts --no-audit --no-fund --silent
	@touch $@

publishing: $(DEVELOPMENT)
	@echo "Publishing to a real nginx and sshd on 127.0.0.1, and every fault of targets; mounts need root"
	@$(BIN)/pytest tests/live

check: $(DEVELOPMENT)
	@echo "Format and lint"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@echo "Types"
	@$(BIN)/mypy
	@echo "Layers"
	@$(BIN)/lint-imports
	@echo "Documentation and translations"
	@$(BIN)/pytest tests/test_documentation.py tests/test_translations.py
	@echo "The rule book and the records"
	@$(BIN)/kaohe check

format: $(DEVELOPMENT)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

translations: $(DEVELOPMENT)
	@$(BIN)/python tests/translations.py

bench: $(SITE)
	@$(BIN)/python benchmarks/stages.py
	@$(BIN)/python benchmarks/history.py
	@$(BIN)/python benchmarks/limits.py
	@$(BIN)/python benchmarks/publishing.py

lock: $(DEVELOPMENT)
	@uv pip compile -q --no-annotate --no-header --universal --python-version 3.11 pyproject.toml -o requirements.txt
	@uv pip compile -q --no-annotate --no-header --universal --python-version 3.11 --group dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv .standards .mutants output .kaohe-cache .hypothesis .pytest_cache .mypy_cache .ruff_cache .coverage

.venv/bin/python:
	@echo "Setting up .venv"
	@if command -v uv >/dev/null; then uv venv -q --seed --python $(PYTHON) .venv; else $(PYTHON) -m venv .venv; fi

$(SITE): .venv/bin/python
	@echo "Installing what the site needs"
	@if command -v uv >/dev/null; then uv pip install -q --python .venv -r requirements.txt; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt; fi
	@if command -v uv >/dev/null; then uv pip install -q --python .venv --no-deps -e .; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .; fi
	@rm -f .venv/.site-*; touch $@

$(DEVELOPMENT): $(SITE)
	@echo "Installing what development needs"
	@if command -v uv >/dev/null; then uv pip install -q --python .venv -r requirements-dev.txt; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt; fi
	@rm -f .venv/.development-*; touch $@
