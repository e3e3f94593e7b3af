"""The command as a person or a script meets it: help, versions, terminals, files, projections."""

import fcntl
import json
import os
import pathlib
import pty
import stat
import subprocess
import sys

import pytest

from runner import binary

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_version_and_help_need_nothing(moto_world, rotate):
    rotate.write_config("not even JSON")
    version = rotate.run("--version")
    assert version.code == 0 and version.stdout.strip(), version
    general = rotate.run("--help")
    assert general.code == 0
    for word in ("--dry-run", "--user", "EXIT CODES", "status", "credentials", "audit"):
        assert word in general.stdout
    assert moto_world.proxy.calls == []


def on_a_terminal(rotate, *arguments: str, **environment: str) -> str:
    """What a run writes where standard output and standard error are a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [str(binary()), *arguments], env=rotate.environment | environment, cwd=rotate.home,
        stdin=subprocess.DEVNULL, stdout=follower, stderr=follower)
    os.close(follower)
    written = b""
    try:
        while chunk := os.read(leader, 4096):
            written += chunk
    except OSError:
        pass  # how a terminal tells that nobody has it open any more
    finally:
        os.close(leader)
        code = process.wait(60)
    assert code == 0, written.decode()
    return written.decode()


def test_colour_only_on_a_terminal_that_wants_it(world, rotate):
    world.make_user(days=91)
    coloured = on_a_terminal(rotate, "--dry-run", TERM="xterm-256color")
    assert "\033[" in coloured and "deployer" in coloured
    plain = on_a_terminal(rotate, "status", TERM="xterm-256color", NO_COLOR="1")
    assert "\033[3" not in plain and "deployer" in plain
    shown = on_a_terminal(rotate, TERM="xterm-256color")
    assert not [secret for secret in world.secrets() if secret in coloured + plain + shown]


def test_quiet_says_nothing_when_all_is_well(world, rotate):
    world.make_user(days=91)
    assert rotate.run("--quiet").text == ""
    assert world.works(world.published())


def test_verbose_shows_calls_and_no_secret(world, rotate):
    world.make_user(days=91)
    run = rotate.run("--verbose")
    assert run.code == 0, run
    assert "CreateAccessKey" in run.stderr


def test_a_report_in_a_file(world, rotate):
    world.make_user(days=91)
    report = rotate.home / "report.json"
    run = rotate.run("--format", "json", "--output", str(report))
    assert run.code == 0 and run.stdout == "", run
    assert json.loads(report.read_text())["exitCode"] == 0
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_projections(world, rotate):
    file = rotate.home / "home" / "credentials"
    file.parent.mkdir()
    rotate.vaults.add(file)
    rotate.configure(projections=[
        {"name": "dotenv", "format": "dotenv"},
        {"name": "id", "format": "access-key-id"},
        {"name": "elsewhere", "format": "json", "region": "eu-central-1"},
        {"file": str(file), "format": "credentials-file", "profile": "ci"},
    ])
    world.make_user(keys=0)
    rotate.pass_()
    key, secret = world.published()
    assert world.parameter("id") == key
    assert key in world.parameter("dotenv") and secret in world.parameter("dotenv")
    abroad = world.server.client("ssm", region="eu-central-1").get_parameter(
        Name="/deploy/deployer/elsewhere", WithDecryption=True)["Parameter"]
    assert json.loads(abroad["Value"])["SecretAccessKey"] == secret
    assert abroad["Type"] == "SecureString"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = file.read_text().splitlines()
    assert lines[0] == "[ci]" and any(line.endswith(secret) for line in lines)


def test_a_user_without_any_configuration(world, rotate):
    """`rotate --user deployer` works on the defaults; only the log's place needs root there."""
    world.make_user(days=91)
    rotate.configure(users=[{"name": "somebody-else"}])
    before = world.snapshot()
    run = rotate.run("--user", "deployer", "--dry-run", ROTATE_CONFIG=None)
    assert run.code == 0, run
    assert "deployer" in run.stdout
    assert world.snapshot() == before


@pytest.mark.slow
def test_the_demo_tells_its_story():
    done = subprocess.run(
        [sys.executable, str(ROOT / "Tests/Demo/demo.py"), str(binary())], capture_output=True,
        text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "intact" in done.stdout
    assert "user/deployer" in done.stdout
    assert '"SecretAccessKey": "********"' in done.stdout


def test_a_report_that_cannot_be_written_says_where_to_look(moto_world, rotate):
    """The run itself is done by then."""
    moto_world.make_user(days=91)
    folder = rotate.home / "reports"
    folder.mkdir()

    def pull_the_rug(exchange):
        folder.rmdir()
        folder.touch()
        exchange.send(exchange.forward())

    moto_world.proxy.on("CreateAccessKey", pull_the_rug)
    run = rotate.run("--output", str(folder / "report.txt"))
    assert run.code == 1 and str(folder) in run.stderr and "[output]" in run.stderr
    assert "rotate status" in run.stderr and moto_world.published() is not None


def test_a_run_that_waits_for_another_says_so(moto_world, rotate):
    moto_world.make_user(keys=0)
    rotate.pass_()
    with open(f"{rotate.audit_log}.lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = rotate.start()
        said = process.stderr.readline()
        fcntl.flock(lock, fcntl.LOCK_UN)
    assert "waiting for another run on this host" in said and said.endswith("[run-waits]\n")
    assert rotate.finish(process).code == 0
