"""The Debian package: judged by lintian, then its whole life on a booted systemd."""

import json
import pathlib
import re
import shutil
import subprocess
import threading

import pytest

from booted import BootedSystemd, why_not
from patience import HANG
from runner import binary
from servers.server import REGION

ROOT = pathlib.Path(__file__).resolve().parents[2]

pytestmark = [
    # One booted systemd at a time; and the package is built once.
    pytest.mark.xdist_group("systemd"), pytest.mark.slow,
    pytest.mark.skipif(shutil.which("dpkg-shlibdeps") is None or shutil.which("lintian") is None,
                       reason="dpkg-dev or lintian is missing: run 'make setup'"),
    pytest.mark.skipif("debug" in str(binary()), reason="the package is of the release build"),
]


def build(folder: pathlib.Path, **environment: str) -> pathlib.Path:
    done = subprocess.run(
        [str(ROOT / "packaging/deb"), str(folder)], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "BINARY": str(binary()), "HOME": str(folder),
             # lintian judges the real thing; time matters more than size here.
             "DPKG_DEB_COMPRESSOR_LEVEL": "1"} | environment)
    assert done.returncode == 0, done.stdout + done.stderr
    (package,) = folder.glob("*.deb")
    return package


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return build(tmp_path_factory.mktemp("package"))


def test_lintian_finds_nothing(package):
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", str(package)],
        capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_it_depends_on_the_libraries_that_it_uses(package):
    depends = subprocess.run(
        ["dpkg-deb", "-f", str(package), "Depends"], capture_output=True, text=True,
        check=True).stdout
    for library in ("libc6", "libcurl4", "libssl3", "libexpat1", "ca-certificates"):
        assert re.search(rf"\b{library}(t64)?\b", depends), depends
    assert "swift" not in depends


def test_a_wrong_version_is_refused(tmp_path):
    with pytest.raises(AssertionError, match="is behind"):
        build(tmp_path, VERSION="9.9.9-1")


@pytest.fixture
def host(ministack_world):
    """A host whose instance role is stood in for by the rotator's key in every environment."""
    world = ministack_world
    variables = {
        "AWS_ENDPOINT_URL": world.proxy.url, "AWS_ACCESS_KEY_ID": world.rotator[0],
        "AWS_SECRET_ACCESS_KEY": world.rotator[1], "AWS_REGION": REGION}
    with BootedSystemd() as booted:
        booted.check("systemctl", "set-environment",
                     *(f"{name}={value}" for name, value in variables.items()))
        yield booted


def journal(host) -> str:
    host.check("journalctl", "--sync")
    return host.check("journalctl", "-u", "rotate.service", "--no-pager", "-o", "cat")


def configure(host, **more) -> None:
    host.write("/etc/rotate/config.json", json.dumps({
        "region": REGION, "users": [{"name": "deployer"}],
        "defaults": {"settle": "1s", "verify": {"successes": 2, "interval": "20ms"}}} | more))


def dpkg(host, *arguments: str) -> str:
    return host.check("env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "dpkg", "--no-triggers",
                      *arguments)


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_the_life_of_an_installation(ministack_world, host, package, tmp_path):
    world = ministack_world
    world.make_user(days=91)
    shutil.copy(package, staged := ROOT / ".build" / "first-package.deb")
    newer = build(tmp_path, VERSION="0.1.0-2")
    shutil.copy(newer, staged_newer := ROOT / ".build" / "newer-package.deb")
    try:
        install_and_run(world, host)
        upgrade_during_a_run(world, host)
        fail_in_sight(host)
        remove_and_purge(world, host)
        come_back(world, host)
    finally:
        staged.unlink()
        staged_newer.unlink()


def install_and_run(world, host):
    said = dpkg(host, "--install", "/mnt/rotate/.build/first-package.deb")
    assert "README.Debian" in said
    # Nothing runs that nobody asked for.
    assert host.run("systemctl", "is-enabled", "rotate.timer").stdout.strip() == "disabled"
    assert host.run("systemctl", "is-active", "rotate.timer").stdout.strip() == "inactive"
    assert host.check("stat", "-c", "%U %a", "/var/log/rotate").split() == ["rotate", "700"]
    assert host.check("stat", "-c", "%U %a", "/etc/rotate").split() == ["root", "755"]
    units = ("rotate.service", "rotate@deployer.service", "rotate.timer")
    judged = host.run("systemd-analyze", "verify", "--man=no", *units)
    assert (judged.returncode, judged.stdout + judged.stderr) == (0, "")

    find_pages_and_completions(host)
    configure(host)
    host.write("/etc/systemd/system/rotate.timer.d/now.conf",
               "[Timer]\nOnCalendar=\nOnCalendar=*:*:*\nRandomizedDelaySec=0\nAccuracySec=1ms\n")
    host.check("systemctl", "daemon-reload")
    host.check("systemctl", "enable", "--now", "rotate.timer")
    host.check("timeout", f"{HANG:.0f}", "sh", "-c",
               "until journalctl -u rotate.service -o cat | grep -q 'deployer: rotated'; do "
               "journalctl --sync; done")
    host.check("rm", "-r", "/etc/systemd/system/rotate.timer.d")
    host.check("systemctl", "daemon-reload")
    host.check("systemctl", "restart", "rotate.timer")
    host.check("flock", "/var/log/rotate/audit.jsonl.lock", "true")
    assert world.works(world.published())
    assert "intact" in host.check("rotate", "audit", "verify")
    # With fields of its own, for whoever asks the journal and not the text.
    (entry,) = host.check("journalctl", "-u", "rotate.service", "-o", "json", "--no-pager",
                          "ROTATE_ACTION=rotate", "ROTATE_RESULT=done").splitlines()
    entry = json.loads(entry)
    assert entry["ROTATE_ACCESS_KEY_ID"] == world.published()[0]
    assert entry["ROTATE_USER"] == "deployer" and entry["ROTATE_REQUEST_ID"]
    everything = host.check("journalctl", "-o", "json", "--no-pager")
    for secret in world.secrets() - {world.rotator[1]}:
        assert secret not in journal(host) and secret not in everything


def find_pages_and_completions(host):
    """Where Debian's own man and shells look, without being told."""
    for page, section in (("rotate", "1"), ("rotate-config", "5")):
        assert f"/usr/share/man/man{section}/{page}.{section}.gz" in host.check("man", "-w", page)
    loaded = {
        "bash": "source /usr/share/bash-completion/bash_completion; _completion_loader rotate; "
                "complete -p rotate",
        "zsh": "autoload -U compinit; compinit -u -D; print -r -- $_comps[rotate]",
        "fish": "complete -C 'rotate rol'"}
    found = {shell: host.check(shell, *(("-f",) if shell == "zsh" else ()), "-c", script)
             for shell, script in loaded.items()}
    assert "_rotate" in found["bash"] and found["zsh"].strip() == "_rotate"
    assert found["fish"].startswith("rollback")


def upgrade_during_a_run(world, host):
    """A run that is at work sees neither the upgrade nor the renaming of its log."""
    host.run("systemctl", "stop", "rotate.timer")
    # The timer's last run may still be going.
    host.run("systemctl", "start", "rotate.service")
    before = len(host.check("cat", "/var/log/rotate/audit.jsonl").splitlines())
    world.clock.advance(days=2)
    reached, go = threading.Event(), threading.Event()

    def held(exchange) -> None:
        reached.set()
        go.wait(HANG)
        exchange.send(exchange.forward())

    world.proxy.on("UpdateAccessKey", held)
    runs = []
    run = threading.Thread(
        target=lambda: runs.append(host.run("systemctl", "start", "rotate.service")))
    run.start()
    try:
        assert reached.wait(HANG), journal(host)
        dpkg(host, "--install", "/mnt/rotate/.build/newer-package.deb")
        host.check("logrotate", "--force", "--state", "/run/logrotate.state",
                   "/etc/logrotate.d/rotate")
    finally:
        go.set()
        run.join(HANG)
    assert runs[0].returncode == 0, journal(host)
    assert "0.1.0-2" in host.check("dpkg-query", "-W", "rotate")
    # What the administrator enabled stays enabled.
    assert host.check("systemctl", "is-enabled", "rotate.timer").strip() == "enabled"
    world.clock.advance(days=8)
    host.check("systemctl", "start", "rotate.service")
    assert list(world.keys()) == [world.published()[0]]
    lines = host.check("cat", "/var/log/rotate/audit.jsonl.1", "/var/log/rotate/audit.jsonl")
    said = host.check("rotate", "audit", "verify")
    assert "intact" in said and f"{len(lines.splitlines())} entries" in said
    assert len(lines.splitlines()) > before


def fail_in_sight(host):
    configure(host, defaults={"rotateEvry": "1d"})
    assert host.run("systemctl", "start", "rotate.service").returncode != 0
    status = host.run("systemctl", "status", "--no-pager", "rotate.service")
    assert status.returncode == 3 and "status=78" in status.stdout
    assert "rotateEvery" in journal(host)
    configure(host)


def remove_and_purge(world, host):
    log = host.check("cat", "/var/log/rotate/audit.jsonl")
    host.check("systemctl", "start", "rotate.timer")
    dpkg(host, "--remove", "rotate")
    assert host.run("systemctl", "is-active", "rotate.timer").stdout.strip() != "active"
    assert host.run("sh", "-c", "command -v rotate").returncode != 0
    host.check("test", "-e", "/etc/rotate/config.json")
    assert host.check("cat", "/var/log/rotate/audit.jsonl") == log
    said = dpkg(host, "--purge", "rotate")
    assert "audit log" in said
    assert host.run("test", "-e", "/etc/rotate/config.json").returncode != 0
    assert host.run("test", "-e", "/etc/logrotate.d/rotate").returncode != 0
    assert host.check("cat", "/var/log/rotate/audit.jsonl") == log
    # Leaving breaks no build.
    assert world.works(world.published())


def come_back(world, host):
    """The log that purging kept is gone on with, and the key that stands there is taken over."""
    before, key = host.check("cat", "/var/log/rotate/audit.jsonl"), world.published()
    dpkg(host, "--install", "/mnt/rotate/.build/newer-package.deb")
    configure(host)
    world.clock.advance(days=91)
    host.check("systemctl", "start", "rotate.service")
    assert world.published() != key and world.works(world.published()) and world.works(key)
    after = host.check("cat", "/var/log/rotate/audit.jsonl")
    assert after.startswith(before) and len(after) > len(before)
    assert "intact" in host.check("rotate", "audit", "verify")
    assert host.check("stat", "-c", "%U", "/var/log/rotate/audit.jsonl").strip() == "rotate"
