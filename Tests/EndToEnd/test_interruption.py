"""SIGTERM and Ctrl-C, with real signals: the first lets a run end soon and says whose keys it was at,
the second ends it at once, and the next run goes on from there."""

import fcntl
import json
import os
import signal
import threading
import time

import pytest

from servers.proxy import refuse

GRACE = 10.0  # seconds: docs/operations.md
SOON = 5.0


class Hang:
    """An operation that is never answered while the test lasts; forwarded or not."""

    def __init__(self, world, operation: str, forwards: bool, times: int = 1):
        self.reached, self.go, self._forwards = threading.Event(), threading.Event(), forwards
        world.proxy.on(operation, self._hang, times=times)

    def _hang(self, exchange) -> None:
        reply = exchange.forward() if self._forwards else None
        self.reached.set()
        self.go.wait(60)
        try:
            exchange.send(reply or exchange.forward())
        except OSError:
            pass  # nobody listens any more

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.go.set()


def settled(world, rotate, old: str) -> None:
    """The next run goes on from there: nothing is lost, one working key is published."""
    # A call that was on its way may have arrived.
    world.proxy.forget()
    world.clock.advance(minutes=40)
    run = rotate.run("--format", "json")
    assert run.code == 0, run
    published = world.published()
    assert world.works(published) and set(world.keys()) == {old, published[0]}
    assert world.keys()[old] == "Active"
    assert rotate.run("audit", "verify").code == 0


@pytest.mark.parametrize("operation", ["CreateAccessKey", "PutParameter", "ListAccessKeys"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_call_that_hangs(ministack_world, rotate, operation, name):
    world = ministack_world
    ((old, _),) = world.make_user(days=91)
    with Hang(world, operation, forwards=operation != "ListAccessKeys") as hang:
        process = rotate.start("--format", "json")
        assert hang.reached.wait(SOON * 4)
        began = time.monotonic()
        process.send_signal(getattr(signal, name))
        run = rotate.finish(process)
        assert GRACE - 1 < time.monotonic() - began < GRACE + SOON, run
    assert run.code == 1 and run.stdout == "", run
    first, last = run.stderr.strip().splitlines()
    assert first.startswith(f"rotate: {name}: ") and "deployer is being worked on" in first
    assert "next run goes on" in first and first.endswith("[interrupted]")
    assert "deployer is still being worked on" in last and last.endswith("[interrupted]")
    settled(world, rotate, old)


@pytest.mark.parametrize("signals", [("SIGTERM", "SIGTERM"), ("SIGINT", "SIGINT"),
                                     ("SIGINT", "SIGTERM"), ("SIGHUP", "SIGHUP")])
def test_the_second_signal_ends_it_at_once(ministack_world, rotate, signals):
    world = ministack_world
    ((old, _),) = world.make_user(days=91)
    with Hang(world, "CreateAccessKey", forwards=True) as hang:
        process = rotate.start()
        assert hang.reached.wait(SOON * 4)
        process.send_signal(getattr(signal, signals[0]))
        assert "[interrupted]" in process.stderr.readline()
        began = time.monotonic()
        process.send_signal(getattr(signal, signals[1]))
        run = rotate.finish(process)
        assert time.monotonic() - began < SOON
    assert run.code == -getattr(signal, signals[1]), run
    settled(world, rotate, old)


def test_a_run_that_can_end_well_does(ministack_world, rotate):
    """While the new key is proven: it is taken back, the lease given back, and the report written."""
    world = ministack_world
    ((old, _),) = world.make_user(days=91)
    rotate.configure(verify={"successes": 2, "interval": "20ms", "timeout": "100s"})
    tried = threading.Event()

    def unknown(exchange) -> None:
        tried.set()
        refuse(403, "InvalidClientTokenId")(exchange)

    world.proxy.on("GetCallerIdentity", unknown, times=10_000,
                   signer=lambda key: key not in (old, world.rotator[0]))
    process = rotate.start("--format", "json")
    assert tried.wait(SOON * 4)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    run = rotate.finish(process)
    assert run.code == 1 and time.monotonic() - began < GRACE, run
    assert ("failed", "interrupted") in run.findings(), run
    assert "deployer" in json.dumps(run.json["findings"])
    assert world.keys() == {old: "Active"} and "inFlight" not in world.record()
    settled(world, rotate, old)


def test_no_user_is_begun_any_more(moto_world, rotate):
    world = moto_world
    names = [f"user-{number}" for number in range(9)]
    for name in names:
        world.make_user(name, keys=0)
    rotate.configure(users=[{"name": name} for name in names])
    with Hang(world, "CreateAccessKey", forwards=True, times=4) as hang:
        process = rotate.start("--format", "json")
        assert hang.reached.wait(SOON * 4)
        process.send_signal(signal.SIGTERM)
        said = process.stderr.readline()
    run = rotate.finish(process)
    assert run.code == 1, run
    (finding,) = [one for one in run.json["findings"] if one["code"] == "interrupted"]
    begun = {user["user"] for user in run.json["users"]}
    assert 0 < len(begun) <= 4 and all(name in said for name in begun)
    assert f"{9 - len(begun)} users were not begun" in finding["message"]
    assert {name for name in names if world.keys(name)} <= begun
    world.proxy.forget()
    assert rotate.run().code == 0
    assert all(world.works(world.published(name)) for name in names)


def test_a_run_that_waits_for_another_ends_at_once(moto_world, rotate):
    moto_world.make_user(days=91)
    assert rotate.run().code == 0
    lock = rotate.audit_log.with_name("audit.jsonl.lock")
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        process = rotate.start()
        assert "[run-waits]" in process.stderr.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        run = rotate.finish(process)
    assert run.code == 1 and time.monotonic() - began < SOON, run
    assert "before it began" in run.stderr and "[interrupted]" in run.stderr


def test_what_changes_nothing_ends_as_ever(moto_world, rotate):
    """Nobody waits for a dry run; nohup's children stay what nohup made them."""
    moto_world.make_user(days=91)
    with Hang(moto_world, "ListAccessKeys", forwards=True) as hang:
        process = rotate.start("--dry-run")
        assert hang.reached.wait(SOON * 4)
        process.send_signal(signal.SIGTERM)
        assert rotate.finish(process).code == -signal.SIGTERM
    with Hang(moto_world, "CreateAccessKey", forwards=True) as hang:
        process = rotate.start(wrap=("sh", "-c", 'trap "" HUP; exec "$0" "$@"'))
        assert hang.reached.wait(SOON * 4)
        os.kill(process.pid, signal.SIGHUP)
    run = rotate.finish(process)
    assert run.code == 0 and "interrupted" not in run.text, run
