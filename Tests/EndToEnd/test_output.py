"""What doesn't arrive at standard output is a failure, whichever command it was; a reader that has
seen enough is none."""

import os
import re
import subprocess

from runner import binary

USER = "--user", "deployer"
COMMANDS = [
    (), ("--dry-run",), ("--dry-run", "--format", "json"), ("run", "--format", "markdown"),
    ("status", "--format", "html"), ("rollback", *USER, "--dry-run"), ("pause", *USER, "--dry-run"),
    ("resume", *USER, "--dry-run"), ("sessions",), ("mfa", "enroll", *USER, "--dry-run"),
    ("whoami",), ("whoami", "--format", "json"), ("credentials",), ("credentials", *USER),
    ("check",), ("check", "--format", "json"), ("policy",), ("policy", "--format", "terraform"),
    ("audit", "show"), ("audit", "show", "--format", "json"), ("audit", "verify"), ("notify",),
    ("--help",), ("help",), ("help", "audit"), ("audit", "--help"), ("--version",),
    ("--generate-completion-script", "bash"), ("--generate-completion-script=zsh",), ("__users",),
]


def test_the_list_has_every_command(rotate):
    said = rotate.run("--help").stdout.partition("USAGE")[0]
    named = set(re.findall(r"^  ([a-z]+)  +\S", said, re.MULTILINE))
    assert {"status", "audit", "notify"} <= named <= {word for one in COMMANDS for word in one[:1]}


def test_output_that_does_not_arrive(moto_world, rotate):
    world = moto_world
    device = f"arn:aws:iam::{world.account}:mfa/deployer"
    rotate.configure(users=[{"name": "deployer", "session": {
        "mfaSerial": device, "totpSeed": {"parameter": "/mfa/deployer"}}}])
    world.make_user(days=91)
    assert rotate.run().code in (0, 1)
    for command in COMMANDS:
        secret = command[:1] == ("credentials",)
        usual = rotate.run(*command, prints_secret=secret)
        silent = not usual.stdout
        for target in (">/dev/full", ">&-"):
            shell = "sh", "-c", f'exec "$0" "$@" {target}'
            run = rotate.run(*command, wrap=shell)
            assert run.stdout == ""
            assert run.code == (usual.code if silent else 1), (target, run)
            assert silent or "[output]" in run.stderr, (target, run)
        assert reader_gone(rotate, command) == usual.code, usual


def reader_gone(rotate, command) -> int:
    """The exit code where the reader has closed its end before anything was written."""
    end, start = os.pipe()
    os.close(end)
    with subprocess.Popen(
        [str(binary()), *command], env=rotate.environment, cwd=rotate.home,
        stdin=subprocess.DEVNULL, stdout=start, stderr=subprocess.PIPE, text=True) as process:
        os.close(start)
        said = process.communicate(timeout=60)[1]
    assert "[output]" not in said, said
    return process.returncode


def test_a_closed_output_is_not_the_audit_log(moto_world, rotate):
    """Where standard output is closed, the next file would take its number, and the report would be
    written into it."""
    moto_world.make_user(days=91)
    run = rotate.run("--verbose", wrap=("sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-'))
    assert run.code == 1
    assert moto_world.works(moto_world.published())
    assert {entry["phase"] for entry in rotate.audit()} == {"intent", "outcome"}
    assert rotate.run("audit", "verify").code == 0
