"""Where the program's own credentials come from, on a whole run: what it asks for, and how often.

`Tests/Differential/test_credentials.py` holds each source against botocore; these are the commands.
"""

import email.utils
import http.server
import json
import os
import signal
import threading

import pytest

from servers.proxy import Exchange
from servers.server import REGION

SECRET = "SecretSecretSecretSecretSecret1234567890"
KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
NOWHERE = {"AWS_REGION": None, "ROTATE_CONFIG": None}


class Metadata:
    """An instance metadata service with the role `rotator`, and a list of statuses to begin with."""

    def __init__(self, key, hiccups=()):
        self.requests, self.hiccups = [], list(hiccups)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append(f"{self.command} {self.path}")
                status = outer.hiccups.pop(0) if outer.hiccups else 200
                path = self.path.rpartition("/")[2]
                body = {"token": "T", "": "rotator\n", "region": REGION}.get(path) or json.dumps({
                    "Code": "Success", "AccessKeyId": key[0], "SecretAccessKey": key[1], "Token": None,
                    "Expiration": "2099-01-31T23:59:59Z"})
                data = body.encode() if status == 200 else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_PUT = do_GET  # noqa: N815

            def log_message(self, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        self.environment = {
            "AWS_EC2_METADATA_DISABLED": None,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{self._http.server_address[1]}"}
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)


def by_process(rotate, lines: str) -> dict:
    """A profile whose credentials a script prints; the environment that chooses it."""
    script = rotate.home / "print-it"
    script.write_text(f"#!/bin/sh\n{lines}\n")
    script.chmod(0o755)
    config = rotate.home / "aws-config"
    config.write_text(f"[default]\ncredential_process = {script}\n")
    rotate.vaults.add(script)
    return KEYS | {"AWS_CONFIG_FILE": str(config)}


def printed(key, **more) -> str:
    return json.dumps({"Version": 1, "AccessKeyId": key[0], "SecretAccessKey": key[1], **more})


def test_credentials_need_no_region_and_ask_nobody_for_one(moto_world, rotate):
    key = ("AKIAEXAMPLEEXAMPLE00", SECRET)
    with Metadata(key) as metadata:
        environments = [
            {"AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]},
            by_process(rotate, f"echo '{printed(key)}'")]
        for environment in environments:
            run = rotate.run(
                "credentials", prints_secret=True, **NOWHERE | metadata.environment | environment)
            assert run.code == 0 and run.stderr == "", run
            assert run.json == {"Version": 1, "AccessKeyId": key[0], "SecretAccessKey": key[1]}
        assert metadata.requests == []
        # The key of a role has no region either, and is asked for without one.
        run = rotate.run("credentials", prints_secret=True, **NOWHERE | metadata.environment | KEYS)
        assert run.code == 0 and run.json["AccessKeyId"] == key[0], run
        assert not [request for request in metadata.requests if "region" in request]
    assert moto_world.proxy.calls == []


def test_who_i_am_is_told_without_a_region(moto_world, rotate):
    text = rotate.run("whoami", **NOWHERE)
    assert text.code == 0 and "region       none is set" in text.stdout, text
    assert "warning      no region is set" in text.stdout
    answer = rotate.run("whoami", "--format", "json", **NOWHERE).json
    assert answer["arn"].endswith("user/ops/rotator") and "region" not in answer
    assert {call.region for call in moto_world.proxy.calls} == {"us-east-1"}
    # What needs one says so, and how to give it.
    status = rotate.run("status", "--user", "deployer", **NOWHERE)
    assert status.code == 1 and "no region is set" in status.stdout + status.stderr
    assert rotate.run("whoami", "--format", "json").json["region"] == REGION


def test_a_channel_without_aws_is_tried_without_aws(moto_world, rotate, tmp_path):
    mail = tmp_path / "mail"
    sendmail = tmp_path / "sendmail"
    sendmail.write_text(f"#!/bin/sh\ncat > {mail}\n")
    sendmail.chmod(0o755)
    rotate.write_config({
        "users": [{"name": "deployer"}],
        "notify": {"channels": {"ops": {
            "type": "email", "to": ["ops@example.com"], "sendmail": str(sendmail)}}}})
    run = rotate.run("notify", "--test", **KEYS, AWS_REGION=None)
    assert run.code == 0 and run.stderr == "", run
    assert "ops@example.com" in mail.read_text()
    assert moto_world.proxy.calls == []


@pytest.mark.parametrize("hiccups", [[500], [200, 503, 500, 200], [500, 503, 500, 200, 500, 200, 500]])
def test_a_host_with_nothing_but_its_role_outlives_hiccups_of_the_metadata_service(
        moto_world, rotate, hiccups):
    moto_world.make_user(days=91)
    with Metadata(moto_world.rotator, hiccups) as metadata:
        run = rotate.pass_(**KEYS | metadata.environment)
    assert rotate_done(run) and moto_world.works(moto_world.published())
    assert len(metadata.requests) > 3


def rotate_done(run) -> bool:
    return "rotate" in run.done()


def test_a_metadata_service_that_stays_down_is_given_up_soon(moto_world, rotate):
    with Metadata(moto_world.rotator, [500] * 100) as metadata:
        run = rotate.run("whoami", **KEYS | metadata.environment)
    assert run.code == 1 and "status 500" in run.stderr, run
    assert len(metadata.requests) == 8 and run.seconds < 20


def test_an_agent_that_the_credential_process_leaves_behind_holds_nothing_up(moto_world, rotate):
    moto_world.make_user(days=91)
    pid = rotate.home / "agent.pid"
    environment = by_process(
        rotate, f"sleep 300 &\necho $! > {pid}\necho '{printed(moto_world.rotator)}'")
    try:
        run = rotate.run("whoami", **environment)
        assert run.code == 0 and moto_world.rotator[0] in run.stdout, run
        os.kill(int(pid.read_text()), 0)  # it lives on
    finally:
        os.kill(int(pid.read_text()), signal.SIGKILL)


def test_white_space_around_a_key_is_no_part_of_it(moto_world, rotate):
    key, secret = moto_world.rotator
    run = rotate.run(
        "whoami", AWS_ACCESS_KEY_ID=f"{key}\r\n", AWS_SECRET_ACCESS_KEY=f" {secret}\n")
    assert run.code == 0 and key in run.stdout, run
    broken = rotate.run("whoami", AWS_ACCESS_KEY_ID=f"{key[:8]}\n{key[8:]}")
    assert broken.code == 1 and "environment: the access key id contains white space" in broken.stderr
    assert "--region" not in broken.stderr and "[credentials]" in broken.stderr


def dated(write):
    """Every reply's `Date`, in another form."""
    def fault(exchange: Exchange) -> None:
        reply = exchange.forward()
        now = exchange.proxy.server.clock.now()
        reply.headers = {k: v for k, v in reply.headers.items() if k.lower() != "date"}
        reply.headers["Date"] = write(now)
        exchange.send(reply)
    return fault


@pytest.mark.parametrize("form", [
    "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S +0000"])
def test_a_date_in_any_form_that_a_recipient_must_accept(moto_world, rotate, form):
    moto_world.make_user(days=91)
    moto_world.proxy.on("*", dated(lambda now: now.strftime(form)), times=1000)
    assert rotate_done(rotate.pass_())
    # Its age is judged by those dates: the day after, nothing is due.
    moto_world.clock.advance(hours=1)
    assert rotate.pass_().done() == []


def test_a_date_that_is_none_is_shown(moto_world, rotate):
    moto_world.make_user(days=91)
    moto_world.proxy.on("*", dated(lambda now: "yesterday, more or less"), times=1000)
    run = rotate.pass_(code=1)
    assert ("failed", "no-time") in run.findings()
    assert '"yesterday, more or less", which is not a time' in run.stdout.replace('\\"', '"')
    assert moto_world.published() is None
    moto_world.proxy.forget()
    moto_world.proxy.on("*", dated(email.utils.format_datetime), times=1000)
    assert rotate_done(rotate.pass_())
