"""`kill -9` at every system call that writes, sends, receives or syncs, in every stage of a key's
life, while consumers read and use the published credentials; and a full or broken disk under the
audit log."""

import collections
import contextlib
import re
import shutil
import threading

import pytest

from lives import LEAST_CALLS, PATH, STAGES, Lives
from patience import HANG

# recvfrom: AWS has executed the call, and the run dies before it reads the answer.
CALLS = ("write", "writev", "pwrite64", "sendto", "sendmsg", "recvfrom", "connect", "fsync",
         "fdatasync", "ftruncate", "flock", "rename", "renameat", "renameat2", "unlink")

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")


def strace(trace, *options: str) -> tuple[str, ...]:
    return "strace", "-f", "-qq", "-ttt", "-o", str(trace), *options


def on_log(rotate) -> tuple[str, ...]:
    """Only system calls on the audit log, its lock and its folder."""
    log = rotate.audit_log
    paths = (log, log.with_name(log.name + ".lock"), log.parent)
    return tuple(option for path in paths for option in ("-P", str(path)))


def killed_at_every_system_call(lives: Lives, trace) -> None:
    rotate = lives.rotate

    def count(calls, *options):
        run = lives.run(wrap=strace(trace, "-e", "trace=" + ",".join(calls), *options))
        assert run.code == 0, run
        return collections.Counter(re.findall(r"^\d+ +[\d.]+ (\w+)\(", trace.read_text(), re.M))

    def points():
        counts = count((*CALLS, "openat"))
        # Opening hundreds of libraries and locales is no point of interest; opening the log is.
        del counts["openat"]
        made = [(call, at) for call, n in sorted(counts.items()) for at in range(1, n + 1)]
        return made + [("openat", at) for at in range(1, 6)]

    points = lives.survey(points)
    assert all(len(found) > 40 for found in points.values()), points

    def afflict(user, point):
        call, at = point
        lives.only(user)
        only = on_log(rotate) if call == "openat" else ()
        run = lives.run(wrap=strace(
            trace, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={at}", *only))
        assert run.code in (0, -9), run
        return run.code == -9

    lives.live(points, afflict)


@pytest.mark.slow
def test_killed_at_every_system_call(ministack_world, rotate, consumers, tmp_path_factory):
    lives = Lives(ministack_world, rotate, consumers)
    consumers.least = LEAST_CALLS
    killed_at_every_system_call(lives, tmp_path_factory.mktemp("trace") / "trace")


@pytest.mark.slow
def test_killed_at_every_system_call_under_a_real_quota(moto_world, rotate, tmp_path_factory):
    killed_at_every_system_call(
        Lives(moto_world, rotate), tmp_path_factory.mktemp("trace") / "trace")


BROKEN = {
    "disk full": ("write", "ENOSPC", "No space left on device", "Make room on its disk"),
    "broken disk": ("write", "EIO", "Input/output error", "Check the disk"),
    "not durable": ("fsync", "EIO", "Input/output error", "Check the disk"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("lasting", [True, False], ids=["for good", "once"])
def test_a_disk_that_fails_under_the_audit_log(
    ministack_world, rotate, consumers, tmp_path_factory, name, lasting,
):
    """At each write or sync: nothing is changed in AWS from then on, and the message says why."""
    call, error, words, advice = BROKEN[name]
    trace = tmp_path_factory.mktemp("trace") / "trace"
    lives = Lives(ministack_world, rotate, consumers)
    log = "-P", str(rotate.audit_log)

    def points():
        run = lives.run(wrap=strace(trace, "-e", f"trace={call}", *log))
        assert run.code == 0, run
        return list(range(1, trace.read_text().count(f" {call}(") + 1))

    points = lives.survey(points)
    assert all(len(found) >= 4 for found in points.values()), points

    def afflict(user, at):
        lives.changes.clear()
        lives.only(user)
        when = f"{at}+" if lasting else at
        run = lives.run(wrap=strace(
            trace, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}", *log))
        failed = re.search(r"^\d+ +([\d.]+) .*\(INJECTED\)$", trace.read_text(), re.M)
        if not failed:
            assert run.code == 0, run
            return False
        assert run.code == 1, run
        assert words in run.text and advice in run.text, run
        late = [change for moment, change in lives.changes if moment > float(failed[1])]
        assert late == [] or not lasting and call == "write", f"{at}: {late}\n{run}"
        return True

    lives.live(points, afflict)


def test_a_full_disk_before_anything_is_begun(ministack_world, rotate):
    """A file system of its own is really full: no strace, no room, no change."""
    world = ministack_world
    world.make_user(days=91)
    rotate.write_config({
        "region": "ap-northeast-2", "users": [{"name": "deployer"}],
        "audit": {"path": "/dev/full"}})
    before = world.snapshot()
    run = rotate.run()
    assert run.code == 1, run
    assert world.snapshot() == before


def test_the_second_run_says_who_holds_the_lock(ministack_world, rotate):
    """The second waits, and says for whom; once the first is killed it goes on at once, and clears
    up."""
    world = ministack_world
    lives = Lives(world, rotate)
    lives.make("deployer", PATH)
    lives.only("deployer")
    with stuck(world, rotate) as (first, go_on):
        second = rotate.start()
        try:
            line = second.stderr.readline()
            assert f"pid {first.pid}, run " in line, line
            assert world.proxy.operations().count("CreateAccessKey") == 1
        finally:
            first.kill()
        go_on()
        # Without the kill it would have waited for five minutes, and failed.
        run = rotate.finish(second)
        assert run.code == 0, run
    lives.recover()
    lives.judge("deployer", STAGES[0], "lock")


@contextlib.contextmanager
def stuck(world, rotate):
    """A run whose CreateAccessKey was executed and whose reply doesn't come."""
    arrived, leave = threading.Event(), threading.Event()

    def hold(exchange):
        exchange.forward()
        arrived.set()
        leave.wait(HANG)
        exchange.drop()

    world.proxy.on("CreateAccessKey", hold)
    first = rotate.start()
    try:
        assert arrived.wait(HANG)
        yield first, leave.set
    finally:
        leave.set()
        first.kill()
        first.communicate()
