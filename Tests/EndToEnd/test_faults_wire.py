"""Every fault of the wire at every call of every stage in a key's life, and new keys that show up
late, while consumers read and use the published credentials."""

import copy

import pytest

from lives import CHANGES, LEAST_CALLS, PATH, STAGES, Lives
from patience import HANG
from runner import Rotate
from servers import Proxy
from servers import proxy as faults


def garble(exchange) -> None:
    """Executed, but something between here and AWS answers in its place."""
    reply = exchange.forward()
    reply.body = b"<html><body>Please sign in to this network</body></html>"
    exchange.send(reply)


def swallow(exchange) -> None:
    """Not executed, and nothing comes back until the client gives up."""
    exchange.proxy.stopping.wait(HANG)
    exchange.drop()


def keep_silent(exchange) -> None:
    """The same, but executed."""
    exchange.forward()
    swallow(exchange)


UNCLEAR = {
    "lost request": faults.drop_request,
    "lost reply": faults.drop_reply,
    "500 but done": faults.fail_after(500, "InternalFailure"),
}
FAULTS = UNCLEAR | {
    "503 not done": faults.refuse(503, "ServiceUnavailable"),
    "throttle": faults.throttle,
    "truncated reply": faults.truncate,
    "garbled reply": garble,
}


def every_call_meets(lives: Lives, chosen: dict, tmp_path, workers: int = 4) -> None:
    """Each point on a host of its own, since its waits then cost no time; so what it leaves has to
    be cleared up by another host."""
    world = lives.world

    def calls() -> list:
        world.proxy.forget()
        run = lives.run()
        assert run.code == 0, run
        made = world.proxy.operations()
        assert len(made) >= 10, run
        # To a read it is all the same whether it was done.
        return [(call, name) for call, operation in enumerate(made) for name in chosen
                if "done" not in name or operation in CHANGES]

    def afflict(user, point):
        call, name = point
        with Proxy(world.server) as proxy:
            elsewhere = copy.copy(world)
            elsewhere.proxy = proxy
            home = tmp_path / f"{user}-{len(list(tmp_path.glob(user + '-*')))}"
            home.mkdir()
            other = Rotate(elsewhere, home)
            lives.watch(proxy, other)
            lives.only(user, other)
            proxy.on("*", chosen[name], after=call)
            lives.run(other)
            world.proxy.secrets |= proxy.secrets
            return len(proxy.calls) > call

    lives.live(lives.survey(calls), afflict, workers, minutes=31)


@pytest.mark.slow
def test_every_fault_at_every_call(ministack_world, rotate, consumers, tmp_path):
    consumers.least = LEAST_CALLS
    every_call_meets(Lives(ministack_world, rotate, consumers), FAULTS, tmp_path)


@pytest.mark.slow
def test_what_is_unclear_at_every_call_under_a_real_quota(moto_world, rotate, tmp_path):
    every_call_meets(Lives(moto_world, rotate), UNCLEAR, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [swallow, keep_silent], ids=["lost request", "lost reply"])
def test_a_time_out_at_every_call(ministack_world, rotate, consumers, tmp_path, fault):
    every_call_meets(
        Lives(ministack_world, rotate, consumers), {"time-out": fault}, tmp_path, workers=20)


# What a new key's calls meet, one after another: refused or accepted.
@pytest.mark.parametrize("visibility", ["x", "xxxx", "x.x", ".x", "..x", "...x", ".x.x..xx"])
def test_a_new_key_that_flaps(ministack_world, rotate, consumers, visibility):
    world = ministack_world
    lives = Lives(world, rotate, consumers)
    lives.make("flapping", PATH)
    lives.only("flapping")
    consumers.users = ["flapping"]
    for stage in STAGES[:2]:
        lives.advance(**stage.due)
        others = {world.rotator[0], *world.keys("flapping")}
        world.proxy.forget()
        for at, seen in enumerate(visibility):
            if seen == "x":
                world.proxy.on(
                    "GetCallerIdentity", faults.refuse(403, "InvalidClientTokenId"), after=at,
                    signer=lambda signer, others=others: signer not in others)
        run = lives.run()
        assert run.code == 0, run
        # Published only after it had worked twice in a row.
        proofs = [call for call in world.proxy.calls if call.access_key_id not in others]
        published = next(call.started for call in world.proxy.calls if call.operation ==
                         "PutParameter" and call.parameters["Name"].endswith("/credentials"))
        assert [call.status for call in proofs if call.started < published][-2:] == [200, 200]
        lives.recover()
        lives.judge("flapping", stage, visibility)


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 5])
def test_a_key_that_nobody_heard_of_and_lists_do_not_show(ministack_world, rotate, consumers, lag):
    """The reply to CreateAccessKey is lost, and for a while the list doesn't show what it made."""
    world = ministack_world
    lives = Lives(world, rotate, consumers)
    lives.make("hidden", PATH)
    consumers.users = ["hidden"]
    lives.only("hidden")
    lives.run()
    lives.judge("hidden", STAGES[0], lag)
    lives.advance(**STAGES[1].due)
    (before,) = world.keys("hidden")

    def without_the_new_one(exchange):
        reply = exchange.forward()
        members = reply.body.decode().split("<member>")
        kept = [members[0]] + [member for member in members[1:] if before in member]
        tail = members[-1].rpartition("</member>")[2] if before not in members[-1] else ""
        reply.body = ("<member>".join(kept) + tail).encode()
        exchange.send(reply)

    def lose(exchange):
        exchange.forward()
        world.proxy.on("ListAccessKeys", without_the_new_one, times=lag)
        exchange.drop()

    world.proxy.on("CreateAccessKey", lose)
    lives.run()
    lives.still_works("hidden", STAGES[1], lag)
    lives.recover()
    lives.judge("hidden", STAGES[1], lag)
