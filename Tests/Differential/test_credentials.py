"""The program's own credentials, held against botocore's: same environment, files and servers.

Everything runs in a network namespace, where 169.254.169.254 and its like are this machine.
"""

import dataclasses
import importlib
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

import credentials_situations as situations

ROOT = pathlib.Path(__file__).parents[2]
HERE = pathlib.Path(__file__).parent

#: The names of botocore's providers, in this program's words.
PROVIDERS = {
    "env": "environment", "assume-role": "assume role",
    "assume-role-with-web-identity": "web identity", "sso": "SSO",
    "shared-credentials-file": "credentials file", "login": "login",
    "custom-process": "credential_process", "config-file": "config file",
    "ec2-credentials-file": "EC2 credential file", "boto-config": "boto 2 file",
    "container-role": "container", "iam-role": "instance metadata",
}

NETWORK = """
ip link set lo up
for address in 169.254.169.254/32 169.254.170.2/32 169.254.170.23/32 fd00:ec2::254/128; do
  ip address add $address dev lo
done
exec "$@"
"""


def namespace():
    """The command that makes a network namespace, with root or without; None where neither may."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return None


@pytest.fixture(scope="session")
def judge():
    folder = pathlib.Path(os.environ.get("ROTATE_TOOLS", ROOT / ".build/debug"))
    if not (folder / "CredentialsJudge").exists():
        subprocess.run(["swift", "build", "--product", "CredentialsJudge"], cwd=ROOT, check=True)
    return folder / "CredentialsJudge"


@pytest.fixture(scope="session")
def results(judge):
    command = namespace()
    if command is None:
        pytest.skip("NOT TESTED: no network namespace can be made here (it needs root or user namespaces)")
    fresh = importlib.reload(situations).ALL  # its times count from now
    done = subprocess.run(
        [*command, "sh", "-ec", NETWORK, "sh", sys.executable, HERE / "credentials_runner.py", judge],
        input=json.dumps([dataclasses.asdict(s) for s in fresh]), text=True,
        stdout=subprocess.PIPE, timeout=1800, check=True,
        env={"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no"})
    return {s.name: r for s, r in zip(fresh, json.loads(done.stdout), strict=True)}


def outcome_of_ours(found):
    assert "crash" not in found, found
    code = found.get("code")
    return found.get("accessKeyId") or ("none" if code == "noCredentials" else "error")


def outcome_of_theirs(found):
    assert "crash" not in found, found
    return found.get("accessKeyId") or ("error" if "error" in found else "none")


def test_names_are_unique():
    names = [s.name for s in situations.ALL]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("situation", situations.ALL, ids=lambda s: s.name)
def test_same_as_botocore(situation, results):
    ours, theirs = results[situation.name]["ours"], results[situation.name]["theirs"]
    assert outcome_of_ours(ours["found"]) == situation.expect, ours["found"]
    expected = situation.botocore or situation.expect
    assert outcome_of_theirs(theirs["found"]) == expected, theirs["found"]
    shown = json.dumps([ours["found"].get(k) for k in ("message", "tried", "source", "stderr")])
    assert situations.SECRET[:12] not in shown and situations.TOKEN[:12] not in shown
    if situation.host:
        for found in (ours, theirs):
            assert f"{situation.host}" in found["found"]["message"], found
    if situation.botocore is not None:
        return
    # Botocore asks once more when what it got has ended.
    again = theirs["requests"][:1] if situation.ended else []
    assert ours["requests"] + again == theirs["requests"]
    assert without_times(ours["after"]) == without_times(theirs["after"])
    if situation.expect in ("none", "error"):
        assert ours["found"]["message"].count("\n") >= 1, "a message says what to do, too"
        return
    for field in ("secret", "token", "region"):
        assert ours["found"].get(field) == theirs["found"].get(field), field
    assert ours["found"]["provider"] == PROVIDERS[theirs["found"]["provider"]]
    compare_ends(ours["found"].get("expiration"), theirs["found"].get("expiration"), situation)


def without_times(files):
    return {name: json.loads(re.sub(r'"expiresAt": ".{20}"', '"expiresAt": ""', json.dumps(content)))
            for name, content in files.items()}


def compare_ends(ours, theirs, situation):
    if situation.name == "stale credentials":
        # Botocore moves the end on by 15 minutes and 2 to 10 more, by chance.
        assert abs(ours - theirs) < 10 * 60
    else:
        assert (ours is None) == (theirs is None)
        # Renewed ones count from the moment, and the two sides are asked one after the other.
        assert ours is None or abs(ours - theirs) < 60
