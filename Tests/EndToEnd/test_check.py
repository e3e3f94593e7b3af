"""`rotate check`: for each thing that could stop a run, a world where it does and the line that says
so. It changes nothing, by the judge's eyes and by the calls that the proxy saw."""

import json

import pytest

from servers import proxy
from servers.server import REGION
from world import ROTATOR_POLICY

READS = {
    "GetCallerIdentity", "GetUser", "ListUsers", "GetGroup", "ListAccessKeys",
    "GetAccessKeyLastUsed", "GetParameters", "GetParameter", "GetParameterHistory",
    "SimulatePrincipalPolicy"}


def check(world, rotate, *arguments: str, code: int, **environment) -> dict[str, dict]:
    """One check, its lines by code; of several with one code, the worst."""
    before = world.snapshot()
    log = rotate.audit_log.read_bytes() if rotate.audit_log.exists() else None
    files = {path for path in rotate.home.rglob("*")}
    world.proxy.calls = []
    run = rotate.run("check", "--format", "json", *arguments, **environment)
    assert run.code == code, run.stdout
    assert run.json["exitCode"] == code
    assert {call.operation for call in world.proxy.calls} <= READS
    assert world.snapshot() == before
    assert (rotate.audit_log.read_bytes() if rotate.audit_log.exists() else None) == log
    assert {path for path in rotate.home.rglob("*")} == files
    lines: dict[str, dict] = {}
    order = ["ok", "unknown", "act", "failed"]
    for line in run.json["checks"]:
        known = lines.get(line["code"])
        if known is None or order.index(line["result"]) > order.index(known["result"]):
            lines[line["code"]] = line
    for line in run.json["checks"]:
        if line["result"] in ("act", "failed"):
            assert line.get("remedy"), line
    assert run.json["counts"]["failed"] == sum(
        line["result"] == "failed" for line in run.json["checks"])
    return lines


@pytest.fixture
def published(world, rotate):
    world.make_user(keys=0)
    assert rotate.run("--quiet").code == 0
    return world


def test_all_is_well(published, rotate):
    lines = check(published, rotate, code=0)
    well = {code for code, line in lines.items() if line["result"] == "ok"}
    assert well >= {
        "check-configuration", "check-credentials", "check-endpoint", "check-clock", "check-users",
        "check-kms", "check-audit-log", "check-disk", "check-due"}
    assert "user/ops/rotator" in lines["check-credentials"]["message"]
    assert "rotate deployer" in lines["check-due"]["message"]
    assert " days; the first that can become overdue" in lines["check-due"]["message"]
    # Few calls: it isn't in the way of what it checks.
    assert len(published.proxy.calls) <= 16
    if published.server.name == "moto":  # which knows no simulation
        assert lines["check-permissions"]["result"] == "unknown"
        assert "can't be, without a change" in lines["check-permissions"]["message"]


def test_before_the_first_run(world, rotate):
    world.make_user()
    rotate.audit_log.parent.rmdir()
    lines = check(world, rotate, code=0)
    assert "the first run makes it" in lines["check-audit-log"]["message"]
    assert lines["check-kms"]["result"] == "unknown"
    assert "deployer" in lines["check-due"]["message"]


def test_as_text(published, rotate):
    run = rotate.run("check")
    assert run.code == 0, run
    words = [line.split()[0] for line in run.stdout.splitlines() if line and line[0] != " "]
    assert set(words[:-1]) <= {"ok", "unknown"} and words[-1].isdigit()
    assert "nothing was changed" in run.stdout


def test_a_permission_is_missing(ministack_world, rotate):
    """Asked of IAM by simulation, on a server that has it."""
    world = ministack_world
    world.make_user(keys=0)
    allowed = ROTATOR_POLICY["Statement"]["Action"] + ["iam:SimulatePrincipalPolicy"]
    for missing in (None, "iam:DeleteAccessKey", "ssm:PutParameter"):
        actions = [action for action in allowed if action != missing]
        name = f"least-{(missing or 'nothing').partition(':')[2] or 'nothing'}"
        # At the path /: this server's simulation finds no policy of anybody elsewhere.
        world.iam.create_user(UserName=name)
        world.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps({
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}))
        key = world.add_key(name)
        lines = check(world, rotate, code=1 if missing else 0,
                      AWS_ACCESS_KEY_ID=key[0], AWS_SECRET_ACCESS_KEY=key[1])
        line = lines["check-permissions"]
        if missing:
            assert line["result"] == "failed" and missing in line["message"], line
            assert "rotate policy" in line["remedy"]
        else:
            assert line["result"] == "ok", line


@pytest.mark.parametrize("operation, code", [
    ("GetParameters", "call-failed"), ("ListAccessKeys", "call-failed"),
    ("GetAccessKeyLastUsed", "check-permissions"), ("GetParameterHistory", "check-permissions"),
    ("GetParameter", "check-kms")])
def test_a_read_is_refused(moto_world, rotate, operation, code):
    world = moto_world
    world.make_user(keys=0)
    assert rotate.run("--quiet").code == 0
    service_says = "AccessDeniedException" if "Parameter" in operation else "AccessDenied"
    world.proxy.on(operation, proxy.refuse(400, service_says), times=9)
    line = check(world, rotate, code=1)[code]
    assert line["result"] == "failed" and operation in (line["message"] + line["remedy"]), line


def test_nothing_listens(moto_world, rotate):
    moto_world.make_user(keys=0)
    lines = check(moto_world, rotate, code=1, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert lines["check-endpoint"]["result"] == "failed"
    assert "HTTPS_PROXY" in lines["check-endpoint"]["remedy"]
    assert lines["check-skipped"]["result"] == "unknown"
    assert lines["check-audit-log"]["result"] == "ok"  # what needs no network is looked at still
    lines = check(moto_world, rotate, code=1, AWS_ENDPOINT_URL_IAM="http://127.0.0.1:9")
    assert lines["check-endpoint"]["subject"] == "IAM"
    assert lines["check-credentials"]["result"] == "ok"


@pytest.mark.slow
def test_what_hangs_is_given_up(moto_world, rotate):
    moto_world.make_user(keys=0)
    moto_world.proxy.on("GetCallerIdentity", proxy.delay(300), times=99)
    run = rotate.run("check", "--format", "json")
    assert run.code == 1 and run.seconds < 100, run


def test_wrong_region(moto_world, rotate):
    moto_world.make_user(keys=0)
    assert rotate.run("--quiet").code == 0
    lines = check(moto_world, rotate, "--region", "eu-central-1", code=2)
    assert REGION in lines["published-elsewhere"]["remedy"]


def test_broken_audit_log(moto_world, rotate):
    moto_world.make_user(keys=0)
    assert rotate.run("--quiet").code == 0
    whole = rotate.audit_log.read_bytes()
    rotate.audit_log.write_bytes(whole.replace(b'"deployer"', b'"deployed"', 1))
    line = check(moto_world, rotate, code=1)["check-audit-log"]
    assert "changed after it was written" in line["message"]
    rotate.audit_log.write_bytes(whole)
    rotate.audit_log.chmod(0o666)
    assert "chmod go-w" in check(moto_world, rotate, code=1)["check-audit-log"]["remedy"]
    rotate.configure()
    config = json.loads(rotate.config_file.read_text())
    config["audit"]["path"] = "/nonexistent/deeper/audit.jsonl"
    rotate.write_config(config)
    line = check(moto_world, rotate, code=1)["check-audit-log"]
    assert "audit.path" in line["remedy"]


def test_wrong_clock(moto_world, rotate):
    moto_world.make_user(keys=0)
    moto_world.proxy.on("*", proxy.date_shifted(hours=3), times=99)
    line = check(moto_world, rotate, code=2)["check-clock"]
    assert line["result"] == "act" and "behind" in line["message"]
    assert "timedatectl" in line["remedy"]


def test_credentials(moto_world, rotate):
    moto_world.make_user(keys=0)
    lines = check(moto_world, rotate, code=1, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    assert "whoami" in lines["no-credentials"]["remedy"]
    lines = check(moto_world, rotate, code=1, AWS_SESSION_TOKEN="token",
                  AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")
    assert lines["credentials"]["result"] == "failed"
    lines = check(moto_world, rotate, code=1, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE")
    assert lines["check-credentials"]["result"] == "failed"
    assert "users" == lines["check-skipped"]["subject"]


def test_users_that_need_somebody(moto_world, rotate):
    world = moto_world
    for name in ("one", "two"):
        world.make_user(name, keys=2)
    world.make_user("three", keys=0)
    rotate.configure(users=[{"name": name} for name in ("one", "two", "three", "nobody")])
    lines = check(world, rotate, code=1)
    assert lines["two-keys-no-record"]["users"] == ["one", "two"]
    assert lines["two-keys-no-record"]["result"] == "act"
    assert lines["unknown-user"]["users"] == ["nobody"]
    assert lines["check-users"]["message"].startswith("1 user ")
    world.put("record", "damaged", user="three")
    assert check(world, rotate, "--user", "three", code=2)["record-unreadable"]["remedy"]


SYSTEMCTL = """\
#!/bin/sh
case "$2" in
  rotate.timer) printf 'LoadState=%s\\nActiveState=%s\\nUnitFileState=%s\\n' {timer} ;;
  rotate.service) printf 'LoadState=loaded\\nResult=%s\\nExecMainStatus=1\\n' {result} ;;
esac
"""


@pytest.mark.parametrize("timer, result, verdict, word", [
    ("loaded active enabled", "success", "ok", "active and enabled"),
    ("loaded inactive disabled", "success", "act", "enable --now rotate.timer"),
    ("loaded active disabled", "success", "act", "systemctl enable rotate.timer"),
    ("loaded active enabled", "exit-code", "act", "journalctl"),
    ("not-found inactive ''", "success", "unknown", "several times a day")])
def test_timer(moto_world, rotate, tmp_path_factory, timer, result, verdict, word):
    moto_world.make_user(keys=0)
    programs = tmp_path_factory.mktemp("bin")
    (programs / "systemctl").write_text(SYSTEMCTL.format(timer=timer, result=result))
    (programs / "systemctl").chmod(0o755)
    line = check(moto_world, rotate, code=2 if verdict == "act" else 0,
                 PATH=f"{programs}:/usr/bin:/bin")["check-timer"]
    assert line["result"] == verdict, line
    assert word in line["message"] + line.get("remedy", "")


def test_local_files(moto_world, rotate):
    moto_world.make_user(keys=0)
    place = rotate.config_file / "credentials"  # which is no directory
    rotate.configure(projections=[{"file": str(place), "format": "credentials-file"}])
    assert check(moto_world, rotate, code=1)["check-files"]["result"] == "failed"


def test_configuration(moto_world, rotate):
    rotate.write_config('{"users": [{"nmae": "deployer"}]}')
    run = rotate.run("check")
    assert run.code == 78 and "did you mean" in run.stderr, run
    assert moto_world.proxy.calls == []
