"""The harness judged before it judges: the servers check what AWS checks, the proxy fills the gaps,
and the search for secrets finds them."""

import datetime

import boto3
import botocore.config
import botocore.exceptions
import pytest

from messages import unlisted
from servers import proxy as faults
from servers.server import REGION


def through_proxy(world, service, key=None, attempts=1):
    key = key or world.rotator
    return boto3.client(
        service, endpoint_url=world.proxy.url, region_name=REGION, aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
        config=botocore.config.Config(retries={"total_max_attempts": attempts}))


def code_of(error) -> str:
    return error.value.response["Error"]["Code"]


def test_a_wrong_secret_is_refused(world):
    assert world.works(world.rotator)
    assert not world.works((world.rotator[0], "x" * 40))


def test_an_inactive_key_is_refused(world):
    (key,) = world.make_user()
    assert world.works(key)
    world.set_status("deployer", key[0], "Inactive")
    assert not world.works(key)


def test_a_parameter_keeps_its_type(world):
    ssm = through_proxy(world, "ssm")
    ssm.put_parameter(Name="/a", Value="1", Type="String")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        ssm.put_parameter(Name="/a", Value="2", Type="SecureString", Overwrite=True)
    assert code_of(error) == "HierarchyTypeMismatchException"
    assert ssm.put_parameter(Name="/a", Value="2", Type="String", Overwrite=True)["Version"] == 2


def test_a_third_key_is_refused(world):
    world.make_user(keys=2)
    iam = through_proxy(world, "iam")
    with pytest.raises(iam.exceptions.LimitExceededException):
        iam.create_access_key(UserName="deployer")


def test_what_a_policy_does_not_allow_is_refused(world):
    iam = through_proxy(world, "iam")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        iam.delete_user(UserName="nobody")
    assert code_of(error) == "AccessDenied"


def test_the_clock_moves_everything(world):
    world.make_user(days=91)
    dated = through_proxy(world, "iam").list_access_keys(UserName="deployer")
    now = dated["ResponseMetadata"]["HTTPHeaders"]["date"]
    age = datetime.datetime.strptime(now, "%a, %d %b %Y %H:%M:%S GMT").replace(
        tzinfo=datetime.timezone.utc) - dated["AccessKeyMetadata"][0]["CreateDate"]
    # The header has whole seconds.
    assert abs(age - datetime.timedelta(days=91)) < datetime.timedelta(minutes=5)


def test_a_lost_reply_leaves_the_key_behind(world):
    world.make_user(keys=0)
    world.proxy.on("CreateAccessKey", faults.drop_reply)
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        through_proxy(world, "iam").create_access_key(UserName="deployer")
    assert len(world.keys()) == 1
    assert len(world.proxy.secrets) == 1
    assert world.proxy.operations() == ["CreateAccessKey"]


def test_a_lost_request_leaves_nothing_behind(world):
    world.make_user(keys=0)
    world.proxy.on("CreateAccessKey", faults.drop_request)
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        through_proxy(world, "iam").create_access_key(UserName="deployer")
    assert world.keys() == {}


@pytest.mark.parametrize(("service", "operation", "code"), [
    ("iam", "list_users", "Throttling"), ("ssm", "describe_parameters", "ThrottlingException")])
def test_a_throttle_speaks_the_services_protocol(world, service, operation, code):
    world.proxy.on("*", faults.throttle)
    with pytest.raises(botocore.exceptions.ClientError) as error:
        getattr(through_proxy(world, service), operation)()
    assert code_of(error) == code


def test_pages_of_one(world):
    world.make_user(keys=2)
    world.proxy.on("ListAccessKeys", faults.page_by_one, times=9)
    pages = through_proxy(world, "iam").get_paginator("list_access_keys").paginate(
        UserName="deployer")
    seen = [[key["AccessKeyId"] for key in page["AccessKeyMetadata"]] for page in pages]
    assert [len(page) for page in seen] == [1, 1]
    assert {key for page in seen for key in page} == set(world.keys())


def test_the_secrets_of_a_world_are_known(world):
    (key,) = world.make_user()
    world.put("credentials", '{"SecretAccessKey": "from-a-parameter"}', "SecureString")
    assert {key[1], world.rotator[1], "from-a-parameter"} <= world.secrets()


@pytest.mark.parametrize("line, is_fine", [
    ("FAILED    deployer: it broke [call-failed]\n          what to do: nothing", True),
    ("ACT       deployer: somebody must act", False),
    ("note      deployer: what is this? [no-such-code]", False),
    ("rotate: something is wrong", False),
    ("rotate: the configuration [config-not-json]", True),
    ('{"code":"call-failed","message":"x"}', True), ('{"code":"no-such","message":"x"}', False),
])
def test_a_message_that_cannot_be_looked_up_is_found_out(line, is_fine):
    assert (unlisted(1, f"{line}\n", "") == []) == is_fine
