# make demo   the main job, with no camera needed       make test   every check
# make run    the program, on your own camera           make bench  how fast, beside others
# make docs   the API reference, in out/api             make clean  removes .venv and what was made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.PHONY: demo run test test-slow bench docs lint format clean

demo: $(STAMP)
	$(BIN)/python -m gui.demo

run: $(STAMP)
	$(BIN)/firstsight

test: $(STAMP) lint
	$(OFFSCREEN) $(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist loadfile

test-slow: $(STAMP)
	$(OFFSCREEN) $(BIN)/python -m pytest -m slow

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[docs]"
	$(OFFSCREEN) $(BIN)/python -m pdoc --output-directory out/api core gui '!core.__main__' '!gui.__main__'

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
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache
