"""A rotation from beginning to end as a story, on this machine alone: `make demo`.

The real binary talks to a real local server that checks signatures, policies and Inactive keys. Only
the server's clock jumps: rotate lives by AWS's time, so ninety days pass in a moment.
"""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "EndToEnd"))

from servers import MinistackServer  # noqa: E402
from servers.server import REGION  # noqa: E402
from world import ROTATOR_POLICY  # noqa: E402

COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


class Demo:
    def __init__(self, binary: pathlib.Path, home: pathlib.Path, server: MinistackServer):
        self.binary, self.home, self.server = binary, home, server
        self.iam, self.ssm = server.client("iam"), server.client("ssm")
        self.chapters = 0
        self.environment = {
            "PATH": f"{home}/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": server.url, "AWS_REGION": REGION, "AWS_PAGER": "",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": str(home / "config"), "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
            "ROTATE_CONFIG": str(home / "rotate.json"),
        }

    def chapter(self, title: str, text: str) -> None:
        self.chapters += 1
        print(f"\n{paint(f'{self.chapters}. {title}', '1')}")
        print(textwrap.fill(text, 96))

    def show(self, shown: str, command: list, refused: bool = False, **environment: str) -> None:
        """Print a command and what it says; the demo ends where it should not have failed."""
        print(f"\n  {paint('$ ' + shown, '36')}", flush=True)
        done = subprocess.run(
            [str(word) for word in command], env=self.environment | environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        print(textwrap.indent(done.stdout.strip("\n"), "  "), flush=True)
        if (done.returncode != 0) != refused:
            sys.exit(f"\ndemo: that ended with {done.returncode}, which it should not have")

    def rotate(self, *arguments: str) -> None:
        self.show(
            " ".join(("rotate", *arguments)), [self.binary, *arguments], AWS_PROFILE="admin")

    def aws(self, *arguments: str, refused: bool = False) -> None:
        self.show(" ".join(("aws", *arguments)), [self.home / "bin/aws", *arguments], refused)

    def user(self, name: str, policy: dict | None = None) -> tuple[str, str]:
        self.iam.create_user(UserName=name)
        if policy:
            self.iam.put_user_policy(
                UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def prepare(self) -> None:
        # The CLI signs with its host's time, so it must live by the server's.
        command = shlex.join(self.server.clock.command("awscli"))
        wrapper = self.home / "bin/aws"
        wrapper.parent.mkdir()
        wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        wrapper.chmod(0o700)
        reads = {"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": ["ssm:GetParameter", "kms:Decrypt"], "Resource": "*"}}
        profiles = {
            "admin": self.user("rotator", ROTATOR_POLICY),
            "ci-host": self.user("ci-host", reads),
            "old-key": self.user("deployer"),
        }
        credentials = self.home / "credentials"
        credentials.touch(0o600)
        credentials.write_text("".join(
            f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
            for name, (key, secret) in profiles.items()))
        (self.home / "config").write_text(
            "[profile deploy]\n"
            "credential_process = aws ssm get-parameter --profile ci-host --with-decryption "
            "--name /deploy/deployer/credentials --query Parameter.Value --output text\n")
        (self.home / "rotate.json").write_text(json.dumps({
            "region": REGION, "users": [{"name": "deployer"}],
            "audit": {"path": str(self.home / "audit.jsonl")}}, indent=2))

    def parameters(self) -> None:
        """What stands in Parameter Store, secrets masked."""
        print()
        for found in self.ssm.get_parameters_by_path(
                Path="/deploy/deployer", Recursive=True, WithDecryption=True)["Parameters"]:
            value = found["Value"]
            if found["Name"].endswith("SECRET_ACCESS_KEY"):
                value = "********"
            elif found["Name"].endswith("record"):
                fields = json.loads(value).items()
                value = "\n".join(f"{name}: {json.dumps(field)}" for name, field in fields)
            elif found["Type"] == "SecureString":
                value = json.dumps(json.loads(value) | {"SecretAccessKey": "********"})
            print(f"  {found['Name']}  ({found['Type']}, version {found['Version']})")
            print(textwrap.indent(value, "      "))

    def tell(self) -> None:
        self.chapter("A key that is 91 days old", (
            "The IAM user 'deployer' exists only to deploy from CI. Policy says that its access key "
            "must be renewed every 90 days."))
        self.server.clock.advance(days=91)
        self.aws("iam", "list-access-keys", "--user-name", "deployer", "--profile", "admin",
                 "--output", "table")

        self.chapter("What would happen", (
            "A dry run prints the same plan that a real run follows, and changes nothing."))
        self.rotate("--dry-run")

        self.chapter("The rotation", (
            "A new key is created, proven against AWS several times in a row, and only then "
            "published. The old one goes on working: a build that is under way must finish."))
        self.rotate()

        self.chapter("What stands in Parameter Store now", (
            "'credentials' is the commit point: one value, so no reader sees half of a rotation. "
            "The pair is for whoever needs one variable a parameter. 'record' holds no secret; it "
            "is all that another host needs to go on from here."))
        self.parameters()

        self.chapter("A build uses it", (
            "An SDK or the AWS CLI reads 'credentials' by credential_process. Nothing is stored on "
            "the build host, and nothing there changes when the key does."))
        print("\n" + textwrap.indent((self.home / "config").read_text().strip(), "  "))
        self.aws("sts", "get-caller-identity", "--profile", "deploy")

        self.chapter("A day later: the old key is made Inactive", (
            "The grace period (24 h) is over and nobody has used the old key since. Inactive, not "
            "deleted: for a week, one command brings it back."))
        self.server.clock.advance(hours=25)
        self.rotate()
        print("\n  The old key is refused, the published one works:")
        self.aws("sts", "get-caller-identity", "--profile", "old-key", refused=True)
        self.aws("sts", "get-caller-identity", "--profile", "deploy", "--query", "Arn")

        self.chapter("A week later: the old key is deleted", (
            "The soak period (7 d) is over. Nothing asked for the old key, so it goes."))
        self.server.clock.advance(days=7, minutes=1)
        self.rotate()

        self.chapter("Nothing to do", (
            "This is what the timer's runs mostly are: few calls, no change, and the next date."))
        self.rotate()

        self.chapter("The audit log", (
            "Every change was written here, and to the disk, before it was made; each entry "
            "carries the hash of the one before."))
        self.rotate("audit", "show")
        self.rotate("audit", "verify")


def paint(text: str, code: str) -> str:
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def main() -> None:
    binary = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="rotate-demo.") as folder:
        home = pathlib.Path(folder)
        with MinistackServer(home) as server:
            demo = Demo(binary, home, server)
            demo.prepare()
            demo.tell()
    print("\nThe server is stopped and its files are gone. README.md has the set-up on a real host.")


if __name__ == "__main__":
    main()
