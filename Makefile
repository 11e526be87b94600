# make demo   the main job, with no camera needed       make test       every check, in minutes
# make run    the program, on your own camera           make test-slow  the same claims on more, in more minutes
# make bench  how fast, beside others                   make coverage   which lines the tests run
# make lint   style and types alone                     make docs       the API reference, in out/api
# make clean  removes .venv and what was made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
# Each of the tests' two processes has a core for itself; with more threads they would wait for each other.
TEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest \
	--numprocesses 2 --dist loadfile

.PHONY: demo run test test-slow coverage bench docs lint format clean

demo: $(STAMP)
	$(BIN)/python -m gui.demo

run: $(STAMP)
	$(BIN)/firstsight

test: $(STAMP) lint
	$(TEST) -m "not slow"

test-slow: $(STAMP)
	$(TEST) -m slow

coverage: $(STAMP)
	$(TEST) -m "not slow" --cov --cov-report term

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[docs]"
	$(BIN)/python -m pdoc --output-directory out/api core gui '!core.__main__' '!gui.__main__'

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $(STAMP)

clean:
	rm -rf $(VENV) out build dist .coverage .pytest_cache .mypy_cache .ruff_cache
