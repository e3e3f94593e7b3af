# Everything that is done with this project, from a fresh clone on. `make` alone lists it.

PREFIX  ?= /usr/local
PYTHON  ?= python3
DESTDIR ?=

bindir  = $(PREFIX)/bin
unitdir = $(PREFIX)/lib/systemd/system
docdir  = $(PREFIX)/share/doc/rotate
units   = rotate.service rotate@.service rotate.timer

venv    = .venv/.stamp
pytest  = .venv/bin/python -m pytest -q --no-header -n auto --dist loadgroup
# Imports that Package.swift doesn't declare are errors; the settings there make warnings errors too.
strict  = --explicit-target-dependency-import-check error
release = -c release --static-swift-stdlib

# A crash must not print memory that may hold a secret, and a backtrace would.
export SWIFT_BACKTRACE = enable=no

.DEFAULT_GOAL := help
.PHONY: help setup setup-build build debug test simulate faults quick lint demo bench install uninstall fuzz sanitize clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(venv) ## whatever the distribution and PyPI must add (the others call it)
	@.ci/setup test

setup-build:
	@.ci/setup build

$(venv): Tests/requirements.txt
	@.ci/setup test
	@echo "setup: test servers and judges into .venv"
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install -q --no-compile --disable-pip-version-check -r Tests/requirements.txt
	@touch $@

build: setup-build ## the release binary, .build/release/rotate
	swift build $(release) $(strict) --product rotate

debug: setup-build
	swift build $(strict) --build-tests

test: setup lint debug build simulate ## everything: lint, unit, simulation, differential and end-to-end tests
	swift test --skip-build
	ROTATE_BINARY=.build/release/rotate $(pytest) Tests

simulate: setup-build ## the promises on a model of AWS: every fault at every call, then random schedules
	swift build $(release) $(strict) --product simulate
	.build/release/simulate exhaust --pairs
	.build/release/simulate random --schedules 20000

faults: setup build ## every fault at every call, every kill at every system call: the better part of an hour
	ROTATE_FAULTS_EVERY=1 ROTATE_BINARY=.build/release/rotate $(pytest) -m slow \
	  Tests/EndToEnd/test_faults_wire.py Tests/EndToEnd/test_faults_kill.py

quick: setup debug ## the everyday loop: unit tests and the end-to-end tests that are fast
	swift test --skip-build
	ROTATE_BINARY=.build/debug/rotate $(pytest) -m 'not slow' Tests

lint: ## formatting and imports, strictly
	swift format lint --strict --parallel -r Sources Tests Package.swift
	@! grep -rnE '^ *(@[a-z_]+ )?((public|package|internal) )?import (Foundation|FoundationXML|FoundationNetworking)$$' \
	  --include='*.swift' Sources || { echo "lint: FoundationEssentials only: full Foundation multiplies size and start-up" >&2; exit 1; }

demo: setup build ## a rotation as a story, on this machine alone, in about a minute
	@.venv/bin/python Tests/Demo/demo.py .build/release/rotate

bench: setup build ## against boto3, curl and the bare hashing, side by side
	@.venv/bin/python Tests/Bench/bench.py .build/release/rotate

# No build here: `make build && sudo make install` must not compile as root.
install: ## the binary, the units and the examples under DESTDIR and PREFIX, after `make build`
	@test -x .build/release/rotate || { echo "install: nothing built yet; run 'make build' first" >&2; exit 1; }
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(unitdir) $(DESTDIR)$(docdir)/docs
	install -m 0755 -s .build/release/rotate $(DESTDIR)$(bindir)/rotate
	for unit in $(units); do \
	  sed 's,/usr/local/,$(PREFIX)/,' systemd/$$unit > $(DESTDIR)$(unitdir)/$$unit || exit 1; \
	  chmod 0644 $(DESTDIR)$(unitdir)/$$unit; done
	install -m 0644 LICENSE README.md CHANGELOG.md config.example.json systemd/credentials.conf $(DESTDIR)$(docdir)/
	install -m 0644 docs/*.md $(DESTDIR)$(docdir)/docs/

uninstall: ## what install put there; the configuration and the audit log stay
	rm -f $(DESTDIR)$(bindir)/rotate $(addprefix $(DESTDIR)$(unitdir)/,$(units))
	rm -rf $(DESTDIR)$(docdir)
	@echo "uninstall: /etc/rotate and /var/log/rotate, if they are there, are yours to keep or remove"

fuzz: setup-build ## every parser under libFuzzer, a minute each (FUZZ_SECONDS=60)
	Tests/Fuzz/fuzz $(or $(FUZZ_SECONDS),60)

# libcurl and the runtime keep memory for ever, which is no leak of this program's.
sanitize: setup-build ## the unit tests under the address and the thread sanitizer
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build/address
	swift test --sanitize=thread --scratch-path .build/thread

clean: ## back to a fresh clone
	rm -rf .build .venv .pytest_cache
	find Tests -name __pycache__ -prune -exec rm -rf {} +
