"""Promise 10: whoever may only put parameters makes the program take no key away.

The forger here is the judge's own client, past the proxy: so AWS's history, as the proxy completes it,
names somebody else than the rotator for each of its versions. It reads the record, as anybody may
who can write it, and knows no secret.
"""

import base64
import datetime
import hmac
import json

import boto3
import pytest

from servers.server import REGION
from world import ROTATOR_POLICY, older

UNPROVEN = ("act", "record-unproven")
PROOF = "AAAABBBBCCCCDDDDEEEEFFFF"


def at(world, **ago) -> str:
    then = world.clock.now() - datetime.timedelta(**ago)
    return then.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def forge(world, record: dict, known: list[str], *, proof: str | None = PROOF,
          compromised: list[str] = (), closed: bool = True) -> None:
    """The intent of an invented run, and its state."""
    record = {k: v for k, v in record.items() if k not in ("mac", "inFlight")}
    record |= {"runId": "invented", "writtenAt": at(world)} | ({"mac": proof} if proof else {})
    in_flight = {"runId": "invented", "host": "invented", "startedAt": at(world),
                 "knownKeyIds": known, "takesOver": None}
    if compromised:
        in_flight["compromised"] = compromised
    world.put("record", json.dumps(record | {"inFlight": in_flight}))
    if closed:
        world.put("record", json.dumps(record))


def mac(text: str, record: dict, secret: str) -> str:
    """The proof as the documents describe it."""
    scope = "\n".join(
        ["rotate record 1", record["account"], record["userId"], "/deploy/deployer/record"])
    key = hmac.digest(secret.encode(), scope.encode(), "sha256")
    bare = text.replace(f'"mac":"{record["mac"]}"', '"mac":""')
    return base64.b64encode(hmac.digest(key, bare.encode(), "sha256")[:18]).decode()


def retired(world, key: str, **fields) -> dict:
    return {"accessKeyId": key, "supersededAt": at(world, days=30), "deactivatedAt": None} | fields


@pytest.fixture
def published(moto_world, rotate):
    """A key that builds read, published by a run some weeks ago."""
    moto_world.make_user(keys=0)
    rotate.pass_()
    moto_world.clock.advance(days=20)
    return moto_world.published()


def passes(world, rotate, count: int = 4) -> list:
    """Several runs, days apart: whatever a forgery may bring about shows in one of them."""
    runs = []
    for _ in range(count):
        runs.append(rotate.run("--format", "json"))
        assert runs[-1].code in (0, 2), runs[-1]
        world.clock.advance(days=2)
    return runs


@pytest.mark.parametrize("proof", [PROOF, None, "genuine"])
@pytest.mark.parametrize("mark", [{}, {"compromised": True}])
def test_the_key_in_use_is_named_as_retiring(moto_world, rotate, published, proof, mark):
    world = moto_world
    other = world.add_key("deployer")
    record = world.record()
    proof = record["mac"] if proof == "genuine" else proof
    record["retiring"] = [retired(world, published[0], **mark)]
    record["published"] = record["published"] | {"accessKeyId": other[0]} | mark
    forge(world, record, [published[0]], proof=proof)
    status = rotate.run("status", "--format", "json")
    assert UNPROVEN in status.findings(), status
    runs = passes(world, rotate)
    assert UNPROVEN in runs[0].findings() and runs[0].code == 2, runs[0]
    assert world.keys() == {published[0]: "Active", other[0]: "Active"}
    assert world.published() == published and world.works(published)
    # It is told once: the record is this program's again.
    assert UNPROVEN not in runs[1].findings()
    assert world.record()["published"]["accessKeyId"] == published[0]


@pytest.mark.parametrize("mark", [{}, {"compromised": True}])
def test_somebody_elses_key_is_named_as_retiring(moto_world, rotate, published, mark):
    world = moto_world
    foreign = world.add_key("deployer")
    world.clock.advance(days=30)
    record = world.record()
    record["retiring"] = [retired(world, foreign[0], **mark)]
    forge(world, record, [published[0], foreign[0]])
    runs = passes(world, rotate)
    assert UNPROVEN in runs[0].findings() and ("notice", "foreign-key") in runs[0].findings()
    assert world.keys() == {published[0]: "Active", foreign[0]: "Active"}
    assert world.record()["retiring"] == []


def test_an_inactive_key_of_somebody_is_named_as_soaked(moto_world, rotate, published):
    world = moto_world
    foreign = world.add_key("deployer")
    world.set_status("deployer", foreign[0], "Inactive")
    record = world.record()
    record["retiring"] = [retired(world, foreign[0], deactivatedAt=at(world, days=20))]
    forge(world, record, [])
    passes(world, rotate)
    assert world.keys() == {published[0]: "Active", foreign[0]: "Inactive"}


def test_a_key_made_after_a_forged_intent_is_no_orphan(moto_world, rotate, published):
    world = moto_world
    forge(world, world.record(), [], closed=False)
    world.clock.advance(minutes=2)
    made = world.add_key("deployer")
    held = rotate.run("--format", "json")
    assert ("notice", "lease-held") in held.findings(), held
    world.clock.advance(minutes=31)
    run = rotate.run("--format", "json")
    assert UNPROVEN in run.findings() and run.code == 2, run
    passes(world, rotate)
    assert world.keys() == {published[0]: "Active", made[0]: "Active"}
    assert world.record().get("inFlight") is None


def test_an_intent_that_calls_the_key_compromised(moto_world, rotate, published):
    world = moto_world
    forge(world, world.record(), [published[0]], compromised=[published[0]], closed=False)
    world.clock.advance(minutes=31)
    passes(world, rotate)
    assert world.keys() == {published[0]: "Active"}
    assert world.published() == published


def test_nothing_is_published_yet(moto_world, rotate):
    """No secret could prove an intent of a first publication: AWS's word of its writer decides."""
    world = moto_world
    (standing,) = world.make_user(keys=1)
    world.clock.advance(days=1)
    record = {"schema": 1, "user": "deployer", "account": world.account, "generation": 0,
              "userId": world.iam.get_user(UserName="deployer")["User"]["UserId"],
              "retiring": [], "audit": None}
    forge(world, record, [standing[0]], proof=None, closed=False)
    world.clock.advance(minutes=2)
    made = world.add_key("deployer")
    world.clock.advance(minutes=31)
    passes(world, rotate)
    assert world.keys() == {standing[0]: "Active", made[0]: "Active"}


def test_old_versions_are_put_again(moto_world, rotate, published):
    """They carry a genuine proof, but of another time: by them, the key that was brought back has
    long been Inactive."""
    world = moto_world
    rotate.pass_("--now")
    newest = world.published()
    world.clock.advance(days=2)
    assert rotate.pass_().done() == ["deactivate"]
    history = world.ssm.get_parameter_history(Name="/deploy/deployer/record")["Parameters"]
    genuine = [version["Value"] for version in history[-2:]]
    assert "inFlight" in genuine[0] and "inFlight" not in genuine[1]
    world.clock.advance(days=6)
    world.set_status("deployer", published[0], "Active")
    rotate.pass_()
    world.clock.advance(days=2)
    assert rotate.pass_().done() == ["deactivate"]
    world.clock.advance(days=1)
    for value in genuine:
        world.put("record", value)
    run = rotate.run("--format", "json")
    assert UNPROVEN in run.findings(), run
    # Its soak is counted from now at the earliest, and then it goes as any other.
    assert world.keys() == {published[0]: "Inactive", newest[0]: "Active"}
    world.clock.advance(days=6, hours=23)
    assert rotate.pass_().done() == []
    world.clock.advance(hours=2)
    assert rotate.pass_().done() == ["delete"]


def test_an_invented_version_of_credentials_attributes_nothing(moto_world, rotate, published):
    """Who may put `credentials` too can name any key there, but knows no secret of it."""
    world = moto_world
    foreign = world.add_key("deployer")
    world.clock.advance(hours=1)
    genuine = world.parameter("credentials")
    world.put("credentials", json.dumps(
        {"Version": 1, "AccessKeyId": foreign[0], "SecretAccessKey": "x" * 40}), "SecureString")
    world.clock.advance(minutes=5)
    rotate.run("--format", "json")
    assert world.parameter("credentials") == genuine
    record = world.record()
    record["retiring"] = [retired(world, foreign[0])]
    forge(world, record, [])
    passes(world, rotate)
    assert world.keys() == {published[0]: "Active", foreign[0]: "Active"}


def test_a_genuine_record_is_proven_and_an_idle_pass_decrypts_nothing(moto_world, rotate, published):
    world = moto_world
    text, record = world.parameter("record"), world.record()
    assert record["mac"] == mac(text, record, published[1]) and record["published"]["credentialsAt"]
    world.proxy.forget()
    assert rotate.pass_().done() == []
    assert world.proxy.operations().count("GetParameter") == 0
    # Whatever changes something decrypts once more than it did, and believes what it finds.
    world.proxy.forget()
    assert rotate.pass_("--now").done() == ["rotate"]
    before = world.proxy.operations().index("PutParameter")
    assert world.proxy.operations()[:before].count("GetParameter") == 1


def test_another_principal_goes_on_from_the_proof(moto_world, rotate, published):
    """The proof needs no state of a host, nor the principal that made it."""
    world = moto_world
    rotate.pass_("--now")
    newest = world.published()
    key = world.make_principal("another", ROTATOR_POLICY)
    rotate.environment |= {"AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]}
    world.clock.advance(days=2)
    assert rotate.pass_().done() == ["deactivate"]
    world.clock.advance(days=8)
    assert rotate.pass_().done() == ["delete"]
    assert world.keys() == {newest[0]: "Active"}


def put_as(world, key: tuple[str, str], record: dict) -> None:
    """Through the proxy, which sees who signs."""
    world.ssm.delete_parameter(Name="/deploy/deployer/record")
    world.clock.advance(minutes=1)
    boto3.client(
        "ssm", endpoint_url=world.proxy.url, region_name=REGION, aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
    ).put_parameter(Name="/deploy/deployer/record", Value=json.dumps(record), Type="String")


def test_an_older_record_is_believed_from_its_own_writer(moto_world, rotate, published):
    world = moto_world
    rotate.pass_("--now")
    put_as(world, world.rotator, older(world.record()))
    world.clock.advance(days=2)
    assert rotate.pass_().done() == ["deactivate"]
    assert world.keys()[published[0]] == "Inactive"
    assert world.record()["mac"] and world.record()["published"]["credentialsAt"]


def test_an_older_record_of_another_writer_is_replaced_by_what_can_be_seen(
        moto_world, rotate, published):
    """Which keys were published, and until when, the history of `credentials` says by itself."""
    world = moto_world
    rotate.pass_("--now")
    newest = world.published()
    other = world.make_principal("other", ROTATOR_POLICY)
    put_as(world, other, older(world.record()))
    # Nothing rests on it while nothing is due.
    assert rotate.pass_().done() == []
    world.clock.advance(days=2)
    run = rotate.pass_(code=2)
    assert UNPROVEN in run.findings() and run.done() == ["adopt"], run
    # From here on it is this program's word again.
    assert rotate.pass_().done() == ["deactivate"]
    assert world.keys() == {published[0]: "Inactive", newest[0]: "Active"}
    assert [key["accessKeyId"] for key in world.record()["retiring"]] == [published[0]]
    assert world.published() == newest and world.works(newest)
    assert rotate.pass_().done() == []


def test_credentials_deleted_and_put_anew(world, rotate):
    """Version 1 is not version 1: its time counts, too. Nor is the key in it taken away."""
    (standing,) = world.make_user(days=91)
    rotate.pass_()
    first = world.published()
    assert world.versions("credentials") == 1
    world.ssm.delete_parameter(Name="/deploy/deployer/credentials")
    world.clock.advance(minutes=1)
    world.put("credentials", json.dumps(
        {"Version": 1, "AccessKeyId": standing[0], "SecretAccessKey": standing[1]}),
        "SecureString")
    assert world.versions("credentials") == 1
    world.clock.advance(minutes=5)
    assert "adopt" in rotate.pass_().done()
    for _ in range(6):
        world.clock.advance(days=2)
        run = rotate.run("--format", "json")
        assert run.code in (0, 2), run
        assert world.works(world.published()), run
        assert world.keys()[world.published()[0]] == "Active"
    assert first[0] not in world.keys()
