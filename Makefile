# People type `make`. It sees to the environment and calls one Python process, which decides by content what is stale.
# Every value reaches Python through the process environment, read in the recipes as "$$NAME" and never pasted into a
# command, so that paths may hold spaces, quotes and dollar signs. Written for GNU Make 3.81 (macOS) and later.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:

DATA ?= data/sample
RUN ?= sample
PARAMS ?=
ENGINE ?= duckdb
JOBS ?=
WARM ?= 1
NOTEBOOK ?=
ALL ?=
WORLD ?= documents
COPY ?=
GRID ?=
RUNS ?=
MEMORY ?=
TESTS ?=
PY ?=
UPGRADE ?=
# Command line only: Windows' Linux subsystem sets a variable NAME to the machine's name.
FROM =
NAME =
KEEP_TEXT ?=
PROPOSE ?=
CLOCK ?=
YES ?=

# A batch is named after its grid, unless somebody names it.
override BATCH := $(if $(filter file,$(origin RUN)),,$(value RUN))

# What came is what goes on: without $(value ...) make would expand a dollar sign inside a path.
override DATA := $(value DATA)
override RUN := $(value RUN)
override PARAMS := $(value PARAMS)
override ENGINE := $(value ENGINE)
override JOBS := $(value JOBS)
override WARM := $(value WARM)
override NOTEBOOK := $(value NOTEBOOK)
override ALL := $(value ALL)
override WORLD := $(value WORLD)
override COPY := $(value COPY)
override GRID := $(value GRID)
override RUNS := $(value RUNS)
override MEMORY := $(value MEMORY)
override TESTS := $(value TESTS)
override PY := $(value PY)
override UPGRADE := $(value UPGRADE)
override FROM := $(value FROM)
override NAME := $(value NAME)
override KEEP_TEXT := $(value KEEP_TEXT)
override PROPOSE := $(value PROPOSE)
override CLOCK := $(value CLOCK)
override YES := $(value YES)

# PySpark brings libraries that change how pandas keeps text; those who do not ask for it get none of them.
override VENV := .venv$(if $(filter spark,$(ENGINE)),-spark)
override LOCK := $(if $(filter spark,$(ENGINE)),tools/spark.lock,requirements.lock)
VENV_PYTHON := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts/python.exe,bin/python)
override INTERPRETER := $(if $(PY),$(PY),$(VENV_PYTHON))
export DATA RUN RUNS PARAMS ENGINE JOBS WARM NOTEBOOK ALL WORLD GRID MEMORY BATCH TESTS PY UPGRADE FROM NAME KEEP_TEXT
export PROPOSE CLOCK YES COPY INTERPRETER
export VENV LOCK
# Set in many containers, it has every kernel and every other process compile its libraries again.
unexport PYTHONDONTWRITEBYTECODE

FLAGS = --engine="$$ENGINE" $${PARAMS:+--params="$$PARAMS"} $${JOBS:+--jobs="$$JOBS"}
RUN_FLAGS = --data="$$DATA" --run="$$RUN" $(FLAGS)

.PHONY: help
help:
	@printf 'Targets (make TARGET VARIABLE=value ...)\n'
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r target does; do \
		printf '  %-10s %s\n' "$$target" "$$does"; done
	@printf '\nVariables, as they are now\n'
	@show() { printf '  %-10s %-16s %s\n' "$$1" "$$2" "$$3"; }; \
	show DATA "$$DATA" 'what is analysed: tables or exports, a folder, a file or a zip'; \
	show RUN "$$RUN" 'name of the folder under reports/'; \
	show PARAMS "$${PARAMS:--}" 'a TOML file with parameters'; \
	show ENGINE "$$ENGINE" 'duckdb or spark: where tables are opened and reduced'; \
	show JOBS "$${JOBS:-$$(getconf _NPROCESSORS_ONLN)}" "notebooks side by side$${JOBS:-, one for each core}"; \
	show WARM "$$WARM" '0 starts each kernel plainly: slower, same output'; \
	show NOTEBOOK "$${NOTEBOOK:--}" 'for report and plan: one of notebooks/, without .ipynb'; \
	show ALL "$${ALL:--}" '1 runs the notebooks too to which the data cannot speak'; \
	show FROM "$${FROM:--}" 'for import: a file, a folder or a zip; for evidence: a folder'; \
	show NAME "$${NAME:--}" 'for import: the new folder under data/user/'; \
	show KEEP_TEXT "$${KEEP_TEXT:--}" 'for import: 1 keeps captions, comments and file names'; \
	show CLOCK "$${CLOCK:--}" 'for import: zone by whose clock hours are told, such as Europe/Amsterdam'; \
	show PROPOSE "$${PROPOSE:--}" 'for import: 1 writes a dataset.toml for unknown files'; \
	show COPY "$${COPY:--}" 'for lab: 1 opens copies in data/user/notebooks, which git ignores'; \
	show YES "$${YES:--}" 'for evidence: 1 downloads open data without asking'; \
	show GRID "$${GRID:--}" 'for batch: a TOML file with values to try, or a column'; \
	show RUNS "$${RUNS:--}" 'for pool: finished runs, with spaces between'; \
	show MEMORY "$${MEMORY:--}" 'for batch: what all its notebooks may take, as 4GB'; \
	show TESTS "$${TESTS:--}" 'for test: one file of tests'; \
	show WORLD "$$WORLD" 'for sample: documents, literature, null, own-account or own-account-null'; \
	show PY "$${PY:-.venv}" 'PY=python uses the active environment (conda) instead'; \
	show UPGRADE "$${UPGRADE:--}" 'for lock: 1 moves every pin to the newest version allowed'

.PHONY: reports
reports: env ## the main job: the notebooks that DATA can speak to, written to reports/RUN/
	@"$$INTERPRETER" -m helpers reports $(RUN_FLAGS)

.PHONY: report
report: notebook-named env ## one notebook: make report NOTEBOOK=01-account-size
	@"$$INTERPRETER" -m helpers reports $(RUN_FLAGS) --notebook="$$NOTEBOOK"

.PHONY: plan
plan: notebook-named env ## how many units would do, before any data: make plan NOTEBOOK=02-influencer-tiers
	@"$$INTERPRETER" -m helpers plan $(RUN_FLAGS) --notebook="$$NOTEBOOK"

.PHONY: notebook-named
notebook-named:
	@[ -n "$$NOTEBOOK" ] || { { echo 'make $(firstword $(MAKECMDGOALS)) needs NOTEBOOK=, and none was given.'; \
		echo 'Allowed:'; ls notebooks | sed -n 's/^\(.*\)\.ipynb$$/  - \1/p'; \
		echo 'What to do: name one of them, for example: make $(firstword $(MAKECMDGOALS)) NOTEBOOK=01-account-size'; } >&2; exit 2; }

.PHONY: import
import: import-named env ## native exports into data/user/NAME/: make import FROM=path NAME=brand
	@"$$INTERPRETER" -m helpers import --from="$$FROM" --name="$$NAME"

.PHONY: import-named
import-named:
	@[ -n "$$FROM" ] && [ -n "$$NAME" ] || { { echo "make import needs FROM= and NAME= behind it."; \
		[ -n "$$FROM" ] || echo '  - FROM is missing: the file, folder or zip that a platform gave you'; \
		[ -n "$$NAME" ] || echo '  - NAME is missing: a plain folder name; the tables land in data/user/NAME/'; \
		echo 'What to do: make import FROM=Downloads/export.zip NAME=brand'; } >&2; exit 2; }

.PHONY: batch
batch: grid-named env ## one run for each combination or value in GRID, compared: make batch GRID=file.toml
	@RUN="$$BATCH" "$$INTERPRETER" -m helpers batch --data="$$DATA" $${BATCH:+--run="$$BATCH"} $(FLAGS) \
		--grid="$$GRID" $${MEMORY:+--memory="$$MEMORY"} $${NOTEBOOK:+--notebook="$$NOTEBOOK"}

.PHONY: grid-named
grid-named:
	@[ -n "$$GRID" ] || { { echo 'make batch needs GRID=, and none was given.'; echo 'Examples to copy:'; \
		ls notebooks/params/*.toml | sed -n '/example/!s/^/  - /p'; \
		echo 'What to do: make batch GRID=notebooks/params/grid.toml'; } >&2; exit 2; }

.PHONY: pool
pool: env ## the claims of several finished runs together: make pool RUNS="a b c" [RUN=pooled]
	@RUN="$$BATCH" "$$INTERPRETER" -m helpers pool --runs="$$RUNS" $${BATCH:+--run="$$BATCH"}

.PHONY: register
register: env ## freeze claims, parameters and code before data are opened, in registrations/RUN.json and .txt
	@"$$INTERPRETER" -m helpers register --data="$$DATA" --run="$$RUN" $${PARAMS:+--params="$$PARAMS"}

.PHONY: sample
sample: env ## write simulated data again: documents to data/sample, another WORLD to data/worlds/WORLD
	@"$$INTERPRETER" -m helpers sample --world="$$WORLD"

.PHONY: lab
lab: env ## open JupyterLab on the notebooks; with COPY=1 on copies of your own, so that nothing tracked changes
	@set -- notebooks; if [ -n "$$COPY" ]; then set -- data/user/notebooks; mkdir -p "$$1"; \
		for book in notebooks/*.ipynb; do [ -e "$$1/$${book#*/}" ] || cp "$$book" "$$1"; done; \
		echo "your copies are in $$1; those that were there stay as they are"; fi; \
	set -- --ServerApp.root_dir=. --LabApp.default_url="/lab/tree/$$1"; \
	[ "$$(id -u)" != 0 ] || set -- "$$@" --allow-root; \
	"$$INTERPRETER" -m jupyterlab "$$@"

.PHONY: evidence
evidence: env ## the claims on open datasets, from FROM or downloaded: data/evidence.csv, docs/evidence.md
	@"$$INTERPRETER" -m helpers evidence --from="$$FROM" --yes="$$YES" $${JOBS:+--jobs="$$JOBS"}

.PHONY: test
test: env ## run the tests, one process more than cores, as many of them wait; with TESTS one file of them, plainly
	@if [ -n "$$TESTS" ]; then "$$INTERPRETER" -m pytest "$$TESTS"; else \
		"$$INTERPRETER" -m pytest --numprocesses="$${JOBS:-$$(($$(getconf _NPROCESSORS_ONLN) + 1))}" --dist=worksteal; fi

.PHONY: check
check: lint readme-fresh test ## lint, the README and docs/claims.md, and the tests, as CI runs them

.PHONY: lint
lint: env
	@"$$INTERPRETER" -m ruff check .
	@"$$INTERPRETER" -m ruff format --check .
	@found=$$("$$INTERPRETER" -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' \
		--no-logo --no-cache) || { printf '%s\n' "$$found" >&2; exit 1; }
	@"$$INTERPRETER" -m mypy --no-error-summary
	@for notebook in notebooks/*.ipynb; do [ ! -e "$$notebook" ] || \
		"$$INTERPRETER" -m nbstripout --keep-id --verify "$$notebook" || { \
		echo "$$notebook holds outputs. What to do: $$INTERPRETER -m nbstripout --keep-id $$notebook" >&2; exit 1; }; done

.PHONY: readme-fresh
readme-fresh: env
	@held() { cat README.md docs/claims.md docs/tables.md 2>/dev/null | cksum; } && before=$$(held) && \
	"$$INTERPRETER" -m helpers reports --data=data/sample --run=sample && "$$INTERPRETER" -m helpers readme && \
	{ [ "$$before" = "$$(held)" ] || { \
		echo 'README.md or docs/ did not hold what the sample run gives; now they do. What to do: read and commit them.' >&2; exit 1; }; }

.PHONY: bench
bench: env ## measure: where the seconds of a run go
	@"$$INTERPRETER" -m helpers bench

.PHONY: calibrate
calibrate: env ## simulate worlds with known truth and write docs/calibration.md
	@"$$INTERPRETER" -m helpers calibrate $${JOBS:+--jobs="$$JOBS"}

.PHONY: readme
readme: env ## fill what the README says is known; write docs/claims.md from the sample run, and docs/tables.md
	@"$$INTERPRETER" -m helpers reports --data=data/sample --run=sample
	@"$$INTERPRETER" -m helpers readme

.PHONY: lock
lock: env ## write requirements.lock and tools/spark.lock again from pyproject.toml; UPGRADE=1 moves the pins
	@compile() { "$$INTERPRETER" -m uv pip compile pyproject.toml --extra dev --constraints tools/constraints.txt "$$@" \
		$${UPGRADE:+--upgrade} --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command 'make lock' --quiet; } && \
	compile --output-file requirements.lock && \
	compile --extra spark --constraints requirements.lock --output-file tools/spark.lock

.PHONY: env
env: ## build .venv (ENGINE=spark: .venv-spark) from its lock, if it is missing or stale
	@sh tools/environment.sh

.PHONY: clean
clean: ## remove what reports/ holds, never data
	@find reports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
