"""Moving from a hand-made Lambda: the steps of docs/operations.md, as they stand there, with a build that
never stops and a second one that was forgotten."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading

import pytest

from patience import HANG
from runner import binary
from servers.server import REGION
from test_docs import ROOT, fence, fences

pytestmark = pytest.mark.skipif(
    shutil.which("jq") is None, reason="jq is missing: run 'make setup'")

# Stands in the host's place: who may become whom, and what systemd starts.
HOST = """set -euo pipefail
sudo() { if [ "$1" = -u ]; then shift 2; fi; "$@"; }
systemctl() {
  case "$*" in
    "start rotate@deployer.service") rotate --user deployer ;;
    "enable --now rotate.timer") ;;
    *) return 1 ;;
  esac
}
"""


class OldPlace:
    """Where the Lambda kept the key in use, as JSON or as two parameters."""

    def __init__(self, world, kind: str):
        self.world, self.kind = world, kind
        self.secrets = world.server.client("secretsmanager")

    def keep(self, key: tuple[str, str]) -> None:
        if self.kind == "secretsmanager":
            self.secrets.create_secret(Name="ci/deployer", SecretString=json.dumps(
                {"AccessKeyId": key[0], "SecretAccessKey": key[1]}))
        else:
            for name, value, kind in (
                ("key-id", key[0], "String"), ("secret", key[1], "SecureString")):
                self.world.ssm.put_parameter(Name=f"/ci/deployer/{name}", Value=value, Type=kind)

    def read(self) -> tuple[str, str]:
        if self.kind == "secretsmanager":
            found = json.loads(self.secrets.get_secret_value(SecretId="ci/deployer")["SecretString"])
            return found["AccessKeyId"], found["SecretAccessKey"]
        names = ["/ci/deployer/key-id", "/ci/deployer/secret"]
        found = {one["Name"]: one["Value"] for one in self.world.ssm.get_parameters(
            Names=names, WithDecryption=True)["Parameters"]}
        return found[names[0]], found[names[1]]


class Build:
    """Reads the key where it is told to, and uses it, all the time."""

    def __init__(self, world, read):
        self.world, self.read = world, read
        self.count, self.failures, self._over = 0, [], threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join(HANG)

    def _work(self) -> None:
        while not self._over.wait(0.02):
            try:
                key = self.read()
                if not self.world.works(key):
                    self.failures.append(f"{key[0]} doesn't work")
                self.count += 1
            except Exception as error:  # a thread that died unseen would prove nothing
                self.failures.append(repr(error))


class Steps:
    """The section's blocks for the shell, each run as it stands."""

    def __init__(self, world, rotate, tmp_path: pathlib.Path):
        text = (ROOT / "docs/operations.md").read_text()
        section = text.partition("## Moving from a Lambda")[2].partition("\n## ")[0]
        assert section
        self.file = tmp_path / "section.md"
        self.file.write_text(section)
        self.blocks = [block for language, block in fences(self.file) if language == "sh"]
        self.left = list(self.blocks)
        programs = tmp_path / "bin"
        programs.mkdir()
        (programs / "aws").symlink_to(pathlib.Path(sys.executable).parent / "aws")
        (programs / "rotate").symlink_to(binary())
        self.environment = rotate.environment | {
            "PATH": f"{programs}:{os.environ['PATH']}", "AWS_DEFAULT_REGION": REGION}
        # A person's credentials, which may do more than the rotator's; and past the proxy.
        root = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), world.server.root))
        person = " ".join(f"{name}={value}" for name, value in (
            root | {"AWS_ENDPOINT_URL": world.server.url}).items())
        self.host = HOST + f'aws() {{ env {person} aws "$@"; }}\n'
        self.defined = ""

    def take(self, holding: str) -> str:
        (block,) = [block for block in self.left if holding in block]
        self.left.remove(block)
        return block

    def define(self, holding: str) -> None:
        """Functions that the next block calls, in the same shell."""
        self.defined = self.take(holding)

    def run(self, holding: str, defines: bool = False) -> str:
        if defines:
            self.defined = self.take(holding)
            return self.shell(self.defined)
        script, self.defined = self.defined + self.take(holding), ""
        return self.shell(script)

    def shell(self, script: str, typed: str = "") -> str:
        done = subprocess.run(
            ["bash", "-c", self.host + script], text=True, check=False, capture_output=True,
            env=self.environment, input=typed, timeout=HANG)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["secretsmanager", "ssm"])
def test_from_a_lambda_without_a_failing_build(moto_world, rotate, tmp_path, kind):
    world = moto_world
    # What the Lambda leaves: its schedule, the key before, Inactive, and the one in use.
    events = world.server.client("events")
    events.put_rule(Name="rotate-deployer", ScheduleExpression="rate(30 days)")
    ((before, _),) = world.make_user(days=60)
    in_use = world.add_key("deployer")
    world.set_status("deployer", before, "Inactive")
    world.clock.advance(days=40)
    place = OldPlace(world, kind)
    place.keep(in_use)
    steps = Steps(world, rotate, tmp_path)
    said = ""

    with Build(world, place.read) as build:
        steps.run("disable-rule")
        assert events.describe_rule(Name="rotate-deployer")["State"] == "DISABLED"
        said += steps.run("rotate pause")
        steps.define(
            "secretsmanager get-secret-value" if kind == "secretsmanager" else "in_use /ci/deployer")
        steps.run("ssm put-parameter")
        taken = steps.run("--dry-run")
        assert f"adopt {in_use[0]}" in taken and "create a key" not in taken
        said += taken
        # Nothing changed for whoever reads the old place; the new one holds the same.
        assert world.published() == in_use == place.read()
        assert world.parameter("AWS_SECRET_ACCESS_KEY") == in_use[1]
        assert world.keys() == {before: "Inactive", in_use[0]: "Active"}
        # The timer's run, were it on already, would change nothing either.
        snapshot = world.snapshot()
        assert ("notice", "foreign-key") in rotate.pass_().findings()
        assert world.snapshot() == snapshot

        build.read = world.published
        assert '"LastUsedDate"' not in steps.run("get-access-key-last-used", defines=True)
        said += steps.run("delete-access-key")
        assert world.keys() == {in_use[0]: "Active"}
        said += steps.run("rotate resume")
        new = world.published()
        assert new[0] != in_use[0] and world.keys() == {in_use[0]: "Active", new[0]: "Active"}

        # The build that was forgotten.
        world.clock.advance(hours=30)
        try:
            world.server.client("ssm", place.read()).describe_parameters()
        except world.ssm.exceptions.ClientError:
            pass  # allowed or not, it is a use
        run = rotate.pass_()
        (hold,) = [found for found in run.user["findings"] if found["code"] == "still-in-use"]
        assert f"by ssm in {REGION}" in hold["message"]
        assert world.works(place.read())
        world.clock.advance(days=2)
        rotate.pass_()
        world.clock.advance(days=8)
        rotate.pass_()
        assert world.keys() == {new[0]: "Active"}
        assert in_use[0] not in rotate.run("status").stdout
    assert build.failures == [] and build.count > 10
    # All that stands there was done, but the other way to say where the key is.
    assert [block for block in steps.left if "in_use()" not in block] == []
    for secret in world.secrets():
        assert secret not in said
    assert world.works(world.published())


def test_a_key_that_builds_use_is_taken_over(moto_world, rotate, tmp_path):
    """By the recipe for users that already have keys, whose secret is typed in."""
    world = moto_world
    ((key_id, secret),) = world.make_user(days=30)
    recipe = fence(ROOT / "docs/operations.md", "sh", "read -rs SECRET").replace("AKIA…", key_id)
    done = Steps(world, rotate, tmp_path).shell(recipe, secret + "\n")
    assert f"adopt {key_id}" in done and secret not in done
    assert rotate.pass_().done() == ["adopt"]
    assert world.published() == (key_id, secret) and world.keys() == {key_id: "Active"}


def test_the_old_names_are_written_on(moto_world, rotate, tmp_path):
    """With the projections as documented, beside the new ones, from the adoption on."""
    world = moto_world
    world.make_user(keys=0)
    in_use = world.add_key("deployer")
    place = OldPlace(world, "ssm")
    place.keep(in_use)
    world.put("AWS_ACCESS_KEY_ID", in_use[0])
    world.put("AWS_SECRET_ACCESS_KEY", in_use[1], "SecureString")
    section = Steps(world, rotate, tmp_path).file
    (shown,) = [json.loads(text) for language, text in fences(section) if language == "json"]
    rotate.configure(users=shown["users"])
    assert rotate.pass_().done() == ["adopt"]
    assert place.read() == in_use == world.published()
    assert rotate.pass_("--now").done() == ["rotate"]
    assert place.read() == world.published() != in_use
    kinds = {one["Name"]: one["Type"] for one in world.ssm.describe_parameters()["Parameters"]}
    assert kinds["/ci/deployer/key-id"] == "String"
    assert kinds["/ci/deployer/secret"] == "SecureString"
