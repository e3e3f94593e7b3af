# Everything that is done with this project, from a fresh clone on. `make` alone lists it.

PREFIX  ?= /usr/local
PYTHON  ?= python3
DESTDIR ?=
# What install and deb take.
BINARY  ?= .build/release/rotate

sysconfdir  ?= /etc
bindir      = $(PREFIX)/bin
unitdir     = $(PREFIX)/lib/systemd/system
sysusersdir = $(PREFIX)/lib/sysusers.d
tmpfilesdir = $(PREFIX)/lib/tmpfiles.d
mandir      = $(PREFIX)/share/man
docdir      = $(PREFIX)/share/doc/rotate
bashdir     = $(PREFIX)/share/bash-completion/completions
zshdir      = $(PREFIX)/share/zsh/site-functions
fishdir     = $(PREFIX)/share/fish/vendor_completions.d
units       = $(notdir $(wildcard systemd/*.service systemd/*.timer))
pages       = $(notdir $(wildcard docs/man/*.[1-8]))
examples    = config.example.json systemd/credentials.conf
consumers   = $(shell find docs/consumers -type f)
# All that install puts there and uninstall takes away.
installed   = $(bindir)/rotate $(addprefix $(unitdir)/,$(units)) $(sysusersdir)/rotate.conf \
  $(tmpfilesdir)/rotate.conf $(sysconfdir)/logrotate.d/rotate $(bashdir)/rotate $(zshdir)/_rotate \
  $(fishdir)/rotate.fish $(foreach page,$(pages),$(mandir)/man$(subst .,,$(suffix $(page)))/$(page)) \
  $(addprefix $(docdir)/,LICENSE README.md CHANGELOG.md $(wildcard docs/*.md docs/monitoring/*) \
    docs/report.schema.json $(consumers)) \
  $(addprefix $(docdir)/examples/,$(notdir $(examples)))

venv    = .venv/.stamp
# The builds of docs/zappa-codebuild.md install from wheels that are fetched with the rest.
story   = docs/consumers/zappa-codebuild
# Many of the tests wait for a server, a time limit or the next code of a device: two for each core.
workers = $(shell echo $$((2 * $$(nproc))))
pytest  = .venv/bin/python -m pytest -q --no-header -n $(workers) --dist loadgroup
# Imports that Package.swift doesn't declare are errors; the settings there make warnings errors too.
strict  = --explicit-target-dependency-import-check error
release = -c release --static-swift-stdlib

# A crash must not print memory that may hold a secret, and a backtrace would.
export SWIFT_BACKTRACE = enable=no

.DEFAULT_GOAL := help
.PHONY: help setup setup-build build debug test simulate faults steady rounds quick lint demo bench install uninstall deb fuzz sanitize clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(venv) ## whatever the distribution and PyPI must add (the others call it)
	@.ci/setup test

setup-build:
	@.ci/setup build

$(venv): Tests/requirements.txt $(story)/requirements.txt
	@.ci/setup test
	@echo "setup: test servers and judges into .venv"
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install -q --no-compile --disable-pip-version-check -r Tests/requirements.txt
	@.venv/bin/pip wheel -q --disable-pip-version-check -w .venv/wheels -r $(story)/requirements.txt
	@command -v chromium >/dev/null || { echo "setup: a headless Chromium, which the distribution lacks"; \
	  .venv/bin/playwright install --with-deps --only-shell chromium; }
	@touch $@

build: setup-build ## the release binary, .build/release/rotate
	swift build $(release) $(strict) --product rotate

debug: setup-build
	swift build $(strict) --build-tests

# To end in time it takes one pair of faults in twenty, by chance; the simulation prints which.
test: pairs = --every 20 --from $(shell shuf -i 0-19 -n 1)
test: setup lint debug build simulate ## everything: lint, unit, simulation, differential and end-to-end tests
	swift test --skip-build
	ROTATE_BINARY=.build/release/rotate $(pytest) Tests

simulate: setup-build ## the promises on a model of AWS: every fault at every call, then random schedules
	swift build $(release) $(strict) --product simulate
	.build/release/simulate exhaust --pairs $(pairs)
	.build/release/simulate random --schedules 20000 --counts

faults: setup build ## every fault at every call, every kill at every system call: the better part of an hour
	ROTATE_FAULTS_EVERY=1 ROTATE_BINARY=.build/release/rotate $(pytest) -m slow \
	  Tests/EndToEnd/test_faults_wire.py Tests/EndToEnd/test_faults_kill.py \
	  Tests/Simulation/test_client_mutations.py

# Whatever draws what it tries, and the unit tests of time limits. Everything is built before, since the
# load is for the tests.
steady: setup debug build ## what tests draw by chance, five times with other seeds, while every core is busy
	swift build $(release) $(strict) --product simulate
	.venv/bin/python Tests/Tools/busy.py $(MAKE) --no-print-directory rounds

# SEED=4711 ROUNDS=1 repeats a round of make steady.
ROUNDS ?= 5
sampled = Tests/EndToEnd/test_faults.py Tests/EndToEnd/test_faults_wire.py \
  Tests/EndToEnd/test_faults_kill.py Tests/Differential Tests/Simulation/test_client_mutations.py
rounds:
	@for round in $$(seq $(ROUNDS)); do \
	  seed=$(or $(SEED),$$(shuf -i 0-999999 -n 1)); \
	  echo "steady: round $$round of $(ROUNDS), SEED=$$seed"; \
	  swift test --skip-build && \
	  ROTATE_FAULTS_SEED=$$seed SIGNING_SEED=$$seed ROTATE_SEED=$$seed \
	    ROTATE_BINARY=.build/release/rotate $(pytest) $(sampled) && \
	  .build/release/simulate random --seed $$((seed + 1)) --schedules 20000 --counts && \
	  .build/release/simulate exhaust --pairs --every 20 --from $$((seed % 20)) || \
	    { echo "steady: round $$round failed: make steady ROUNDS=1 SEED=$$seed" >&2; exit 1; }; \
	done

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
install: ## what a package holds, under DESTDIR and PREFIX, after `make build`
	@test -x $(BINARY) || { echo "install: nothing built yet; run 'make build' first" >&2; exit 1; }
	install -d $(sort $(addprefix $(DESTDIR),$(dir $(installed))))
	install -m 0755 -s $(BINARY) $(DESTDIR)$(bindir)/rotate
	for unit in $(units); do \
	  sed 's,/usr/local/,$(PREFIX)/,' systemd/$$unit > $(DESTDIR)$(unitdir)/$$unit || exit 1; \
	  chmod 0644 $(DESTDIR)$(unitdir)/$$unit; done
	install -m 0644 systemd/sysusers.conf $(DESTDIR)$(sysusersdir)/rotate.conf
	install -m 0644 systemd/tmpfiles.conf $(DESTDIR)$(tmpfilesdir)/rotate.conf
	install -m 0644 packaging/logrotate $(DESTDIR)$(sysconfdir)/logrotate.d/rotate
	for page in $(pages); do \
	  install -m 0644 docs/man/$$page $(DESTDIR)$(mandir)/man$${page##*.}/$$page || exit 1; done
	$(BINARY) --generate-completion-script bash | sed '1{/^#!/d}' > $(DESTDIR)$(bashdir)/rotate
	$(BINARY) --generate-completion-script zsh > $(DESTDIR)$(zshdir)/_rotate
	$(BINARY) --generate-completion-script fish > $(DESTDIR)$(fishdir)/rotate.fish
	chmod 0644 $(DESTDIR)$(bashdir)/rotate $(DESTDIR)$(zshdir)/_rotate $(DESTDIR)$(fishdir)/rotate.fish
	install -m 0644 LICENSE README.md CHANGELOG.md $(DESTDIR)$(docdir)/
	install -m 0644 docs/*.md docs/report.schema.json $(DESTDIR)$(docdir)/docs/
	for file in $(consumers); do install -m 0644 $$file $(DESTDIR)$(docdir)/$$file || exit 1; done
	install -d $(DESTDIR)$(docdir)/docs/monitoring
	install -m 0644 docs/monitoring/* $(DESTDIR)$(docdir)/docs/monitoring/
	install -m 0644 $(examples) $(DESTDIR)$(docdir)/examples/
	@test -n "$(DESTDIR)" || echo "install: next, as root: systemd-sysusers rotate.conf &&" \
	  "systemd-tmpfiles --create rotate.conf && systemctl daemon-reload"

uninstall: ## what install put there; the configuration and the audit log stay
	rm -f $(addprefix $(DESTDIR),$(installed))
	rmdir --ignore-fail-on-non-empty $(addprefix $(DESTDIR)$(docdir)/,\
	  $(sort $(dir $(consumers))) docs/consumers docs/monitoring docs examples) $(DESTDIR)$(docdir)
	@echo "uninstall: /etc/rotate, /var/lib/rotate and /var/log/rotate, if they are there, are yours to keep or remove"

deb: build ## a Debian package of it, in .build/deb
	packaging/deb

fuzz: setup-build ## every parser under libFuzzer, a minute each (FUZZ_SECONDS=60)
	Tests/Fuzz/fuzz $(or $(FUZZ_SECONDS),60)

# libcurl and the runtime keep memory for ever, which is no leak of this program's.
sanitize: setup-build ## the unit tests under the address and the thread sanitizer
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build/address
	swift test --sanitize=thread --scratch-path .build/thread

clean: ## back to a fresh clone
	rm -rf .build .venv .pytest_cache
	find Tests -name __pycache__ -prune -exec rm -rf {} +
