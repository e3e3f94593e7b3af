"""moto and ministack as child processes: free port, own clock, enforced signatures, bounded waits.

Both are real HTTP servers that check Signature Version 4 and IAM policies. They differ in what they
leave out, so the tests run on both (`proxy.py` names the gaps it fills):

- moto has the two-key quota and last-used data; it lets Inactive keys work, and ignores the age of a
  signature and the resources of a policy.
- ministack refuses Inactive keys and old signatures; it has no quota and no last-used data.
"""

import abc
import json
import os
import pathlib
import socket
import subprocess
import threading
import time
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

from patience import HANG, Hangs

from .clock import Clock
from .kms import KMS
from .mfa import MFA
from .sessions import Sessions
from .writers import Writers

REGION = "ap-northeast-2"
PORTS = 5  # that are tried
ACCOUNT = "123456789012"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server(abc.ABC):
    """One local server. Use it as a context manager, so that it is stopped also on failure."""

    name: str
    refuses_inactive = False
    # The credentials that may do everything before any user exists.
    root: tuple[str, str]

    def __init__(self, directory: pathlib.Path):
        self.directory = directory / self.name
        self.directory.mkdir(parents=True)
        self.clock = Clock(self.directory)
        self.log = self.directory / "server.log"
        self._process: subprocess.Popen | None = None
        self._clients: dict[tuple, object] = {}
        self._making_client = threading.Lock()
        self.fill_gaps()

    def fill_gaps(self) -> None:
        """What AWS would know and this server doesn't, afresh. One for all proxies before a server, or
        a host behind another proxy would see parameters that nobody has put."""
        self.mfa, self.sessions = MFA(self), Sessions(self)
        self.kms, self.writers = KMS(self), Writers(self)

    @abc.abstractmethod
    def _command(self) -> tuple[list[str], dict[str, str], str]:
        """The command, its own variables, and the path that answers 200 once it is ready."""

    @abc.abstractmethod
    def reset(self) -> None:
        """Forget every user, key and parameter, and come back to the host's time."""

    def start(self) -> None:
        for _ in range(PORTS):
            if self._start():
                return
        raise RuntimeError(f"{self.name} did not start:\n{self.tail()}")

    def _start(self) -> bool:
        """Whether it answers. Between the search for a free port and its use another process can
        have taken that."""
        self.port = free_port()
        self.clock.reset()
        self.url = f"http://127.0.0.1:{self.port}"
        command, variables, health = self._command()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "TMPDIR": str(self.directory),
            **variables,
        }
        with self.log.open("wb") as log:
            self._process = self.clock.start(
                command, env=environment, cwd=self.directory, stdout=log, stderr=log)
        deadline = time.monotonic() + HANG
        while not self._answers(health):
            if self._process.poll() is not None:
                return False
            if time.monotonic() > deadline:
                raise Hangs(f"{self.name} does not answer:\n{self.tail()}")
            time.sleep(0.05)
        return self._process.poll() is None

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=HANG) as reply:
                return reply.status == 200
        except OSError:
            return False

    def _post(self, path: str, body: bytes = b"") -> None:
        request = urllib.request.Request(
            self.url + path, data=body, headers={"Content-Type": "text/plain"}, method="POST")
        with urllib.request.urlopen(request, timeout=HANG) as reply:
            reply.read()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self.clock.stop()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def client(self, service: str, key: tuple[str, str] | None = None, region: str = REGION):
        """A boto3 client, the judge's own way in: past the proxy and past rotate."""
        access_key_id, secret = key or self.root
        with self._making_client:
            if (service, access_key_id, secret, region) not in self._clients:
                self._clients[service, access_key_id, secret, region] = boto3.client(
                    service, endpoint_url=self.url, region_name=region,
                    aws_access_key_id=access_key_id, aws_secret_access_key=secret,
                    config=botocore.config.Config(
                        retries={"total_max_attempts": 1}, read_timeout=HANG))
            return self._clients[service, access_key_id, secret, region]

    def user_of(self, access_key_id: str) -> str | None:
        """Whose key it is; None for nobody's: a session's, ministack's root, one that is unknown."""
        iam = self.client("iam")
        try:
            return iam.get_access_key_last_used(AccessKeyId=access_key_id)["UserName"]
        except (iam.exceptions.ClientError, botocore.exceptions.ParamValidationError):
            return None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()


class MotoServer(Server):
    name = "moto"

    def _command(self):
        command = self.clock.command(
            "moto.server", "--host", "127.0.0.1", "--port", str(self.port))
        return command, {"MOTO_IAM_LOAD_MANAGED_POLICIES": "false"}, "/moto-api/"

    def start(self) -> None:
        super().start()
        self._make_root()

    def reset(self) -> None:
        self._post("/moto-api/reset-auth", b"inf")
        self._post("/moto-api/reset")
        self.clock.reset()
        self.fill_gaps()
        self._make_root()

    def believe_everybody(self) -> None:
        """For services with requests that have no body: moto takes their parameters for one, and so
        refuses every signature. The proxy still refuses Inactive keys, and sees who signed."""
        self._post("/moto-api/reset-auth", b"inf")

    def _make_root(self) -> None:
        # moto has no root credentials: while it still believes everybody, make a user that may do
        # everything, then have it check signatures and policies (INITIAL_NO_AUTH_ACTION_COUNT).
        self.root = ("AKIAIOSFODNN7EXAMPLE", "believed-before-authentication")
        iam = self.client("iam")
        iam.create_user(UserName="the-judge", Path="/judge/")
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        iam.put_user_policy(
            UserName="the-judge", PolicyName="everything",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": everything}))
        key = iam.create_access_key(UserName="the-judge")["AccessKey"]
        self.root = (key["AccessKeyId"], key["SecretAccessKey"])
        self._post("/moto-api/reset-auth", b"0")


class MinistackServer(Server):
    name = "ministack"
    refuses_inactive = True

    def __init__(self, directory: pathlib.Path):
        super().__init__(directory)
        self.root = ("test", "ministack-root-secret-for-the-judge")

    def _command(self):
        variables = {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "AWS_ACCESS_KEY_ID": self.root[0],
            "AWS_SECRET_ACCESS_KEY": self.root[1],
            "SERVICES": "iam,sts,ssm,kms,sns,sqs",
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        }
        return self.clock.command("ministack"), variables, "/_ministack/ready"

    def reset(self) -> None:
        self._post("/_ministack/reset")
        self.clock.reset()
        self.fill_gaps()
