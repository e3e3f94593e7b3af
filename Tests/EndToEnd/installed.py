"""What `make install` installs."""

import os
import pathlib
import subprocess

from runner import binary

ROOT = pathlib.Path(__file__).resolve().parents[2]


def make(target: str, **variables) -> None:
    """Run a target of the Makefile with variables, on the binary under test."""
    assignments = [f"{name}={value}" for name, value in variables.items()]
    done = subprocess.run(
        ["make", "-s", "-C", str(ROOT), target, f"BINARY={binary()}", *assignments],
        capture_output=True, text=True, check=False, env=os.environ | {"MAKEFLAGS": ""})
    assert done.returncode == 0, done.stdout + done.stderr


def installed(prefix: pathlib.Path) -> pathlib.Path:
    """An installation under a prefix of its own."""
    make("install", PREFIX=prefix, sysconfdir=prefix / "etc")
    return prefix
