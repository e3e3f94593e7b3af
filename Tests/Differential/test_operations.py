"""The client's operations against both servers, judged by boto3."""

import base64
import json
import random
import time

import pyotp
import pytest

from judge import Judge, Refused
from servers import MinistackServer, MotoServer, Proxy
from servers.proxy import drop_reply, drop_request, fail_after, page_by_one, refuse, throttle, truncate
from servers.server import REGION


@pytest.fixture(scope="module", params=[MotoServer, MinistackServer], ids=lambda kind: kind.name)
def server(request, tmp_path_factory):
    with request.param(tmp_path_factory.mktemp("servers")) as server:
        yield server


@pytest.fixture
def proxy(server):
    server.reset()
    with Proxy(server) as proxy:
        yield proxy


@pytest.fixture
def judge(server, proxy):
    key_id, secret = server.root
    with Judge(
        AWS_ACCESS_KEY_ID=key_id, AWS_SECRET_ACCESS_KEY=secret, AWS_REGION=REGION,
        AWS_ENDPOINT_URL=proxy.url,
    ) as judge:
        yield judge


@pytest.fixture
def iam(server):
    return server.client("iam")


@pytest.fixture
def ssm(server):
    return server.client("ssm")


def seconds(date):
    return str(int(date.timestamp()))


def key_ids(iam):
    found = iam.list_access_keys(UserName="deployer")["AccessKeyMetadata"]
    return [key["AccessKeyId"] for key in found]


def test_identity(judge, server):
    expected = server.client("sts").get_caller_identity()
    assert judge("GetCallerIdentity") == [
        expected["Arn"], expected["Account"], expected["UserId"]]


def test_sessions(judge, iam):
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    for key_id, token, expiration in (
            judge("GetSessionToken"), judge("AssumeRole", role["Arn"])):
        assert key_id.startswith("A") and len(token) > 20
        assert 0 < int(expiration) - time.time() <= 12 * 3600


def test_life_of_a_key(judge, iam, server):
    iam.create_user(UserName="deployer")
    user, key_id, secret, created = judge("CreateAccessKey", "deployer")
    assert user == "deployer"
    assert server.client("sts", key=(key_id, secret)).get_caller_identity()["Arn"].endswith("/deployer")
    (listed,) = iam.list_access_keys(UserName="deployer")["AccessKeyMetadata"]
    assert [key_id, "Active", created] == [
        listed["AccessKeyId"], listed["Status"], seconds(listed["CreateDate"])]
    assert judge("UpdateAccessKey", "deployer", key_id, "Inactive") == []
    assert judge("ListAccessKeys", "deployer") == [key_id, "Inactive", created]
    assert judge("DeleteAccessKey", "deployer", key_id) == []
    assert judge("ListAccessKeys", "deployer") == []
    assert key_ids(iam) == []


def test_users(judge, iam):
    iam.create_group(GroupName="ci")
    for name in ("a", "b+c=d,e@f", "c"):
        iam.create_user(UserName=name, Path="/deploy/")
        iam.add_user_to_group(GroupName="ci", UserName=name)
    iam.create_user(UserName="outside")
    assert sorted(judge("ListUsers", "/deploy/")) == ["a", "b+c=d,e@f", "c"]
    assert sorted(judge("GetGroup", "ci")) == ["a", "b+c=d,e@f", "c"]
    user = iam.get_user(UserName="b+c=d,e@f")["User"]
    assert judge("GetUser", "b+c=d,e@f") == [
        user["UserName"], user["UserId"], user["Arn"], user["Path"], seconds(user["CreateDate"])]


def test_listings_are_read_to_their_last_page(judge, iam, proxy):
    iam.create_user(UserName="deployer")
    for _ in range(2):
        iam.create_access_key(UserName="deployer")
    proxy.on("ListAccessKeys", page_by_one, times=2)
    assert sorted(judge("ListAccessKeys", "deployer")[::3]) == sorted(key_ids(iam))
    assert proxy.operations().count("ListAccessKeys") == 2


def test_last_used(judge, iam, server):
    iam.create_user(UserName="deployer")
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    assert judge("GetAccessKeyLastUsed", key["AccessKeyId"]) == ["deployer", "-", "-", "-"]
    if server.name == "moto":
        server.client("sts", key=(key["AccessKeyId"], key["SecretAccessKey"])).get_caller_identity()
        used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
        assert judge("GetAccessKeyLastUsed", key["AccessKeyId"]) == [
            "deployer", seconds(used["LastUsedDate"]), used["ServiceName"], used["Region"]]


def test_parameters(judge, ssm):
    value = '{"Version":1,"x":"ü \\"quoted\\" 🔑"}'
    assert judge("PutParameter", "/deploy/a", "SecureString", value) == ["1"]
    assert judge("PutParameter", "/deploy/b", "String", "plain") == ["1"]
    assert judge("PutParameter", "/deploy/b", "String", "again") == ["2"]
    expected = ssm.get_parameter(Name="/deploy/a", WithDecryption=True)["Parameter"]
    assert (expected["Value"], expected["Type"]) == (value, "SecureString")
    a = ["/deploy/a", "SecureString", "1", value, seconds(expected["LastModifiedDate"])]
    assert judge("GetParameter", "/deploy/a") == a
    fields = judge("GetParameters", "/deploy/missing", "/deploy/b", "/deploy/a")
    assert fields[:5] == a
    assert fields[5:9] == ["/deploy/b", "String", "2", "again"]
    assert fields[10:] == ["invalid", "/deploy/missing"]
    history = judge("GetParameterHistory", "/deploy/b")
    assert history[2::5] == ["1", "2"]
    assert history[3::5] == ["plain", "again"]


def test_a_long_history_is_read_to_its_end(judge, ssm):
    for number in range(60):
        ssm.put_parameter(Name="/deploy/r", Value=str(number), Type="String", Overwrite=True)
    assert judge("GetParameterHistory", "/deploy/r")[3::5] == [str(n) for n in range(60)]


@pytest.mark.parametrize("call, code", [
    (("GetUser", "nobody"), "NoSuchEntity"),
    (("GetParameter", "/deploy/nothing"), "ParameterNotFound"),
    (("GetParameterHistory", "/deploy/nothing"), "ParameterNotFound"),
])
def test_refusals(call, code, judge, proxy):
    with pytest.raises(Refused) as refused:
        judge(*call)
    assert (refused.value.kind, refused.value.execution, refused.value.code) == (
        "refused", "notExecuted", code)
    assert len(proxy.operations()) == 1


def test_the_quota_is_no_throttle(judge, iam, proxy):
    iam.create_user(UserName="deployer")
    for _ in range(2):
        judge("CreateAccessKey", "deployer")
    proxy.forget()
    with pytest.raises(Refused) as refused:
        judge("CreateAccessKey", "deployer")
    assert (refused.value.kind, refused.value.code) == ("refused", "LimitExceeded")
    assert proxy.operations() == ["CreateAccessKey"]


@pytest.mark.parametrize("fault, kind", [
    (drop_request, "noReply"), (drop_reply, "noReply"), (truncate, "malformed"),
    (fail_after(500, "ServiceFailure"), "serviceFault"),
    (fail_after(503, "ServiceUnavailable"), "serviceFault"),
])
@pytest.mark.parametrize("is_reused", [False, True], ids=["new", "reused"])
def test_a_lost_creation_is_never_sent_again(fault, kind, is_reused, judge, iam, proxy):
    iam.create_user(UserName="deployer")
    if is_reused:
        judge("ListAccessKeys", "deployer")
    proxy.on("CreateAccessKey", fault)
    with pytest.raises(Refused) as refused:
        judge("CreateAccessKey", "deployer")
    assert (refused.value.kind, refused.value.execution) == (kind, "unknown")
    assert proxy.operations().count("CreateAccessKey") == 1
    assert len(key_ids(iam)) == (0 if fault is drop_request else 1)


def test_a_lost_put_is_never_sent_again(judge, ssm, proxy):
    proxy.on("PutParameter", drop_reply)
    with pytest.raises(Refused) as refused:
        judge("PutParameter", "/deploy/a", "String", "value")
    assert refused.value.execution == "unknown"
    assert proxy.operations() == ["PutParameter"]
    assert ssm.get_parameter(Name="/deploy/a")["Parameter"]["Version"] == 1


def test_a_throttled_creation_is_sent_again(judge, iam, proxy):
    iam.create_user(UserName="deployer")
    proxy.on("CreateAccessKey", throttle)
    judge("CreateAccessKey", "deployer")
    assert proxy.operations() == ["CreateAccessKey", "CreateAccessKey"]
    assert len(key_ids(iam)) == 1


def test_too_many_updates_were_not_executed(judge, proxy):
    proxy.on("PutParameter", refuse(400, "TooManyUpdates"))
    assert judge("PutParameter", "/deploy/a", "String", "value") == ["1"]


@pytest.mark.parametrize("fault", [drop_request, drop_reply, truncate, throttle,
                                   fail_after(500, "InternalFailure")])
def test_reads_are_repeated(fault, judge, iam, proxy):
    iam.create_user(UserName="deployer")
    proxy.on("ListAccessKeys", fault)
    assert judge("ListAccessKeys", "deployer") == []
    assert proxy.operations() == ["ListAccessKeys", "ListAccessKeys"]


def test_a_deletion_whose_reply_was_lost(judge, iam, proxy):
    iam.create_user(UserName="deployer")
    key_id = iam.create_access_key(UserName="deployer")["AccessKey"]["AccessKeyId"]
    proxy.on("DeleteAccessKey", drop_reply)
    assert judge("DeleteAccessKey", "deployer", key_id) == []
    assert proxy.operations() == ["DeleteAccessKey", "DeleteAccessKey"]
    with pytest.raises(Refused) as refused:
        judge("DeleteAccessKey", "deployer", key_id)
    assert refused.value.code == "NoSuchEntity"


def test_the_host_clock_may_be_wrong(judge, server, iam, proxy):
    iam.create_user(UserName="deployer")
    server.clock.advance(days=200)
    assert judge("ListAccessKeys", "deployer") == []
    calls = len(proxy.operations())
    assert judge("ListAccessKeys", "deployer") == []
    # From then on the clock is AWS's.
    assert len(proxy.operations()) == calls + 1


# MFA devices


def test_life_of_a_device(judge, iam, proxy):
    iam.create_user(UserName="deployer")
    serial, seed = judge("CreateVirtualMFADevice", "deployer", "/ci/")
    assert serial.endswith(":mfa/ci/deployer")
    # The seed as the codes are made of it: the proxy knows it, and pyotp agrees.
    assert seed == proxy.mfa.devices[serial].seed and pyotp.TOTP(seed).byte_secret()
    assert judge("ListVirtualMFADevices") == [serial, "-", "-"]
    assert judge("ListMFADevices", "deployer") == []
    now = int(time.time())
    codes = [pyotp.TOTP(seed).at(now - 30), pyotp.TOTP(seed).at(now)]
    assert judge("EnableMFADevice", "deployer", serial, *codes) == []
    (listed,) = iam.list_mfa_devices(UserName="deployer")["MFADevices"]
    enabled = seconds(listed["EnableDate"])
    assert judge("ListMFADevices", "deployer") == ["deployer", listed["SerialNumber"], enabled]
    assert judge("ListVirtualMFADevices") == [serial, "deployer", enabled]
    iam.deactivate_mfa_device(UserName="deployer", SerialNumber=serial)
    assert judge("DeleteVirtualMFADevice", serial) == []
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Any")["VirtualMFADevices"] == []


def test_codes_that_do_not_follow_each_other(judge, iam):
    iam.create_user(UserName="deployer")
    serial, seed = judge("CreateVirtualMFADevice", "deployer", "/")
    code = pyotp.TOTP(seed).now()
    with pytest.raises(Refused) as refused:
        judge("EnableMFADevice", "deployer", serial, code, code)
    assert refused.value.code == "InvalidAuthenticationCode"


@pytest.mark.parametrize("fault", [drop_request, drop_reply, truncate,
                                   fail_after(500, "ServiceFailure")])
def test_a_lost_device_is_never_made_again(fault, judge, iam, proxy):
    proxy.on("CreateVirtualMFADevice", fault)
    with pytest.raises(Refused) as refused:
        judge("CreateVirtualMFADevice", "deployer", "/")
    assert refused.value.execution == "unknown"
    assert proxy.operations() == ["CreateVirtualMFADevice"]
    made = iam.list_virtual_mfa_devices(AssignmentStatus="Any")["VirtualMFADevices"]
    assert len(made) == (0 if fault is drop_request else 1)


def test_codes_are_those_of_pyotp(judge):
    """Another implementation of RFC 6238, on seeds of 112 bits, its least, and more."""
    chance = random.Random(6238)
    for length in range(14, 65):
        seed = base64.b32encode(chance.randbytes(length)).decode()
        moment = chance.randrange(1 << 37)
        shown = [seed, seed.rstrip("="), seed.lower(), " ".join(seed[n:n + 4] for n in range(
            0, len(seed), 4))][length % 4]
        assert judge("Code", shown, str(moment)) == [pyotp.TOTP(seed).at(moment)]
