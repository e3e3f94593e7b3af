"""The signer against botocore, stage by stage, against AWS's C library in every setting, and
against curl.

Where botocore leaves the specification, this is what the generator avoids and what the tests at
the end of the file hold down:

* it folds Unicode's blanks (U+00A0 and others) in header values; the specification means spaces;
* with S3's rules it signs an empty path as an empty line; the specification says `/`;
* a request with a `Date` header gets no `X-Amz-Date`; here it always has one.

`SIGNING_SEED` repeats a run, `SIGNING_COUNT` sets the number of requests.
"""

import base64
import datetime
import http.server
import io
import json
import os
import pathlib
import random
import re
import subprocess
import threading
import types

import awscrt.auth
import awscrt.http
import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = int(os.environ.get("SIGNING_SEED") or random.SystemRandom().getrandbits(32))
COUNT = int(os.environ.get("SIGNING_COUNT") or 2500)
STAGES = ("canonicalRequest", "stringToSign", "signature", "headers")


@pytest.fixture(scope="session")
def judge():
    """The tool that signs with the Swift library, built."""
    build = ["swift", "build", "--product", "SigningJudge"]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=900)
    path = subprocess.run(
        [*build, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()

    def run(cases, **environment):
        lines = "".join(json.dumps(case) + "\n" for case in cases)
        return subprocess.run(
            [f"{path}/SigningJudge"], input=lines.encode(), capture_output=True, timeout=300,
            env={**os.environ, "SWIFT_BACKTRACE": "enable=no", **environment},
        )

    return run


@pytest.fixture(scope="session")
def sign(judge):
    """Signs a list of cases with the Swift library."""

    def run(cases):
        result = judge(cases)
        assert result.returncode == 0, result.stderr.decode()
        verdicts = [json.loads(line) for line in result.stdout.splitlines()]
        assert len(verdicts) == len(cases)
        return verdicts

    return run


def recording(base):
    """A signer of botocore that keeps what it computed."""

    class Recording(base):
        def canonical_request(self, request):
            self.canonical = super().canonical_request(request)
            return self.canonical

        def string_to_sign(self, request, canonical_request):
            self.to_sign = super().string_to_sign(request, canonical_request)
            return self.to_sign

        def signature(self, string_to_sign, request):
            self.final = super().signature(string_to_sign, request)
            return self.final

    return Recording


def botocore_verdict(case, monkeypatch):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=case["date"])
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: moment)
    base = botocore.auth.S3SigV4Auth if case["s3"] else botocore.auth.SigV4Auth
    credentials = Credentials(case["accessKeyId"], case["secretAccessKey"], case["sessionToken"])
    auth = recording(base)(credentials, case["service"], case["region"])
    request = AWSRequest(case["method"], case["url"], data=base64.b64decode(case["body"]))
    for name, value in case["headers"]:
        request.headers[name] = value  # appends: an email message's headers may be repeated
    if case["unsigned"]:
        request.context["payload_signing_enabled"] = False
        request.context["client_config"] = types.SimpleNamespace(
            s3={"payload_signing_enabled": False}
        )
    auth.add_auth(request)
    return {
        "canonicalRequest": auth.canonical,
        "stringToSign": auth.to_sign,
        "signature": auth.final,
        "headers": sorted([n.lower(), v] for n, v in request.headers.items()),
    }


class Generator:
    """Random requests: mostly odd ones, since the usual ones are among them anyway."""

    UNICODE = "äßéñ한글日本語🙂Ω\u0301ſİ"
    RESERVED = "!$&'()*+,;=:@~-._%/[]|^`{}<>\"\\ "
    ESCAPES = ["%20", "%2F", "%2f", "%25", "%E2%82%AC", "%C3%A4", "%41", "%7E", "%00", "%2B"]
    BLANKS = [" ", "  ", "\t", " \t ", "\x0b", "\x0c", "     "]
    TOKENS = "abcxyzABCXYZ0189-_.!#$%&'*+^`|~"
    UNSIGNED = botocore.auth.SIGNED_HEADERS_BLACKLIST

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, *alphabets, most=12):
        return "".join(
            self.random.choice(self.random.choice(alphabets))
            for _ in range(self.random.randint(0, most))
        )

    def chance(self, share):
        return self.random.random() < share

    def path(self):
        segment = lambda: self.random.choice([  # noqa: E731
            "", ".", "..", "...", ".a", "a.", "%2E", "a",
            self.text("abcXYZ019", self.RESERVED.replace("/", ""), self.ESCAPES, self.UNICODE),
            self.text("abc"),
        ])
        return "".join("/" + segment() for _ in range(self.random.randint(0, 5)))

    def query(self):
        alphabet = ("abAB01", "-._~!*'()+/:@", self.ESCAPES, self.UNICODE)
        names = [self.text(*alphabet, most=3) for _ in range(3)] + ["a", "a-", "A", "Ab", ""]
        parameter = lambda: self.random.choice(names) + self.random.choice([  # noqa: E731
            "", "=", "=" + self.text(*alphabet), "=" + self.text(*alphabet) + "=x", "=1", "=2",
        ])
        return "&".join(parameter() for _ in range(self.random.randint(1, 8)))

    def url(self, s3):
        scheme = self.random.choice(["https", "https", "http"])
        user = self.random.choice([""] * 6 + ["user@", "user:pass@"])
        host = self.random.choice([
            "ssm.ap-northeast-2.amazonaws.com", "iam.amazonaws.com", "Example.COM", "127.0.0.1",
            "[::1]", "[FE80::A]", "xn--bcher-kva.example",
        ])
        port = self.random.choice([""] * 5 + [":80", ":443", ":8443", ":4566"])
        path = self.path() or ("/" if s3 else "")
        query = "?" + self.query() if self.chance(0.6) else self.random.choice(["", "", "?"])
        return f"{scheme}://{user}{host}{port}{path}{query}{'#x?y' if self.chance(0.05) else ''}"

    def value(self):
        blanks = lambda: self.random.choice([""] + self.BLANKS)  # noqa: E731
        words = [
            self.text("abcXYZ019", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~", self.UNICODE, most=8)
            for _ in range(self.random.randint(0, 5))
        ]
        return blanks() + "".join(word + blanks() for word in words)

    def name(self):
        return self.random.choice([
            "Content-Type", "content-type", "X-Amz-Target", "x-amz-meta-A", "X-AMZ-META-a",
            "x-amz-meta-a-b", "x-amz-meta-a_b", "x-amz-meta-ab", "Range", "Accept", "Content-MD5",
            self.random.choice(self.UNSIGNED), self.random.choice(self.UNSIGNED).title(),
            "x" + self.text(self.TOKENS),
        ])

    def headers(self, case):
        headers = [[self.name(), self.value()] for _ in range(self.random.randint(0, 9))]
        if headers and self.chance(0.4):  # a repeated header, in another case
            name = self.random.choice(headers)[0]
            headers += [[self.random.choice([name, name.upper(), name.lower()]), self.value()]]
        if self.chance(0.3):
            headers.append([self.random.choice(["Host", "host"]), "Other.example:8443"])
        if self.chance(0.2):  # signed before
            headers += [["authorization", "stale"], ["X-AMZ-Date", "19990101T000000Z"]]
        if case["sessionToken"] and self.chance(0.2):
            headers.append(["x-amz-security-token", "stale"])
        if self.chance(0.2):
            headers.append(["x-amz-content-sha256", self.random.choice(["UNSIGNED-PAYLOAD", "ab"])])
        self.random.shuffle(headers)
        return headers

    def body(self):
        return self.random.choice([
            b"", b"", b'{"Name":"/deploy/deployer/record"}', self.text(self.UNICODE).encode(),
            self.random.randbytes(self.random.randint(1, 200)), self.random.randbytes(70_000),
        ])

    def date(self):
        day = self.random.choice([
            0, 951_782_400, 951_868_800, 4_107_456_000, 1_440_892_800, 253_402_214_400,
            86_400 * self.random.randrange(0, 2_932_896),
        ])
        return day + self.random.choice([0, 86_399, self.random.randrange(86_400)])

    def case(self):
        s3 = self.chance(0.3)
        case = {
            "method": self.random.choice(["GET", "POST", "PUT", "delete", "Head"]),
            "url": self.url(s3),
            "body": base64.b64encode(self.body()).decode(),
            "accessKeyId": self.random.choice(["AKIDEXAMPLE", "ASIAEXAMPLE2"]),
            # Few secrets, regions and days, so that kept signing keys are met again.
            "secretAccessKey": self.random.choice(["wJalr/K7MD+bPx", "x", "ä" * 50, "s" * 300]),
            "sessionToken": self.random.choice([None, None, "IQoJ//b3J+" * 20 + "=="]),
            "region": self.random.choice(["us-east-1", "ap-northeast-2"]),
            "service": "s3" if s3 else self.random.choice(["ssm", "iam", "sts"]),
            "s3": s3,
            "date": self.date(),
        }
        case["unsigned"] = case["url"].startswith("https:") and self.chance(0.1)
        case["headers"] = self.headers(case)
        return case


def test_against_botocore(sign, monkeypatch, capsys):
    with capsys.disabled():
        print(f"\nsigning: {COUNT} requests, SIGNING_SEED={SEED}")
    generator = Generator(SEED)
    cases = [generator.case() for _ in range(COUNT)]
    for index, (case, ours) in enumerate(zip(cases, sign(cases))):
        theirs = botocore_verdict(case, monkeypatch)
        headers = [[n.lower(), v] for n, v in ours.get("headers") or []]
        # Explicit here, left to the HTTP client there.
        if not any(name.lower() == "host" for name, _ in case["headers"]):
            headers = [header for header in headers if header[0] != "host"]
        ours["headers"] = sorted(headers)
        for stage in STAGES:
            assert ours.get(stage) == theirs[stage], (
                f"SIGNING_SEED={SEED}, request {index}, {stage}: {json.dumps(case)}"
            )


def plain(**changes):
    return {
        "method": "GET", "url": "https://example.com/", "headers": [], "body": "",
        "unsigned": False, "accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "secret",
        "sessionToken": None, "region": "us-east-1", "service": "iam", "s3": False,
        "date": 1_440_938_160, **changes,
    }


PRESIGNERS = {False: botocore.auth.SigV4QueryAuth, True: botocore.auth.S3SigV4QueryAuth}


def settings(**changes):
    """As `awscrt` names them; these are every service's but S3's."""
    return {
        "useDoubleUriEncode": True, "shouldNormalizeUriPath": True, "signedBodyHeader": False,
        "omitSessionToken": False, "query": False, "expirationInSeconds": None,
        "excludedHeaders": [], **changes,
    }


def presigned_by_botocore(case, monkeypatch):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=case["date"])
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: moment)
    credentials = Credentials(case["accessKeyId"], case["secretAccessKey"], case["sessionToken"])
    auth = recording(PRESIGNERS[case["s3"]])(
        credentials, case["service"], case["region"],
        expires=case["settings"]["expirationInSeconds"])
    request = AWSRequest(case["method"], case["url"])
    for name, value in case["headers"]:
        request.headers[name] = value
    auth.add_auth(request)
    return {
        "canonicalRequest": auth.canonical, "stringToSign": auth.to_sign, "signature": auth.final,
        "url": request.url,
    }


def test_presigned_urls_against_botocore(sign, monkeypatch):
    """Stage by stage. botocore writes the whole query anew and keeps one value for each name, so
    the queries here are of different names, written as it writes them."""
    generator = Generator(SEED + 1)
    cases = []
    for _ in range(COUNT // 2):
        case = generator.case()
        names = generator.random.sample(["Action", "list-type", "a", "a-", "A", "prefix"], 3)
        case["url"] = "https://example.com" + (generator.path() or "/") + generator.random.choice(
            ["", "?" + "&".join(f"{name}={generator.text('abAB01')}" for name in names)])
        case["headers"] = [
            header for header in case["headers"]
            if header[0].lower() not in ("host", "x-amz-content-sha256", "authorization")]
        # As a request without one is sent.
        case["body"], case["unsigned"] = "", case["s3"]
        case["settings"] = settings(
            query=True, useDoubleUriEncode=not case["s3"], shouldNormalizeUriPath=not case["s3"],
            expirationInSeconds=generator.random.choice([1, 900, 604_800]))
        # What signing sets in a query stays out of botocore's headers only if it isn't there.
        case["headers"] = [h for h in case["headers"] if not h[0].lower().startswith("x-amz-")]
        cases.append(case)
    for index, (case, ours) in enumerate(zip(cases, sign(cases))):
        theirs = presigned_by_botocore(case, monkeypatch)
        for stage in ("canonicalRequest", "stringToSign", "signature", "url"):
            assert ours.get(stage) == theirs[stage], (
                f"SIGNING_SEED={SEED}, request {index}, {stage}: {json.dumps(case)}")


def signed_by_awscrt(case):
    """The C library of AWS's own, with every setting; it shows its result, no stages."""
    chosen = case["settings"]
    moment = datetime.datetime.fromtimestamp(case["date"], datetime.timezone.utc)
    configuration = awscrt.auth.AwsSigningConfig(
        algorithm=awscrt.auth.AwsSigningAlgorithm.V4,
        signature_type=(
            awscrt.auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS if chosen["query"]
            else awscrt.auth.AwsSignatureType.HTTP_REQUEST_HEADERS),
        credentials_provider=awscrt.auth.AwsCredentialsProvider.new_static(
            case["accessKeyId"], case["secretAccessKey"], case["sessionToken"]),
        region=case["region"], service=case["service"], date=moment,
        should_sign_header=lambda name: name.lower() not in chosen["excludedHeaders"],
        use_double_uri_encode=chosen["useDoubleUriEncode"],
        should_normalize_uri_path=chosen["shouldNormalizeUriPath"],
        signed_body_value="UNSIGNED-PAYLOAD" if case["unsigned"] else None,
        signed_body_header_type=(
            awscrt.auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256
            if chosen["signedBodyHeader"] else awscrt.auth.AwsSignedBodyHeaderType.NONE),
        expiration_in_seconds=chosen["expirationInSeconds"],
        omit_session_token=chosen["omitSessionToken"])
    target = case["url"].removeprefix("https://example.com")
    headers = awscrt.http.HttpHeaders([("Host", "example.com"), *map(tuple, case["headers"])])
    request = awscrt.http.HttpRequest(
        case["method"], target, headers, io.BytesIO(base64.b64decode(case["body"])))
    signed = awscrt.auth.aws_sign_request(request, configuration).result(60)
    return "https://example.com" + signed.path, {n.lower(): v for n, v in signed.headers}


def test_every_setting_against_awscrt(sign):
    generator = Generator(SEED + 2)
    draw = generator.random.choice
    cases = []
    for _ in range(COUNT):
        case = generator.case()
        case["method"] = case["method"].upper()  # the C library signs it as it is
        path = "/" + "/".join(
            draw(["a", ".", "..", "", "%2F", "%20b", "a-b_c~d", "x%C3%A4", "%252e", "a:b", "a+b"])
            for _ in range(generator.random.randint(0, 4)))
        names = generator.random.sample(["Action", "list-type", "a", "a-", "A", "prefix"], 4)
        query = "&".join(f"{name}={draw(['', '1', 'x%20y', '%2F', 'a-b'])}" for name in names)
        case["url"] = f"https://example.com{path}" + draw(["", f"?{query}"])
        case["headers"] = [
            [name, generator.text("abc XYZ019", "!#$%&'*+-./:<=>?@[]^_`{|}~", most=9).strip()]
            for name in generator.random.sample(
                ["Content-Type", "x-amz-meta-A", "Range", "Content-MD5", "X-Note", "b"], 4)]
        query = draw([False, True])
        case["settings"] = settings(
            useDoubleUriEncode=draw([True, False]), shouldNormalizeUriPath=draw([True, False]),
            signedBodyHeader=draw([True, False]), omitSessionToken=draw([True, False]),
            query=query, expirationInSeconds=draw([None, 1, 604_800]) if query else None,
            excludedHeaders=draw([[], ["range"], ["x-note", "b"]]))
        # Elsewhere an unsigned payload always says so in its header.
        case["unsigned"] = draw([True, False]) and (query or case["settings"]["signedBodyHeader"])
        cases.append(case)
    for index, (case, ours) in enumerate(zip(cases, sign(cases))):
        url, headers = signed_by_awscrt(case)
        told = f"SIGNING_SEED={SEED}, request {index}: {json.dumps(case)}"
        # In whatever order the query's parameters stand.
        assert sorted(ours["url"].split("?")[-1].split("&")) == sorted(
            url.split("?")[-1].split("&")), told
        assert {name.lower(): value for name, value in ours["headers"]} == headers, told


def test_a_presigned_url_that_is_signed_again_is_the_same(sign):
    case = plain(
        url="https://example.com/a?b=1", sessionToken="TOKEN//+=",
        settings=settings(query=True, expirationInSeconds=900))
    first = sign([case])[0]
    again = sign([{**case, "url": first["url"], "headers": first["headers"]}])[0]
    assert again == first and first["url"].count("X-Amz-Signature=") == 1


@pytest.mark.parametrize("seconds", [0, -1, 604_801])
def test_an_expiry_that_aws_refuses(sign, seconds):
    case = plain(settings=settings(query=True, expirationInSeconds=seconds))
    assert sign([case]) == [{"error": "invalidExpiry"}]


def test_where_botocore_leaves_the_specification(sign, monkeypatch):
    blanks = plain(headers=[["x-note", "a\u00a0\u00a0b"]])
    empty = plain(url="https://bucket.s3.amazonaws.com", service="s3", s3=True)
    dated = plain(headers=[["Date", "Sun, 30 Aug 2015 12:36:00 GMT"]])
    ours = [verdict["canonicalRequest"] for verdict in sign([blanks, empty, dated])]
    theirs = [
        botocore_verdict(case, monkeypatch)["canonicalRequest"] for case in (blanks, empty, dated)
    ]
    assert "x-note:a\u00a0\u00a0b\n" in ours[0] and "x-note:a b\n" in theirs[0]
    assert ours[1].startswith("GET\n/\n\n") and theirs[1].startswith("GET\n\n\n")
    assert "x-amz-date:" in ours[2] and "x-amz-date:" not in theirs[2]


@pytest.mark.parametrize("changes, error", [
    ({"url": "example.com/"}, "invalidURL"),
    ({"url": "https://"}, "invalidURL"),
    ({"url": "https:///path"}, "invalidURL"),
    ({"url": "https://:443/"}, "invalidURL"),
    ({"url": "https://user@/"}, "invalidURL"),
    ({"method": ""}, "invalidMethod"),
    ({"method": "GET /"}, "invalidMethod"),
    ({"headers": [["", "x"]]}, "invalidHeaderName"),
    ({"headers": [["a b", "x"]]}, "invalidHeaderName"),
    ({"headers": [["ä", "x"]]}, "invalidHeaderName"),
    ({"headers": [["a", "x\r\nb: y"]]}, "invalidHeaderValue"),
    ({"headers": [["a", "x\n"]]}, "invalidHeaderValue"),
    ({"headers": [["a", "x\0"]]}, "invalidHeaderValue"),
    ({"sessionToken": "token\n"}, "invalidHeaderValue"),
    ({"accessKeyId": "AKID\n"}, "invalidHeaderValue"),
    ({"region": "us-east-1\n"}, "invalidHeaderValue"),
])
def test_refused(sign, changes, error):
    assert sign([plain(**changes)]) == [{"error": error}]


@pytest.fixture
def listener():
    """A server on loopback that keeps the requests it gets."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def keep(self):
            length = int(self.headers.get("Content-Length") or 0)
            seen.append((self.command, self.path, self.headers.items(), self.rfile.read(length)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_DELETE = keep

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("method, target, body, headers", [
    ("GET", "/?Action=ListUsers&Version=2010-05-08", "", []),
    ("POST", "/", '{"Name":"/deploy/deployer/credentials"}',
     ["Content-Type: application/x-amz-json-1.1", "X-Amz-Target: AmazonSSM.GetParameter"]),
    ("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", ["X-Note:  two   words "]),
    ("DELETE", "/plain/path", "", []),
])
def test_against_curl(sign, listener, method, target, body, headers):
    base, seen = listener
    config = [
        'user = "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG"', 'aws-sigv4 = "aws:amz:us-east-1:iam"',
        f"request = {method}", f"url = {json.dumps(base + target)}", 'noproxy = "*"',
        *[f"header = {json.dumps(header)}" for header in headers],
        *([f"data-binary = {json.dumps(body)}"] if body else []),
    ]
    subprocess.run(
        ["curl", "--silent", "--fail", "--max-time", "20", "--config", "-"],
        input="\n".join(config).encode(), check=True, capture_output=True,
    )
    command, path, sent, received = seen[0]
    sent = {name.lower(): value for name, value in sent}
    scope, names, signature = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\S+), SignedHeaders=(\S+), "
        r"Signature=([0-9a-f]{64})", sent["authorization"],
    ).groups()
    assert scope.endswith("/us-east-1/iam/aws4_request")
    moment = datetime.datetime.strptime(sent["x-amz-date"], "%Y%m%dT%H%M%SZ")
    case = plain(
        method=command, url=base + path, body=base64.b64encode(received).decode(),
        secretAccessKey="wJalrXUtnFEMI/K7MDENG",
        headers=[[name, sent[name]] for name in names.split(";")],
        date=(moment - datetime.datetime(1970, 1, 1)).total_seconds(),
    )
    assert sign([case])[0]["signature"] == signature


def test_without_algorithms_it_says_so_and_leaves(judge, tmp_path):
    """An OpenSSL without its default provider: no crash, whose core dump would hold secrets."""
    configuration = tmp_path / "openssl.cnf"
    configuration.write_text(
        "openssl_conf = main\n[main]\nproviders = providers\n"
        "[providers]\nnull = null\n[null]\nactivate = 1\n"
    )
    secret = "wJalrNeverShown"
    result = judge([plain(secretAccessKey=secret)], OPENSSL_CONF=str(configuration))
    assert result.returncode == 1 and result.stdout == b""
    message = result.stderr.decode()
    assert re.fullmatch(r"rotate: libcrypto offers no (SHA-256|HMAC); .*OPENSSL_CONF.*\n", message)
    assert secret not in message
