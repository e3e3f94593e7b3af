"""The units: judged by systemd's own tools, then run by a booted systemd in their sandbox."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import textwrap
import threading
import time

import pytest

from booted import PROJECT, BootedSystemd, why_not
from installed import installed, make
from patience import HANG
from runner import binary
from servers.proxy import refuse
from servers.server import REGION
from test_docs import fence, rows

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = ROOT / "systemd"
SERVICES = ("rotate.service", "rotate@.service", "rotate-sessions.service")
TIMERS = ("rotate.timer", "rotate-sessions.timer")
EXPOSURE = 1.5  # at most, by `systemd-analyze security`; 10 is a service without any sandbox

# One booted systemd at a time: its mounts and control groups are the machine's.
pytestmark = pytest.mark.xdist_group("systemd")

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing: run 'make setup'")
needs_boot = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("prefix"))


@needs_analyze
def test_the_units_verify_in_silence(prefix):
    installed = prefix / "lib/systemd/system"
    names = [*(unit.replace("@", "@deployer") for unit in SERVICES), *TIMERS]
    # Verifies an instance of the template; exits 0 even on keys it does not know, so any word
    # is a failure.
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(installed / name) for name in names)],
        capture_output=True, text=True, check=False,
        # It looks for the pages that Documentation= names.
        env=os.environ | {"MANPATH": f"{prefix}/share/man"})
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_analyze
@pytest.mark.parametrize("unit", SERVICES)
def test_the_sandbox_is_tight(unit):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}",
         "--no-pager", str(UNITS / unit)],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_services_have_the_same_sandbox():
    def settings(unit):
        lines = (UNITS / unit).read_text().partition("[Service]")[2].splitlines()
        return [line for line in lines if not line.startswith(("#", "ExecStart="))]

    for unit in SERVICES[1:]:
        assert settings("rotate.service") == settings(unit), unit


def files(root: pathlib.Path) -> set[str]:
    return {str(file.relative_to(root)) for file in root.rglob("*") if not file.is_dir()}


def test_install_and_uninstall(tmp_path):
    make("install", DESTDIR=tmp_path, PREFIX="/usr")
    assert {
        "usr/bin/rotate", "usr/share/doc/rotate/examples/credentials.conf",
        "usr/lib/sysusers.d/rotate.conf", "usr/lib/tmpfiles.d/rotate.conf",
        "etc/logrotate.d/rotate",
        *(f"usr/lib/systemd/system/{unit.name}" for unit in UNITS.glob("rotate*")),
    } <= files(tmp_path)
    for unit in (tmp_path / "usr/lib/systemd/system").iterdir():
        text = unit.read_text()
        assert "/usr/local" not in text
        assert str(tmp_path) not in text
    # What somebody else put there stays.
    (tmp_path / "usr/bin/other").touch()
    (tmp_path / "usr/share/doc/rotate/notes").touch()
    make("uninstall", DESTDIR=tmp_path, PREFIX="/usr")
    assert files(tmp_path) == {"usr/bin/other", "usr/share/doc/rotate/notes"}


@needs_boot
@pytest.mark.slow
def test_the_first_set_up_as_it_stands_in_the_documents(ministack_world):
    """Each block of docs/operations.md in its order, on a host that has nothing yet. An instance role is
    stood in for by a key in every environment, and the build is there already."""
    world = ministack_world
    world.make_user(keys=0)
    section = (ROOT / "docs/operations.md").read_text().partition("## First set-up")[2]
    blocks = re.findall(r"^   ```(sh|json)\n(.*?)^   ```$", section.partition("\n## ")[0],
                        re.MULTILINE | re.DOTALL)
    assert [language for language, _ in blocks] == ["sh", "json", "sh", "sh", "sh"]
    access = {"AWS_ENDPOINT_URL": world.proxy.url, "AWS_ACCESS_KEY_ID": world.rotator[0],
              "AWS_SECRET_ACCESS_KEY": world.rotator[1], "AWS_EC2_METADATA_DISABLED": "true"}
    variables = [f"{name}={value}" for name, value in access.items()]
    program = binary().relative_to(ROOT)
    given = 'sudo() { "$@"; }\nmake() { [ "$1" = build ] || command make -s -C ' \
        f'{PROJECT} "$@" BINARY={program}; }}\n'
    with BootedSystemd() as host:
        host.check("systemctl", "set-environment", *variables)
        said = ""
        for language, text in blocks:
            if language == "json":
                assert json.loads(text)["region"] == REGION
                host.write("/etc/rotate/config.json", text)
                continue
            said += host.check(
                "env", *variables, "bash", "-ec", given + textwrap.dedent(text))
        assert "user/ops/rotator" in said and "create a key, prove it and publish it" in said
        assert "deployer: rotated" in said
        assert world.works(world.published())
        assert host.check("systemctl", "is-active", "rotate.timer").strip() == "active"
        assert host.check("stat", "-c", "%U", "/var/log/rotate/audit.jsonl").strip() == "rotate"
        assert_no_secret(world, said)


@pytest.fixture
def host(world):
    """A host with rotate installed as README says, whose AWS is the world's server."""
    assert binary().exists(), "not built: run 'make build'"
    with BootedSystemd() as booted:
        program = binary().relative_to(ROOT)
        booted.check("make", "-s", "-C", PROJECT, "install", f"BINARY={program}")
        booted.check("systemd-sysusers", "rotate.conf")
        booted.check("systemd-tmpfiles", "--create", "rotate.conf")
        access_key_id, secret = world.rotator
        booted.write(
            "/etc/rotate/credentials",
            f"[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n",
            0o600)
        configuration = {
            "region": REGION, "users": [{"name": "deployer"}],
            "defaults": {"settle": "1s", "verify": {"successes": 2, "interval": "20ms"}},
            "audit": {"path": "/var/log/rotate/audit.jsonl"}}
        booted.write("/etc/rotate/config.json", json.dumps(configuration))
        example = (ROOT / "systemd/credentials.conf").read_text()
        for unit in SERVICES:
            booted.write(f"/etc/systemd/system/{unit}.d/credentials.conf", example)
            booted.write(
                f"/etc/systemd/system/{unit}.d/endpoint.conf",
                f"[Service]\nEnvironment=AWS_ENDPOINT_URL={world.proxy.url}\n")
        booted.check("systemctl", "daemon-reload")
        yield booted


def journal(host, unit: str) -> str:
    host.check("journalctl", "--sync")
    return host.check("journalctl", "-u", unit, "--no-pager", "-o", "cat")


def audit(host) -> str:
    return host.check("cat", "/var/log/rotate/audit.jsonl")


def assert_no_secret(world, *texts: str) -> None:
    for secret in world.secrets():
        for text in texts:
            assert secret not in text


@needs_boot
@pytest.mark.slow
def test_a_rotation_in_the_sandbox(world, host):
    ((old, _),) = world.make_user(days=91)
    host.check("systemctl", "start", "rotate.service")
    new = world.published()
    assert new is not None and world.works(new)
    assert world.keys() == {old: "Active", new[0]: "Active"}

    actions = [json.loads(line)["action"] for line in audit(host).splitlines()]
    assert "CreateAccessKey" in actions
    assert "deployer" in journal(host, "rotate.service")

    # The unit for one user is another unit, and must be able to go on with the same log.
    host.check("systemctl", "start", "rotate@deployer.service")
    assert "deployer" in journal(host, "rotate@deployer.service")
    assert host.check("stat", "-c", "%U %a", "/var/log/rotate").split() == ["rotate", "700"]
    assert host.check("stat", "-c", "%U", "/var/log/rotate/audit.jsonl").strip() == "rotate"
    assert world.published() == new

    # A person, at three in the morning, as the service's user or as root.
    user = ("--user", "deployer", "--endpoint-url", world.proxy.url)
    access = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), world.rotator))
    own = ("env", *(f"{name}={value}" for name, value in access.items()))
    host.check(*own, "rotate", *user)
    host.check("sudo", "-u", "rotate", *own, "rotate", *user)
    assert "intact" in host.check("rotate", "audit", "verify")
    assert_no_secret(
        world, audit(host), journal(host, "rotate.service"),
        journal(host, "rotate@deployer.service"))


def by_hand(world, host, command: str, code: int = 0) -> str:
    """A line as a person types it. Whose credentials the host has is what the host's role would say:
    here they are given to whoever runs the program."""
    access = {"AWS_ACCESS_KEY_ID": world.rotator[0], "AWS_SECRET_ACCESS_KEY": world.rotator[1],
              "AWS_ENDPOINT_URL": world.proxy.url, "AWS_EC2_METADATA_DISABLED": "true"}
    given = "env " + " ".join(f"{name}={value}" for name, value in access.items())
    done = host.run("bash", "-c", f'''
        sudo() {{
          if [ "$1" = -u ]; then who=$2; shift 2; command sudo -u "$who" {given} "$@"
          else {given} "$@"; fi
        }}
        rotate() {{ {given} /usr/local/bin/rotate "$@"; }}
        {command}''')
    assert done.returncode == code, (command, done)
    assert_no_secret(world, done.stdout, done.stderr)
    return done.stdout + done.stderr


def documented(beginning: str) -> list[str]:
    """The commands of docs/operations.md that begin so, in its blocks and in its sentences."""
    document = (ROOT / "docs/operations.md").read_text()
    found = re.findall(rf"(?:^ *|`)({re.escape(beginning)}[^`\n]*)", document, re.MULTILINE)
    return [command.partition(" #")[0].strip() for command in found]


@needs_boot
@pytest.mark.slow
@pytest.mark.parametrize("world", ["moto"], indirect=True)
def test_every_command_of_the_documents_is_in_the_one_log(world, host):
    """One host, one log: the service's runs, the documents' own commands by its user, and root's."""
    configuration = json.loads(host.check("cat", "/etc/rotate/config.json"))
    del configuration["audit"]
    host.write("/etc/rotate/config.json", json.dumps(configuration))
    # As Ubuntu has it.
    host.check("chgrp", "adm", "/var/log")
    host.check("chmod", "0775", "/var/log")
    world.make_user(days=91)
    host.check("systemctl", "start", "rotate.service")

    def logged() -> set[str]:
        return {json.loads(line)["runId"].partition(".")[0] for line in audit(host).splitlines()}

    def order(command: str) -> None:
        before = logged()
        by_hand(world, host, command)
        assert len(logged() - before) == 1, command

    def retire() -> None:
        for days in (2, 8):
            world.clock.advance(days=days)
            host.check("systemctl", "start", "rotate.service")

    commands = documented("sudo -u rotate rotate ")
    (pause,) = {one for one in commands if " pause " in one}
    (resume,) = {one for one in commands if " resume " in one}
    (rollback,) = {one for one in commands if " rollback " in one}
    (compromised,) = {one for one in commands if "--compromised" in one}
    (now,) = {one for one in commands if "--now" in one}
    (check,) = {one for one in commands if one.endswith(" check")}
    assert set(commands) == {pause, resume, rollback, compromised, now, check}
    checks = [check, "sudo rotate check"]

    def look() -> None:
        for one in checks:
            done = by_hand(world, host, f"{one} || [ $? = 2 ]")  # nothing failed; the timer is off
            assert "intact" in done and "FAILED" not in done and "audit log" in done
        for one in ("whoami", "status", "--dry-run", "audit show", "audit verify"):
            by_hand(world, host, f"sudo rotate {one}")
        assert set(documented("rotate audit ")) >= {
            "rotate audit show", "rotate audit verify", "rotate audit verify --anchors"}
        said = by_hand(world, host, "rotate audit show && rotate audit verify --anchors")
        assert "intact" in said and "the log holds it" in said

    look()
    order(pause)
    order(resume)
    retire()
    order(now)
    order(f"{rollback} --yes")
    order(resume)
    retire()
    order(f"{compromised} --yes")
    # By root, whose run leaves nothing behind that the service couldn't go on with.
    order(pause.replace("sudo -u rotate", "sudo"))
    order(resume.replace("sudo -u rotate", "sudo"))
    retire()
    world.clock.advance(days=91)
    before = world.published()
    order("sudo rotate --user deployer")
    assert world.published() != before and world.works(world.published())
    retire()
    look()
    for name in host.check("find", "/var/log/rotate", "/var/lib/rotate").split():
        assert host.check("stat", "-c", "%U", name).strip() == "rotate", name

    # Somebody else gets told, and no log of their own.
    for one in (pause, "sudo -u rotate rotate audit show", check):
        said = by_hand(world, host, one.replace("-u rotate", "-u nobody"), code=1)
        assert "sudo -u rotate rotate" in said and "[audit-log]" in said or "check" in one, said
        assert "sudo -u rotate rotate" in said
    by_hand(world, host, "sudo -u nobody rotate --dry-run")
    places = host.check("find", "/", "-xdev", "-name", "audit.jsonl*").split() + host.check(
        "find", "/var", "/run", "/tmp", "-name", "audit.jsonl*").split()
    assert {place for place in places if not place.startswith(("/mnt", "/work", "/tmp"))} == {
        "/var/log/rotate/audit.jsonl", "/var/log/rotate/audit.jsonl.lock"}


def entries(host, *matches: str) -> list[dict[str, str]]:
    """What the real journal holds, as journald itself tells it."""
    host.check("journalctl", "--sync")
    lines = host.check("journalctl", "--no-pager", "-o", "json", *matches).splitlines()
    return [json.loads(line) for line in lines]


@needs_boot
@pytest.mark.slow
@pytest.mark.parametrize("world", ["ministack"], indirect=True)
def test_the_journal_has_the_documented_fields(world, host):
    """On journald itself: one user is rotated, one blocked, one can't be looked at."""
    document = ROOT / "docs/notifications.md"
    documented = {name for first in rows(document, "| field ").values()
                  for name in re.findall(r"`(\w+)`", first[0])}
    configuration = json.loads(host.check("cat", "/etc/rotate/config.json"))
    users = [{"name": name} for name in ("deployer", "two", "denied")]
    host.write("/etc/rotate/config.json", json.dumps(configuration | {"users": users}))
    world.make_user(keys=0)
    world.make_user("denied", keys=0)
    world.make_user("two", keys=2)
    world.proxy.on(
        "ListAccessKeys", lambda exchange: refuse(403, "AccessDenied")(exchange)
        if exchange.call.parameters.get("UserName") == "denied"
        else exchange.send(exchange.forward()), times=100)
    assert host.run("systemctl", "start", "rotate.service").returncode != 0

    own = [entry for entry in entries(host, "-u", "rotate.service") if "MESSAGE_ID" in entry
           and "ROTATE_RUN_ID" in entry]
    assert documented >= {"MESSAGE_ID", "PRIORITY", "ROTATE_CODE", "ROTATE_EXIT_CODE"}
    assert documented == {
        name for entry in own for name in entry
        if name.startswith("ROTATE_") or name in ("MESSAGE_ID", "PRIORITY")}
    assert {entry["_SYSTEMD_UNIT"] for entry in own} == {"rotate.service"}
    assert len({entry["ROTATE_RUN_ID"] for entry in own}) == 1
    (step,) = [entry for entry in own if "ROTATE_ACTION" in entry]
    assert (step["ROTATE_USER"], step["ROTATE_RESULT"], step["PRIORITY"]) == ("deployer", "done", "5")
    assert step["ROTATE_ACCESS_KEY_ID"] == world.published()[0]
    found = {(entry["ROTATE_USER"], entry["ROTATE_CODE"], entry["ROTATE_SEVERITY"], entry["PRIORITY"])
             for entry in own if "ROTATE_CODE" in entry}
    assert {("two", "two-keys-no-record", "act", "4"),
            ("denied", "call-failed", "failed", "3")} <= found
    (summary,) = [entry for entry in own if "ROTATE_EXIT_CODE" in entry]
    assert summary["ROTATE_EXIT_CODE"] == "1" and summary["ROTATE_MODE"] == "run"

    # The commands that are documented find them.
    shown = fence(document, "sh", "journalctl ROTATE_USER").replace(
        "d9f480491a890721b536ba08650b693a", summary["ROTATE_RUN_ID"])
    for line in shown.splitlines():
        command, *words = line.partition(" #")[0].split()
        assert command == "journalctl" and entries(host, *words), line
    # As they stand in the journal, and as its own files hold them.
    raw = host.check("sh", "-c", "journalctl --sync && cat /run/log/journal/*/* /var/log/journal/*/* "
                     "2>/dev/null | strings || true")
    assert world.published()[0] in raw
    assert_no_secret(world, json.dumps(entries(host)), raw)


@needs_boot
@pytest.mark.slow
@pytest.mark.parametrize("world", ["ministack"], indirect=True)
def test_a_host_without_a_role_renews_its_own_key(world, host):
    """By the recipe of docs/operations.md, in the sandbox."""
    document = (ROOT / "docs/operations.md").read_text().partition("## A host without a role")[2]
    recipe, found = (
        re.search(rf"^   ```{language}\n(.*?)^   ```$", document, re.MULTILINE | re.DOTALL)[1]
        for language in ("sh", "json"))
    world.make_user(keys=0)
    for unit in SERVICES:
        host.check("rm", f"/etc/systemd/system/{unit}.d/credentials.conf")
    host.check("systemctl", "daemon-reload")
    # As root, without sudo; with the test's own file.
    host.check("bash", "-ec", "cd /etc/rotate && mv credentials my-credentials-file\n"
               'sudo() { "$@"; }\n' + textwrap.dedent(recipe))
    configuration = json.loads(host.check("cat", "/etc/rotate/config.json"))
    host.write("/etc/rotate/config.json", json.dumps(
        configuration | {"users": json.loads(found)["users"]}))

    def start() -> set[str]:
        world.proxy.forget()
        host.check("systemctl", "start", "rotate.service")
        return {call.access_key_id for call in world.proxy.calls
                if call.operation != "GetCallerIdentity"}

    assert start() == {world.rotator[0]}
    key = world.published("rotator")
    assert start() == {key[0]}
    world.clock.advance(hours=26)
    assert start() == {key[0]}
    assert world.keys("rotator") == {world.rotator[0]: "Inactive", key[0]: "Active"}
    file = "/var/lib/rotate/.aws/credentials"
    assert key[1] in host.check("cat", file)
    assert host.check("stat", "-c", "%a %U %G", file) == "600 rotate rotate\n"
    assert_no_secret(world, audit(host), journal(host, "rotate.service"))


@needs_boot
@pytest.mark.slow
@pytest.mark.parametrize("world", ["ministack"], indirect=True)
def test_a_stopped_service_says_whose_keys_it_was_at(world, host):
    """A server that hangs, and systemd's own signal."""
    ((old, _),) = world.make_user(days=91)
    reached, go = threading.Event(), threading.Event()

    def hang(exchange) -> None:
        reached.set()
        go.wait(60)

    world.proxy.on("CreateAccessKey", hang)
    host.check("systemctl", "start", "--no-block", "rotate.service")
    try:
        assert reached.wait(30), journal(host, "rotate.service")
        began = time.monotonic()
        host.check("systemctl", "stop", "rotate.service")
        assert time.monotonic() - began < 30
    finally:
        go.set()
    said = journal(host, "rotate.service")
    assert "SIGTERM" in said and "deployer is being worked on" in said and "[interrupted]" in said
    shown = host.check("systemctl", "show", "-p", "Result,ExecMainStatus", "rotate.service")
    assert "Result=exit-code" in shown and "ExecMainStatus=1\n" in shown
    world.clock.advance(minutes=40)
    host.check("systemctl", "start", "rotate.service")
    assert world.works(world.published()) and set(world.keys()) == {old, world.published()[0]}
    assert "intact" in host.check("rotate", "audit", "verify")


@needs_boot
@pytest.mark.slow
def test_a_missed_timer_catches_up(world, host):
    world.make_user(days=91)
    host.write("/etc/systemd/system/rotate.timer.d/now.conf", "[Timer]\nRandomizedDelaySec=0\n")
    host.check("systemctl", "daemon-reload")
    # As after a host that was off for two days.
    host.check("mkdir", "-p", "/var/lib/systemd/timers")
    host.check("touch", "-d", "2 days ago", "/var/lib/systemd/timers/stamp-rotate.timer")
    host.check("systemctl", "start", "rotate.timer")
    deadline = time.monotonic() + HANG
    while world.published() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    assert world.published() is not None, journal(host, "rotate.service")
    assert "rotate.timer" in host.check("systemctl", "list-timers", "--no-pager")


@needs_boot
@pytest.mark.slow
def test_a_failure_shows_in_the_exit_code(world, host):
    host.write("/etc/rotate/config.json", '{"users": [{"name": "deployer", "rotateEvry": "1d"}]}')
    assert host.run("systemctl", "start", "rotate.service").returncode != 0
    shown = host.check("systemctl", "show", "-p", "Result,ExecMainStatus", "rotate.service")
    assert "Result=exit-code" in shown and "ExecMainStatus=78" in shown
    assert host.run("systemctl", "is-failed", "rotate.service").returncode == 0
    # In the journal stands what to mend.
    assert "rotateEvery" in journal(host, "rotate.service")
