"""Hosts on which builds run, and CodeBuild, for the tests of consumers.

The host is one with a role, whose credentials come from a container's endpoint as in CodeBuild and ECS.
"""

import http.server
import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import threading

import boto3
import yaml

from patience import HANG
from runner import Rotate, binary
from servers.server import REGION

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "docs/consumers"
TOOLS = pathlib.Path(sys.executable).parent


class Role:
    """The credentials of the host's role, served as a container's agent serves them."""

    def __init__(self, world):
        everything = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        world.iam.create_role(RoleName="ci-host", AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": everything}))
        reads = {"Effect": "Allow", "Action": ["ssm:GetParameter", "ssm:GetParameters"],
                 "Resource": "*"}
        world.iam.put_role_policy(RoleName="ci-host", PolicyName="reads", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": reads}))
        self.keys = world.server.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{world.account}:role/ci-host", RoleSessionName="i-0abc",
        )["Credentials"]
        body = json.dumps({
            "AccessKeyId": self.keys["AccessKeyId"], "SecretAccessKey": self.keys["SecretAccessKey"],
            "Token": self.keys["SessionToken"], "Expiration": "2099-01-01T00:00:00Z"}).encode()

        class Agent(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Agent)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/credentials"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(HANG)


class Host:
    """Where builds run: a home for each, the AWS CLI, rotate and Zappa on the path, and the role."""

    def __init__(self, world, rotate: Rotate, role: Role, folder: pathlib.Path):
        self.world, self.role, self.folder = world, role, folder
        self._numbers = itertools.count()
        programs = folder / "bin"
        programs.mkdir()
        for name, program in {"aws": TOOLS / "aws", "rotate": binary(), "zappa": TOOLS / "zappa",
                              "python3": sys.executable}.items():
            (programs / name).symlink_to(program)
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin", "LANG": "C.UTF-8",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": role.url,
            "AWS_ENDPOINT_URL": world.proxy.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "ROTATE_CONFIG": str(rotate.config_file),
            "SWIFT_BACKTRACE": "enable=no",
        }

    def home(self, profile: str | None = None) -> pathlib.Path:
        """A fresh home, with one of the profiles as its ~/.aws/config."""
        home = self.folder / f"home-{next(self._numbers)}"
        (home / ".aws").mkdir(parents=True)
        if profile:
            shutil.copy(EXAMPLES / "profile" / profile, home / ".aws/config")
        return home

    def run(self, home: pathlib.Path, *command: str, folder: pathlib.Path | None = None,
            **variables: str) -> str:
        """A command that must succeed; what it printed."""
        done = subprocess.run(
            command, cwd=folder or home, capture_output=True, text=True, check=False,
            env=self.environment | {"HOME": str(home)} | variables, timeout=HANG,
            stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def client(self, service: str):
        """As CodeBuild's own agent reads parameters: with the role."""
        return boto3.client(
            service, endpoint_url=self.world.proxy.url, region_name=REGION,
            aws_access_key_id=self.role.keys["AccessKeyId"],
            aws_secret_access_key=self.role.keys["SecretAccessKey"],
            aws_session_token=self.role.keys["SessionToken"])


def is_deployer(*outputs: str) -> None:
    """Each of them must name the deploy user, for each time that it asked who it is."""
    for output in outputs:
        assert "user/deployer" in output and "ci-host" not in output, output


class CodeBuild:
    """A build by a buildspec: the file is read, its variables mapped and its commands run, as CodeBuild
    does."""

    def __init__(self, host: Host, name: str):
        self.host, self.spec = host, yaml.safe_load((EXAMPLES / name).read_text())

    def start(self) -> dict[str, str]:
        """The variables: all parameters are read once, when the build starts."""
        wanted = self.spec["env"]["parameter-store"]
        found = self.host.client("ssm").get_parameters(
            Names=list(wanted.values()), WithDecryption=True)
        assert found["InvalidParameters"] == []
        values = {parameter["Name"]: parameter["Value"] for parameter in found["Parameters"]}
        return {variable: values[name] for variable, name in wanted.items()}

    def finish(
        self, variables: dict[str, str], folder: pathlib.Path | None = None, **more: str,
    ) -> str:
        """What the build printed, all of whose commands must succeed."""
        home = self.host.home()
        phases = self.spec["phases"]
        assert set(phases) <= {"install", "pre_build", "build", "post_build"}
        # All commands of version 0.2 run in one shell.
        commands = [
            command for phase in ("install", "pre_build", "build", "post_build")
            for command in phases.get(phase, {}).get("commands", [])]
        return self.host.run(
            home, "bash", "-ec", "\n".join(commands), folder=folder, AWS_REGION=REGION,
            AWS_DEFAULT_REGION=REGION, **variables, **more)

    def __call__(self) -> None:
        is_deployer(self.finish(self.start()))
