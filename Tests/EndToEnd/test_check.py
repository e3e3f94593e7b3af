"""`rotate check`: for each thing that could stop a run, a world where it does and the line that says
so. It changes nothing, by the judge's eyes and by the calls that the proxy saw."""

import json
import re

import pytest

from patience import HANG
from receivers import Receiver
from servers import proxy
from servers.server import REGION
from test_sessions import SEED, keep_seed, manage, session
from test_telling import change
from world import ROTATOR_POLICY

READS = {
    "GetCallerIdentity", "GetUser", "ListUsers", "GetGroup", "ListAccessKeys",
    "GetAccessKeyLastUsed", "GetParameters", "GetParameter", "GetParameterHistory",
    "SimulatePrincipalPolicy", "ListMFADevices"}


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


def test_what_is_wrong_stands_by_the_prompt(moto_world, rotate):
    """The worst last, right above the summary; what is well comes first."""
    moto_world.make_user(keys=2)
    rotate.configure(users=[{"name": "deployer"}, {"name": "nobody"}])
    run = rotate.run("check")
    words = [line.split()[0] for line in run.stdout.splitlines() if line and line[0] != " "]
    order = [word for n, word in enumerate(words[:-1]) if n == 0 or words[n - 1] != word]
    assert order == ["ok", "unknown", "ACT", "FAILED"], run


def test_a_permission_is_missing(ministack_world, rotate):
    """Asked of IAM by simulation, on a server that has it."""
    world = ministack_world
    world.make_user(keys=0)
    config = json.loads(rotate.config_file.read_text())
    channel = {"type": "slack", "url": {"parameter": "/tell/chat"}}
    rotate.write_config(config | {"notify": {"channels": {"chat": channel}}})
    world.ssm.put_parameter(Name="/tell/chat", Value="https://chat.example.com/", Type="SecureString")
    allowed = ROTATOR_POLICY["Statement"]["Action"] + ["iam:SimulatePrincipalPolicy"]
    for missing in (None, "iam:DeleteAccessKey", "ssm:PutParameter", "ssm:GetParameter"):
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
        if missing == "ssm:GetParameter":
            # Of what the channel alone needs a run doesn't depend.
            assert lines["notify-refused"]["result"] == "act"
            assert "/tell/chat" not in line["message"]
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
    moto_world.proxy.on("GetCallerIdentity", proxy.delay(HANG), times=99)
    # No answer comes while it runs: it has to end by its own limits.
    run = rotate.run("check", "--format", "json")
    assert run.code == 1, run
    assert {call.status for call in moto_world.proxy.calls} == {None}


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


def test_a_paused_user(moto_world, rotate):
    world = moto_world
    world.make_user(keys=0)
    rotate.pass_()
    assert rotate.run("pause", "--user", "deployer", "--reason", "INC-42: a freeze").code == 0
    line = check(world, rotate, code=0)["paused"]
    assert line["result"] == "ok" and line["users"] == ["deployer"]
    assert "until somebody resumes them: INC-42: a freeze" in line["message"]
    # Where it is in the way of a rotation, somebody must act.
    world.clock.advance(days=91)
    line = check(world, rotate, code=2)["paused"]
    assert line["result"] == "act" and "rotate resume" in line["remedy"]


# MFA sessions.


def test_sessions(ministack_world, rotate):
    world = ministack_world
    serial = manage(world, rotate)
    lines = check(world, rotate, code=0)
    assert lines["check-seeds"]["result"] == "ok" and "1 seed" in lines["check-seeds"]["message"]
    assert "none is published yet for deployer" in lines["check-sessions"]["message"]
    # Who may not list devices isn't told that they are missing.
    assert lines["check-devices"]["result"] == "unknown"
    assert "--with-check" in lines["check-devices"]["remedy"]
    world.iam.put_user_policy(UserName="rotator", PolicyName="look", PolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "iam:ListMFADevices", "Resource": "*"}}))
    rotate.pass_()
    lines = check(world, rotate, code=0)
    assert lines["check-devices"]["result"] == "ok"
    assert "the session of deployer ends 20" in lines["check-sessions"]["message"]
    assert "GetSessionToken" not in world.proxy.operations()
    # Nobody has renewed it.
    world.clock.advance(hours=13)
    line = check(world, rotate, code=2)["check-sessions"]
    assert line["result"] == "act" and "rotate sessions --user deployer" in line["remedy"]
    world.iam.deactivate_mfa_device(UserName="deployer", SerialNumber=serial)
    line = check(world, rotate, code=1)["session-device"]
    assert line["result"] == "failed" and serial in line["message"]
    assert "rotate mfa enroll --user deployer" in line["remedy"]


@pytest.mark.parametrize("value, kind, word", [
    (None, "", "there is no parameter"), ("no base32!", "SecureString", "holds no seed"),
    ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "String", "is a String")])
def test_a_seed_that_cannot_be_used(ministack_world, rotate, value, kind, word):
    world = ministack_world
    manage(world, rotate)
    world.ssm.delete_parameter(Name=SEED)
    if value:
        keep_seed(world, value, kind)
    line = check(world, rotate, code=1)["session-seed"]
    assert line["result"] == "failed" and word in line["message"] and line["users"] == ["deployer"]
    assert value is None or value not in json.dumps(line)


def test_a_seed_that_only_the_unit_has(ministack_world, rotate):
    world = ministack_world
    serial = manage(world, rotate)
    rotate.configure(users=[{"name": "deployer", "session": session(serial, credential="mfa")}])
    line = check(world, rotate, code=0)["session-seed"]
    assert line["result"] == "unknown" and "LoadCredential" in line["remedy"]
    # Where systemd hands out credentials and this isn't among them, the run would fail.
    folder = rotate.home / "given"
    folder.mkdir()
    line = check(world, rotate, code=1, CREDENTIALS_DIRECTORY=str(folder))["session-seed"]
    assert line["result"] == "failed"
    (folder / "mfa").write_text(world.proxy.mfa.devices[serial].seed)
    rotate.vaults.add(folder / "mfa")
    lines = check(world, rotate, code=0, CREDENTIALS_DIRECTORY=str(folder))
    assert lines["check-seeds"]["result"] == "ok" and "session-seed" not in lines


# Who is told, what watches, which commands run: as a run finds them at its start.


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def furnished(moto_world, rotate, receiver, tmp_path):
    """A user whose first rotation is due, and a configuration in which each such part stands and is
    well."""
    moto_world.make_user()
    files = {"url": receiver.url + "/chat-0b5c0ffee0ff", "key": "5Ka0RqTn2cVw8Zx1Lb7Jd4Gs6Hy3Mf9P"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
        rotate.vaults.add(tmp_path / name)
    moto_world._secrets |= set(files.values())
    moto_world.ssm.put_parameter(
        Name="/tell/url", Value=receiver.url + "/stored-0b5c0ffee0ff", Type="SecureString")
    hooks, metrics = tmp_path / "hooks", tmp_path / "metrics"
    for folder in (hooks, metrics):
        folder.mkdir(mode=0o755)
    hook = hooks / "after"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    config = json.loads(rotate.config_file.read_text())
    rotate.write_config(config | {
        "notify": {"timeout": "60s", "channels": {
            "chat": {"type": "slack", "url": {"file": str(tmp_path / "url")}},
            "stored": {"type": "slack", "url": {"parameter": "/tell/url"}},
            "pager": {"type": "webhook", "url": receiver.url, "secret": {
                "file": str(tmp_path / "key")}}}},
        "heartbeat": {"url": receiver.url + "/beat", "timeout": "60s"},
        "metrics": {"textfile": str(metrics / "rotate.prom")},
        "hooks": {"afterPublish": [{"command": [str(hook)]}]}})
    return tmp_path


def test_what_is_told_and_watched_is_well(moto_world, rotate, receiver, furnished):
    lines = check(moto_world, rotate, code=0)
    for code, word in (("check-notify", "3 channels (chat, stored, pager)"), ("check-heartbeat", ""),
                       ("check-metrics", "rotate.prom"), ("check-hooks", "afterPublish")):
        assert lines[code]["result"] == "ok" and word in lines[code]["message"], lines[code]
    assert "rotate notify --test" in lines["check-notify"]["message"]
    assert receiver.take() == [] and not (furnished / "ran").exists()
    # Without credentials for AWS, what is in Parameter Store isn't said to be well.
    lines = check(moto_world, rotate, code=1, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    assert "not read" in lines["check-notify"]["message"]


def drop(path):
    def spoil(folder, world):
        target = folder / path
        target.rmdir() if target.is_dir() else target.unlink()
    return spoil


def open_hook(folder, world):
    (folder / "hooks/after").chmod(0o777)


def open_secret(folder, world):
    (folder / "key").chmod(0o644)


def no_parameter(folder, world):
    world.ssm.delete_parameter(Name="/tell/url")


def readable_by_all(folder, world):
    world.ssm.delete_parameter(Name="/tell/url")
    world.ssm.put_parameter(Name="/tell/url", Value="https://chat.example.com/", Type="String")


@pytest.mark.parametrize("code, part, change_, spoil, words", [
    ("notify-refused", "notify.channels.mail",
     {"type": "email", "to": ["ops@example.com", "{ownr}"]}, None, ("{ownr}", "{owner}")),
    ("notify-refused", "notify.channels.chat", None, drop("url"), ("no such file",)),
    ("notify-refused", "notify.channels.pager", None, open_secret, ("chmod 0600",)),
    ("notify-refused", "notify.channels.stored", None, no_parameter, ("ParameterNotFound",)),
    ("notify-refused", "notify.channels.stored", None, readable_by_all, ("SecureString",)),
    ("heartbeat-refused", "heartbeat", {"url": {"file": "/no/such/file"}}, None, ("/no/such/file",)),
    ("heartbeat-refused", "heartbeat", {"url": {"parameter": "/tell/none"}}, None, ("/tell/none",)),
    ("metrics-refused", "metrics", None, drop("metrics"), ("textfile collector",)),
    ("hook-refused", "hooks.afterPublish.0", None, drop("hooks/after"), ("No such file",)),
    ("hook-refused", "hooks.afterPublish.0", None, open_hook, ("chmod go-w",)),
])
def test_what_a_run_would_refuse(
        moto_world, rotate, receiver, furnished, code, part, change_, spoil, words):
    """The same code, place and words; FAILED only where it is marked as required. That a run which is
    due goes on without it is shown here, and for each part by its own tests."""
    if change_:
        change(rotate, part, change_)
    if spoil:
        spoil(furnished, moto_world)
    line = check(moto_world, rotate, code=2)[code]
    assert line["result"] == "act" and line["remedy"].startswith("mend it"), line
    place = re.sub(r"\.(\d+)$", r"[\1]", part)
    assert re.search(rf"config\.json:\d+:\d+ {re.escape(place)}\.", line["message"]), line
    for word in words:
        assert word.lower() in line["message"].lower()
    assert receiver.take() == [] and not (furnished / "ran").exists()
    change(rotate, f"{part}.required", True)
    line = check(moto_world, rotate, code=1)[code]
    assert line["result"] == "failed" and "required" in line["remedy"], line
    change(rotate, f"{part}.required", False)
    found = {found for _, found in rotate.run("--format", "json").findings()}
    assert moto_world.published() is not None
    if "parameter" not in json.dumps(change_) and "stored" not in part:
        assert code in found


def test_a_webhook_that_hangs(moto_world, rotate, receiver, furnished):
    """Nothing is sent by a check, so it can't hang; the run gives it up and goes on."""
    receiver.hangs = True
    assert check(moto_world, rotate, code=0)["check-notify"]["result"] == "ok"
    change(rotate, "notify.timeout", "2s")
    change(rotate, "heartbeat.timeout", "2s")
    run = rotate.pass_()
    assert ("notice", "notify-failed") in run.findings()
    assert moto_world.published() is not None


def test_a_secret_that_only_the_unit_has(moto_world, rotate, furnished):
    change(rotate, "notify.channels.chat.url", {"credential": "chat-url"})
    line = check(moto_world, rotate, code=0)["notify-refused"]
    assert line["result"] == "unknown" and "chat-url" in line["message"]
    assert "LoadCredential" in line["remedy"]
    folder = furnished / "given"
    folder.mkdir()
    given = {"CREDENTIALS_DIRECTORY": str(folder)}
    assert check(moto_world, rotate, code=2, **given)["notify-refused"]["result"] == "act"
    (folder / "chat-url").write_text((furnished / "url").read_text())
    rotate.vaults.add(folder / "chat-url")
    lines = check(moto_world, rotate, code=0, **given)
    assert "notify-refused" not in lines and "3 channels" in lines["check-notify"]["message"]


SYSTEMCTL = """\
#!/bin/sh
case "$2" in
  {name}.timer) printf 'LoadState=%s\\nActiveState=%s\\nUnitFileState=%s\\n' {timer} ;;
  {name}.service) printf 'LoadState=loaded\\nResult=%s\\nExecMainStatus=1\\n' {result} ;;
esac
"""


@pytest.mark.parametrize("name", ["rotate", "rotate-sessions"])
@pytest.mark.parametrize("timer, result, verdict, word", [
    ("loaded active enabled", "success", "ok", "active and enabled"),
    ("loaded inactive disabled", "success", "act", "enable --now {name}.timer"),
    ("loaded active disabled", "success", "act", "systemctl enable {name}.timer"),
    ("loaded active enabled", "exit-code", "act", "journalctl -u {name}.service"),
    ("not-found inactive ''", "success", "unknown", "see that something starts")])
def test_timers(moto_world, rotate, tmp_path_factory, name, timer, result, verdict, word):
    """The second one only where somebody has a session."""
    moto_world.make_user(keys=0)
    if name == "rotate-sessions":
        keep_seed(moto_world, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        rotate.configure(users=[{"name": "deployer", "session": session("arn:aws:iam::1:mfa/x")}])
    programs = tmp_path_factory.mktemp("bin")
    (programs / "systemctl").write_text(SYSTEMCTL.format(name=name, timer=timer, result=result))
    (programs / "systemctl").chmod(0o755)
    run = rotate.run("check", "--format", "json", PATH=f"{programs}:/usr/bin:/bin")
    lines = [line for line in run.json["checks"] if line["code"] == "check-timer"]
    assert len(lines) == (2 if name == "rotate-sessions" else 1)
    line = lines[-1]
    assert line["result"] == verdict and name in line["message"], line
    assert word.format(name=name) in line["message"] + line.get("remedy", "")
    assert run.code == (2 if verdict == "act" else 0), run


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
