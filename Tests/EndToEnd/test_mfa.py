"""The program's own profile with `mfa_serial`: a person at a terminal, `--mfa-code`, a machine's seed.

AssumeRole's codes are checked by `servers/mfa.py` with pyotp, each accepted once; the servers check none.
"""

import json
import os
import pty
import select
import subprocess
import time

import pyotp
import pytest

from patience import HANG
from runner import binary
from servers.server import REGION



@pytest.fixture
def role(ministack_world, rotate):
    """A role that the rotator may assume with a code; the program runs with that profile."""
    world = ministack_world
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    role = world.iam.create_role(
        RoleName="rotator", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    allowed = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    for put in (world.iam.put_role_policy, world.iam.put_user_policy):
        name = {"RoleName": "rotator"} if put == world.iam.put_role_policy else {
            "UserName": "rotator"}
        put(PolicyName="all", PolicyDocument=json.dumps(allowed), **name)
    serial = world.proxy.mfa.enroll("rotator")
    config, credentials = rotate.home / "aws-config", rotate.home / "aws-credentials"
    config.write_text(
        f"[profile admin]\nrole_arn = {role['Arn']}\nsource_profile = base\nmfa_serial = {serial}\n")
    credentials.write_text(
        f"[base]\naws_access_key_id = {world.rotator[0]}\n"
        f"aws_secret_access_key = {world.rotator[1]}\n")
    rotate.vaults.add(credentials)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del rotate.environment[name]
    rotate.environment |= {
        "AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_PROFILE": "admin"}
    return world.proxy.mfa.devices[serial]


def code(world, role) -> str:
    return pyotp.TOTP(role.seed).at(int(world.proxy.mfa.now()))


def cached(rotate) -> list:
    """The sessions where the AWS CLI keeps them, and finds them."""
    found = list((rotate.home / ".aws/cli/cache").glob("*.json"))
    rotate.vaults |= set(found)
    return found


def at_a_terminal(rotate, answers, *arguments: str) -> tuple[int, str, str]:
    """A run with a controlling terminal, its output in a pipe: exit code, terminal, output."""
    leader, follower = pty.openpty()

    def own_terminal():
        os.setsid()
        import fcntl
        import termios
        fcntl.ioctl(follower, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [str(binary()), *arguments], env=rotate.environment, cwd=rotate.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=own_terminal, pass_fds=[follower])
    os.close(follower)
    shown, asked, answers = "", 0, list(answers)
    deadline = time.monotonic() + HANG
    try:
        while process.poll() is None and time.monotonic() < deadline:
            if not select.select([leader], [], [], 0.1)[0]:
                continue
            try:
                shown += os.read(leader, 4096).decode()
            except OSError:
                break  # nobody has it open any more
            if shown.count(": ") > asked and shown.endswith(": ") and answers:
                asked = shown.count(": ")
                answer = answers.pop(0)
                os.write(leader, (answer() if callable(answer) else answer).encode() + b"\n")
        stdout, stderr = process.communicate(timeout=HANG)
    finally:
        process.kill()
        os.close(leader)
    return process.returncode, shown, stdout + stderr


def test_without_a_terminal_and_a_code(ministack_world, rotate, role):
    run = rotate.run("whoami")
    assert run.code == 1, run
    assert '"admin"' in run.stderr and "--mfa-code" in run.stderr
    assert ministack_world.proxy.operations() == []


def test_a_code_on_the_command_line_once(ministack_world, rotate, role):
    world = ministack_world
    given = code(world, role)
    run = rotate.run("whoami", "--mfa-code", given)
    cached(rotate)
    assert run.code == 0 and "assumed-role/rotator" in run.stdout, run
    # The session is found again; no code is asked for.
    world.proxy.forget()
    assert rotate.run("--mfa-code", given, "whoami").code == 0
    assert rotate.run("whoami").code == 0
    assert "AssumeRole" not in world.proxy.operations()
    # Without it, the code that was used is refused, and said to be.
    (file,) = cached(rotate)
    file.unlink()
    refused = rotate.run("whoami", "--mfa-code", given)
    assert refused.code == 1 and "AWS takes each once" in refused.stderr
    assert world.proxy.operations().count("AssumeRole") == 1


@pytest.mark.parametrize("given", ["12345", "1234567", "12345a", "", "１２３４５６"])
def test_what_is_no_code(ministack_world, rotate, given):
    assert rotate.run("whoami", "--mfa-code", given).code == 64


def test_a_person_is_asked_at_the_terminal(ministack_world, rotate, role):
    world = ministack_world
    exit_code, shown, output = at_a_terminal(
        rotate, ["12 34", lambda: code(world, role)], "whoami")
    cached(rotate)
    assert exit_code == 0 and "assumed-role/rotator" in output, shown + output
    assert "profile admin" in shown and "Six digits" in shown
    # The output is for programs; the question is not in it.
    assert "MFA code" not in output
    assert at_a_terminal(rotate, [], "whoami")[0] == 0


def test_a_refused_code_is_asked_for_again_and_never_sent_twice(ministack_world, rotate, role):
    world = ministack_world
    wrong = next(text for text in ("000000", "000001", "000002", "000003")
                 if text not in [pyotp.TOTP(role.seed).at(int(world.proxy.mfa.now()) + 30 * step)
                                 for step in (-2, -1, 0, 1, 2, 3)])
    exit_code, shown, output = at_a_terminal(
        rotate, [wrong, wrong, lambda: code(world, role)], "whoami")
    cached(rotate)
    assert exit_code == 0, shown + output
    assert "refused" in shown and "used already" in shown
    sent = [call.parameters["TokenCode"] for call in world.proxy.calls
            if call.operation == "AssumeRole"]
    assert len(sent) == len(set(sent)) == 2


@pytest.mark.parametrize("place", ["parameter", "credential", "file"])
def test_a_machine_makes_its_code(ministack_world, rotate, role, place):
    world = ministack_world
    world.make_user()
    seed = rotate.home / "mfa"
    if place == "parameter":
        world.ssm.put_parameter(Name="/rotate/mfa/own", Value=role.seed, Type="SecureString")
    else:
        seed.write_text(role.seed)
        seed.chmod(0o600)
        rotate.vaults.add(seed)
        rotate.environment["CREDENTIALS_DIRECTORY"] = str(rotate.home)
    source = {"parameter": "/rotate/mfa/own", "credential": "mfa", "file": str(seed)}[place]
    content = json.loads(rotate.config_file.read_text())
    rotate.write_config(content | {"mfa": {"totpSeed": {place: source}}})
    for _ in range(2):
        run = rotate.start("--format", "json")
        stdout, stderr = run.communicate(timeout=HANG)
        cached(rotate)
        rotate._look_for_secrets(
            type("Run", (), {"stdout": stdout, "stderr": stderr, "arguments": ()}), "", False)
        assert run.returncode == 0, stdout + stderr
    assert world.works(world.published())
    # One code for all runs of the session's time.
    assert world.proxy.operations().count("AssumeRole") == 1
    assert REGION in json.dumps(content)
