"""Shell completions: each shell finds them where `make install` puts them, by its own rules."""

import json
import os
import pty
import select
import shutil
import subprocess
import time

import pytest

from installed import installed
from patience import HANG

pytestmark = pytest.mark.skipif(
    not all(shutil.which(shell) for shell in ("bash", "zsh", "fish")),
    reason="a shell is missing: run 'make setup'")


# What bash-completion does when somebody presses the tab key for the first time.
BASH = r"""
source /usr/share/bash-completion/bash_completion
_completion_loader rotate
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_rotate rotate "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("completions"))


@pytest.fixture
def environment(prefix, tmp_path):
    configuration = tmp_path / "config.json"
    configuration.write_text(json.dumps(
        {"users": [{"name": "deployer"}, {"name": "web"}, {"group": "ci"}]}))
    return {
        "PATH": f"{prefix}/bin:/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "dumb",
        "LANG": "C.UTF-8", "XDG_DATA_DIRS": f"{prefix}/share:/usr/share",
        "ROTATE_CONFIG": str(configuration)}


def run(environment, *command: str) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=HANG, check=False,
        stdin=subprocess.DEVNULL)
    assert done.stderr == "", done.stderr
    return done.stdout


def in_bash(prefix, environment, *words: str) -> list[str]:
    return run(environment, "bash", "--norc", "-c", BASH, "bash", "rotate", *words).split()


def in_fish(prefix, environment, *words: str) -> list[str]:
    line = " ".join(("rotate", *words))
    offered = run(environment, "fish", "-c", f"complete -C '{line}'")
    return [line.split("\t")[0] for line in offered.splitlines()]


def in_zsh(prefix, environment, *words: str) -> list[str]:
    """A person at a terminal: types the words, presses tab and reads the list of two or more."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(shutil.which("zsh"), ["zsh", "-f", "-i"], environment)
    seen = ""

    def until(done) -> None:
        nonlocal seen
        deadline = time.monotonic() + HANG
        while not done(seen):
            left = deadline - time.monotonic()
            assert left > 0 and select.select([terminal], [], [], left)[0], seen
            seen += os.read(terminal, 4096).decode(errors="replace")

    def type_(text: str) -> None:
        os.write(terminal, text.encode())

    try:
        type_(f"fpath=({prefix}/share/zsh/site-functions $fpath); PS1='> '; LISTMAX=0; "
              "autoload -U compinit; compinit -u -D; echo rea''dy\n")
        until(lambda text: "ready\r" in text)
        seen = ""
        type_(" ".join(("rotate", *words)) + "\t")
        # Below the list stands the line again. (Where something is typed ahead, zsh lists nothing.)
        until(lambda text: "\n> rotate" in text)
    finally:
        os.close(terminal)
        os.waitpid(process, 0)
    return seen.replace("\r", " ").split()


SHELLS = pytest.mark.parametrize("complete", [in_bash, in_zsh, in_fish])


@SHELLS
def test_commands_and_options(prefix, environment, complete):
    assert {"run", "status", "audit", "credentials"} <= set(complete(prefix, environment, ""))
    # `rotate` alone is `rotate run`.
    assert {"--dry-run", "--user", "--make-room"} <= set(complete(prefix, environment, "--"))
    assert {"show", "verify"} <= set(complete(prefix, environment, "audit", ""))
    found = set(complete(prefix, environment, "audit", "show", "--"))
    assert "--since" in found and "--dry-run" not in found


@SHELLS
@pytest.mark.parametrize("command", [(), ("audit", "show")])
def test_users_are_those_of_the_configuration(prefix, environment, complete, command):
    found = complete(prefix, environment, *command, "--user", "")
    assert {"deployer", "web"} <= set(found) and "ci" not in found


@SHELLS
def test_forms_of_a_report(prefix, environment, complete):
    assert {"text", "json", "markdown"} <= set(complete(prefix, environment, "--format", ""))
