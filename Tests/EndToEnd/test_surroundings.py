"""What surrounds a run on other people's machines: variables that libraries read on their own, proxies and
their exceptions, certificates, answers that are long; and the words for each."""

import http.server
import json
import pathlib
import subprocess
import threading

import pytest

from receivers import Receiver, Sendmail
from servers import proxy
from servers.tls import TLSFront
from test_telling import change, find, told  # noqa: F401

SCP = "service_control_policy/p-2kgnabcd"


@pytest.fixture
def receiver(moto_world):
    with Receiver() as receiver:
        yield receiver


# What libraries read on their own.


def test_no_tls_secret_is_written(moto_world, rotate, tmp_path):
    """libcurl writes a line for each session to the file that SSLKEYLOGFILE names."""
    moto_world.make_user(days=91)
    log = tmp_path / "keys.log"
    openssl = tmp_path / "openssl.cnf"
    openssl.write_text("openssl_conf = x\n[x]\nproviders = p\n[p]\nnone = n\n[n]\nactivate = 1\nmodule = "
                       f"{tmp_path}/evil.so\n")
    with TLSFront(moto_world.proxy, tmp_path) as front:
        rotate.vaults.add(front.bundle)
        variables = {
            "AWS_ENDPOINT_URL": front.url, "AWS_CA_BUNDLE": str(front.bundle), "SSLKEYLOGFILE": str(log),
            "OPENSSL_CONF": str(openssl), "RES_OPTIONS": "ndots:9", "CURL_SSL_BACKEND": "none"}
        # The judge: curl, over the same library, in the same environment, does write it.
        curl = subprocess.run(
            ["curl", "--silent", "--cacert", str(front.bundle), "-d", "", front.url],
            env={"PATH": "/usr/bin:/bin", "SSLKEYLOGFILE": str(log)}, capture_output=True, check=False)
        assert log.stat().st_size > 0, curl
        log.unlink()
        run = rotate.pass_(**variables)
        assert moto_world.works(moto_world.published())
        assert run.done() == ["rotate"] and not log.exists()
        run = rotate.run("check", "--format", "json", **variables)
    (line,) = [line for line in run.json["checks"] if line["code"] == "check-environment"]
    assert line["result"] == "act" and "SSLKEYLOGFILE" in line["remedy"]
    assert "CURL_SSL_BACKEND, OPENSSL_CONF, RES_OPTIONS, SSLKEYLOGFILE are set" in line["message"]
    assert not log.exists()
    run = rotate.run("check", "--format", "json", RES_OPTIONS="ndots:9")
    (line,) = [line for line in run.json["checks"] if line["code"] == "check-environment"]
    assert line["result"] == "ok" and "RES_OPTIONS is set and ignored" in line["message"]


def test_a_credential_process_has_the_environment_as_it_is(moto_world, rotate, tmp_path):
    """Its own libraries may need it: only this process leaves those variables out."""
    moto_world.make_user(days=91)
    seen = tmp_path / "seen"
    document = json.dumps({"Version": 1, "AccessKeyId": moto_world.rotator[0],
                           "SecretAccessKey": moto_world.rotator[1]})
    program = tmp_path / "give"
    program.write_text(f"#!/bin/sh\necho $OPENSSL_CONF > {seen}\necho '{document}'\n")
    program.chmod(0o700)
    config = tmp_path / "aws-config"
    config.write_text(f"[default]\ncredential_process = {program}\n")
    rotate.vaults.add(program)
    run = rotate.pass_("--dry-run", AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None,
                       AWS_CONFIG_FILE=str(config), OPENSSL_CONF="/x/openssl.cnf")
    assert run.user["steps"] and seen.read_text() == "/x/openssl.cnf\n"


# Certificates.


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_bundle_and_who_named_it(moto_world, rotate, tmp_path, variable):
    moto_world.make_user(days=91)
    with TLSFront(moto_world.proxy, tmp_path) as front:
        rotate.vaults.add(front.bundle)
        endpoint = {"AWS_ENDPOINT_URL": front.url}
        rotate.pass_("--dry-run", **endpoint, **{variable: str(front.bundle)})
        (tmp_path / "empty.pem").write_text("no certificate\n")
        for bad in ("/no/such/bundle.pem", str(tmp_path / "empty.pem")):
            run = rotate.run(**endpoint, **{variable: bad})
            assert run.code == 1, run
            said = " ".join(run.text.split())
            assert f"{bad}, named by {variable}, can't be used" in said and "--region" not in said, run
        (tmp_path / "other").mkdir()
        with TLSFront(moto_world.proxy, tmp_path / "other") as other:
            rotate.vaults.add(other.bundle)
            run = rotate.run(**endpoint, **{variable: str(other.bundle)})
            said = " ".join(run.text.split())
            assert f"(trusted is {other.bundle}, named by {variable})" in said, run


def test_the_profiles_bundle(moto_world, rotate, tmp_path):
    config = tmp_path / "aws-config"
    config.write_text("[default]\nca_bundle = /no/such/bundle.pem\n")
    with TLSFront(moto_world.proxy, tmp_path) as front:
        rotate.vaults.add(front.bundle)
        run = rotate.run(AWS_ENDPOINT_URL=front.url, AWS_CONFIG_FILE=str(config),
                         REQUESTS_CA_BUNDLE=str(front.bundle))
        assert "named by the profile's ca_bundle" in " ".join(run.text.split()), run
        assert rotate.run("--dry-run", AWS_ENDPOINT_URL=front.url, AWS_CONFIG_FILE=str(config),
                          AWS_CA_BUNDLE=str(front.bundle)).code != 78


# Exceptions from the proxy.


@pytest.fixture
def forward_proxy():
    """A proxy that takes note of whom it was asked for, and lets nobody through."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.send_error(502)

        do_GET = do_CONNECT = do_POST  # noqa: N815

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_port_in_no_proxy(moto_world, rotate, forward_proxy):
    moto_world.make_user(days=91)
    url, asked = forward_proxy
    port = moto_world.proxy.url.rpartition(":")[2]
    others = "x.example.com,"
    for exception in (f"{others}127.0.0.1:{port}", f"{others}127.0.0.1", f"{others}127.0.0.0/8", "*"):
        rotate.pass_("--dry-run", HTTP_PROXY=url, NO_PROXY=exception)
    rotate.pass_("--dry-run", HTTP_PROXY=url, http_proxy="")
    assert asked == []
    rotate.run("status", HTTP_PROXY=url, NO_PROXY="127.0.0.1:1")
    assert asked != []


# Answers that are long.


def test_a_long_receipt_is_a_receipt(moto_world, told, receiver):  # noqa: F811
    """Told once, not by every run anew."""
    receiver.answer = b"x" * 200_000
    moto_world.make_user(keys=0)
    run = told.pass_()
    assert "notify-failed" not in {code for _, code in run.findings()}
    assert len(receiver.take()) == 2
    told.pass_()
    assert receiver.take() == []
    receiver.status = 503
    moto_world.clock.advance(days=91)
    run = told.pass_()
    failures = [f["message"] for f in run.json["findings"] if f["code"] == "notify-failed"]
    assert len(failures) == 2 and all("HTTP status 503" in failure for failure in failures)


# Words.


def put_is_denied(world, rotate, message: str) -> str:
    world.make_user(days=91)
    world.proxy.on("PutParameter", proxy.refuse(400, "AccessDeniedException", message), times=99)
    run = rotate.run()
    assert run.code == 1, run
    return " ".join(run.text.split())


def test_a_service_control_policy_is_named(moto_world, rotate):
    said = put_is_denied(
        moto_world, rotate,
        "User: arn:aws:iam::111122223333:user/ops/rotator is not authorized to perform: ssm:PutParameter on "
        "resource: arn:aws:ssm:eu-west-1:111122223333:parameter/deploy/deployer/record with an explicit deny "
        f"in a service control policy: arn:aws:organizations::987654321098:policy/o-qv5af4abcd/{SCP}")
    assert "A service control policy of the organization" in said and SCP in said
    assert "Ask the organization's administrators" in said
    assert "Allow PutParameter" not in said


def test_what_kms_denied_is_named(moto_world, rotate):
    said = put_is_denied(
        moto_world, rotate,
        "User: arn:aws:iam::111122223333:user/ops/rotator is not authorized to perform: kms:GenerateDataKey on "
        "resource: arn:aws:kms:eu-west-1:111122223333:key/k because no identity-based policy allows the "
        "kms:GenerateDataKey action (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)")
    assert "Allow kms:GenerateDataKey on arn:aws:kms:eu-west-1:111122223333:key/k in a policy" in said
    assert "Allow PutParameter" not in said


def test_a_key_that_never_works_names_the_region(moto_world, rotate):
    moto_world.make_user(days=91)
    known = set(moto_world.keys()) | {moto_world.rotator[0]}
    rotate.configure(verify={"successes": 1, "interval": "20ms", "timeout": "100ms", "regions": ["me-south-1"]})
    moto_world.proxy.on(
        "GetCallerIdentity", proxy.refuse(403, "InvalidClientTokenId"), times=999,
        signer=lambda key: key not in known)
    run = rotate.pass_(code=1)
    (finding,) = [f for f in run.user["findings"] if f["code"] == "new-key-unusable"]
    assert "could not be used in me-south-1 within" in finding["message"]
    assert "me-south-1 may be switched off" in finding["remedy"] and "verify.regions" in finding["remedy"]


def test_an_expired_signature_is_the_clock(moto_world, rotate):
    moto_world.make_user(days=91)
    moto_world.proxy.on("ListAccessKeys", proxy.refuse(
        403, "SignatureDoesNotMatch",
        "Signature expired: 20270115T080000Z is now earlier than 20270115T081000Z (20270115T082500Z - 15 min.)"),
        times=99)
    said = " ".join(rotate.run().text.split())
    assert "The time of the signature was wrong" in said and "It is not the clock" not in said


def test_sendmails_own_words(moto_world, told, tmp_path):  # noqa: F811
    moto_world.make_user(keys=0)
    (tmp_path / "mail").mkdir()
    secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
    mail = Sendmail(tmp_path / "mail", status=78, words=f"msmtp: account default not found {secret}\n" + "x " * 999)
    change(told, "notify.channels.mail", {
        "type": "email", "to": ["ops@example.com"], "sendmail": str(mail.program)})
    message = find(told.pass_(), "notify-failed")["message"]
    assert "it ended with 78: msmtp: account default not found" in message
    assert secret not in message and len(message) < 600


def test_a_user_that_cannot_be_read_has_a_row(moto_world, rotate):
    moto_world.make_user("one")
    moto_world.make_user("two")
    rotate.configure(users=[{"name": "one"}, {"name": "two"}])
    rotate.pass_()

    def deny(exchange):
        if exchange.call.parameters.get("UserName") == "two":
            exchange.send(exchange.error(403, "AccessDenied"))
        else:
            exchange.send(exchange.forward())

    moto_world.proxy.on("ListAccessKeys", deny, times=99)
    run = rotate.run("status")
    (two,) = [user for user in rotate.run("status", "--format", "json").json["users"] if user["user"] == "two"]
    assert not two["keys"] and "failed" in {f["severity"] for f in two["findings"]}, two
    (row,) = [line for line in run.stdout.splitlines() if line.startswith("two ")]
    assert row.split()[:5] == ["two", "-", "-", "-", "unread"] and "can't be read" in row
    markdown = rotate.run("status", "--format", "markdown").stdout
    assert "| `two` |  |  | unread |" in markdown
    page = rotate.run("status", "--format", "html").stdout
    assert ">unread</td>" in page


def test_a_byte_order_mark(moto_world, rotate):
    moto_world.make_user(days=91)
    rotate.config_file.write_bytes(b"\xef\xbb\xbf" + rotate.config_file.read_bytes())
    assert rotate.pass_().done() == ["rotate"]


@pytest.mark.parametrize("before", [
    "A=C:\\dir\\", "A=C:\\dir\\\n", "A=1\nB=x\\\nAWS_ACCESS_KEY_ID=AKIAOLD\nAWS_SECRET_ACCESS_KEY=y\n",
    "AWS_ACCESS_KEY_ID=AKIA\\\nOLD\nAWS_SECRET_ACCESS_KEY=y\\\nz\n"])
def test_a_backslash_before_the_key(moto_world, rotate, tmp_path, before):
    """Judged by a shell, by systemd and by what reads a line at a time, as Docker does."""
    moto_world.make_user(days=91)
    file = tmp_path / "home" / "deploy.env"
    file.parent.mkdir(exist_ok=True)
    file.write_text(before)
    file.chmod(0o600)
    rotate.vaults.add(file)
    rotate.configure(projections=[{"file": str(file), "format": "dotenv"}])
    rotate.pass_()
    key = moto_world.published()
    shell = subprocess.run(
        ["sh", "-c", '. "$1"; echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"', "sh", str(file)],
        capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"})
    assert shell.stdout.split() == list(key), shell
    lines = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    assert (lines["AWS_ACCESS_KEY_ID"], lines["AWS_SECRET_ACCESS_KEY"]) == key
    rotate.pass_()
    assert pathlib.Path(file).read_text().count("AWS_ACCESS_KEY_ID=") == 1
