"""Runs both sides of the credentials tests in each situation.

Started in a network namespace of its own, whose loopback device is up: urllib3 looks for IPv6 when
it is loaded. Reads the situations as JSON from standard input and
prints what each side found. `credentials_runner.py JUDGE`, the path of CredentialsJudge.
"""

import datetime
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback

import botocore.credentials
import botocore.session
import botocore.tokens
import botocore.utils

import credentials_servers


def main():
    nursery = Nursery()  # before there are threads
    server = credentials_servers.start()
    try:
        results = [compare(s, sys.argv[1], nursery, server) for s in json.load(sys.stdin)]
    finally:
        nursery.close()
    json.dump(results, sys.stdout)


def compare(situation, judge, nursery, server):
    sides = {}
    for side in ("ours", "theirs"):
        with tempfile.TemporaryDirectory() as home:
            environment = prepare(situation, home)
            traffic = credentials_servers.Traffic(situation["routes"], situation["expiration"])
            server.traffic = traffic
            if side == "ours":
                found = ask_judge(judge, situation["profile"], environment)
            else:
                found = nursery.ask(situation["profile"], environment)
            after = {name: contents(home, name) for name in situation["watch"]}
            sides[side] = {"found": found, "requests": traffic.requests, "after": after}
    return sides


def prepare(situation, home):
    for name, text in situation["files"].items():
        path = os.path.join(home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", newline="") as file:
            file.write(text.replace("{home}", home))
    # The metadata service's limit of a second would tell how busy this machine is. Where a server hangs
    # it has to be over some time, before that answers.
    limit = 3 if "hang" in json.dumps(situation["routes"]) else 60
    environment = {
        "HOME": home, "PATH": os.environ["PATH"], "AWS_METADATA_SERVICE_TIMEOUT": str(limit)}
    for name, value in situation["env"].items():
        environment[name] = value.replace("{home}", home)
    return environment


def contents(home, name):
    try:
        with open(os.path.join(home, name)) as file:
            return json.load(file)
    except OSError:
        return None


def ask_judge(judge, profile, environment):
    result = subprocess.run(
        [judge, *([profile] if profile else [])], env=environment, capture_output=True,
        text=True, timeout=600, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        return {"crash": result.returncode, "stderr": result.stderr[-2000:]}
    return {**json.loads(result.stdout), "stderr": result.stderr}


class Nursery:
    """A process that has botocore loaded, and forks a child for each question."""

    def __init__(self):
        ask_read, self._ask = os.pipe()
        self._answer, answer_write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._ask)
            os.close(self._answer)
            serve(os.fdopen(ask_read), os.fdopen(answer_write, "w"))
            os._exit(0)
        os.close(ask_read)
        os.close(answer_write)
        self._ask = os.fdopen(self._ask, "w")
        self._answer = os.fdopen(self._answer)

    def ask(self, profile, environment):
        print(json.dumps([profile, environment]), file=self._ask, flush=True)
        return json.loads(self._answer.readline())

    def close(self):
        self._ask.close()
        os.waitpid(self._pid, 0)


def serve(questions, answers):
    for line in questions:
        pid = os.fork()
        if pid == 0:
            signal.alarm(600)
            print(json.dumps(ask_botocore(*json.loads(line))), file=answers, flush=True)
            os._exit(0)
        if os.waitpid(pid, 0)[1] != 0:
            print(json.dumps({"crash": "botocore"}), file=answers, flush=True)


def ask_botocore(profile, environment):
    os.environ.clear()
    os.environ.update(environment)
    # These are expanded when botocore is loaded.
    cache = os.path.join(environment["HOME"], ".aws", "sso", "cache")
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = cache
    botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = cache
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 2)
    try:
        session = botocore.session.Session(profile=profile)
        if "TEST_MFA_CODE" in environment:
            # As the AWS CLI does it, and without a person.
            chain = session.get_component("credential_provider")
            provider = chain.get_provider("assume-role")
            cache = os.path.join(environment["HOME"], ".aws", "cli", "cache")
            provider.cache = botocore.utils.JSONFileCache(cache)
            provider._prompter = lambda _: environment["TEST_MFA_CODE"]
        credentials = session.get_credentials()
        if credentials is None:
            return {"region": session.get_config_variable("region")}
        frozen = credentials.get_frozen_credentials()
        end = getattr(credentials, "_expiry_time", None)
        return {
            "region": session.get_config_variable("region"),
            "accessKeyId": frozen.access_key,
            "secret": digest(frozen.secret_key),
            "token": digest(frozen.token) if frozen.token else None,
            "expiration": end.timestamp() if isinstance(end, datetime.datetime) else None,
            "provider": credentials.method,
        }
    except Exception as error:  # whatever it is, it is the outcome
        return {"error": type(error).__name__, "message": str(error),
                "trace": traceback.format_exc()[-1500:]}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    main()
