"""Answers that never come, claim too much, or refuse: what AWS holds afterwards, judged by boto3."""

import pytest

from servers import proxy as faults

NO_ANSWERS = {
    "lost": faults.drop_reply, "cut": faults.truncate, "500": faults.fail_after(500, "InternalFailure")}
DENIED = "User: arn:aws:iam::123456789012:user/ops/rotator is not authorized to perform: "


def finding(run, code: str) -> dict:
    (found,) = [one for one in run.user["findings"] if one["code"] == code]
    return found


# --- A creation that is never answered

@pytest.mark.parametrize("fault", sorted(NO_ANSWERS))
@pytest.mark.parametrize("published", [False, True])
def test_a_rotation_that_never_came_about_has_failed(world, rotate, fault, published):
    world.make_user(keys=0)
    if published:
        rotate.pass_()
        world.clock.advance(days=91)
    before, keys = world.published(), world.keys()
    world.proxy.forget()
    world.proxy.on("CreateAccessKey", NO_ANSWERS[fault], times=99)
    run = rotate.pass_(code=1)
    failed = finding(run, "creation-failed")
    assert failed["severity"] == "failed" and "5 times" in failed["message"]
    assert "5 keys came of it and were removed again" in failed["message"]
    assert world.proxy.operations().count("CreateAccessKey") == 5
    # All that it made is gone again, and what was published is untouched.
    assert world.keys() == keys and world.published() == before
    assert before is None or world.works(before)
    assert "inFlight" not in world.record()
    world.proxy.forget()
    assert "rotate" in rotate.pass_().done()
    assert world.works(world.published()) and len(world.keys()) == 1 + published


# --- A reply that claims too much

@pytest.mark.parametrize("published", [False, True])
def test_a_reply_that_names_another_key_costs_nobody_a_key(world, rotate, published):
    (standing,) = world.make_user()
    if published:
        rotate.pass_()
        world.clock.advance(days=2)
        rotate.pass_()
        world.clock.advance(days=9)
        assert rotate.pass_().done() == ["delete"]
        standing = world.published()
        world.clock.advance(days=91)
    world.proxy.on("CreateAccessKey", faults.garble(
        "<AccessKeyId>[^<]+<", f"<AccessKeyId>{standing[0]}<"))
    run = rotate.pass_()
    assert ("notice", "creation-unanswered") in run.findings(), run
    new = world.published()
    assert world.works(new) and new[0] != standing[0]
    # The key that was there before still is, and the one that nobody knows is gone.
    assert set(world.keys()) == {standing[0], new[0]} and world.works(standing)


@pytest.mark.parametrize("claim", [
    ("<AccessKeyId>[^<]+<", "<AccessKeyId>AKIA?<"), ("<UserName>[^<]+<", "<UserName>other<"),
    ("<Status>Active<", "<Status>Inactive<"), ("<SecretAccessKey>[^<]+<", "<SecretAccessKey>x<")])
def test_a_new_key_that_can_not_be_is_removed(world, rotate, claim):
    (standing,) = world.make_user()
    world.proxy.on("CreateAccessKey", faults.garble(*claim))
    run = rotate.pass_()
    assert ("notice", "creation-unanswered") in run.findings(), run
    assert set(world.keys()) == {standing[0], world.published()[0]}
    assert world.works(world.published()) and world.works(standing)


def test_a_garbled_id_does_not_count_as_removed(world, rotate):
    """The reply names a key that doesn't exist, and looks like one."""
    (standing,) = world.make_user()
    rotate.configure(verify={"successes": 2, "interval": "20ms", "timeout": "1s"})
    world.proxy.on("CreateAccessKey", faults.garble(
        "<AccessKeyId>[^<]+<", "<AccessKeyId>AKIAAAAAAAAAAAAAAAAA<"))
    run = rotate.pass_(code=1)
    assert ("failed", "new-key-unusable") in run.findings()
    assert "inFlight" in world.record() and len(world.keys()) == 2
    assert rotate.pass_().done() == ["deleteOrphan", "rotate"]
    assert set(world.keys()) == {standing[0], world.published()[0]}
    assert world.works(world.published()) and world.works(standing)


@pytest.mark.parametrize("version", ["-1", "0", "99999999999999999"])
@pytest.mark.parametrize("put", range(5))
def test_an_absurd_version_makes_no_record_unreadable(world, rotate, version, put):
    world.make_user(keys=0)
    world.proxy.on(
        "PutParameter", faults.garble(r'"Version": ?\d+', f'"Version": {version}'), after=put)
    rotate.run()
    rotate.run()
    run = rotate.pass_()
    assert run.done() == [] and run.findings() == set(), run
    assert world.works(world.published()) and len(world.keys()) == 1
    assert world.parameter("AWS_ACCESS_KEY_ID") == world.published()[0]
    assert world.parameter("AWS_SECRET_ACCESS_KEY") == world.published()[1]


# --- An orphan of this program's own

@pytest.mark.parametrize("published", [False, True])
def test_an_orphan_that_can_not_be_removed_costs_no_other_key(world, rotate, published):
    (standing,) = world.make_user()
    if published:
        rotate.pass_()
        world.clock.advance(days=2)
        rotate.pass_()
        world.clock.advance(days=9)
        rotate.pass_()
        standing = world.published()
        world.clock.advance(days=91)
    refused = faults.refuse(400, "AccessDeniedException", DENIED + "ssm:PutParameter on resource: x")
    denied = faults.refuse(403, "AccessDenied", DENIED + "iam:DeleteAccessKey on resource: x")
    world.proxy.forget()
    world.proxy.on("PutParameter", refused, times=1, after=1)  # the commit
    world.proxy.on("DeleteAccessKey", denied, times=99)
    for _ in range(3):
        run = rotate.pass_(code=1)
        found = finding(run, "orphan-takes-slot")
        assert "iam:DeleteAccessKey" in found["remedy"], run
        assert "make-room" not in run.text and "foreign-key" not in run.text, run
        assert "isn't this program's" not in run.text
        assert set(world.keys()) > {standing[0]} and world.works(standing)
    # Who orders that room be made is given the orphan's place, and no key of anybody else's.
    rotate.pass_("--make-room", code=1)
    assert world.keys()[standing[0]] == "Active" and world.works(standing)
    world.proxy.forget()
    assert rotate.pass_().done() == ["deleteOrphan", "rotate"]
    assert set(world.keys()) == {standing[0], world.published()[0]} and world.works(standing)


def test_a_key_that_vanished_is_no_missing_permission(moto_world, rotate):
    """AWS answers AccessDenied for a key that doesn't exist; moto says NoSuchEntity."""
    world = moto_world
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    world.clock.advance(days=91)
    rotate.pass_()
    world.clock.advance(days=2)

    def vanish(exchange):
        world.iam.delete_access_key(UserName="deployer", AccessKeyId=old[0])
        exchange.send(exchange.error(403, "AccessDenied", DENIED + "iam:GetAccessKeyLastUsed"))

    world.proxy.on("GetAccessKeyLastUsed", vanish)
    run = rotate.pass_()
    assert run.done() == ["note"] and not run.findings(), run
    assert world.record()["retiring"] == []


def test_a_missing_permission_is_one_where_the_key_is_there(moto_world, rotate):
    world = moto_world
    world.make_user(keys=0)
    rotate.pass_()
    world.clock.advance(days=91)
    rotate.pass_()
    world.clock.advance(days=2)
    before = world.keys()
    denied = faults.refuse(403, "AccessDenied", DENIED + "iam:GetAccessKeyLastUsed on resource: x")
    world.proxy.on("GetAccessKeyLastUsed", denied, times=99)
    run = rotate.pass_(code=1)
    assert ("failed", "evidence-missing") in run.findings() and world.keys() == before
