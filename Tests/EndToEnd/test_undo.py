"""Rollback, pause, resume and --compromised on the built binary, judged by boto3."""

import json
import os
import pty
import subprocess

import pytest

from patience import HANG
from runner import binary
from servers import proxy as faults


def rotated(world, rotate, **later):
    """A user whose key was replaced by this program: the superseded key and the published one."""
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    world.clock.advance(days=91)
    assert rotate.pass_().done() == ["rotate"]
    new = world.published()
    if later:
        world.clock.advance(**later)
    return old, new


def roll_back(rotate, *arguments, code=0):
    return rotate.pass_("rollback", "--user", "deployer", "--yes", *arguments, code=code)


def test_rollback_inside_the_grace(world, rotate):
    old, new = rotated(world, rotate, hours=1)
    assert roll_back(rotate).done() == ["pause", "rollBack"]
    assert world.published() == old and world.works(old) and world.works(new)
    assert world.parameter("AWS_ACCESS_KEY_ID") == old[0]
    assert world.parameter("AWS_SECRET_ACCESS_KEY") == old[1]
    record = world.record()
    assert record["published"]["accessKeyId"] == old[0]
    assert [key["accessKeyId"] for key in record["retiring"]] == [new[0]]
    assert record["paused"]["reason"] == "rolled back" and record["paused"]["by"]
    # The old key is overdue for a rotation; the timer leaves it where it is, and says why.
    run = rotate.pass_(code=2)
    assert run.done() == [] and ("act", "paused") in run.findings()
    assert world.published() == old
    # Once more changes nothing: it doesn't publish the newer key again.
    assert roll_back(rotate).done() == []
    assert world.published() == old
    assert rotate.run("audit", "verify").code == 0


def test_rollback_inside_the_soak_and_back_to_normal(world, rotate):
    old, new = rotated(world, rotate, hours=25)
    assert rotate.pass_().done() == ["deactivate"]
    assert not world.works(old)
    world.clock.advance(days=1)
    roll_back(rotate, "--reason", "INC-42: builds fail")
    assert world.published() == old and world.works(old) and world.works(new)
    assert world.keys() == {old[0]: "Active", new[0]: "Active"}
    # The newer key retires as any superseded key does, in spite of the pause.
    world.clock.advance(hours=25)
    assert rotate.pass_(code=2).done() == ["deactivate"]
    world.clock.advance(days=7, hours=1)
    assert rotate.pass_(code=2).done() == ["delete"]
    assert world.keys() == {old[0]: "Active"}
    status = rotate.run("status")
    assert "INC-42: builds fail" in status.stdout and status.code == 2
    assert rotate.pass_("resume", "--user", "deployer").done() == ["resume"]
    assert world.published() == old
    assert rotate.pass_().done() == ["rotate"]
    assert world.published()[0] not in (old[0], new[0]) and world.works(world.published())


def test_rollback_to_a_key_from_before_adoption_only_makes_it_active(world, rotate):
    (old,) = world.make_user(days=91)
    rotate.pass_()
    new = world.published()
    world.clock.advance(hours=25)
    rotate.pass_()
    assert not world.works(old)
    run = roll_back(rotate, code=2)
    assert run.done() == ["pause", "reactivate"] and ("act", "secret-unknown") in run.findings()
    assert world.works(old) and world.published() == new


def test_nothing_to_roll_back_to(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    before = world.snapshot()
    run = roll_back(rotate, code=2)
    assert ("act", "nothing-to-roll-back-to") in run.findings()
    assert world.snapshot() == before


def test_without_a_terminal_nobody_is_asked_and_nothing_is_done(world, rotate):
    rotated(world, rotate)
    before = world.snapshot()
    for arguments in (("rollback", "--user", "deployer"), ("--user", "deployer", "--compromised")):
        run = rotate.run(*arguments)
        assert run.code == 64 and "--yes" in run.stderr, run
        dry = rotate.run(*arguments, "--dry-run")
        assert dry.code in (0, 2), dry
    assert rotate.run("--compromised", "--yes").code == 64
    assert rotate.run("rollback", "--yes").code == 64
    assert world.snapshot() == before


def on_a_terminal(rotate, arguments, answer: str) -> tuple[int, str]:
    """A person who reads what is asked, and answers: the exit code, and all that was shown."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [str(binary()), *arguments], env=rotate.environment, cwd=rotate.home, stdin=follower,
        stdout=subprocess.PIPE, stderr=follower)
    os.close(follower)
    said = b""
    try:
        while b'Only "yes" does it' not in said:
            said += os.read(leader, 4096)
        os.write(leader, f"{answer}\n".encode())
        out, _ = process.communicate(timeout=HANG)
    finally:
        process.kill()
        os.close(leader)
    for secret in rotate.world.secrets():
        assert secret not in said.decode() + out.decode()
    return process.returncode, " ".join(said.decode().split())


@pytest.mark.parametrize("answer", ["yes", "y", "no", ""])
def test_on_a_terminal_a_rollback_explains_and_asks(world, rotate, answer):
    old, new = rotated(world, rotate)
    code, said = on_a_terminal(rotate, ("rollback", "--user", "deployer"), answer)
    assert f"builds that start from then on read {old[0]}." in said
    assert f"Builds that have read {new[0]} go on: it stays Active for at least 24 h" in said
    assert "Nothing has been changed yet. Go back to the superseded key of deployer?" in said
    assert "dry run" not in said
    assert code == (0 if answer == "yes" else 1)
    assert world.published() == (old if answer == "yes" else new)


def test_a_rollback_says_whether_the_old_key_is_made_active_first(world, rotate):
    old, _ = rotated(world, rotate, hours=25)
    rotate.pass_()
    code, said = on_a_terminal(rotate, ("rollback", "--user", "deployer"), "no")
    assert f"read {old[0]}, which is made Active again first." in said and code == 1
    assert not world.works(old)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_on_a_terminal_compromised_explains_and_asks(world, rotate, answer):
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    before = world.snapshot()
    code, said = on_a_terminal(rotate, ("--user", "deployer", "--compromised"), answer)
    assert f"every build that has read {old[0]} and still runs fails at its next call" in said
    assert "builds that start after that read the new key" in said
    assert "Publish a new key for deployer, and make the leaked one Inactive in the same run?" in said
    assert code == (0 if answer == "yes" else 1)
    assert world.works(old) == (answer == "no")
    assert world.works(world.published())
    assert answer == "yes" or world.snapshot() == before


def test_pause_and_resume_say_what_builds_notice(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    for arguments, words in (
        (("pause", "--reason", "release"), "builds go on with what is published"),
        (("resume",), "builds notice nothing, and the next run makes a key if one is due"),
    ):
        command, *others = arguments
        run = rotate.run(command, "--user", "deployer", *others)
        assert run.code == 0 and words in " ".join(run.stdout.split()), run


@pytest.mark.parametrize("point", ["pause", "update", "commit", "state"])
def test_killed_in_the_middle_of_a_rollback(world, rotate, point):
    old, new = rotated(world, rotate, hours=25)
    rotate.pass_()
    operation, count = {
        "pause": ("PutParameter", 2), "update": ("UpdateAccessKey", 1),
        "commit": ("PutParameter", 4), "state": ("PutParameter", 7)}[point]

    def kill(exchange):
        exchange.forward()
        process.kill()

    world.proxy.on(operation, kill, after=count - 1)
    process = rotate.start("rollback", "--user", "deployer", "--yes")
    process.communicate(timeout=HANG)
    world.proxy.forget()
    assert process.returncode == -9, "it was never killed"
    assert world.works(world.published())
    assert world.record()["paused"]["reason"] == "rolled back"
    world.clock.advance(minutes=2)
    after = rotate.pass_(code=2)  # the old key is overdue, or the rollback unfinished
    assert world.works(world.published())
    if world.published() == new:
        assert ("act", "rollback-unfinished") in after.findings()
    roll_back(rotate)
    assert world.published() == old and world.works(old) and world.works(new)
    assert rotate.run("audit", "verify").code == 0


def test_compromised(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    world.clock.advance(days=3)
    run = rotate.pass_("--user", "deployer", "--compromised", "--yes")
    assert run.done() == ["rotate", "deactivate"]
    new = world.published()
    assert new[0] != old[0] and world.works(new) and not world.works(old)
    assert world.keys() == {old[0]: "Inactive", new[0]: "Active"}
    # No way back to it; deleted after the soak, not before.
    refused = roll_back(rotate, code=2)
    assert ("act", "roll-back-refused") in refused.findings()
    world.clock.advance(days=6, hours=23)
    assert rotate.pass_().done() == []
    world.clock.advance(hours=2)
    assert rotate.pass_().done() == ["delete"]
    assert world.keys() == {new[0]: "Active"}


def without_room(world, rotate):
    """The order finds no room: it is recorded, and no key is touched."""
    old, new = rotated(world, rotate, hours=1)
    keys = world.keys()
    run = rotate.pass_("--user", "deployer", "--compromised", "--yes", code=2)
    assert run.done() == ["recordState"]
    (finding,) = [one for one in run.user["findings"] if one["code"] == "no-room-to-replace"]
    assert f"delete-access-key --user-name deployer --access-key-id {old[0]}" in finding["remedy"]
    assert world.keys() == keys and world.published() == new and world.works(new)
    assert world.record()["published"]["compromised"] is True
    return old, new


def test_compromised_without_room_is_carried_out_by_the_first_run_that_finds_room(world, rotate):
    old, new = without_room(world, rotate)
    assert ("act", "no-room-to-replace") in rotate.pass_(code=2).findings()
    # As advised.
    world.iam.delete_access_key(UserName="deployer", AccessKeyId=old[0])
    world.clock.advance(minutes=2)
    rotate.pass_()
    assert world.published()[0] != new[0] and not world.works(new)
    # The same order once more doesn't mean the key that came after it.
    third = world.published()
    again = rotate.pass_("--user", "deployer", "--compromised", "--yes", code=2)
    assert again.done() == [] and ("act", "replaced-already") in again.findings()
    assert world.published() == third and world.works(third)
    assert "compromised" not in world.record()["published"]


def test_compromised_without_room_waits_for_the_retirement_at_the_latest(world, rotate):
    old, new = without_room(world, rotate)
    world.clock.advance(hours=25)
    assert rotate.pass_(code=2).done() == ["deactivate"]
    world.clock.advance(days=7, hours=1)
    assert rotate.pass_().done() == ["delete", "rotate", "deactivate"]
    assert not world.works(old) and not world.works(new) and world.works(world.published())


def test_compromised_without_room_is_contained_by_a_rollback(world, rotate):
    old, new = without_room(world, rotate)
    roll_back(rotate)
    assert world.published() == old and world.works(old)
    rotate.pass_(code=2)  # the key before is overdue, and rotations are paused
    assert world.works(old) and not world.works(new)


def test_a_compromised_key_is_replaced_although_the_run_died(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    world.clock.advance(days=3)

    def kill(exchange):
        exchange.forward()
        process.kill()

    world.proxy.on("CreateAccessKey", kill)
    process = rotate.start("--user", "deployer", "--compromised", "--yes")
    process.communicate(timeout=HANG)
    world.proxy.forget()
    assert world.published() == old
    world.clock.advance(minutes=2)
    rotate.pass_()  # an ordinary run, as the timer starts it
    assert world.published() != old and world.works(world.published()) and not world.works(old)


def test_pause_resume_and_a_pause_that_ends_by_itself(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    first = world.published()
    rotate.pass_("pause", "--user", "deployer", "--reason", "release freeze")
    assert world.record()["paused"]["reason"] == "release freeze"
    quiet = rotate.pass_()
    assert ("notice", "paused") in quiet.findings()
    assert quiet.user["paused"]["reason"] == "release freeze"
    for form in ("text", "markdown"):
        assert "release freeze" in rotate.run("status", "--format", form).stdout
    refused = rotate.pass_("--now", code=2)
    assert refused.done() == [] and world.published() == first
    world.clock.advance(days=91)
    assert rotate.pass_(code=2).done() == []
    # Overdue is still said.
    world.clock.advance(days=10)
    assert ("act", "overdue") in rotate.pass_(code=2).findings()
    tomorrow = (world.clock.now().date().toordinal() + 2)
    until = type(world.clock.now().date()).fromordinal(tomorrow).isoformat()
    rotate.pass_(
        "pause", "--user", "deployer", "--reason", "two days", "--until", until, code=2)
    assert rotate.pass_(code=2).done() == []
    world.clock.advance(days=2)
    assert rotate.pass_().done() == ["rotate"]
    assert "paused" not in world.record()
    assert rotate.pass_("resume", "--user", "deployer").done() == []


def test_a_user_without_a_record_is_paused_and_resumed(world, rotate):
    ((old, _),) = world.make_user(days=91)
    # A first publication is due from then on; who pauses knows that.
    rotate.pass_("pause", "--user", "deployer", "--reason", "not yet")
    assert ("act", "paused") in rotate.pass_(code=2).findings()
    assert world.keys() == {old: "Active"} and world.published() is None
    rotate.pass_("resume", "--user", "deployer")
    assert rotate.pass_().done() == ["rotate"]


@pytest.mark.parametrize("arguments, word", [
    (("pause", "--user", "deployer"), "--reason"),
    (("pause", "--reason", "x"), "--user"),
    (("pause", "--user", "deployer", "--reason", "two\nlines"), "break a line"),
    (("pause", "--user", "deployer", "--reason", "x" * 300), "256"),
    (("pause", "--user", "deployer", "--reason", "x", "--until", "2027-02-30"), "not a date"),
    (("pause", "--user", "deployer", "--reason", "x", "--until", "soon"), "not a date"),
    (("resume",), "--user"),
    (("--compromised", "--yes"), "--user"),
    (("--user", "deployer", "--compromised", "--now", "--yes"), "--now"),
    (("--user", "deployer", "--yes"), "--compromised"),
])
def test_wrong_usage_is_refused_before_any_call(moto_world, rotate, arguments, word):
    run = rotate.run(*arguments)
    assert run.code == 64 and word in run.stderr, run
    assert moto_world.proxy.calls == []


def test_a_pause_that_would_be_over_is_refused(moto_world, rotate):
    moto_world.make_user()
    before = moto_world.snapshot()
    run = rotate.pass_(
        "pause", "--user", "deployer", "--reason", "late", "--until", "2020-01-01", code=2)
    assert ("act", "pause-is-over") in run.findings() and moto_world.snapshot() == before


def test_a_rollback_whose_old_key_never_works_again_leaves_the_new_one(world, rotate):
    old, new = rotated(world, rotate, hours=25)
    rotate.pass_()
    rotate.configure(verify={"successes": 2, "interval": "20ms", "timeout": "2s"})
    unknown = faults.refuse(
        403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    world.proxy.on(
        "GetCallerIdentity", unknown, times=9999, signer=lambda signer: signer == old[0])
    run = roll_back(rotate, code=1)
    assert ("failed", "rollback-unproven") in run.findings()
    assert world.published() == new and world.works(new)
    world.proxy.forget()
    roll_back(rotate)
    assert world.published() == old


# --- Containment comes first


def denied(world, name: str, region: str | None = None) -> None:
    """Somebody's policy denies this parameter from now on. AWS then refuses a call as a whole in which
    it is one name among others."""

    def judge(exchange):
        call = exchange.call
        names = call.parameters.get("Names") or [call.parameters.get("Name")]
        if call.service == "ssm" and name in names and region in (None, call.region):
            return exchange.send(exchange.error(
                400, "AccessDeniedException",
                f"User: {call.access_key_id} is not authorized to perform: ssm:{call.operation} on "
                f"resource: {name} with an explicit deny in a service control policy"))
        if gap := world.proxy.gap(call):
            return exchange.send(exchange.error(*gap))
        exchange.send(exchange.forward())

    world.proxy.on("*", judge, times=1 << 30)


def untrusted_file(world, rotate):
    """A local copy in a directory that others can write, from some day on."""
    folder = rotate.home / "copies"
    folder.mkdir(mode=0o700)
    rotate.vaults.add(folder / "credentials")
    rotate.configure(
        projections=[{"file": str(folder / "credentials"), "format": "credentials-file"}])
    yield
    folder.chmod(0o777)
    yield "projection-file"


def denied_copy(world, rotate):
    rotate.configure(projections=[{"name": "/shared/{user}", "format": "json"}])
    yield
    denied(world, "/shared/deployer")
    yield "call-failed"


def denied_copy_elsewhere(world, rotate):
    rotate.configure(projections=[
        {"name": "/shared/{user}", "format": "json", "region": "eu-central-1"}])
    yield
    denied(world, "/shared/deployer", "eu-central-1")
    yield "call-failed"


def missing_hook(world, rotate):
    yield
    config = json.loads(rotate.config_file.read_text())
    config["hooks"] = {"afterPublish": [{"command": ["/nowhere/tell"], "required": True}]}
    rotate.write_config(config)
    yield "hook-refused"


HINDRANCES = [untrusted_file, denied_copy, denied_copy_elsewhere, missing_hook]


@pytest.mark.parametrize("hindrance", HINDRANCES)
def test_a_leaked_key_is_contained_whatever_else_is_wrong(moto_world, rotate, hindrance):
    world = moto_world
    world.make_user(keys=0)
    setting = hindrance(world, rotate)
    next(setting)
    rotate.pass_()
    old = world.published()
    code = next(setting)
    run = rotate.pass_("--user", "deployer", "--compromised", "--yes", code=1)
    assert run.did() == ["rotate", "deactivate"], run
    assert ("failed", code) in run.findings(), run
    new = world.published()
    assert new != old and world.works(new) and not world.works(old)
    assert world.keys() == {old[0]: "Inactive", new[0]: "Active"}
    assert rotate.run("audit", "verify").code == 0


@pytest.mark.parametrize("hindrance", HINDRANCES)
def test_a_rollback_is_made_whatever_else_is_wrong(moto_world, rotate, hindrance):
    world = moto_world
    setting = hindrance(world, rotate)
    next(setting)
    old, new = rotated(world, rotate, hours=1)
    code = next(setting)
    run = roll_back(rotate, code=1)
    assert run.did() == ["pause", "rollBack"] and ("failed", code) in run.findings(), run
    assert world.published() == old and world.works(old)


@pytest.mark.parametrize("hindrance", [untrusted_file, denied_copy, denied_copy_elsewhere])
def test_what_can_wait_waits_while_a_copy_cannot_be_read(moto_world, rotate, hindrance):
    """No new key, and the superseded one stays Active: nobody knows whether the copy still shows it."""
    world = moto_world
    setting = hindrance(world, rotate)
    next(setting)
    old, new = rotated(world, rotate, hours=25)
    code = next(setting)
    before = world.snapshot()
    for arguments in ((), ("--now",), ("--dry-run",)):
        run = rotate.pass_(*arguments, code=1)
        assert run.done() == [] and ("failed", code) in run.findings(), run
    world.clock.advance(days=91)
    assert rotate.pass_(code=1).done() == []
    assert world.snapshot() == before and world.works(old) and world.works(new)
    # A published key that is gone is another matter.
    world.iam.delete_access_key(UserName="deployer", AccessKeyId=new[0])
    world.clock.advance(minutes=11)
    assert "rotate" in rotate.pass_(code=1).did()
    assert world.published() not in (old, new) and world.works(world.published())
