"""Sessions outlive the key that made them: `--compromised --revoke-sessions`, judged by calls that
sessions from before and after sign. `servers/sessions.py` denies them as AWS does."""

import datetime
import json

import boto3
import botocore.exceptions
import pytest

from servers.proxy import refuse
from servers.server import REGION
from test_sessions import manage, published

NAME = "rotate-revoke-sessions"
ORDER = ("--user", "deployer", "--compromised", "--revoke-sessions", "--yes")


def client(world, service: str, found):
    """A caller with a key (id, secret), or with a session as STS or the parameter has it."""
    if isinstance(found, tuple):
        found = {"AccessKeyId": found[0], "SecretAccessKey": found[1], "SessionToken": None}
    return boto3.client(
        service, endpoint_url=world.proxy.url, region_name=REGION,
        aws_access_key_id=found["AccessKeyId"], aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"])


def acts(world, found) -> bool:
    """Whether anything can be done with it."""
    try:
        client(world, "ssm", found).get_parameter(Name="/shared/build-number")
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] in (
            "AccessDeniedException", "UnrecognizedClientException"), error
        return False
    return True


def policy(world) -> dict | None:
    if NAME not in world.iam.list_user_policies(UserName="deployer")["PolicyNames"]:
        return None
    found = world.iam.get_user_policy(UserName="deployer", PolicyName=NAME)["PolicyDocument"]
    return json.loads(found) if isinstance(found, str) else found


@pytest.fixture
def revocable(ministack_world, rotate):
    """A user who may read a parameter, whose key and session are published; rotate may revoke."""
    world = ministack_world
    manage(world, rotate, keys=0)
    world.ssm.put_parameter(Name="/shared/build-number", Value="7", Type="String")
    for user, actions in (
        ("deployer", ["ssm:GetParameter"]),
        ("rotator", ["iam:GetUserPolicy", "iam:PutUserPolicy", "iam:DeleteUserPolicy"]),
    ):
        world.iam.put_user_policy(
            UserName=user, PolicyName="more", PolicyDocument=json.dumps({
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}))
    rotate.pass_()
    world.clock.advance(hours=1)
    return world


def stolen(world) -> dict:
    """A thief has the published key, and makes a session with it."""
    return client(world, "sts", world.published()).get_session_token()["Credentials"]


def test_a_session_outlives_its_key_until_it_is_revoked(revocable, rotate):
    world = revocable
    session, before, key = stolen(world), published(world), world.published()
    assert acts(world, session) and acts(world, before)
    run = rotate.pass_("--user", "deployer", "--compromised", "--yes")
    assert run.done() == ["rotate", "deactivate", "renewSession"]
    assert not acts(world, key) and acts(world, session), "contained, and the session goes on"
    assert ("notice", "sessions-go-on") in run.findings() and "--revoke-sessions" in run.text
    # The missing half of the order, later: the new key isn't meant.
    new = world.published()
    world.clock.advance(minutes=5)
    run = rotate.pass_(*ORDER)
    assert run.done() == ["renewSession", "revokeSessions"]
    assert world.published() == new and acts(world, new), "a long-term key goes on"
    assert not acts(world, session) and not acts(world, before)
    assert acts(world, published(world)) and acts(world, stolen(world)), "from after"
    assert rotate.pass_(*ORDER).done() == []


def test_both_at_once_and_the_policy_is_taken_away(revocable, rotate):
    world = revocable
    session, key = stolen(world), world.published()
    run = rotate.pass_(*ORDER)
    assert run.done() == ["rotate", "deactivate", "renewSession", "revokeSessions"]
    assert ("notice", "contained") in run.findings()
    assert not acts(world, key) and not acts(world, session)
    assert acts(world, world.published()) and acts(world, published(world))
    (statement,) = policy(world)["Statement"]
    line = datetime.datetime.fromisoformat(statement["Condition"]["DateLessThan"]["aws:TokenIssueTime"])
    assert statement["Effect"] == "Deny" and line <= world.clock.now()
    entries = [(entry["action"], entry["phase"]) for entry in rotate.audit()]
    assert entries.count(("PutUserPolicy", "intent")) == entries.count(("PutUserPolicy", "outcome")) == 1
    world.clock.advance(hours=35)
    assert "endRevocation" not in rotate.pass_().done() and policy(world)
    world.clock.advance(hours=2)
    assert "endRevocation" in rotate.pass_().done() and policy(world) is None
    assert rotate.run("audit", "verify").code == 0


@pytest.mark.parametrize("operation", ["PutUserPolicy", "GetUserPolicy"])
def test_without_permission_the_key_is_contained_all_the_same(revocable, rotate, operation):
    world = revocable
    session, key = stolen(world), world.published()
    world.proxy.on(operation, refuse(403, "AccessDenied", "not authorized"), times=1 << 30)
    run = rotate.pass_(*ORDER, code=1)
    assert ("failed", "sessions-not-revoked") in run.findings()
    assert not acts(world, key) and acts(world, session) and acts(world, world.published())
    (finding,) = [f for f in run.user["findings"] if f["code"] == "sessions-not-revoked"]
    assert "aws iam put-user-policy --user-name deployer" in finding["remedy"]
    assert "--with-revocation" in finding["remedy"]
    # The order stands: the timer's next run carries it out.
    world.proxy.forget()
    world.clock.advance(minutes=5)
    assert "revokeSessions" in rotate.pass_().done()
    assert not acts(world, session) and acts(world, published(world))


def test_what_a_person_wrote_under_that_name_is_left_alone(revocable, rotate):
    world = revocable
    session, key = stolen(world), world.published()
    theirs = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
    world.iam.put_user_policy(
        UserName="deployer", PolicyName=NAME, PolicyDocument=json.dumps(theirs))
    run = rotate.pass_(*ORDER, code=1)
    assert ("failed", "revocation-name-taken") in run.findings()
    assert policy(world) == theirs and world.keys()[key[0]] == "Inactive"


@pytest.mark.parametrize("operation", ["UpdateAccessKey", "GetSessionToken", "PutUserPolicy"])
def test_killed_on_the_way_any_run_finishes_it(revocable, rotate, operation):
    world = revocable
    session, key = stolen(world), world.published()

    def kill(exchange):
        exchange.forward()
        process.kill()

    world.proxy.on(operation, kill)
    process = rotate.start(*ORDER)
    process.communicate(timeout=120)
    world.proxy.forget()
    assert process.returncode == -9, "it was never killed"
    world.clock.advance(minutes=2)
    rotate.pass_()  # as the timer starts it
    assert world.keys()[key[0]] == "Inactive" and not acts(world, session)
    assert acts(world, world.published()) and acts(world, published(world))
    assert rotate.run("audit", "verify").code == 0


def test_the_order_goes_with_compromised_alone(moto_world, rotate):
    run = rotate.run("--user", "deployer", "--revoke-sessions")
    assert run.code == 64 and "--compromised" in run.stderr
