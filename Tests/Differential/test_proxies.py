"""Which proxy a URL is reached by, from the environment: botocore decides (over urllib), on a table of
every form that it knows and on random environments. What this program knows beyond it is told apart,
and may only ever reach a host directly."""

import ipaddress
import random

import botocore.httpsession
import botocore.utils
import pytest

from judge import Judge

SEED = 20260722
HOSTS = [
    "iam.amazonaws.com", "ssm.eu-central-1.amazonaws.com", "localhost", "10.1.2.3", "127.0.0.1", "[::1]",
    "[fd00:ec2::254]", "internal.example.com", "example.com", "notexample.com", "EXAMPLE.com",
    "a.b.example.com", "a.example.com."]
PORTS = ["", ":443", ":4566", ":80"]
ENTRIES = [
    "example.com", ".example.com", "..example.com", "EXAMPLE.COM", "example.com:4566", ".example.com:443",
    "localhost", "localhost:4566", "127.0.0.1", "127.0.0.1:4566", "[::1]", "[::1]:4566", "[::1]:", "10.1.2",
    "amazonaws.com", "iam.amazonaws.com:443", "*", "*.example.com", "", " ", ".", "com", ":4566", "example.com.",
    "10.1.2.3:80", "[fd00:ec2::254]", "xample.com"]


@pytest.fixture(scope="module")
def judge():
    with Judge() as judge:
        yield judge


def by_botocore(monkeypatch, url, environment):
    with monkeypatch.context() as patch:
        patch.setattr("os.environ", dict(environment))
        proxies = botocore.utils.get_environ_proxies(url)
    return botocore.httpsession.ProxyConfiguration(proxies=proxies).proxy_url_for(url)


def by_this_program(judge, url, environment):
    (found,) = judge("Proxy", url, *(f"{name}={value}" for name, value in environment.items()))
    return None if found == "-" else found


def urls():
    return [f"{scheme}://{host}{port}/x?y" for scheme in ("http", "https") for host in HOSTS for port in PORTS]


def test_each_entry(judge, monkeypatch):
    bypassed = 0
    for url in urls():
        for entry in ENTRIES:
            for name in ("NO_PROXY", "no_proxy"):
                environment = {
                    "HTTP_PROXY": "http://p:1", "HTTPS_PROXY": "http://s:1", name: entry}
                expected = by_botocore(monkeypatch, url, environment)
                # The root's dot is ignored here, on either side.
                if "com." in url + entry and expected is not None:
                    continue
                assert (by_this_program(judge, url, environment), environment, url) == (
                    expected, environment, url)
                bypassed += expected is None
    assert bypassed > 200


def test_random_environments(judge, monkeypatch):
    """A seed that is shown finds the case again."""
    draw = random.Random(SEED)
    names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "Https_Proxy", "no_proxy", "NO_PROXY",
             "REQUEST_METHOD"]
    seen = {None: 0, "proxy": 0}
    for _ in range(4000):
        environment = {}
        for name in draw.sample(names, draw.randint(1, 5)):
            if name.lower() == "no_proxy":
                value = draw.choice([",", ", ", " ,"]).join(draw.sample(ENTRIES, draw.randint(1, 4)))
            elif name == "REQUEST_METHOD":
                value = "GET"
            else:
                value = draw.choice(["", f"http://{name}:1", f"//{name}:2"])
            environment[name] = value
        # Two spellings of one variable that are both not all lower case: whichever comes last in the
        # process's memory. Nobody can rely on it.
        if "HTTPS_PROXY" in environment and "Https_Proxy" in environment:
            del environment["Https_Proxy"]
        url = draw.choice(urls())
        if "com." in url + str(environment):
            continue
        expected = by_botocore(monkeypatch, url, environment)
        assert (by_this_program(judge, url, environment), environment, url, SEED) == (
            expected, environment, url, SEED)
        seen["proxy" if expected else None] += 1
    assert min(seen.values()) > 500, seen


def test_what_goes_beyond_it(judge):
    """The networks by Python's own arithmetic."""
    def direct(host, entry, port=""):
        return by_this_program(
            judge, f"https://{host}{port}/", {"HTTPS_PROXY": "http://s:1", "NO_PROXY": entry}) is None

    for host in ("10.1.2.3", "127.0.0.1", "172.16.9.9", "[::1]", "[fd00:ec2::254]"):
        address = ipaddress.ip_address(host.strip("[]"))
        for entry in ("10.0.0.0/8", "10.1.2.0/23", "10.1.2.3/32", "172.16.0.0/12", "0.0.0.0/0", "::/0", "fd00::/8",
                      "::1/128", "fe80::/10", "fd00:ec2::/32"):
            inside = address in ipaddress.ip_network(entry, strict=False)
            assert direct(host, entry) == inside, (host, entry)
            assert direct(host, f"x.example.com {entry}", ":4566") == inside
    assert direct("[::1]", "::1") and direct("[0:0::1]", "::1", ":4566")
    assert direct("a.example.com.", "example.com") and direct("a.example.com", "example.com.")
    assert direct("localhost", "a b localhost")
    for entry in ("10.1.2.3/33", "10.1.2.3/", "10.1.2.3/x", "/8", "1.2.3/8"):
        assert not direct("10.1.2.3", entry), entry
    # ALL_PROXY is curl's; a blank variable of the scheme's own switches it off, too.
    assert by_this_program(judge, "https://x/", {"ALL_PROXY": "http://all:1"}) == "http://all:1"
    assert by_this_program(judge, "https://x/", {"ALL_PROXY": "http://all:1", "https_proxy": ""}) is None
