"""`rotate mfa enroll`: a device is enabled only with its seed kept, whatever interrupts it.

The servers take any two codes; `servers/mfa.py` checks them by pyotp against the seed that IAM gave.
"""

import contextlib
import json

import pyotp
import pytest

from servers.proxy import drop_reply, drop_request, fail_after, refuse
from test_sessions import SEED, arn_of, published, session
from world import ROTATOR_POLICY

DEVICES = {
    "Effect": "Allow", "Resource": "*",
    "Action": [
        "iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:DeleteVirtualMFADevice",
        "iam:ListVirtualMFADevices"],
}
ENROLL = ("mfa", "enroll", "--user", "deployer")


def prepare(world, rotate) -> str:
    world.make_user()
    policy = ROTATOR_POLICY | {"Statement": [ROTATOR_POLICY["Statement"], DEVICES]}
    world.iam.put_user_policy(
        UserName="rotator", PolicyName="own", PolicyDocument=json.dumps(policy))
    serial = f"arn:aws:iam::{world.account}:mfa/deployer"
    rotate.configure(users=[{"name": "deployer", "session": session(
        "arn:aws:iam::{account}:mfa/{user}")}])
    return serial


def seed(world) -> str | None:
    with contextlib.suppress(world.ssm.exceptions.ParameterNotFound):
        found = world.ssm.get_parameter(Name=SEED, WithDecryption=True)["Parameter"]
        assert found["Type"] == "SecureString"
        return found["Value"]
    return None


def devices(world) -> dict[str, str | None]:
    """Every device of the account, and whose it is."""
    found = world.iam.list_virtual_mfa_devices(AssignmentStatus="Any")["VirtualMFADevices"]
    return {device["SerialNumber"]: device.get("User", {}).get("UserName") for device in found}


def assert_enrolled(world, serial: str) -> None:
    assert devices(world) == {serial: "deployer"}
    assert seed(world) == world.proxy.mfa.devices[serial].seed
    session_record = world.record()["session"]
    assert session_record.get("enrolling") is None
    # Of a run that was killed the record knows no code: then the moment of its end counts.
    assert session_record["lastStep"] >= world.proxy.mfa.devices[serial].used > 0
    assert world.record().get("inFlight") is None


def test_a_device_is_made_kept_and_enabled(world, rotate):
    serial = prepare(world, rotate)
    dry = rotate.run(*ENROLL, "--dry-run")
    assert dry.code == 0 and serial in dry.stdout, dry
    assert devices(world) == {} and seed(world) is None and world.record() is None

    run = rotate.run(*ENROLL)
    assert run.code == 0, run
    assert_enrolled(world, serial)
    calls = [call.operation for call in world.proxy.calls]
    made, enabled = calls.index("CreateVirtualMFADevice"), calls.index("EnableMFADevice")
    # Kept, and read back, before it is enabled.
    assert calls[made + 1] == "PutParameter" and "GetParameter" in calls[made + 2:enabled]
    changes = [(entry["action"], entry["phase"]) for entry in rotate.audit()
               if entry["action"] != "PutParameter"]
    assert changes == [("CreateVirtualMFADevice", "intent"), ("CreateVirtualMFADevice", "outcome"),
                       ("EnableMFADevice", "intent"), ("EnableMFADevice", "outcome")]
    assert rotate.run("audit", "verify").code == 0

    before = world.snapshot()
    again = rotate.run(*ENROLL)
    assert again.code == 0 and "already" in again.stdout
    assert world.snapshot() == before


def test_a_session_of_the_new_device(ministack_world, rotate):
    world = ministack_world
    prepare(world, rotate)
    assert rotate.run(*ENROLL).code == 0
    world.clock.advance(minutes=2)  # both codes are used up
    assert rotate.pass_().done() == ["rotate", "renewSession"]
    assert arn_of(world, published(world)).endswith(":user/deployer")


@pytest.mark.parametrize("operation, fault, after", [
    ("CreateVirtualMFADevice", drop_request, 0), ("CreateVirtualMFADevice", drop_reply, 0),
    ("PutParameter", refuse(400, "InternalServerError"), 3),
    ("EnableMFADevice", fail_after(500, "ServiceFailure"), 0),
    ("EnableMFADevice", drop_request, 0),
    ("EnableMFADevice", refuse(403, "AccessDenied"), 0),
])
def test_after_a_fault_it_goes_on(ministack_world, rotate, operation, fault, after):
    world = ministack_world
    serial = prepare(world, rotate)
    world.proxy.on(operation, fault, after=after)
    assert rotate.run(*ENROLL).code == 1
    # Never enabled without its seed.
    if devices(world).get(serial):
        assert seed(world) == world.proxy.mfa.devices[serial].seed
    world.proxy.forget()
    world.clock.advance(minutes=2)
    run = rotate.run(*ENROLL)
    assert run.code == 0, run
    assert_enrolled(world, serial)


@pytest.mark.parametrize("operation", [
    "CreateVirtualMFADevice", "PutParameter", "EnableMFADevice"])
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_after_a_kill_it_goes_on(ministack_world, rotate, operation, is_done):
    world = ministack_world
    serial = prepare(world, rotate)

    def kill(exchange):
        if is_done:
            exchange.forward()
        process.kill()
        process.wait()
        exchange.drop()

    # The fourth put is the seed's: intent, state, intent.
    world.proxy.on(operation, kill, after=3 if operation == "PutParameter" else 0)
    process = rotate.start(*ENROLL)
    process.communicate(timeout=60)
    assert process.returncode == -9
    if devices(world).get(serial):
        assert seed(world) == world.proxy.mfa.devices[serial].seed
    world.proxy.forget()
    world.clock.advance(minutes=2)
    run = rotate.run(*ENROLL)
    assert run.code == 0, run
    assert_enrolled(world, serial)
    assert rotate.run("audit", "verify").code == 0


def test_what_is_not_its_own_is_left_alone(ministack_world, rotate):
    world = ministack_world
    serial = prepare(world, rotate)
    # Somebody is about to enable it.
    world.iam.create_virtual_mfa_device(VirtualMFADeviceName="deployer")
    run = rotate.run(*ENROLL)
    assert run.code == 2 and "mfa-device-foreign" in run.stderr
    # It is somebody else's.
    world.iam.enable_mfa_device(
        UserName="rotator", SerialNumber=serial, AuthenticationCode1="000000",
        AuthenticationCode2="000000")
    run = rotate.run(*ENROLL)
    assert run.code == 2 and "mfa-device-of-another" in run.stderr
    # It is the user's, and nobody has kept its seed.
    world.iam.deactivate_mfa_device(UserName="rotator", SerialNumber=serial)
    world.iam.enable_mfa_device(
        UserName="deployer", SerialNumber=serial, AuthenticationCode1="000000",
        AuthenticationCode2="000000")
    run = rotate.run(*ENROLL)
    assert run.code == 2 and "mfa-seed-lost" in run.stderr
    assert devices(world) == {serial: "deployer"} and seed(world) is None
    # There is no device, but the parameter holds something.
    world.iam.deactivate_mfa_device(UserName="deployer", SerialNumber=serial)
    world.iam.delete_virtual_mfa_device(SerialNumber=serial)
    other = pyotp.random_base32(64)
    world.ssm.put_parameter(Name=SEED, Value=other, Type="SecureString")
    run = rotate.run(*ENROLL)
    assert run.code == 2 and "mfa-seed-taken" in run.stderr
    assert seed(world) == other and devices(world) == {}
    assert "CreateVirtualMFADevice" not in world.proxy.operations()


def test_it_says_what_to_configure(moto_world, rotate):
    prepare(moto_world, rotate)
    rotate.configure()
    run = rotate.run(*ENROLL)
    assert run.code == 1 and "mfa-not-configured" in run.stderr
    assert f'"arn:aws:iam::{moto_world.account}:mfa/deployer"' in run.stderr


def test_the_documented_policy_suffices(ministack_world, rotate):
    from test_docs import ROOT, policy

    world = ministack_world
    serial = prepare(world, rotate)
    first = policy(ROOT / "docs/policy.md", "iam:CreateAccessKey")["Statement"]
    more = policy(ROOT / "docs/operations.md", "iam:CreateVirtualMFADevice")["Statement"]
    # The resource of these is "*" to this server; at AWS the device's or the user's ARN.
    devices_too = ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice", "iam:EnableMFADevice"]
    reads = {"Effect": "Allow", "Action": ["ssm:GetParameters", *devices_too], "Resource": "*"}
    world.proxy.forget()
    key = world.make_principal(
        "least", {"Version": "2012-10-17", "Statement": [*first, *more, reads]})
    rotate.environment |= {"AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]}
    run = rotate.run(*ENROLL)
    assert run.code == 0, run
    assert_enrolled(world, serial)
    called = {f"{call.service}:{call.operation}" for call in world.proxy.calls}
    stated = {action for found in [*first, *more] for action in (
        [found["Action"]] if isinstance(found["Action"], str) else found["Action"])}
    assert called - stated == {"sts:GetCallerIdentity"}
