# A bare machine needs python3 (3.11 or newer), pip and make; the rest is installed into .tools and .venv.
.DEFAULT_GOAL := help
.PHONY: help setup demo test bench bench-peers sdk-check lint style types imports fmt openapi docs chaos fuzz worlds clean

export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
# Where this is set, every process of a test or a measurement compiles all that it imports, which takes longer than it runs.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/.ready
# Further words for the command: make demo ARGS=--tour-only, make test ARGS="-k reminders"
ARGS ?=

help:  ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(READY)  ## Install everything into .venv

demo: $(READY)  ## Act the story on a real database and real mail, then serve it (ARGS=--tour-only: end there)
	$(BIN)/ticketdesk demo $(ARGS)

test: $(READY)  ## Check everything and run all tests (ARGS goes to pytest)
	tools/check $(ARGS)

sdk-check: $(READY) sdk/node_modules/.ready sdk/.venv/.ready  ## Lint the contract, generate three clients, drive the product with each
	$(BIN)/python -m sdk

bench: $(READY)  ## Measure beside a bare program and write benchmarks/RESULTS.md (ARGS="get list create": those alone)
	$(BIN)/python -m benchmarks $(ARGS)

bench-peers: $(READY) .tools/peers/.ready  ## Send django-helpdesk the same requests, and write that down, too
	$(BIN)/python -m benchmarks.against_peers $(ARGS)

lint: style types imports  ## Check style, types and import directions

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

fmt: $(READY)  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: $(READY)  ## Regenerate the contract openapi/v1.json
	$(BIN)/ticketdesk openapi

docs: $(READY)  ## Rewrite what the documentation takes from the program
	$(BIN)/ticketdesk docs

chaos: $(READY)  ## Break what the product stands on and write docs/reliability.md (ARGS: names, --scale small)
	$(BIN)/python -m chaos $(ARGS)

fuzz: $(READY)  ## Fuzz the product as everybody, from its contract (ARGS: callers, --seed 7, --examples 20, --write)
	$(BIN)/python -m fuzz $(ARGS)

worlds: $(READY)  ## Draw a thousand worlds and compare what everybody reads with what is theirs (SEED=7, WORLDS=50)
	TICKETDESK_TEST_WORLDS_SEED=$(or $(SEED),random) TICKETDESK_TEST_WORLDS=$(or $(WORLDS),1000) \
		$(BIN)/pytest -q -s -p no:logging tests/contracts/test_random_worlds.py

clean:  ## Remove what was installed and built; data stays
	rm -rf .venv .tools dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		sdk/node_modules sdk/.venv sdk/build

$(READY): pyproject.toml uv.lock
	tools/uv sync --frozen
	@touch $@

sdk/node_modules/.ready: sdk/package.json sdk/package-lock.json
	@command -v npm >/dev/null || { echo "This needs Node.js 20.19 or newer with npm, and nothing else here does." >&2; exit 1; }
	cd sdk && npm ci
	@touch $@

sdk/.venv/.ready: pyproject.toml uv.lock
	UV_PROJECT_ENVIRONMENT=sdk/.venv tools/uv sync --frozen --only-group sdk
	@touch $@

.tools/peers/.ready: benchmarks/peers/requirements.txt
	tools/uv venv --quiet --clear .tools/peers
	tools/uv pip install --quiet --python .tools/peers/bin/python -r $<
	@touch $@
