"""Lost replies, throttles, kills and second hosts: the next runs converge on one working, published
key, and what was published never stops working."""

import concurrent.futures
import threading

import pytest

from lives import converge, judge
from patience import HANG
from runner import Rotate, Run
from servers import proxy as faults

def recover(world, rotate) -> None:
    """Well again within a few runs without faults; after that an idle run changes nothing."""
    def again():
        world.clock.advance(minutes=2)
        return rotate.run()

    converge(again)
    before = world.snapshot()
    idle = rotate.run()
    assert idle.code == 0, idle
    assert world.snapshot() == before, "an idle run changed something"
    judge(world)
    verified = rotate.run("audit", "verify")
    assert verified.code == 0, verified


UNCLEAR = {
    "lost request": faults.drop_request, "lost reply": faults.drop_reply,
    "cut-off reply": faults.truncate, "500 although it was done": faults.fail_after(
        500, "InternalFailure"), "503 and not done": faults.refuse(503, "ServiceUnavailable"),
    "throttle": faults.throttle,
}


@pytest.mark.parametrize("fault", UNCLEAR)
@pytest.mark.parametrize("operation", ["CreateAccessKey", "PutParameter", "GetCallerIdentity"])
def test_one_fault_in_a_rotation(world, rotate, operation, fault):
    (old,) = world.make_user(days=91)
    world.proxy.on(operation, UNCLEAR[fault])
    rotate.run()
    assert world.works(old)
    if (published := world.published()) is not None:
        assert world.works(published)
    recover(world, rotate)
    assert world.works(old)


def test_create_access_key_is_sent_once(world, rotate):
    world.make_user(keys=0)
    world.proxy.on("CreateAccessKey", faults.drop_reply)
    run = rotate.run()
    creations = [at for at, name in enumerate(world.proxy.operations())
                 if name == "CreateAccessKey"]
    # Whoever creates again has looked in between at what the first call left.
    for first, second in zip(creations, creations[1:], strict=False):
        assert "ListAccessKeys" in world.proxy.operations()[first:second], run
    recover(world, rotate)


@pytest.mark.parametrize("fault", UNCLEAR)
@pytest.mark.parametrize("operation", ["UpdateAccessKey", "DeleteAccessKey"])
def test_one_fault_in_a_retirement(world, rotate, operation, fault):
    (old,) = world.make_user(days=91)
    rotate.pass_()
    published = world.published()
    world.proxy.on(operation, UNCLEAR[fault])
    world.clock.advance(hours=25)
    rotate.run()
    world.clock.advance(days=7, hours=1)
    rotate.run()
    world.clock.advance(days=7, hours=1)
    recover(world, rotate)
    world.clock.advance(days=7, hours=1)
    rotate.pass_()
    assert world.published() == published
    assert world.keys() == {published[0]: "Active"}
    assert not world.works(old)


def test_a_new_key_that_works_only_after_a_while(world, rotate):
    (old,) = world.make_user(days=91)
    others = {world.rotator[0], old[0]}
    unknown = faults.refuse(
        403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    world.proxy.on(
        "GetCallerIdentity", unknown, times=4, signer=lambda signer: signer not in others)
    rotate.pass_()
    judge(world)


def test_a_new_key_that_never_works_is_given_up(world, rotate):
    (old,) = world.make_user(days=91)
    rotate.configure(verify={"successes": 2, "interval": "20ms", "timeout": "2s"})
    others = {world.rotator[0], old[0]}
    unknown = faults.refuse(
        403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    world.proxy.on(
        "GetCallerIdentity", unknown, times=9999, signer=lambda signer: signer not in others)
    run = rotate.run("--format", "json")
    assert run.code == 1, run
    assert world.keys() == {old[0]: "Active"}
    assert world.published() is None
    world.proxy.forget()
    recover(world, rotate)
    assert world.works(old)


def test_throttled_reads_are_repeated(world, rotate):
    world.make_user(days=91)
    for operation in ("ListAccessKeys", "GetParameters", "GetParameterHistory", "GetParameter"):
        world.proxy.on(operation, faults.throttle, times=2)
    rotate.pass_()
    judge(world)


def test_lists_in_pages_of_one(world, rotate):
    world.make_user("app", keys=2, path="/deploy/")
    world.make_user("web", keys=0, path="/deploy/")
    rotate.configure(users=[{"path": "/deploy/"}])
    for operation in ("ListUsers", "ListAccessKeys", "GetGroup"):
        world.proxy.on(operation, faults.page_by_one, times=99)
    run = rotate.run("--format", "json")
    assert run.code == 2, run  # app's second key is on a page of its own
    assert ("act", "two-keys-no-record") in run.findings()
    assert world.works(world.published("web"))


def killed_at(world, rotate, call: int | str, before: bool) -> bool:
    """A run that is killed at its n-th call, or at its first one of an operation, before or after the
    server sees it; False where the run ended without making it."""
    seen, dead = [], threading.Event()
    started = threading.Event()
    processes = []

    def fault(exchange):
        seen.append(exchange.call)
        if call not in (len(seen), exchange.call.operation) or dead.is_set():
            exchange.send(exchange.forward())
            return
        if not before:
            exchange.forward()
        started.wait(HANG)
        processes[0].kill()
        dead.set()
        exchange.drop()

    world.proxy.on("*", fault, times=9999)
    processes.append(rotate.start())
    started.set()
    rotate.finish(processes[0])
    world.proxy.forget()
    return dead.is_set()


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_every_call_of_a_rotation(world, tmp_path, before):
    call = 0
    while True:
        call += 1
        # A world of its own for each point would take longer: a user of its own does as well.
        name = f"user-{call}"
        (old,) = world.make_user(name, days=91)
        home = tmp_path / name
        home.mkdir()
        rotate = Rotate(world, home)
        rotate.configure(users=[{"name": name}])
        if not killed_at(world, rotate, call, before):
            break
        assert world.works(old)
        if (published := world.published(name)) is not None:
            assert world.works(published), f"killed at call {call}"

        def again(rotate=rotate):
            world.clock.advance(minutes=2)
            return rotate.run()

        converge(again)
        published = judge(world, name, f"killed at call {call}")
        assert world.works(old), f"killed at call {call}"
        assert world.keys(name) == {old[0]: "Active", published[0]: "Active"}, (
            f"killed at call {call}")
        assert call < 60, "a rotation has never so many calls"
    assert call > 10, "the rotation made fewer calls than it has steps"


def together(*runs):
    """Runs that go on at the same time."""
    with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
        return [future.result() for future in [pool.submit(run) for run in runs]]


def held_until(moment: threading.Event) -> faults.Fault:
    def fault(exchange):
        moment.wait(HANG)
        exchange.send(exchange.forward())

    return fault


def listen(process, words: str, seen: threading.Event) -> tuple[str, str]:
    """What the process says to its end; tells when the words have come."""
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            seen.set()
    return process.stdout.read(), "".join(lines)


def test_two_processes_on_one_host(world, rotate):
    (old,) = world.make_user(days=91)
    # Whichever is first is held until the other one waits for it.
    waits = threading.Event()
    world.proxy.on("CreateAccessKey", held_until(waits))
    processes = [rotate.start(), rotate.start()]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda process: listen(process, "[run-waits]", waits), processes))
    for process, (stdout, stderr) in zip(processes, said, strict=True):
        run = Run((), process.wait(HANG), stdout, stderr, 0)
        assert run.code == 0, run
        rotate._look_for_secrets(run, "", False)
    assert waits.is_set()
    assert world.proxy.operations().count("CreateAccessKey") == 1
    judge(world)
    assert world.works(old)


def test_two_hosts_at_once(world, rotate, tmp_path):
    (old,) = world.make_user(days=91)
    (tmp_path / "other-host").mkdir()
    other = Rotate(world, tmp_path / "other-host")
    # Both begin in the same moment; whichever holds the lease is held until the other has left.
    left = threading.Event()
    world.proxy.on("CreateAccessKey", held_until(left))

    def run(host):
        try:
            return host.run("--format", "json")
        finally:
            left.set()

    runs = together(lambda: run(rotate), lambda: run(other))
    assert [run.code for run in runs] == [0, 0], runs
    assert sum(("notice", "lease-held") in run.findings() for run in runs) == 1
    assert world.proxy.operations().count("CreateAccessKey") == 1
    assert world.works(old)
    recover(world, rotate)
    recover(world, other)


def test_a_consumer_never_sees_a_key_that_does_not_work(ministack_world, rotate):
    """On ministack, which refuses Inactive keys: whoever reads, at any moment of a rotation and of
    the retirement after it, gets a key that works and goes on working for the grace period."""
    world = ministack_world
    world.make_user(keys=0)
    rotate.pass_()
    over, seen, broken = threading.Event(), set(), []
    # The clock jumps between the consumer's calls: one that is signed before and arrives after is
    # rightly refused.
    between_calls = threading.Lock()

    def consume():
        while not over.is_set():
            with between_calls:
                key = world.published()
                seen.add(key)
                if not world.works(key):
                    broken.append(key)

    def advance(**delta):
        with between_calls:
            world.clock.advance(**delta)

    consumer = threading.Thread(target=consume)
    consumer.start()
    try:
        advance(days=91)
        rotate.pass_()
        advance(hours=23)
        rotate.pass_()
        assert all(world.works(key) for key in list(seen))
        advance(hours=2)
        rotate.pass_()
        advance(days=8)
        rotate.pass_()
    finally:
        over.set()
        consumer.join()
    assert broken == []
    assert len(seen) == 2


def test_another_host_waits_for_a_dead_ones_lease(world, rotate, tmp_path):
    (old,) = world.make_user(days=91)
    (tmp_path / "other-host").mkdir()
    other = Rotate(world, tmp_path / "other-host")
    assert killed_at(world, rotate, "CreateAccessKey", before=False)
    assert len(world.keys()) == 2 and world.published() is None
    world.clock.advance(minutes=2)
    before = world.snapshot()["keys"]
    waiting = other.run("--format", "json")
    assert ("notice", "lease-held") in waiting.findings(), waiting
    assert world.snapshot()["keys"] == before and world.published() is None
    world.clock.advance(minutes=31)
    recover(world, other)
    assert world.works(old)


def test_an_audit_log_that_was_cut_short_is_found_out(world, rotate):
    world.make_user(days=91)
    rotate.pass_()
    lines = rotate.audit_log.read_text().splitlines(keepends=True)
    rotate.audit_log.write_text("".join(lines[:-4]))
    world.clock.advance(minutes=5)
    assert rotate.run("audit", "verify").code == 0  # the chain alone can't tell
    assert rotate.run("audit", "verify", "--anchors").code == 1
    run = rotate.run("--format", "json")
    assert ("act", "audit-log-cut") in run.findings(), run
    assert run.code == 2
