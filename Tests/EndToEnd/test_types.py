"""Parameters that exist already, in whatever type: read, taken over, refused before a key is made.

AWS lets nobody change a parameter's type (HierarchyTypeMismatchException). moto and ministack do; the
proxy refuses it as AWS does, and boto3 judges what stands there afterwards.
"""

import json

import pytest

from servers import proxy as faults

PAIR = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
REMEDY_WAIT = {"seconds": 31}


def kind(world, name: str) -> str:
    return world.ssm.get_parameter(Name=name)["Parameter"]["Type"]


def pair(world) -> tuple[str, str]:
    return tuple(world.parameter(name) for name in PAIR)


def put_pair(world, key, id_kind="String", secret_kind="SecureString") -> None:
    for name, value, its_kind in zip(PAIR, key, (id_kind, secret_kind), strict=True):
        world.put(name, value, its_kind)


def no_put_was_refused(world) -> bool:
    """Everything that was put could be put: nothing was tried in vain."""
    return all(call.status == 200 for call in world.proxy.calls if call.operation == "PutParameter")


def remedy(run, code="parameter-type") -> str:
    (found,) = [one["remedy"] for one in run.user["findings"] if one["code"] == code]
    return found


def delete(world, name: str) -> None:
    world.ssm.delete_parameter(Name=name)
    world.clock.advance(**REMEDY_WAIT)


@pytest.mark.parametrize("id_kind", ["String", "StringList", "SecureString"])
def test_a_pair_of_any_types_holds_the_only_working_key(world, rotate, id_kind):
    (old,) = world.make_user(days=10)
    put_pair(world, old, id_kind)
    assert rotate.pass_().done() == ["adopt"]
    assert world.published() == old and pair(world) == old
    # The rotation keeps each half's type, and at no moment is the pair torn for good.
    world.clock.advance(days=91)
    assert rotate.pass_().done() == ["rotate"]
    new = world.published()
    assert new != old and pair(world) == new
    assert world.works(pair(world)) and world.works(old)
    assert [kind(world, f"/deploy/deployer/{name}") for name in PAIR] == [id_kind, "SecureString"]
    # Nothing is left to do, and somebody else's write is found although the id can't be read.
    assert rotate.pass_().done() == []
    world.put(PAIR[0], "AKIASOMETHINGELSE000", id_kind)
    world.clock.advance(minutes=5)
    assert rotate.pass_().done() == ["repair"]
    assert pair(world) == new
    assert no_put_was_refused(world)


@pytest.mark.parametrize("secret_kind", ["String", "StringList"])
@pytest.mark.parametrize("id_kind", ["String", "SecureString"])
def test_a_secret_half_in_clear_is_taken_over_but_never_torn(moto_world, rotate, id_kind, secret_kind):
    world = moto_world
    (old,) = world.make_user(days=10)
    put_pair(world, old, id_kind, secret_kind)
    run = rotate.pass_(code=2)
    assert run.done() == ["adopt"]
    assert run.findings() == {("act", "parameter-type")}
    assert world.published() == old and kind(world, "/deploy/deployer/credentials") == "SecureString"
    # Due, asked for: no key that the pair could not be given.
    world.clock.advance(days=91)
    for arguments in ((), ("--now",), ("--dry-run",)):
        run = rotate.pass_(*arguments, code=2)
        assert ("act", "parameter-type") in run.findings()
        assert run.user["steps"] == []
    assert rotate.run("status").code == 2 and rotate.run("check").code == 2
    assert "CreateAccessKey" not in world.proxy.operations()
    assert pair(world) == old and world.works(old) and world.keys() == {old[0]: "Active"}
    # As the remedy says.
    name = f"/deploy/deployer/{PAIR[1]}"
    assert f"aws ssm delete-parameter --name {name}" in remedy(run)
    delete(world, name)
    assert rotate.pass_().done() == ["rotate"]
    assert pair(world) == world.published() != old
    assert world.works(pair(world)) and kind(world, name) == "SecureString"
    assert no_put_was_refused(world)


def test_credentials_in_clear_are_never_nothing_to_do(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    key, value = world.published(), world.parameter("credentials")
    name = "/deploy/deployer/credentials"
    world.ssm.delete_parameter(Name=name)
    world.put("credentials", value, "String")
    world.clock.advance(minutes=5)
    for days in (0, 91):
        world.clock.advance(days=days)
        run = rotate.pass_(code=2)
        assert ("act", "parameter-type") in run.findings()
    assert world.proxy.operations().count("CreateAccessKey") == 1
    assert world.works(key) and world.keys() == {key[0]: "Active"}
    # As the remedy says: the same value, as a SecureString, and then another key.
    assert "--type SecureString" in remedy(run)
    delete(world, name)
    world.put("credentials", value, "SecureString")
    rotate.pass_()
    assert world.published() != key and world.works(world.published()) and world.works(key)
    assert kind(world, name) == "SecureString"
    assert no_put_was_refused(world)


def test_somebody_elses_parameter_in_the_place_of_credentials(world, rotate):
    ((old, _),) = world.make_user(days=91)
    world.put("credentials", "a text of somebody's", "String")
    for _ in range(3):
        run = rotate.pass_(code=2)
        assert ("act", "parameter-type") in run.findings()
    assert "parameterPath" in remedy(run)
    assert "CreateAccessKey" not in world.proxy.operations()
    assert world.keys() == {old: "Active"}
    assert world.parameter("credentials") == "a text of somebody's"


@pytest.mark.parametrize("standing", ["String", "StringList", "SecureString"])
@pytest.mark.parametrize(
    "form", ["json", "access-key-id", "secret-access-key", "dotenv", "credentials-file"])
def test_a_projection_of_any_form_and_type(moto_world, rotate, form, standing):
    world = moto_world
    world.make_user(keys=0)
    name = "/shared/deployer"
    world.ssm.put_parameter(Name=name, Value="before", Type=standing)
    rotate.configure(projections=[{"name": name, "format": form}])
    fits = form == "access-key-id" or standing == "SecureString"
    run = rotate.pass_(code=0 if fits else 2)
    value = world.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    assert kind(world, name) == standing
    if fits:
        assert run.done() == ["rotate"]
        key = world.published()
        assert (key[0] if form == "access-key-id" else key[1]) in value
    else:
        assert run.user["steps"] == [] and value == "before"
        assert world.keys() == {}
        assert name in remedy(run) and "projections" in remedy(run)
    assert no_put_was_refused(world)


@pytest.mark.parametrize("form", ["json", "access-key-id"])
def test_a_projection_that_is_new_in_the_configuration_is_written(moto_world, rotate, form):
    """What stood there before was never this program's, whatever its version."""
    world = moto_world
    world.make_user(keys=0)
    rotate.pass_()
    world.ssm.put_parameter(Name="/shared/deployer", Value="before", Type="SecureString")
    rotate.configure(projections=[{"name": "/shared/deployer", "format": form}])
    assert rotate.pass_().done() == ["repair"]
    shown = world.ssm.get_parameter(Name="/shared/deployer", WithDecryption=True)
    assert world.published()[0] in shown["Parameter"]["Value"]
    assert rotate.pass_().done() == []


@pytest.mark.parametrize("standing", ["SecureString", "StringList"])
def test_a_record_of_another_type(world, rotate, standing):
    world.make_user(keys=0)
    rotate.pass_()
    key, name = world.published(), "/deploy/deployer/record"
    value = world.parameter("record").replace(",", ";") if standing == "StringList" else "a record of sorts"
    world.ssm.delete_parameter(Name=name)
    world.put("record", value, standing)
    world.clock.advance(days=91)
    run = rotate.pass_(code=2)
    assert run.findings() == {("act", "record-unreadable")}
    assert f"delete-parameter --name {name}" in remedy(run, "record-unreadable")
    assert world.keys() == {key[0]: "Active"} and no_put_was_refused(world)
    delete(world, name)
    # The next run takes over what `credentials` holds, and rotates what is due.
    assert rotate.pass_().done()[0] == "adopt"
    assert kind(world, name) == "String" and world.record()["published"]
    assert world.works(world.published()) and world.works(key)


def test_the_key_of_a_sealed_pair_is_never_offered_to_make_room(world, rotate):
    """Never used as it may be: builds read it."""
    used, other = world.make_user(keys=2, days=10)
    put_pair(world, used, "SecureString")
    run = rotate.pass_("--make-room")
    assert run.done() == ["adopt", "makeRoom"]
    assert world.published() == used and world.works(used)
    assert world.keys() == {used[0]: "Active", other[0]: "Inactive"}


def test_a_sealed_pair_that_cannot_be_read_offers_nothing(world, rotate):
    used, other = world.make_user(keys=2, days=10)
    world.set_status("deployer", other[0], "Inactive")
    put_pair(world, used, "SecureString")
    denied = faults.refuse(400, "AccessDeniedException", "kms:Decrypt is not allowed")
    world.proxy.on("GetParameter", denied, times=99)
    run = rotate.pass_("--make-room", code=1)
    assert ("failed", "evidence-missing") in run.findings()
    assert "make-room" not in json.dumps(run.user["findings"])
    assert world.keys() == {used[0]: "Active", other[0]: "Inactive"}
