"""What can be wrong on the first night: each ends with a clear message (what, where, what to do), the
right exit code, and nothing changed at AWS."""

import json
import os
import pathlib
import socket
import subprocess

import pytest

from patience import HANG
from runner import Run
from servers import proxy as faults

CHANGES = ("CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "PutParameter")

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system needs root")


@pytest.fixture
def unchanged(world):
    """The world with a user whose key is due, which must be the same at the end."""
    world.make_user(days=91)
    before = world.snapshot()
    yield world
    assert world.snapshot() == before


def says(run: Run, code: int, *words: str) -> None:
    assert run.code == code, run
    for word in words:
        assert word in run.text, f"{word!r} is not in\n{run}"


# Usage and configuration: refused before any call.


@pytest.mark.parametrize("arguments", [
    ("--usr", "deployer"), ("--user",), ("frobnicate",), ("--format", "pdf"),
    ("--quiet", "--verbose"), ("--detailed-exit-code",), ("audit", "show", "--limit", "few"),
])
def test_bad_usage(unchanged, rotate, arguments):
    says(rotate.run(*arguments), 64, "Usage")
    assert unchanged.proxy.calls == []


@pytest.mark.parametrize(("content", "words"), [
    ("{", ("config.json",)),
    ("[]", ("config.json",)),
    ('{"users": []}', ("users",)),
    ({"users": [{"name": "deployer", "rotateEvry": "90d"}]}, ("rotateEvry", "rotateEvery")),
    ({"users": [{"name": "deployer"}], "defaults": {"gracePeriod": "a day"}},
     ("gracePeriod", "a day")),
    ({"users": [{"name": "deployer"}], "defaults": {"rotateEvery": "99d", "gracePeriod": "2d"}},
     ("rotateEvery", "maxKeyAge")),
    ({"users": [{"name": "deployer"}, {"name": "deployer"}]}, ("deployer",)),
    ({"users": [{"name": "a"}, {"name": "b"}], "defaults": {"parameterPath": "/deploy/x"}},
     ("/deploy/x",)),
    ({"users": [{"name": "who@example.org"}]}, ("who@example.org", "parameterPath")),
])
def test_bad_configuration(unchanged, rotate, content, words):
    rotate.write_config(content)
    says(rotate.run(), 78, *words)
    assert unchanged.proxy.calls == []


def test_a_configuration_that_is_not_there(unchanged, rotate):
    says(rotate.run("--config", "/nowhere/config.json"), 78, "/nowhere/config.json")
    assert unchanged.proxy.calls == []


def test_nobody_to_rotate(world, rotate):
    rotate.configure(users=[{"path": "/nobody/"}])
    says(rotate.run(), 2, "selects no user")
    assert world.published() is None


def test_an_unknown_user(unchanged, rotate):
    says(rotate.run("--user", "nosuchuser"), 1, "nosuchuser")


# Credentials and permissions.


def test_no_credentials(unchanged, rotate):
    run = rotate.run(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    says(run, 1, "credentials")
    assert unchanged.proxy.calls == []


def test_half_a_key(unchanged, rotate):
    says(rotate.run(AWS_SECRET_ACCESS_KEY=None), 1, "AWS_SECRET_ACCESS_KEY")


def test_a_wrong_secret(unchanged, rotate):
    wrong = "wrong/" + unchanged.rotator[1][6:]
    run = rotate.run(AWS_SECRET_ACCESS_KEY=wrong)
    assert run.code == 1, run
    assert wrong not in run.text


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException"])
def test_expired_credentials(unchanged, rotate, code):
    message = "The security token included in the request is expired"
    unchanged.proxy.on("*", faults.refuse(403, code, message), times=99)
    run = rotate.run(AWS_SESSION_TOKEN="a-token-of-yesterday")
    says(run, 1, "expired")
    assert "a-token-of-yesterday" not in run.text


@pytest.mark.parametrize("missing", [
    "iam:ListAccessKeys", "ssm:GetParameters", "ssm:PutParameter", "ssm:GetParameterHistory",
])
def test_no_permission(world, rotate, missing):
    world.make_user(days=91)
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": missing, "Resource": "*"}]}
    world.iam.put_user_policy(
        UserName="rotator", PolicyName="own", PolicyDocument=json.dumps(policy))
    before = world.snapshot()
    run = rotate.run()
    says(run, 1, missing.partition(":")[2])
    # The record's intent may stand; no key was made, and nothing was published.
    assert world.snapshot()["keys"] == before["keys"]
    assert world.published() is None


def test_no_permission_to_create(world, rotate):
    world.make_user(days=91)
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "*"}]}
    world.iam.put_user_policy(
        UserName="rotator", PolicyName="own", PolicyDocument=json.dumps(policy))
    keys = world.keys()
    says(rotate.run(), 1, "CreateAccessKey")
    assert world.keys() == keys and world.published() is None


# The network.


def test_an_unreachable_endpoint(unchanged, rotate):
    with socket.socket() as unheard:  # bound, so that nobody else can listen there
        unheard.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        run = rotate.run(AWS_ENDPOINT_URL=nobody)
    assert run.code == 1, run
    assert "127.0.0.1" in run.text


def test_a_name_that_does_not_resolve(unchanged, rotate):
    run = rotate.run(AWS_ENDPOINT_URL="http://aws.invalid:4566")
    says(run, 1, "aws.invalid")


def test_a_region_that_does_not_exist(unchanged, rotate):
    rotate.write_config({
        "users": [{"name": "deployer"}], "audit": {"path": str(rotate.audit_log)}})
    run = rotate.run("--region", "ap_northeast 2")
    assert run.code in (1, 64, 78), run
    assert "ap_northeast 2" in run.text


def test_a_region_where_the_user_is_not_published(moto_world, rotate):
    """A valid region, but the wrong one: it must not pass for a user who was never published.

    On moto alone: ministack keeps the parameters of all regions in one place."""
    moto_world.make_user(days=91)
    rotate.pass_()
    before = moto_world.snapshot()
    moto_world.clock.advance(days=91)
    says(rotate.run("--region", "eu-west-3"), 2, "published-elsewhere", "ap-northeast-2", "--region")
    assert moto_world.snapshot() == before


@pytest.mark.slow
def test_a_server_that_only_fails(unchanged, rotate):
    unchanged.proxy.on("*", faults.refuse(503, "ServiceUnavailable"), times=999)
    run = rotate.run()
    assert run.code == 1, run


# What stands at AWS.


@pytest.mark.parametrize("record", [
    "not JSON", '{"schema": 99}', '{"schema": 1}', '{"schema":1,"user":"somebody"}'])
def test_a_record_that_cannot_be_read(world, rotate, record):
    world.make_user(keys=0)
    rotate.pass_()
    world.put("record", record)
    world.clock.advance(days=91)
    before = world.snapshot()
    run = rotate.run("--format", "json")
    assert run.code in (1, 2), run
    assert any(code.startswith("record-") for _, code in run.findings()), run
    assert world.snapshot() == before
    assert world.works(world.published())


def test_a_record_of_another_user(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    record = world.record()
    world.put("record", json.dumps(record | {"userId": "AIDASOMEBODYELSE0000"}))
    world.clock.advance(days=91)
    before = world.snapshot()
    run = rotate.run("--format", "json")
    assert run.code == 2, run
    assert world.snapshot() == before


# The audit log: no change without it.


def test_an_audit_log_that_cannot_be_written(unchanged, rotate):
    config = json.loads(rotate.config_file.read_text())
    config["audit"]["path"] = "/proc/audit.jsonl"
    rotate.write_config(config)
    says(rotate.run(), 1, "/proc/audit.jsonl")


def test_an_audit_log_where_no_directory_can_be(unchanged, rotate):
    config = json.loads(rotate.config_file.read_text())
    config["audit"]["path"] = f"{rotate.config_file}/log/audit.jsonl"
    rotate.write_config(config)
    says(rotate.run(), 1, "config.json/log")


@pytest.fixture
def full_disk(tmp_path):
    """A file system of one page, filled."""
    place = tmp_path / "full"
    place.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: pathlib.Path) -> None:
    with (place / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            pass


@needs_root
def test_a_full_disk(unchanged, rotate, full_disk):
    config = json.loads(rotate.config_file.read_text())
    config["audit"]["path"] = str(full_disk / "audit.jsonl")
    rotate.write_config(config)
    fill(full_disk)
    says(rotate.run(), 1, str(full_disk), "space")


@needs_root
def test_a_disk_that_fills_up_later(world, rotate, full_disk):
    world.make_user(days=91)
    config = json.loads(rotate.config_file.read_text())
    config["audit"]["path"] = str(full_disk / "audit.jsonl")
    rotate.write_config(config)
    assert rotate.run().code == 0
    published = world.published()
    intents = full_disk_intents(full_disk)
    fill(full_disk)
    world.clock.advance(days=99)
    world.proxy.forget()
    says(rotate.run(), 1, str(full_disk))
    # The log's last page may still have had room for a line or two: each change made has its intent.
    changes = [name for name in world.proxy.operations() if name in CHANGES]
    assert len(changes) <= full_disk_intents(full_disk) - intents
    assert "CreateAccessKey" not in changes
    assert world.published() == published and world.works(published)
    # Once there is room again, all goes on, and the log is whole.
    (full_disk / "filler").unlink()
    run = rotate.run()
    assert run.code == 0, run
    verified = rotate.run("audit", "verify")
    assert verified.code == 0, verified


def full_disk_intents(place: pathlib.Path) -> int:
    """How many whole lines of the log speak of an intent; the last one may be torn."""
    lines = (place / "audit.jsonl").read_text().split("\n")[:-1]
    return sum(json.loads(line)["phase"] == "intent" for line in lines)


def test_an_audit_log_that_was_changed(world, rotate):
    world.make_user(days=91)
    rotate.pass_()
    assert rotate.run("audit", "verify").code == 0
    lines = rotate.audit_log.read_text().splitlines(keepends=True)
    lines[2] = lines[2].replace("CreateAccessKey", "ListAccessKeys")
    rotate.audit_log.write_text("".join(lines))
    says(rotate.run("audit", "verify"), 1, "3")
