"""Hooks: the operator's own commands before and after the steps. One can veto, none can undo, none gets
a secret, and none that hangs, fails or can't be trusted is in the way of a rotation, unless required."""

import json
import os
import pathlib
import re
import subprocess
import time

import pytest

from patience import HANG
from test_telling import change, find

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="giving a file away needs root")


class Hooks:
    """Commands that note each of their runs, and do as they are told then."""

    def __init__(self, rotate, folder: pathlib.Path):
        self.rotate, self.folder = rotate, folder / "hooks"
        self.folder.mkdir(mode=0o755)
        self.notes = folder / "notes"
        self.notes.mkdir()

    def make(self, event: str, then: str = "", **settings) -> pathlib.Path:
        """A hook of this event; `then` is the end of its script."""
        program = self.folder / event
        program.write_text(
            "#!/bin/sh\n"
            f'out="{self.notes}/{event}.$$"\n'
            'env -0 > "$out.env"; for word in "$@"; do printf "%s\\n" "$word"; done > "$out.args"\n'
            'cat > "$out.stdin"; ls /proc/self/fd > "$out.fd"\n' + then)
        program.chmod(0o755)
        config = json.loads(self.rotate.config_file.read_text())
        entry = {"command": [str(program), "a b", "$HOME;*"]} | settings
        config.setdefault("hooks", {}).setdefault(event, []).append(entry)
        self.rotate.write_config(config)
        return program

    def runs(self, event: str) -> list[dict[str, str]]:
        """The environment of each run, the oldest first."""
        found = []
        for file in sorted(self.notes.glob(f"{event}.*.env"), key=lambda f: f.stat().st_mtime_ns):
            pairs = [pair.split("=", 1) for pair in file.read_text().split("\0") if pair]
            found.append(dict(pairs))
            assert file.with_suffix(".args").read_text() == "a b\n$HOME;*\n", "no shell came by"
            assert file.with_suffix(".stdin").read_bytes() == b""
        return found

    def has_begun(self, event: str) -> bool:
        return any(self.notes.glob(f"{event}.*.fd"))

    def forget(self) -> None:
        for file in self.notes.iterdir():
            file.unlink()


@pytest.fixture
def hooks(moto_world, rotate, tmp_path):
    return Hooks(rotate, tmp_path)


def test_each_step_has_its_hook(moto_world, rotate, hooks):
    ((old, _),) = moto_world.make_user(days=91)
    for event in ("beforeRotate", "afterPublish", "afterDeactivate", "afterDelete", "onFailure"):
        hooks.make(event)
    run = rotate.pass_()
    new = moto_world.published()[0]
    (before,), (after,) = hooks.runs("beforeRotate"), hooks.runs("afterPublish")
    assert before["ROTATE_REASON"] == "firstPublication" and before["ROTATE_OLD_KEY_IDS"] == old
    assert after == {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8", "PWD": str(rotate.home),
        "ROTATE_EVENT": "afterPublish", "ROTATE_RUN_ID": run.json["runId"],
        "ROTATE_REGION": "ap-northeast-2", "ROTATE_USER": "deployer", "ROTATE_ACTION": "rotate",
        "ROTATE_KEY_ID": new, "ROTATE_OLD_KEY_IDS": old,
        "ROTATE_CREDENTIALS_PARAMETER": "/deploy/deployer/credentials",
        "ROTATE_RECORD_PARAMETER": "/deploy/deployer/record",
        "ROTATE_PARAMETERS": "/deploy/deployer/credentials /deploy/deployer/AWS_ACCESS_KEY_ID "
                             "/deploy/deployer/AWS_SECRET_ACCESS_KEY",
    } | {key: after[key] for key in ("OLDPWD", "SHLVL", "_") if key in after}
    # Nothing is due: nothing runs.
    hooks.forget()
    rotate.pass_()
    assert list(hooks.notes.iterdir()) == []
    for due, event in (({"days": 2}, "afterDeactivate"), ({"days": 8}, "afterDelete")):
        moto_world.clock.advance(**due)
        rotate.pass_()
        (environment,) = hooks.runs(event)
        assert environment["ROTATE_KEY_ID"] == old
    assert not hooks.runs("onFailure") and not hooks.runs("beforeRotate")
    rotate.run("--user", "nobody")
    (failure,) = hooks.runs("onFailure")
    assert failure["ROTATE_CODE"] == "not-managed" and "ROTATE_USER" not in failure


def test_a_veto(moto_world, rotate, hooks):
    moto_world.make_user(days=91)
    program = hooks.make("beforeRotate", "echo 'no deploys before Monday' >&2; exit 3\n")
    hooks.make("afterPublish")
    before = moto_world.snapshot()
    run = rotate.pass_(code=2)
    finding = find_of_user(run, "hook-vetoed")
    assert "no deploys before Monday" in finding["message"] and "status 3" in finding["message"]
    assert [(s["action"], s["result"]) for s in run.user["steps"]] == [("rotate", "notReached")]
    assert moto_world.snapshot() == before, "not even the lease is taken"
    assert not hooks.runs("afterPublish")
    program.write_text("#!/bin/sh\n")
    assert rotate.pass_().done() == ["rotate"]


def test_a_veto_stops_the_rotation_alone(moto_world, rotate, hooks):
    """A deletion and, with the room it makes, a rotation are due in one run."""
    ((old, _),) = moto_world.make_user(days=91)
    rotate.pass_()
    moto_world.clock.advance(days=2)
    assert rotate.pass_().done() == ["deactivate"]
    moto_world.clock.advance(days=91)
    hooks.make("beforeRotate", "exit 1\n")
    published = moto_world.published()
    run = rotate.pass_(code=2)
    assert [(s["action"], s["result"]) for s in run.user["steps"]] == [
        ("delete", "done"), ("rotate", "notReached")]
    assert moto_world.published() == published and list(moto_world.keys()) == [published[0]]
    assert moto_world.record().get("inFlight") is None


@pytest.mark.parametrize("dies", [False, True])
def test_a_compromised_key_is_replaced_whatever_a_hook_says(moto_world, rotate, hooks, dies):
    """Also by the ordinary run that finishes the order of one that died."""
    moto_world.make_user(keys=0)
    rotate.pass_()
    old = moto_world.published()
    moto_world.clock.advance(days=3)
    hooks.make("beforeRotate", "exit 1\n", required=True)
    for event in ("afterPublish", "afterDeactivate"):
        hooks.make(event)
    order = ("--user", "deployer", "--compromised", "--yes")
    if dies:
        def kill(exchange):
            exchange.forward()
            process.kill()

        moto_world.proxy.on("CreateAccessKey", kill)
        process = rotate.start(*order)
        process.communicate(timeout=HANG)
        moto_world.proxy.forget()
        assert moto_world.published() == old and not hooks.runs("beforeRotate")
        moto_world.clock.advance(minutes=2)
        order = ()
    run = rotate.pass_(*order)
    assert run.done()[-2:] == ["rotate", "deactivate"]
    new = moto_world.published()
    assert new != old and moto_world.works(new) and not moto_world.works(old)
    assert not hooks.runs("beforeRotate"), "nobody is asked"
    (after,), (deactivated,) = hooks.runs("afterPublish"), hooks.runs("afterDeactivate")
    assert after["ROTATE_KEY_ID"] == new[0] and deactivated["ROTATE_KEY_ID"] == old[0]
    # The next ordinary rotation asks again.
    moto_world.clock.advance(days=8)
    rotate.pass_()
    moto_world.clock.advance(days=91)
    assert "hook-vetoed" in {code for _, code in rotate.pass_(code=2).findings()}


def test_a_rollback_publishes_and_asks_nobody(moto_world, rotate, hooks):
    moto_world.make_user(keys=0)
    rotate.pass_()
    old = moto_world.published()[0]
    moto_world.clock.advance(days=91)
    rotate.pass_()
    new = moto_world.published()[0]
    hooks.make("beforeRotate", "exit 1\n", required=True)
    hooks.make("afterPublish")
    run = rotate.pass_("rollback", "--user", "deployer", "--yes")
    assert run.done() == ["pause", "rollBack"] and not hooks.runs("beforeRotate")
    (after,) = hooks.runs("afterPublish")
    assert (after["ROTATE_ACTION"], after["ROTATE_KEY_ID"], after["ROTATE_OLD_KEY_IDS"]) == (
        "rollBack", old, new)


def find_of_user(run, code: str) -> dict:
    (found,) = [f for f in run.user["findings"] if f["code"] == code]
    return found


def test_the_lease_is_taken_after_the_hook(moto_world, rotate, hooks, tmp_path):
    moto_world.make_user(days=91)
    gate = tmp_path / "gate"
    hooks.make("beforeRotate", f'while [ ! -e "{gate}" ]; do sleep 0.05; done\n')
    process = rotate.start()
    deadline = time.monotonic() + HANG
    while not hooks.has_begun("beforeRotate") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert hooks.has_begun("beforeRotate")
    assert moto_world.record() is None and "PutParameter" not in moto_world.proxy.operations()
    gate.touch()
    assert rotate.finish(process).code == 0
    assert moto_world.published() is not None


@pytest.mark.parametrize("event", ["beforeRotate", "afterPublish"])
@pytest.mark.parametrize("then, timeout, words", [
    ("sleep 6000 & sleep 6000\n", "1s", "didn't end within 1 s"),
    ("kill -9 $$\n", "5m", "signal 9"),
])
def test_a_hook_that_hangs_or_dies(moto_world, rotate, hooks, event, then, timeout, words):
    moto_world.make_user(days=91)
    program = hooks.make(event, then, timeout=timeout)
    run = rotate.pass_()
    findings = run.json["findings"] + run.user["findings"]
    (finding,) = [f for f in findings if f["code"] == "hook-failed"]
    assert finding["severity"] == "notice" and words in finding["message"]
    assert moto_world.works(moto_world.published())
    left = subprocess.run(["pgrep", "-f", str(program)], capture_output=True, check=False)
    assert left.stdout == b""


def test_a_required_hook_that_hangs(moto_world, rotate, hooks):
    moto_world.make_user(days=91)
    hooks.make("beforeRotate", "sleep 6000\n", timeout="1s", required=True)
    run = rotate.pass_(code=1)
    assert find_of_user(run, "hook-failed")["severity"] == "failed"
    assert moto_world.published() is None


def test_a_failing_hook_undoes_nothing(moto_world, rotate, hooks):
    moto_world.make_user(days=91)
    hooks.make("afterPublish", "echo it is broken; exit 7\n")
    run = rotate.pass_()
    finding = find(run, "hook-failed")
    assert "ended with 7: it is broken" in finding["message"] and finding["severity"] == "notice"
    assert moto_world.works(moto_world.published())
    change(rotate, "hooks.afterPublish", [
        {"command": [str(hooks.folder / "afterPublish"), "a b", "$HOME;*"], "required": True}])
    for days in (2, 8):
        moto_world.clock.advance(days=days)
        rotate.pass_()
    moto_world.clock.advance(days=90)
    run = rotate.pass_(code=1)
    assert ("failed", "hook-failed") in run.findings() and run.done() == ["rotate"]
    assert moto_world.works(moto_world.published())


def test_what_a_hook_prints_shows_no_secret(moto_world, rotate, hooks):
    """Not even the published one, which it may well read: what looks like one is left out."""
    moto_world.make_user(days=91)
    rotate.pass_()
    moto_world.clock.advance(days=2)
    hooks.make("afterDeactivate", f"echo 'key {moto_world.published()[1]}' >&2; exit 1\n")
    rotate.vaults.add(hooks.folder / "afterDeactivate")
    run = rotate.pass_()
    assert "key […]" in find(run, "hook-failed")["message"]


def test_a_dry_run_exercises_hooks_only_when_asked(moto_world, rotate, hooks):
    ((old, _),) = moto_world.make_user(days=91)
    hooks.make("beforeRotate", "exit 1\n")
    hooks.make("afterPublish")
    before = moto_world.snapshot()
    rotate.pass_("--dry-run")
    rotate.run("status")
    assert list(hooks.notes.iterdir()) == []
    run = rotate.pass_("--dry-run", "--run-hooks", code=2)
    assert "hook-vetoed" in {code for _, code in run.findings()}
    for event in ("beforeRotate", "afterPublish"):
        assert hooks.runs(event)[0]["ROTATE_DRY_RUN"] == "1"
    (after,) = hooks.runs("afterPublish")
    assert after["ROTATE_KEY_ID"] == "" and after["ROTATE_OLD_KEY_IDS"] == old
    assert moto_world.snapshot() == before
    assert rotate.run("--run-hooks").code == 64


# Whose program.


def missing(program):
    program.unlink()
    return "No such file"


def writable(program):
    program.chmod(0o775)
    return "chmod go-w"


def not_executable(program):
    program.chmod(0o644)
    return "chmod 0755"


def linked(program):
    program.rename(program.with_name("real"))
    program.symlink_to(program.with_name("real"))
    return "no regular file"


def in_an_open_directory(program):
    program.parent.chmod(0o777)
    return f"{program.parent} can be written by others"


def a_strangers(program):
    os.chown(program, 65534, 65534)
    return "belongs to user 65534"


@needs_root
@pytest.mark.parametrize(
    "spoil", [missing, writable, not_executable, linked, in_an_open_directory, a_strangers])
@pytest.mark.parametrize("event", ["beforeRotate", "afterPublish"])
def test_a_program_that_cannot_be_trusted(moto_world, rotate, hooks, spoil, event):
    moto_world.make_user(days=91)
    words = spoil(hooks.make(event))
    run = rotate.pass_(code=2)
    finding = find(run, "hook-refused")
    assert words in finding["message"] and finding["severity"] == "act"
    assert re.search(rf"config\.json:\d+:\d+ hooks\.{event}\[0\]\.command\[0\]", finding["message"])
    assert moto_world.published() is not None and not list(hooks.notes.iterdir())
    if event == "beforeRotate":
        return
    # Required: the run doesn't begin.
    config = json.loads(rotate.config_file.read_text())
    config["hooks"][event][0]["required"] = True
    rotate.write_config(config)
    moto_world.proxy.forget()
    run = rotate.run()
    assert run.code == 78 and "hook-refused" in run.stderr
    assert moto_world.proxy.calls == []


@pytest.mark.parametrize("hooks_, words", [
    ({"beforRotate": []}, ("beforRotate", "beforeRotate")),
    ({"beforeRotate": [{"command": "/bin/true"}]}, ("command", "a list")),
    ({"beforeRotate": [{"command": []}]}, ("empty",)),
    ({"beforeRotate": [{"command": ["true"]}]}, ("from `/` on",)),
    ({"beforeRotate": [{"command": ["/bin/true"], "timeout": "1h"}]}, ("600s",)),
    ({"beforeRotate": [{}]}, ("`command` is missing",)),
])
def test_a_bad_configuration_of_hooks(moto_world, rotate, hooks_, words):
    change(rotate, "hooks", hooks_)
    run = rotate.run()
    assert run.code == 78
    for word in words:
        assert word in run.stderr
