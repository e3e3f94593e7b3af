"""From a stale key to a published new one, retired and deleted; on both servers, judged by boto3."""

import json

import pytest

from runner import Rotate


def test_first_publication_without_any_key(world, rotate):
    world.make_user(keys=0)
    run = rotate.pass_()
    new = world.published()
    assert world.works(new)
    assert world.keys() == {new[0]: "Active"}
    assert run.done() == ["rotate"]
    assert world.parameter("AWS_ACCESS_KEY_ID") == new[0]
    assert world.parameter("AWS_SECRET_ACCESS_KEY") == new[1]
    record = world.record()
    assert record["schema"] == 1
    assert record["user"] == "deployer"
    assert record["account"] == world.account
    assert record["published"]["accessKeyId"] == new[0]
    assert record["retiring"] == []
    assert record.get("inFlight") is None


def test_the_whole_life_of_a_key(world, rotate):
    (old,) = world.make_user(days=91)

    # Due by age: the first publication supersedes the key that stands there.
    assert rotate.pass_().done() == ["rotate"]
    first = world.published()
    assert first[0] != old[0]
    assert world.works(first) and world.works(old)
    assert [key["accessKeyId"] for key in world.record()["retiring"]] == [old[0]]

    # In grace nothing happens to the key before.
    world.clock.advance(hours=23)
    assert rotate.pass_().done() == []
    assert world.keys() == {old[0]: "Active", first[0]: "Active"}

    # Grace is over: Inactive, not deleted.
    world.clock.advance(hours=2)
    assert rotate.pass_().done() == ["deactivate"]
    assert world.keys() == {old[0]: "Inactive", first[0]: "Active"}
    assert not world.works(old)

    # In soak nothing happens.
    world.clock.advance(days=6, hours=23)
    assert rotate.pass_().done() == []
    assert world.keys() == {old[0]: "Inactive", first[0]: "Active"}

    # Soak is over: deleted. The published key was never anything but working.
    world.clock.advance(hours=2)
    assert rotate.pass_().done() == ["delete"]
    assert world.keys() == {first[0]: "Active"}
    assert world.works(first)
    assert world.record()["retiring"] == []

    # And the next one, when its time has come and not before.
    world.clock.advance(days=81)
    before = world.snapshot()
    assert rotate.pass_().done() == []
    assert world.snapshot() == before
    world.clock.advance(days=1)
    assert rotate.pass_().done() == ["rotate"]
    second = world.published()
    assert second[0] != first[0] and world.works(second) and world.works(first)
    assert world.record()["generation"] == 2

    verified = rotate.run("audit", "verify")
    assert verified.code == 0, verified


def test_the_audit_log_has_every_change_before_it_is_made(world, rotate):
    world.make_user(days=91)
    rotate.pass_()
    changes = [call.operation for call in world.proxy.calls
               if call.operation in ("CreateAccessKey", "PutParameter")]
    entries = rotate.audit()
    for action in ("CreateAccessKey", "PutParameter"):
        intents = [entry for entry in entries
                   if entry["action"] == action and entry["phase"] == "intent"]
        assert len(intents) >= changes.count(action) > 0
    assert [entry["sequence"] for entry in entries] == list(
        range(entries[0]["sequence"], entries[0]["sequence"] + len(entries)))


def test_a_dry_run_changes_nothing_and_tells_the_same(world, rotate):
    world.make_user(days=91)
    before = world.snapshot()
    dry = rotate.pass_("--dry-run")
    assert world.snapshot() == before
    assert [(step["action"], step["result"]) for step in dry.user["steps"]] == [("rotate", "due")]
    assert rotate.run("--dry-run", "--detailed-exit-code").code == 3
    assert world.snapshot() == before
    real = rotate.pass_()
    assert real.done() == [step["action"] for step in dry.user["steps"]]
    assert [step["reason"] for step in real.user["steps"]] == [
        step["reason"] for step in dry.user["steps"]]
    assert rotate.run("--dry-run", "--detailed-exit-code").code == 0


def test_the_reports_for_people(world, rotate):
    ((old, _),) = world.make_user(days=91)
    dry = rotate.run("--dry-run")
    assert dry.code == 0, dry
    assert "deployer" in dry.stdout and old in dry.stdout
    done = rotate.run()
    assert done.code == 0, done
    assert world.published()[0] in done.stdout
    status = rotate.run("status")
    assert status.code == 0, status
    assert old in status.stdout and world.published()[0] in status.stdout
    assert "\033" not in dry.stdout + done.stdout + status.stdout  # no terminal, no colour


def test_a_key_that_is_not_due_stays_and_says_when(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    new = world.published()
    idle = rotate.run("--user", "deployer")
    assert idle.code == 0, idle
    assert "--now" in idle.text
    assert world.published() == new


def test_now_rotates_what_is_not_due(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    first = world.published()
    world.clock.advance(hours=1)
    assert rotate.pass_("--now").done() == ["rotate"]
    second = world.published()
    assert second != first and world.works(second) and world.works(first)


def test_now_without_room_waits_and_lets_the_retirement_go_on(world, rotate):
    ((old, _),) = world.make_user(days=91)
    rotate.pass_()
    first = world.published()
    before = world.snapshot()
    run = rotate.pass_("--now", code=2)
    assert ("act", "no-room") in run.findings()
    assert world.snapshot() == before
    # Whoever has only --now in the timer still gets on: what is due happens, and the run says why
    # the rotation doesn't.
    world.clock.advance(hours=25)
    run = rotate.pass_("--now", code=2)
    assert run.done() == ["deactivate"] and ("act", "no-room") in run.findings(), run
    assert world.keys() == {old: "Inactive", first[0]: "Active"}
    (finding,) = [one for one in run.user["findings"] if one["code"] == "no-room"]
    assert "--now isn't remembered" in finding["remedy"]
    world.clock.advance(days=7, hours=1)
    assert rotate.pass_("--now").done() == ["delete", "rotate"]
    assert world.published() != first and world.works(first) and world.works(world.published())


def test_adopts_the_key_that_the_pair_holds(world, rotate):
    (key,) = world.make_user(days=5)
    world.put("AWS_ACCESS_KEY_ID", key[0])
    world.put("AWS_SECRET_ACCESS_KEY", key[1], "SecureString")
    assert rotate.pass_().done() == ["adopt"]
    assert world.published() == key
    assert world.keys() == {key[0]: "Active"}
    assert world.record()["published"]["accessKeyId"] == key[0]


def test_adopts_what_credentials_hold_when_the_record_is_lost(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    key = world.published()
    world.ssm.delete_parameter(Name="/deploy/deployer/record")
    # AWS wants 30 s before a deleted name is made again.
    world.clock.advance(minutes=1)
    run = rotate.pass_()
    assert "rotate" not in run.done()
    assert world.published() == key
    assert world.keys() == {key[0]: "Active"}
    assert world.record()["published"]["accessKeyId"] == key[0]


def test_two_unknown_keys_block(world, rotate):
    first, second = world.make_user(keys=2)
    assert world.works(first) and world.works(second)
    before = world.snapshot()
    run = rotate.pass_(code=2)
    assert ("act", "two-keys-no-record") in run.findings()
    assert world.snapshot() == before


def test_make_room_gives_up_the_inactive_one(world, rotate):
    used, idle = world.make_user(keys=2, days=91)
    world.set_status("deployer", idle[0], "Inactive")
    named = rotate.pass_(code=2)
    assert idle[0] in named.stdout and "--make-room" in named.stdout
    rotate.pass_("--make-room")
    assert world.keys()[idle[0]] == "Inactive"
    assert world.keys()[used[0]] == "Active"
    # Its soak first, then the place is free for the first publication.
    world.clock.advance(days=7, minutes=1)
    run = rotate.pass_()
    if world.published() is None:
        run = rotate.pass_()
    assert idle[0] not in world.keys()
    assert world.works(world.published()) and world.works(used)


def test_a_published_key_that_somebody_deleted_is_replaced(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    lost = world.published()
    world.iam.delete_access_key(UserName="deployer", AccessKeyId=lost[0])
    world.clock.advance(minutes=2)
    rotate.pass_()
    assert world.published()[0] != lost[0]
    assert world.works(world.published())


def test_a_containment_is_reported_and_never_undone(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    contained = world.published()
    world.set_status("deployer", contained[0], "Inactive")
    world.clock.advance(days=91)
    before = world.snapshot()
    run = rotate.pass_(code=2)
    assert ("act", "published-key-inactive") in run.findings()
    assert world.snapshot() == before


def test_a_foreign_key_is_never_touched(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    foreign = world.add_key("deployer")
    assert world.works(foreign)
    world.clock.advance(days=91)
    run = rotate.pass_(code=2)
    assert ("act", "foreign-key-takes-slot") in run.findings()
    assert world.keys()[foreign[0]] == "Active"


def test_a_retiring_key_that_is_still_used_is_held(moto_world, rotate):
    world = moto_world
    (old,) = world.make_user(days=91)
    rotate.pass_()
    world.clock.advance(hours=25)
    # A build that still holds the old key asks for something, allowed or not.
    ssm = world.server.client("ssm", old)
    with pytest.raises(ssm.exceptions.ClientError):
        ssm.describe_parameters()
    run = rotate.pass_()
    assert ("notice", "still-in-use") in run.findings()
    assert world.keys()[old[0]] == "Active"
    world.clock.advance(hours=25)
    assert rotate.pass_().done() == ["deactivate"]


def test_the_pair_is_repaired(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    world.put("AWS_ACCESS_KEY_ID", "AKIASOMETHINGELSE000")
    world.clock.advance(minutes=5)
    assert "repair" in rotate.pass_().done()
    assert world.parameter("AWS_ACCESS_KEY_ID") == world.published()[0]


def test_credentials_command(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    run = rotate.run("credentials", "--user", "deployer", prints_secret=True)
    assert run.code == 0, run
    printed = json.loads(run.stdout)
    assert (printed["AccessKeyId"], printed["SecretAccessKey"]) == world.published()
    assert printed["Version"] == 1


def test_whoami(world, rotate):
    run = rotate.run("whoami")
    assert run.code == 0, run
    assert "user/ops/rotator" in run.stdout
    assert world.rotator[0] in run.stdout


def test_users_by_path_and_by_group(world, rotate):
    world.make_user("app", keys=0, path="/deploy/")
    world.make_user("web", keys=0, path="/deploy/")
    world.make_user("tool", keys=0)
    world.iam.create_group(GroupName="ci")
    world.iam.add_user_to_group(GroupName="ci", UserName="tool")
    world.make_user("somebody", keys=0)
    rotate.configure(users=[{"path": "/deploy/"}, {"group": "ci"}])
    run = rotate.pass_()
    assert sorted(user["user"] for user in run.json["users"]) == ["app", "tool", "web"]
    for user in ("app", "tool", "web"):
        assert world.works(world.published(user))
    assert world.keys("somebody") == {}


def test_an_idle_run_makes_few_calls(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    world.clock.advance(days=1)
    rotate.pass_()
    world.proxy.forget()
    run = rotate.pass_()
    assert run.done() == []
    # A host whose clock is off needs one call more: ministack refuses the first one's signature.
    answered = [call for call in world.proxy.calls if call.status == 200]
    assert len(answered) <= 4, world.proxy.operations()
    assert "PutParameter" not in world.proxy.operations()


def test_another_host_goes_on_where_one_stopped(world, rotate, tmp_path):
    (old,) = world.make_user(days=91)
    rotate.pass_()
    first = world.published()
    (tmp_path / "other-host").mkdir()
    other = Rotate(world, tmp_path / "other-host")
    world.clock.advance(hours=25)
    assert other.pass_().done() == ["deactivate"]
    world.clock.advance(days=7, minutes=1)
    assert other.pass_().done() == ["delete"]
    assert world.keys() == {first[0]: "Active"}
    assert world.works(first) and not world.works(old)
