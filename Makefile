# `make demo` and `make test` need Python 3.11 or newer, pip and make; everything else is installed into .venv from the hash lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OMP_WAIT_POLICY := passive

.PHONY: demo test lint lock clean

demo: $(VENV)/.installed
	$(BIN)/counterlure demo --into demo

test: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2

lint: $(VENV)/.installed
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

$(VENV)/.installed: requirements.lock pyproject.toml
	sh scripts/make_venv.sh "$(PYTHON)" "$(VENV)"
	touch $@

# The lock names no index and no host, so it holds on any of them.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --all-extras --group dev \
		--python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache
