# Everything a person does here. `make` alone lists it.

PYTHON ?= python3
PORT ?= 8000
DATA ?= data
LOG ?= embedded
BIN := .venv/bin

.PHONY: help setup run demo test test-unit test-e2e bench lint types synthea k8s-check lock
.DEFAULT_GOAL := help

help:  ## list what can be made
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r target what; do printf '%-18s %s\n' "$$target" "$$what"; done

setup:  ## make .venv with everything that is needed, unless it is there
	@$(PYTHON) tools/setup.py

run:  ## start the platform on this machine; PORT=8000 DATA=data LOG=embedded|kafka
	@$(PYTHON) tools/setup.py run
	@exec $(BIN)/daybook up --port "$(PORT)" --data "$(DATA)" --log "$(LOG)"

demo:  ## take a patient through a visit at the running platform; DAY=1 a whole day, VISITS=60 SEED=7
	@$(PYTHON) tools/setup.py run
	@exec $(BIN)/daybook $(if $(DAY),day $(if $(VISITS),--visits "$(VISITS)") \
	  $(if $(SEED),--seed "$(SEED)") $(if $(PACE),--pace "$(PACE)"),demo) --port "$(PORT)" $(ARGS)

test: test-unit test-e2e  ## everything below, in that order

test-unit: setup  ## the tests of every package, on real engines
	@$(BIN)/pytest -m "not e2e" -n 3 --dist loadfile $(ARGS)

test-e2e: setup  ## the whole platform as processes, over both logs
	@$(BIN)/pytest -m e2e $(ARGS)

bench: setup  ## measure what is promised, on this machine
	@$(BIN)/python tools/bench.py $(ARGS)

lint: setup  ## style, the direction of imports, the house rules
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports
	@$(BIN)/python tools/house.py

types: setup  ## mypy, strict
	@$(BIN)/mypy $(wildcard */*/src)

synthea: setup  ## make patients to import, with Synthea; N=20 SEED=7
	@$(BIN)/python tools/synthea/generate.py "$(or $(N),20)" --seed "$(or $(SEED),7)" $(ARGS)

k8s-check: setup  ## render the Kubernetes overlays, and hold them against the code
	@command -v kubectl >/dev/null || command -v kustomize >/dev/null || \
	  { echo "k8s-check renders with kubectl 1.27 or newer, or kustomize 5: install one of them."; exit 1; }
	@$(BIN)/pytest tests/deploy -q $(ARGS)

lock:  ## write requirements.lock and requirements-dev.lock anew, with uv
	@$(COMPILE) --output-file requirements.lock requirements.in $(PROJECTS)
	@$(COMPILE) --output-file requirements-dev.lock --constraint requirements.lock \
	  requirements-dev.in requirements.in $(PROJECTS)

PROJECTS = $(wildcard $(addsuffix /*/pyproject.toml,libs services simulators apps))
MEMBERS = $(shell sed -n 's/^name = "\(daybook[a-z0-9-]*\)"/\1/p' $(PROJECTS))
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-annotate $(addprefix --no-emit-package ,$(MEMBERS))
