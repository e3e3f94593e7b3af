"""MFA sessions of managed users: made with codes, published, renewed. The servers check no code;
`servers/mfa.py` does, by pyotp, and takes each once.

ministack makes sessions that work; moto answers with AWS's documented example, which works nowhere:
what a run does with a session that can't be proven is tried there.
"""

import datetime
import json

import boto3
import pytest

from servers.proxy import drop_reply, fail_after, refuse
from servers.server import REGION

SEED = "/rotate/mfa/deployer"


def session(serial: str, duration: str = "12h", **seed: str) -> dict:
    return {"mfaSerial": serial, "totpSeed": seed or {"parameter": SEED}, "duration": duration}


def manage(world, rotate, duration: str = "12h", keys: int = 1) -> str:
    """A user with an enabled device whose seed is kept as the configuration says."""
    world.make_user(keys=keys)
    # AWS asks for no permission here; moto does.
    allowed = {"Effect": "Allow", "Action": "sts:GetSessionToken", "Resource": "*"}
    world.iam.put_user_policy(
        UserName="deployer", PolicyName="sessions",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": allowed}))
    serial = world.proxy.mfa.enroll("deployer")
    keep_seed(world, world.proxy.mfa.devices[serial].seed)
    rotate.configure(users=[{"name": "deployer", "session": session(serial, duration)}])
    return serial


def keep_seed(world, seed: str, kind: str = "SecureString") -> None:
    world.ssm.put_parameter(Name=SEED, Value=seed, Type=kind, Overwrite=True)


def published(world) -> dict | None:
    value = world.parameter("session")
    return None if value is None else json.loads(value)


def arn_of(world, found: dict) -> str:
    """Whose it is, asked with it."""
    sts = boto3.client(
        "sts", endpoint_url=world.proxy.url, region_name=REGION,
        aws_access_key_id=found["AccessKeyId"], aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"])
    return sts.get_caller_identity()["Arn"]


def left(world, found: dict) -> float:
    """Hours until it ends."""
    end = datetime.datetime.fromisoformat(found["Expiration"])
    return (end - world.clock.now()).total_seconds() / 3600


def actions(rotate) -> list[tuple]:
    return [(entry["action"], entry["phase"], entry["result"]) for entry in rotate.audit()
            if entry["action"] in ("GetSessionToken", "PutParameter")]


def test_a_session_is_made_published_renewed_and_follows_the_key(ministack_world, rotate):
    world = ministack_world
    serial = manage(world, rotate, keys=0)
    dry = rotate.pass_("--dry-run")
    assert [step["action"] for step in dry.user["steps"]] == ["rotate", "renewSession"]
    assert published(world) is None

    run = rotate.pass_()
    assert run.done() == ["rotate", "renewSession"]
    first = published(world)
    assert set(first) == {
        "Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert first["Version"] == 1 and 11.9 < left(world, first) <= 12
    assert arn_of(world, first).endswith(":user/deployer")
    assert world.ssm.get_parameter(Name="/deploy/deployer/session")["Parameter"]["Type"] == (
        "SecureString")
    record = world.record()["session"]
    assert record["accessKeyId"] == world.published()[0]
    assert record["version"] == 1
    assert record["lastStep"] == world.proxy.mfa.devices[serial].used
    # It was proven before it was published, and read back after.
    calls = [call.operation for call in world.proxy.calls]
    made = calls.index("GetSessionToken")
    assert calls[made + 1:made + 4] == ["GetCallerIdentity", "PutParameter", "GetParameter"]
    assert world.proxy.calls[made].access_key_id == world.published()[0]
    intents = actions(rotate)
    assert intents.count(("GetSessionToken", "intent", None)) == 1
    assert intents.count(("GetSessionToken", "outcome", "ok")) == 1

    # An idle pass decrypts nothing and writes nothing.
    world.proxy.forget()
    idle = rotate.pass_("sessions")
    assert idle.user["steps"] == [] and idle.json["users"][0]["session"]["expiresAt"]
    assert sorted(world.proxy.operations()) == [
        "GetCallerIdentity", "GetParameters", "GetUser", "ListAccessKeys"]
    assert not world.proxy.calls[-1].parameters.get("WithDecryption")

    # Less than half of its time is left.
    world.clock.advance(hours=6, minutes=1)
    assert rotate.pass_("sessions", "--dry-run").user["steps"][0]["action"] == "renewSession"
    assert rotate.pass_("sessions").done() == ["renewSession"]
    second = published(world)
    assert second["SessionToken"] != first["SessionToken"] and left(world, second) > 11.9

    # The key is rotated: in the same run a session of the new one.
    world.clock.advance(days=91)
    assert rotate.pass_().done() == ["rotate", "renewSession"]
    third = published(world)
    assert arn_of(world, third).endswith(":user/deployer")
    assert world.record()["session"]["accessKeyId"] == world.published()[0]
    assert rotate.run("audit", "verify").code == 0


def test_sessions_rotate_no_key(ministack_world, rotate):
    world = ministack_world
    manage(world, rotate)
    rotate.pass_()
    key = world.published()
    world.clock.advance(days=91)
    run = rotate.pass_("sessions")
    assert run.done() == ["renewSession"] and run.findings() == set()
    assert world.published() == key and len(world.keys()) == 2
    assert rotate.pass_("sessions").user["steps"] == []


def test_without_sessions_there_is_nothing_to_do(moto_world, rotate):
    moto_world.make_user()
    run = rotate.pass_("sessions")
    assert run.findings() == {("notice", "no-sessions")}
    assert moto_world.published() is None


def test_somebody_else_wrote_or_deleted_it(ministack_world, rotate):
    world = ministack_world
    manage(world, rotate)
    rotate.pass_()
    world.clock.advance(minutes=1)  # AWS takes each code once
    world.put("session", "rubbish", "SecureString")
    assert rotate.pass_("sessions").done() == ["renewSession"]
    assert arn_of(world, published(world)).endswith(":user/deployer")
    world.clock.advance(minutes=1)
    world.ssm.delete_parameter(Name="/deploy/deployer/session")
    assert rotate.pass_("sessions").done() == ["renewSession"]
    assert arn_of(world, published(world)).endswith(":user/deployer")


def test_a_wrong_seed_never_blocks_the_rotation(ministack_world, rotate):
    world = ministack_world
    serial = manage(world, rotate)
    right = world.proxy.mfa.devices[serial].seed
    keep_seed(world, world.proxy.mfa.stranger_seed())
    run = rotate.pass_(code=1)
    assert ("failed", "session-code-refused") in run.findings()
    assert world.works(world.published()) and published(world) is None
    results = {step["action"]: step["result"] for step in run.user["steps"]}
    assert results == {"rotate": "done", "renewSession": "failed"}
    assert world.record()["session"]["lastStep"] > 0
    assert world.record().get("inFlight") is None
    # One try, one code; the next run takes another step's.
    assert world.proxy.operations().count("GetSessionToken") == 1
    keep_seed(world, right)
    world.clock.advance(minutes=1)
    assert rotate.pass_("sessions").done() == ["renewSession"]


@pytest.mark.parametrize("value, kind, code", [
    (None, "", "session-seed"), ("not base32!", "SecureString", "session-seed"),
    ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "String", "session-seed"),
])
def test_a_seed_that_cannot_be_used(ministack_world, rotate, value, kind, code):
    world = ministack_world
    manage(world, rotate)
    world.ssm.delete_parameter(Name=SEED)
    if value:
        keep_seed(world, value, kind)
    run = rotate.pass_(code=1)
    assert ("failed", code) in run.findings()
    assert value is None or value not in run.text
    assert world.works(world.published()) and "GetSessionToken" not in world.proxy.operations()


def test_a_device_that_is_not_enabled(ministack_world, rotate):
    world = ministack_world
    serial = manage(world, rotate)
    world.proxy.mfa.devices[serial].user = None
    assert ("failed", "session-device") in rotate.pass_(code=1).findings()
    assert world.works(world.published())


def test_a_key_that_sts_refuses(ministack_world, rotate):
    world = ministack_world
    manage(world, rotate)
    rotate.pass_()
    world.clock.advance(hours=7)
    world.proxy.on("GetSessionToken", refuse(403, "RequestExpired"), times=9)
    assert ("failed", "session-clock") in rotate.pass_("sessions", code=1).findings()


def test_a_session_that_does_not_work_is_not_published(moto_world, rotate):
    manage(moto_world, rotate)
    run = rotate.pass_(code=1)
    assert ("failed", "session-unusable") in run.findings()
    assert published(moto_world) is None and moto_world.works(moto_world.published())


@pytest.mark.parametrize("fault", [drop_reply, fail_after(500, "InternalFailure")])
@pytest.mark.parametrize("operation", ["GetSessionToken", "PutParameter"])
def test_a_lost_reply_costs_one_session_at_most(ministack_world, rotate, operation, fault):
    world = ministack_world
    serial = manage(world, rotate)
    rotate.pass_()
    first = published(world)
    world.clock.advance(hours=7)
    if operation == "PutParameter":
        world.proxy.on(operation, fault, after=1)  # after the intent
        assert rotate.pass_("sessions").done() == ["renewSession"]
    else:
        world.proxy.on(operation, fault)
        assert ("failed", "session-failed") in rotate.pass_("sessions", code=1).findings()
        assert published(world) == first
        used = world.proxy.mfa.devices[serial].used
        assert world.record()["session"]["lastStep"] == used  # known, though no answer came
        world.clock.advance(minutes=1)
        assert rotate.pass_("sessions").done() == ["renewSession"]
    assert published(world) != first
    assert world.record()["session"]["version"] == world.versions("session")


# What is printed


def test_credentials_prints_the_published_session_or_makes_one(ministack_world, rotate):
    world = ministack_world
    manage(world, rotate)
    rotate.pass_()
    shown = rotate.run("credentials", "--user", "deployer", "--session", prints_secret=True)
    assert json.loads(shown.stdout) == published(world)
    # Too little is left of it: one is made on the spot, and nothing is written.
    world.clock.advance(hours=11, minutes=50)
    before = world.snapshot()["parameters"]
    made = rotate.run("credentials", "--user", "deployer", "--session", prints_secret=True)
    assert made.code == 0, made
    document = json.loads(made.stdout)
    assert document["SessionToken"] != published(world)["SessionToken"]
    assert arn_of(world, document).endswith(":user/deployer") and left(world, document) > 11.9
    assert world.snapshot()["parameters"] == before
    key = rotate.run("credentials", "--user", "deployer", prints_secret=True)
    assert json.loads(key.stdout)["AccessKeyId"] == world.published()[0]


def test_credentials_needs_a_configured_session(moto_world, rotate):
    moto_world.make_user()
    refused = rotate.run("credentials", "--user", "deployer", "--session")
    assert refused.code == 1 and "no-sessions" in refused.stderr and '"session"' in refused.stderr
    assert rotate.run("credentials", "--session").code == 64


# Seeds on the host


def test_a_seed_in_a_file(ministack_world, rotate):
    world = ministack_world
    world.make_user()
    serial = world.proxy.mfa.enroll("deployer")
    path = rotate.home / "seed"
    rotate.vaults.add(path)
    seed = world.proxy.mfa.devices[serial].seed.lower()  # as authenticators show it
    path.write_text(" ".join(seed[n:n + 4] for n in range(0, 64, 4)) + "\n")
    path.chmod(0o640)
    rotate.configure(users=[{"name": "deployer", "session": session(serial, file=str(path))}])
    run = rotate.pass_(code=1)
    assert ("failed", "session-seed") in run.findings() and "0600" in run.text
    path.chmod(0o600)
    assert rotate.pass_().done() == ["renewSession"]
    assert arn_of(world, published(world)).endswith(":user/deployer")


def test_a_seed_in_a_systemd_credential(ministack_world, rotate):
    world = ministack_world
    world.make_user()
    serial = world.proxy.mfa.enroll("deployer")
    folder = rotate.home / "credentials"
    folder.mkdir()
    (folder / "deployer-mfa").write_text(world.proxy.mfa.devices[serial].seed)
    rotate.vaults.add(folder / "deployer-mfa")
    rotate.configure(users=[
        {"name": "deployer", "session": session(serial, credential="{user}-mfa")}])
    refused = rotate.pass_(code=1)
    assert ("failed", "session-seed") in refused.findings()
    assert "LoadCredential=deployer-mfa" in refused.text
    assert rotate.pass_(CREDENTIALS_DIRECTORY=str(folder)).done() == ["renewSession"]
    assert arn_of(world, published(world)).endswith(":user/deployer")
