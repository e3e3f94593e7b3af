"""Old versions of `credentials` whose KMS key is gone or not the caller's, judged by boto3.

The servers decrypt anything; the proxy (`servers/kms.py`) refuses what AWS refuses, and a history that is
asked for with decryption as a whole.
"""

import pytest

from servers import proxy as faults
from servers.kms import DENIED, DISABLED, PENDING, UNAVAILABLE
from test_undo import roll_back, rotated

CREDENTIALS = "/deploy/deployer/credentials"


def decrypted(world) -> list[str]:
    """What the program asked to be decrypted."""
    return [call.parameters["Name"] for call in world.proxy.calls
            if call.operation.startswith("GetParameter") and call.parameters.get("WithDecryption")]


def damage(world) -> None:
    world.put("credentials", "not a credential", "SecureString")


def sees_no_wrong_advice(run) -> None:
    assert "kmsKeyId, its state" not in run.text and "Allow GetParameterHistory" not in run.text, run


@pytest.mark.parametrize("why", [PENDING, DISABLED, DENIED])
@pytest.mark.parametrize("arguments", [(), ("--now",), ("--compromised", "--yes")])
def test_where_no_secret_is_to_be_had_another_key_is_published(world, rotate, why, arguments):
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    damage(world)
    world.proxy.kms.lock(CREDENTIALS, 1, why=why)
    user = ("--user", "deployer") if arguments else ()
    run = rotate.pass_(*user, *arguments)
    assert "rotate" in run.done(), run
    new = world.published()
    assert new[0] != old[0] and world.works(new)
    assert world.parameter("AWS_ACCESS_KEY_ID") == new[0]
    # With --compromised it is contained at once; else whoever has read it goes on.
    assert world.works(old) == ("--compromised" not in arguments)
    assert rotate.pass_().done() == []
    sees_no_wrong_advice(run)


def test_the_secret_is_taken_from_the_version_that_can_be_decrypted(world, rotate):
    old, new = rotated(world, rotate, hours=1)
    world.proxy.kms.lock(CREDENTIALS, 1)
    damage(world)
    world.proxy.forget()
    assert rotate.pass_().done() == ["restoreCredentials"]
    assert world.published() == new and world.works(new) and world.works(old)
    # One version, and not every secret that there ever was.
    assert {name for name in decrypted(world) if ":" in name} == {f"{CREDENTIALS}:2"}
    assert not any(call.operation == "GetParameterHistory" and call.parameters["WithDecryption"]
                   for call in world.proxy.calls)


def test_a_rollback_needs_no_version_but_its_own(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    for _ in range(2):
        world.clock.advance(days=91)
        assert "rotate" in rotate.pass_().done()
        old = world.published()
        world.clock.advance(days=2)
        rotate.pass_()
        world.clock.advance(days=8)
        rotate.pass_()
    world.clock.advance(days=91)
    rotate.pass_()
    world.proxy.kms.lock(CREDENTIALS, 1, 2)
    world.clock.advance(hours=1)
    run = roll_back(rotate, code=2)  # the old key is overdue
    assert run.done() == ["pause", "rollBack"]
    assert world.published() == old and world.works(old)


@pytest.mark.parametrize("why", [PENDING, DENIED])
def test_a_rollback_whose_secret_can_not_be_decrypted_says_so(world, rotate, why):
    old, new = rotated(world, rotate, hours=25)
    assert rotate.pass_().done() == ["deactivate"]
    world.proxy.kms.lock(CREDENTIALS, 1, why=why)
    world.clock.advance(days=1)
    run = roll_back(rotate, code=2)
    assert run.done() == ["pause", "reactivate"]
    (finding,) = [one for one in run.user["findings"] if one["code"] == "secret-unknown"]
    assert f"version 1 can't: {why[0]}" in finding["message"], finding
    assert world.published() == new and world.works(new) and world.works(old)
    sees_no_wrong_advice(run)


@pytest.mark.parametrize("why", [UNAVAILABLE, None])
def test_what_passes_is_no_loss(world, rotate, why):
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    damage(world)
    before = world.snapshot()["keys"]
    if why:
        world.proxy.kms.lock(CREDENTIALS, 1, why=why)
    else:
        asked = faults.refuse(400, "AccessDeniedException", "User: arn:aws:iam::1:user/rotator is not "
                              "authorized to perform: ssm:GetParameter on resource: x")
        world.proxy.on("GetParameter", asked, times=99, after=1)
    run = rotate.pass_(code=1)
    assert ("failed", "evidence-missing") in run.findings() and run.done() == []
    assert world.snapshot()["keys"] == before
    world.proxy.kms.unlock()
    world.proxy.forget()
    assert rotate.pass_().done() == ["restoreCredentials"]
    assert world.published() == old and world.works(old)


def test_a_key_that_may_have_been_published_is_left_alone(world, rotate):
    """A run died after its publication; then `credentials` was damaged, and the KMS key went away."""
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    world.clock.advance(days=91)
    world.proxy.on("PutParameter", faults.drop_reply, times=1, after=1)  # the commit's
    # The first one is the proof's, before the intent.
    world.proxy.on("GetParameter", faults.drop_request, times=99, after=1)
    rotate.run()
    new = world.published()
    assert new != old and len(world.keys()) == 2
    world.proxy.forget()
    damage(world)
    world.proxy.kms.lock(CREDENTIALS, 2)
    world.clock.advance(minutes=31)
    run = rotate.pass_(code=2)
    assert ("act", "perhaps-published") in run.findings()
    assert world.works(new) and world.works(old), "neither was taken away"
    assert world.published() == old, "the published one is restored from version 1"
