"""A copy that can't be written, for a day or for ever: what it shows goes on working (promise 9)."""

import json

import pytest

from servers import proxy as faults

SHARED = "/shared/deployer"
FOR_EVER = 1 << 30


def shared(world) -> tuple[str, str]:
    found = world.ssm.get_parameter(Name=SHARED, WithDecryption=True)["Parameter"]["Value"]
    fields = json.loads(found)
    return fields["AccessKeyId"], fields["SecretAccessKey"]


def published_with_a_copy(world, rotate, **more) -> tuple[str, str]:
    world.make_user(keys=0)
    rotate.configure(projections=[{"name": SHARED, "format": "json"} | more])
    rotate.pass_()
    key = world.published()
    if not more:
        assert shared(world) == key
    return key


def results(run) -> list[tuple[str, str]]:
    return [(step["action"], step["result"]) for step in run.user["steps"]]


def finding(run, code: str) -> dict:
    (found,) = [one for one in run.user["findings"] if one["code"] == code]
    return found


def denial(code: str, message: str = "refused"):
    return faults.refuse_puts(SHARED, code, message)


def test_a_key_that_a_copy_still_shows_goes_on_working(world, rotate):
    old = published_with_a_copy(world, rotate)
    scp = "with an explicit deny in a service control policy"
    world.proxy.on("PutParameter", denial("AccessDeniedException", scp), times=FOR_EVER)
    world.clock.advance(days=91)
    run = rotate.pass_(code=1)
    # What was done was done, and what wasn't failed.
    assert results(run) == [("rotate", "done"), ("repair", "failed")]
    new = world.published()
    assert new != old and shared(world) == old
    # A consumer deploys from the copy every few days, and the figure of last uses never shows it.
    for days in (2, 5, 9, 30, 30):
        world.clock.advance(days=days)
        run = rotate.pass_(code=1)
        assert results(run) == [("repair", "failed")]
        assert run.json["counts"]["changed"] == 0
        assert "repaired" not in run.user["summary"]
        told = finding(run, "copy-not-updated")
        assert told["severity"] == "failed" and SHARED in told["message"] and old[0] in told["message"]
        assert world.keys() == {old[0]: "Active", new[0]: "Active"}
        assert world.works(shared(world)) and world.works(new)
    for arguments, code in ((("status",), 1), (("--dry-run",), 1)):
        said = rotate.run(*arguments)
        assert said.code == code and "copy-not-updated" in said.stdout, said
    # The others are not written again for its sake.
    assert world.versions("AWS_ACCESS_KEY_ID") == 2
    world.clock.advance(days=2)  # since the judge tried the old key
    # The policy is mended: the copy is written, and the retirement goes on.
    world.proxy.forget()
    assert rotate.pass_().done()[0] == "repair"
    assert shared(world) == new
    world.clock.advance(hours=6)
    assert rotate.pass_().done() == ["deactivate"]
    world.clock.advance(days=8)
    assert "delete" in rotate.pass_().done()


def test_the_pair_counts_as_any_copy(world, rotate):
    world.make_user(keys=0)
    rotate.pass_()
    old = world.published()
    half = "/deploy/deployer/AWS_SECRET_ACCESS_KEY"
    world.clock.advance(days=91)
    world.proxy.on(
        "PutParameter", faults.refuse_puts(half, "InvalidKeyId", "key is disabled"), times=FOR_EVER)
    rotate.pass_(code=1)
    world.clock.advance(days=40)
    run = rotate.pass_(code=1)
    assert results(run) == [("repair", "failed")]
    assert world.keys()[old[0]] == "Active"
    assert half in finding(run, "copy-not-updated")["message"]


def test_a_label_on_the_oldest_version_of_a_copy(moto_world, rotate):
    """moto keeps 100 versions and refuses to drop one that has a label, as AWS does."""
    world = moto_world
    old = published_with_a_copy(world, rotate)
    world.ssm.label_parameter_version(Name=SHARED, ParameterVersion=1, Labels=["keep"])
    value = world.ssm.get_parameter(Name=SHARED, WithDecryption=True)["Parameter"]["Value"]
    for _ in range(98):
        world.ssm.put_parameter(Name=SHARED, Value=value, Type="SecureString", Overwrite=True)
    world.clock.advance(hours=1)
    assert rotate.pass_().done() == ["repair"]  # the hundredth
    world.clock.advance(days=91)
    run = rotate.pass_(code=1)
    assert results(run) == [("rotate", "done"), ("repair", "failed")]
    said = finding(run, "call-failed")
    assert "unlabel-parameter-version" in said["message"]
    assert "the next run writes" not in said["remedy"]
    world.clock.advance(days=30)
    rotate.pass_(code=1)
    assert world.keys()[old[0]] == "Active" and shared(world) == old
    world.ssm.unlabel_parameter_version(Name=SHARED, ParameterVersion=1, Labels=["keep"])
    assert rotate.pass_().done() == ["repair"]
    assert shared(world) == world.published()


@pytest.mark.parametrize(("code", "advice"), [
    ("HierarchyTypeMismatchException", "rotate check"),
    ("ParameterLimitExceeded", "Service Quotas"),
    ("ParameterPatternMismatchException", "--allowed-pattern"),
    ("ParameterMaxVersionLimitExceeded", "unlabel-parameter-version"),
    ("PoliciesLimitExceededException", "--policies"),
    ("HierarchyLevelLimitExceededException", "15 levels"),
    ("UnsupportedParameterType", "rotate check"),
    ("InvalidKeyId", "kmsKeyId"),
    ("TagPolicyException", "tag policy"),
])
def test_what_lasts_is_told_with_its_remedy(moto_world, rotate, code, advice):
    world = moto_world
    old = published_with_a_copy(world, rotate)
    world.proxy.on("PutParameter", denial(code), times=FOR_EVER)
    run = rotate.pass_("--now", code=1)
    said = finding(run, "call-failed")
    assert code in said["message"] and advice in said["message"]
    assert "no run can write" in said["remedy"]
    assert results(run) == [("rotate", "done"), ("repair", "failed")]
    assert shared(world) == old and world.works(old)


def test_what_passes_is_told_so(moto_world, rotate):
    published_with_a_copy(moto_world, rotate)
    moto_world.proxy.on("PutParameter", faults.refuse_puts(SHARED, "InternalServerError", status=500),
                        times=FOR_EVER)
    run = rotate.pass_("--now", code=1)
    assert finding(run, "call-failed")["remedy"] == f"the next run writes {SHARED} again"
    moto_world.proxy.forget()
    assert rotate.pass_().done() == ["repair"]
    assert shared(moto_world) == moto_world.published()


def test_a_repair_of_two_of_which_one_fails(moto_world, rotate):
    world = moto_world
    published_with_a_copy(world, rotate)
    world.put("AWS_ACCESS_KEY_ID", "AKIASOMETHINGELSE000")
    world.ssm.put_parameter(Name=SHARED, Value="spoilt", Type="SecureString", Overwrite=True)
    world.proxy.on("PutParameter", denial("AccessDeniedException"), times=FOR_EVER)
    world.clock.advance(hours=1)
    run = rotate.pass_(code=1)
    assert results(run) == [("repair", "done"), ("repair", "failed")]
    assert world.parameter("AWS_ACCESS_KEY_ID") == world.published()[0]
    assert SHARED in run.user["steps"][1]["text"] and SHARED not in run.user["steps"][0]["text"]


def test_compromised_waits_for_no_copy_and_names_it(world, rotate):
    old = published_with_a_copy(world, rotate)
    world.proxy.on("PutParameter", denial("AccessDeniedException"), times=FOR_EVER)
    world.clock.advance(hours=1)
    run = rotate.pass_("--user", "deployer", "--compromised", "--yes", code=1)
    new = world.published()
    assert new != old and world.keys() == {old[0]: "Inactive", new[0]: "Active"}
    told = finding(run, "copy-shows-leaked-key")
    assert SHARED in told["message"] and old[0] in told["message"]
    assert finding(rotate.pass_(code=1), "copy-shows-leaked-key")
    world.proxy.forget()
    assert rotate.pass_().findings() == {("notice", "sessions-go-on")}
    assert shared(world) == new


def test_a_local_file_that_shows_the_superseded_key(moto_world, rotate):
    world = moto_world
    world.make_user(keys=0)
    file = rotate.home / "keys" / "deployer"
    file.parent.mkdir(mode=0o700)
    rotate.vaults.add(file)
    rotate.configure(projections=[{"file": str(file), "format": "credentials-file"}])
    rotate.pass_()
    old, before = world.published(), file.read_text()
    rotate.pass_("--now")
    world.clock.advance(days=2)
    # A restored backup, say. It is written again first; what it showed retires after that.
    file.write_text(before)
    run = rotate.pass_()
    assert run.done() == ["repair"]
    assert world.keys()[old[0]] == "Active"
    assert world.published()[0] in file.read_text()
    world.clock.advance(hours=6)
    assert rotate.pass_().done() == ["deactivate"]


def test_the_audit_log_names_what_is_put_in_another_region(moto_world, rotate):
    world = moto_world
    published_with_a_copy(world, rotate, region="eu-west-1")
    elsewhere = world.server.client("ssm", region="eu-west-1")
    assert elsewhere.get_parameter(Name=SHARED)["Parameter"]["Version"] == 1
    said = [entry["detail"] for entry in rotate.audit() if "eu-west-1" in (entry["detail"] or "")]
    assert said == [f"in eu-west-1: {SHARED}", f"in eu-west-1: {SHARED}, version 1"]
    # And the report names the region of what it could not write.
    world.proxy.on("PutParameter", denial("AccessDeniedException"), times=FOR_EVER)
    run = rotate.pass_("--now", code=1)
    assert f"{SHARED} in eu-west-1" in run.user["steps"][1]["text"]
