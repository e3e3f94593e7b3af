"""Endpoints and signing regions against botocore's own rules, for every region it knows of."""

import itertools

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import create_loader

from judge import Judge

SERVICES = ("iam", "sts", "ssm")
#: Asked by the search for credentials alone, unsigned.
SIGN_IN = ("sso", "sso-oidc", "signin")
LOADER = create_loader()
PARTITIONS = LOADER.load_data("partitions")


@pytest.fixture(scope="module")
def judge():
    with Judge() as judge:
        yield judge


def regions():
    for partition in PARTITIONS["partitions"]:
        yield from partition["regions"]
    # Not in the file yet: the partition follows from the name.
    yield from ("ap-northeast-9", "us-gov-north-3", "us-isob-south-2", "cn-east-7", "xx-nowhere-1")


def by_botocore(service, region, fips, dual, legacy):
    rules = LOADER.load_service_model(service, "endpoint-rule-set-1")
    parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dual}
    if service == "sts":
        parameters["UseGlobalEndpoint"] = legacy
    endpoint = EndpointProvider(rules, PARTITIONS).resolve_endpoint(**parameters)
    schemes = endpoint.properties.get("authSchemes") or [{}]
    return endpoint.url, schemes[0].get("signingRegion")


@pytest.mark.parametrize("service", SERVICES + SIGN_IN)
def test_every_region(service, judge):
    compared = 0
    flags = (False, True)
    for region, fips, dual in itertools.product(regions(), flags, flags):
        for legacy in flags if service == "sts" else (False,):
            words = [str(int(flag)) for flag in (fips, dual, legacy)]
            url, signing_region = judge("Endpoint", service, region, *words)
            expected_url, expected_region = by_botocore(service, region, fips, dual, legacy)
            case = (service, region, fips, dual, legacy)
            assert (url, case) == (expected_url + "/", case)
            # Where the rules leave it to the client, it is the region itself. Such a name as
            # aws-cn-global leads to no host of STS or SSM, so it doesn't matter there.
            if service in SIGN_IN:
                pass
            elif service == "iam" or region == "aws-global" or not region.endswith("-global"):
                expected_region = expected_region or region.replace("aws-global", "us-east-1")
                assert (signing_region, case) == (expected_region, case)
            compared += 1
    assert compared > 150


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("region", ["us-east-1", "ap-northeast-2", "cn-northwest-1", "us-gov-east-1"])
def test_a_whole_botocore_client(service, region, judge):
    session = botocore.session.get_session({"config_file": (None, None, "/nonexistent", None)})
    client = session.create_client(
        service, region_name=region, aws_access_key_id="AKID", aws_secret_access_key="secret")
    signed = {}

    def keep(request, **_):
        signed["url"], signed["scope"] = request.url, request.headers["Authorization"].decode()
        raise InterruptedError

    client.meta.events.register_last("before-send", keep)
    name, arguments = {
        "iam": ("list_users", {}), "sts": ("get_caller_identity", {}),
        "ssm": ("get_parameter", {"Name": "x"})}[service]
    with pytest.raises(InterruptedError):
        getattr(client, name)(**arguments)
    url, signing_region = judge("Endpoint", service, region, "0", "0", "0")
    assert url == signed["url"]
    assert f"/{signing_region}/{service}/aws4_request" in signed["scope"]
