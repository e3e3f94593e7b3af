"""What another user of the host could see of a running process: nothing."""

import os
import select
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from patience import HANG

BINARY = Path(os.environ.get("ROTATE_BINARY", ".build/debug/rotate")).resolve()
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOBODY = 65534


def states(proc: Path) -> dict:
    return dict(line.split(":\t", 1) for line in (proc / "status").read_text().splitlines())


def ignores(status: dict, number: int) -> bool:
    return bool(int(status["SigIgn"], 16) >> (number - 1) & 1)


@pytest.fixture
def waiting(tmp_path):
    """The program while it waits for its credential_process, and that child."""
    ready, go = tmp_path / "ready", tmp_path / "go"
    os.mkfifo(ready)
    os.mkfifo(go)
    program = tmp_path / "credentials"
    program.write_text(f"#!/bin/sh\necho $$ > {ready}\nexec cat {go}\n")
    config = tmp_path / "config"
    config.write_text(f"[default]\nregion = eu-west-1\ncredential_process = {program}\n")
    program.chmod(0o755)
    run = [str(BINARY), "whoami", "--endpoint-url", "http://127.0.0.1:9"]
    # A process of root's has /proc files of root's in any case.
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        assert setpriv, "util-linux is missing"
        shutil.copy(BINARY, tmp_path / "rotate")
        run[0] = str(tmp_path / "rotate")
        run = [setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *run]
        for path in (ready, go, tmp_path / "rotate", config, program):
            os.chown(path, NOBODY, NOBODY)
        # pytest's own directories, one more of them where several processes share the tests.
        way = [path for path in (tmp_path, *tmp_path.parents) if "pytest-of-" in str(path)]
        for path in way:
            path.chmod(0o755)
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
        "SWIFT_BACKTRACE": "enable=no",
    }
    heard = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
    process = subprocess.Popen(
        run, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    gate = os.open(go, os.O_RDWR)
    try:
        assert select.select([heard], [], [], 30)[0], "the credential_process never began"
        yield process, int(os.read(heard, 100)), gate
    finally:
        process.kill()
        process.wait()
        os.close(gate)
        os.close(heard)


def test_nobody_but_root_can_look_into_the_process(waiting):
    process, child, gate = waiting
    proc = Path(f"/proc/{process.pid}")
    status = states(proc)
    limit = next(line for line in (proc / "limits").read_text().splitlines() if "core" in line)
    assert limit.split()[4:6] == ["0", "0"]
    # The kernel gives the files of a process that can't be dumped to root.
    assert os.stat(proc / "mem").st_uid == 0
    assert int(status["Uid"].split()[0]) != 0
    assert ignores(status, signal.SIGPIPE) and ignores(status, signal.SIGXFSZ)
    assert status["Umask"].strip() == "0077"

    # Another process of the same user gets no further.
    kept = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    other = subprocess.run(
        ["/bin/cat", f"/proc/{process.pid}/environ"], capture_output=True, text=True, cwd="/", **kept)
    assert other.returncode == 1 and "Permission denied" in other.stderr

    # The child gets back the signals, and nothing that the caller didn't give the program.
    inherited = states(Path(f"/proc/{child}"))
    assert not ignores(inherited, signal.SIGPIPE) and not ignores(inherited, signal.SIGXFSZ)
    names = {pair.split("=")[0] for pair in Path(f"/proc/{child}/environ").read_text().split("\0")}
    assert names - {"", "PWD", "OLDPWD", "SHLVL", "_"} == {
        "PATH", "HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED",
        "SWIFT_BACKTRACE", "ROTATE_CREDENTIAL_PROCESS_DEPTH",
    }

    document = f'{{"Version":1,"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"{SECRET}"}}'
    os.write(gate, document.encode())
    os.kill(child, signal.SIGTERM)
    out, error = process.communicate(timeout=HANG)
    assert process.returncode == 1 and SECRET not in (out + error).decode()
