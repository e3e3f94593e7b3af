"""A user's name: IAM's spelling is the name, and IAM's id says who it is.

moto and ministack tell names apart by their case, and can't rename; the proxy finds users as IAM does, and
gives them other names.
"""

import json
import os

import boto3
import pytest

from servers.server import REGION
from world import older


def parameters(world) -> set[str]:
    return set(world.snapshot()["parameters"])


def under(path: str, *more: str) -> set[str]:
    names = ("credentials", "record", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", *more)
    return {f"{path}/{name}" for name in names}


@pytest.fixture
def ci(world):
    """A user that IAM spells `ci`, with a key that is due."""
    world.make_user("ci", days=91)
    return world


def test_a_name_in_another_case(ci, rotate):
    rotate.configure([{"name": "CI"}])
    run = rotate.pass_()
    assert run.user["user"] == "ci" and run.done() == ["rotate"], run
    assert parameters(ci) == under("/deploy/ci")
    assert ci.record("ci")["user"] == "ci"
    assert ci.works(ci.published("ci"))
    assert {entry["user"] for entry in rotate.audit()} == {"ci"}
    # An idle pass looks once more, at the right parameters, and decrypts nothing.
    ci.proxy.forget()
    run = rotate.pass_()
    assert not run.user["steps"] and ("notice", "user-spelled-otherwise") in run.findings(), run
    reads = ["GetUser", "ListAccessKeys", "GetParameters"]
    answered = [call.operation for call in ci.proxy.calls if call.status == 200]
    assert sorted(answered) == sorted(["GetCallerIdentity", *reads, *reads])
    # And so on to the end of a key's life.
    for days in (2, 8, 91):
        ci.clock.advance(days=days)
        run = rotate.pass_()
    assert run.done() == ["rotate"], run
    assert len(ci.keys("ci")) == 2 and ci.works(ci.published("ci"))
    assert parameters(ci) == under("/deploy/ci")


def test_every_command_finds_the_user_in_any_case(ci, rotate):
    rotate.configure([{"name": "CI"}])
    rotate.pass_("--user", "Ci")
    assert parameters(ci) == under("/deploy/ci")
    key = ci.published("ci")
    run = rotate.run("credentials", "--user", "cI", prints_secret=True)
    assert run.code == 0 and json.loads(run.stdout)["AccessKeyId"] == key[0], run.stderr
    run = rotate.run("audit", "show", "--user", "CI")
    assert "CreateAccessKey" in run.stdout, run
    run = rotate.run("audit", "verify", "--anchors")
    assert run.code == 0 and "record of ci: entry" in run.stdout and "holds it" in run.stdout, run
    run = rotate.run("policy", "--user", "CI")
    assert run.code == 0 and ":user/ci" in run.stdout and "/deploy/ci/" in run.stdout, run
    assert ":user/CI" not in run.stdout and "/deploy/CI" not in run.stdout, run
    run = rotate.run("check")
    assert "nothing is published" not in run.stdout and "not allowed" not in run.stdout, run
    run = rotate.pass_("--user", "cI", "status")
    assert run.user["user"] == "ci", run
    for name in ("Ci", "cI"):
        run = rotate.run("rollback", "--user", name, "--yes", "--format", "json")
        assert run.user["user"] == "ci", run
    assert parameters(ci) == under("/deploy/ci")


def test_without_a_configuration(ci, rotate):
    rotate.config_file.unlink()
    # Root's log would be the host's own.
    wrap = () if os.geteuid() else (
        "unshare", "-m", "sh", "-c", 'mount -t tmpfs none /var/log && exec "$0" "$@"')
    run = rotate.run(
        "--format", "json", "--user", "CI", "--user", "ci", wrap=wrap, ROTATE_CONFIG=None,
        XDG_STATE_HOME=str(rotate.home / "state"))
    assert run.code == 0 and run.user["user"] == "ci" and run.done() == ["rotate"], run
    assert parameters(ci) == under("/deploy/ci")


def test_an_entry_by_name_in_another_case_beside_one_by_group(ci, rotate):
    ci.iam.create_group(GroupName="builders")
    ci.iam.add_user_to_group(GroupName="builders", UserName="ci")
    rotate.configure([{"group": "builders"}, {"name": "CI", "rotateEvery": "200d",
                                              "maxKeyAge": "300d"}])
    run = rotate.pass_()
    # The most specific entry holds: the name's.
    assert run.user["user"] == "ci" and parameters(ci) == under("/deploy/ci"), run
    ci.clock.advance(days=100)
    rotate.pass_()
    assert ci.record("ci")["generation"] == 1


def test_two_entries_in_two_cases_are_one_user(ci, rotate):
    rotate.configure([{"name": "CI"}, {"name": "ci"}])
    run = rotate.run()
    assert run.code == 78 and "config-duplicate-user" in run.stderr, run


def test_a_fixed_path_that_the_other_spelling_takes(ci, rotate):
    rotate.configure([{"name": "CI"}, {"name": "other", "parameterPath": "/deploy/ci"}])
    run = rotate.run()
    assert run.code == 78 and "config-duplicate-name" in run.stderr, run


def stand_under_the_other_case(world, rotate) -> tuple[str, str]:
    """As versions before this one left it: everything under the configuration's spelling, by the
    principal that runs it still, and without the proof that records have since."""
    rotate.configure([{"name": "ci", "parameterPath": "/deploy/CI"}])
    rotate.pass_()
    record = older(world.record("CI")) | {"user": "CI"}
    boto3.client(
        "ssm", endpoint_url=world.proxy.url, region_name=REGION,
        aws_access_key_id=world.rotator[0], aws_secret_access_key=world.rotator[1],
    ).put_parameter(
        Name="/deploy/CI/record", Value=json.dumps(record), Type="String", Overwrite=True)
    return world.published("CI")


def test_what_stands_under_the_other_case_stays(world, rotate):
    world.make_user("ci", keys=0)
    ci = world
    key = stand_under_the_other_case(ci, rotate)
    rotate.configure([{"name": "CI"}])
    run = rotate.pass_()
    # Builds read it there: nothing moves, and the record is put right.
    assert parameters(ci) == under("/deploy/CI") and ci.published("CI") == key, run
    assert ci.record("CI")["user"] == "ci"
    (told,) = [one for one in run.user["findings"] if one["code"] == "user-spelled-otherwise"]
    assert '"parameterPath": "/deploy/CI"' in told["remedy"]
    ci.clock.advance(days=91)
    run = rotate.pass_()
    assert "rotate" in run.done() and parameters(ci) == under("/deploy/CI"), run
    # What the message advises is the same from then on, without the second look.
    rotate.configure([{"name": "ci", "parameterPath": "/deploy/CI"}])
    ci.proxy.forget()
    run = rotate.pass_()
    assert not run.findings() and ci.proxy.operations().count("GetUser") == 1, run


def test_what_stands_under_both_cases_is_told(ci, rotate):
    stand_under_the_other_case(ci, rotate)
    for name, kind in (
            ("record", "String"), ("credentials", "SecureString"),
            ("AWS_ACCESS_KEY_ID", "String"), ("AWS_SECRET_ACCESS_KEY", "SecureString")):
        ci.put(name, ci.parameter(name, "CI"), kind, user="ci")
    rotate.configure([{"name": "CI"}])
    run = rotate.pass_(code=2)
    assert ("act", "published-in-another-case") in run.findings(), run
    # IAM's spelling counts.
    assert ci.record("ci")["user"] == "ci" and ci.record("CI")["user"] == "CI"


# Who it is: IAM's id.


@pytest.fixture
def renamed(world, rotate):
    """`deployer`, published on a path that is fixed, is `shipper` now."""
    world.make_user(keys=0)
    rotate.configure([{"name": "deployer", "parameterPath": "/deploy/deployer"}])
    rotate.pass_()
    world.proxy.rename("deployer", "shipper")
    return world


def test_a_renamed_user_keeps_its_parameters(renamed, rotate):
    key = renamed.published()
    rotate.configure([{"name": "shipper", "parameterPath": "/deploy/deployer"}])
    run = rotate.pass_()
    assert ("notice", "user-renamed") in run.findings(), run
    record = renamed.record()
    assert record["user"] == "shipper" and record["published"]["accessKeyId"] == key[0]
    assert renamed.published() == key and renamed.works(key)
    entry = [e for e in rotate.audit() if e["user"] == "shipper" and e["phase"] == "outcome"][-1]
    assert "deployer, which is named shipper now" in entry["detail"], entry
    # Once.
    run = rotate.pass_()
    assert not run.findings() and not run.user["steps"], run
    renamed.clock.advance(days=91)
    assert rotate.pass_().done() == ["rotate"]
    assert renamed.works(renamed.published()) and renamed.works(key)


def test_a_renamed_user_under_its_old_name(renamed, rotate):
    before = renamed.snapshot()
    run = rotate.pass_(code=1)
    (told,) = [one for one in run.user["findings"] if one["code"] == "unknown-user"]
    user_id = renamed.record()["userId"]
    assert user_id in told["message"] and user_id in told["remedy"], told
    assert '"parameterPath": "/deploy/deployer"' in told["remedy"], told
    assert renamed.snapshot() == before


def test_a_user_that_took_the_name_of_a_renamed_one(renamed, rotate):
    # The servers keep the old name of a renamed user, so the namesake is only told by another id.
    record = renamed.record()
    renamed.put("record", json.dumps(record | {"userId": "AIDATHERENAMEDONE000"}))
    renamed.proxy.rename("shipper", "deployer")
    renamed.clock.advance(days=91)
    before = renamed.snapshot()
    run = rotate.pass_(code=2)
    assert ("act", "user-made-again") in run.findings(), run
    assert renamed.snapshot() == before


def test_a_rename_in_the_middle_of_a_deletion(world, rotate):
    """IAM's NoSuchEntity is about the user then, not about the key."""
    world.make_user(days=91)
    rotate.configure([{"name": "deployer", "parameterPath": "/deploy/deployer"}])
    for days in (0, 2, 9):
        world.clock.advance(days=days)
        if days == 9:
            def rename(exchange):
                world.proxy.rename("deployer", "shipper")
                exchange.send(exchange.forward())
            world.proxy.on("DeleteAccessKey", rename)
        run = rotate.run("--format", "json")
    assert run.code == 1 and "delete" not in [
        step["action"] for step in run.user["steps"] if step["result"] == "done"], run
    assert len(world.keys("deployer")) == 2
    rotate.configure([{"name": "shipper", "parameterPath": "/deploy/deployer"}])
    run = rotate.pass_()
    assert "delete" in run.done(), run
    assert len(world.keys("deployer")) == 1 and world.works(world.published())
