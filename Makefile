# `make demo` and `make test` need Python 3.11 or newer, pip and make; everything else is installed into .venv from the hash lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OMP_WAIT_POLICY := passive

.PHONY: demo test lint lock clean

demo: $(VENV)/.installed
	$(BIN)/counterlure demo --into demo

test: $(VENV)/.installed-tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2

lint: $(VENV)/.installed
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

$(VENV)/.installed: requirements.lock pyproject.toml
	sh scripts/make_venv.sh "$(PYTHON)" "$(VENV)"
	touch $@

# PySpark is half a gigabyte and comes as source, which the locked setuptools builds; only the tests need that and OpenCV.
$(VENV)/.installed-tests: $(VENV)/.installed requirements-tests.lock
	sh scripts/pip.sh "$(PYTHON)" "$(VENV)" install --quiet --require-hashes --no-build-isolation \
		--requirement requirements-tests.lock
	touch $@

# The locks name no index and no host, so they hold on any of them; the second holds what only the tests need.
COMPILE := uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--python-version 3.11

lock:
	$(COMPILE) --extra profiles --extra encrypt --extra bench --group dev pyproject.toml -o requirements.lock
	$(PYTHON) scripts/extra.py spark images pdf browser | $(COMPILE) --constraints requirements.lock - -o requirements-tests.lock

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache
