"""New keys that show up late, while consumers read and use the published credentials."""

import pytest

from lives import PATH, STAGES, Lives
from servers import proxy as faults


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
