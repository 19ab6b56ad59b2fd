# Two commands: `make serve` and `make test`. Everything is installed into .venv from the lock file.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: serve test lint bench words screenshots lock clean

serve: $(STAMP)  ## build the graph from the seeds and serve the site
	$(BIN)/coopkg build
	$(BIN)/coopkg library --check
	$(BIN)/coopkg serve

test: lint  ## all tests, after lint and types
	$(BIN)/pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)  ## measured times, as ratios to peers in the same run
	$(BIN)/python tests/bench.py

words: $(STAMP)  ## bring the catalogues of the interface up to what pages and code say
	$(BIN)/python tests/catalogues.py

screenshots: $(STAMP)  ## pictures of the main pages, wide and narrow, light and dark, in .coopkg/screenshots
	$(BIN)/coopkg build
	$(BIN)/python tests/screenshots.py

$(STAMP): requirements.lock pyproject.toml web/frontend/package-lock.json web/frontend/build.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

lock:  ## resolve the dependencies anew and write the lock file
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --all-extras --all-build-deps --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .coopkg web/static/vendor
