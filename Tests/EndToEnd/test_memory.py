"""What the program has in its memory once a rotation is over: no secret of it.

Two walls keep that: no secret on its way is ever in memory that isn't wiped, and a release build wipes
each block that is freed. A debug build has the first alone, so each is shown by itself.
"""

import base64
import contextlib
import hmac
import json
import os
import pathlib
import re
import select
import threading
import time

import pytest

from patience import HANG
from runner import binary
from servers.server import REGION
from servers.tls import TLSFront
from test_sessions import manage

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0,
    reason="only root may read the memory of a process that can't be dumped")
HEAPS = {"plain heap": binary().parents[1] / "debug/rotate"}
if "debug" not in str(binary()):
    HEAPS["wiping heap"] = binary()


@pytest.fixture(params=sorted(HEAPS), autouse=True)
def heap(request, monkeypatch):
    """A build whose heap wipes what is freed, and one whose doesn't."""
    if not HEAPS[request.param].exists():
        pytest.fail(f"{HEAPS[request.param]} is not built: run 'make debug'")
    monkeypatch.setenv("ROTATE_BINARY", str(HEAPS[request.param]))


def memory(pid: int) -> list[bytes]:
    """All that the process can write, block by block: heap, stacks, data."""
    blocks = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as source:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            begin, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if rights.startswith("rw"):
                source.seek(int(begin, 16))
                # A thread that ends meanwhile takes its own blocks with it.
                with contextlib.suppress(OSError):
                    blocks.append(source.read(int(end, 16) - int(begin, 16)))
    return blocks


def forms(secret: str) -> dict[str, bytes]:
    """As it is; as JSON may write it; base64, at each of the three places where it may begin."""
    made = {"plain": secret, "in JSON": json.dumps(secret)[1:-1].replace("/", "\\/")}
    for shift in range(3):
        coded = base64.b64encode(b"." * shift + secret.encode()).decode()
        made[f"base64 + {shift}"] = coded[4 if shift else 0:-4]
    return {name: text.encode() for name, text in made.items()}


def signing_key(secret: str, day: str) -> bytes:
    """What signs calls to STS on that day: until its end as good as the secret."""
    key = b"AWS4" + secret.encode()
    for part in (day, REGION, "sts", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def found(blocks: list[bytes], secret: str, world) -> dict[str, int]:
    looked_for = forms(secret) | {
        "signing key": signing_key(secret, world.clock.now().strftime("%Y%m%d"))}
    counts = {name: sum(block.count(form) for block in blocks)
              for name, form in looked_for.items()}
    return {name: count for name, count in counts.items() if count}


def look_while_it_waits(rotate, gate, *arguments: str) -> list[bytes]:
    """The memory of a run that waits at its hook after the publication: its users are done."""
    ready, go = gate
    process = rotate.start(*arguments)
    heard = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
    waits = os.open(go, os.O_RDWR)
    try:
        assert select.select([heard], [], [], 60)[0], "the hook never began"
        blocks = memory(process.pid)
        os.write(waits, b"go\n")
        assert rotate.finish(process, arguments).code == 0
        return blocks
    finally:
        process.kill()
        os.close(heard)
        os.close(waits)


@pytest.fixture(params=["http", "https"])
def wire(request, heap, ministack_world, rotate, tmp_path):
    """Both ways to AWS: OpenSSL has buffers of its own."""
    if request.param == "http":
        yield
        return
    with TLSFront(ministack_world.proxy, tmp_path) as front:
        rotate.environment |= {"AWS_ENDPOINT_URL": front.url, "AWS_CA_BUNDLE": str(front.bundle)}
        yield


@pytest.fixture
def gate(wire, rotate, tmp_path):
    """A hook that waits after each publication until it is told to go on."""
    ready, go = tmp_path / "ready", tmp_path / "go"
    os.mkfifo(ready)
    os.mkfifo(go)
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\necho ready > {ready}\nread word < {go}\n")
    hook.chmod(0o755)
    return ready, go


def hook(rotate, gate) -> None:
    settings = json.loads(rotate.config_file.read_text())
    program = str(gate[0].with_name("hook"))
    settings["hooks"] = {"afterPublish": [{"command": [program], "timeout": "50s"}]}
    rotate.write_config(settings)


def check(blocks: list[bytes], world, what: str) -> None:
    # The caller's own secret stands in the environment: what is there is seen.
    assert found(blocks, world.rotator[1], world)["plain"] >= 1
    left = {secret[:6]: counts for secret in world.secrets() - {world.rotator[1]}
            if (counts := found(blocks, secret, world))}
    assert not left, f"{what}: {left}"


def test_no_secret_is_left_after_a_rotation(ministack_world, rotate, gate):
    world = ministack_world
    world.make_user(keys=0)
    # Every form that a destination has, in parameters and in files.
    files = {form: rotate.home / form for form in ("json", "dotenv", "credentials-file")}
    rotate.vaults |= set(files.values())
    rotate.configure(projections=[
        *({"name": f"{{user}}/copy-{form}", "format": form}
          for form in (*files, "access-key-id", "secret-access-key")),
        *({"file": str(file), "format": form} for form, file in files.items())])
    hook(rotate, gate)
    for what in ("first publication", "rotation"):
        check(look_while_it_waits(rotate, gate), world, what)
        world.clock.advance(days=91)


def test_no_session_is_left(ministack_world, rotate, gate):
    world = ministack_world
    manage(world, rotate)
    hook(rotate, gate)
    check(look_while_it_waits(rotate, gate), world, "key and session")


def test_nothing_of_a_user_is_left_while_the_next_one_is_at_work(ministack_world, rotate, wire):
    """One after another on one thread."""
    world = ministack_world
    names = [f"user-{number}" for number in range(9)]  # more than there are threads
    for name in names:
        world.make_user(name)
    rotate.configure(users=[{"name": name} for name in names])
    blocks, processes, started = [], [], threading.Event()

    def look(exchange):
        if blocks or exchange.call.parameters["UserName"] != names[-1]:
            return exchange.send(exchange.forward())
        started.wait(HANG)
        done = [name for name in names if world.record(name)
                and world.record(name).get("inFlight") is None]
        secrets = [world.published(name)[1] for name in done]
        # Their states are written; the threads that wrote them may still be at the replies.
        patience = time.monotonic() + 60
        while time.monotonic() < patience:
            seen = memory(processes[0].pid)
            if not any(found(seen, secret, world) for secret in secrets):
                break
        blocks.append((seen, secrets))
        exchange.send(exchange.forward())

    world.proxy.on("GetUser", look, times=99)  # the last user's first call
    processes.append(rotate.start())
    started.set()
    assert rotate.finish(processes[0]).code == 0
    (seen, secrets), = blocks
    assert len(secrets) >= 3
    # The caller's own is still needed: what is there is seen.
    assert {"plain", "signing key"} <= found(seen, world.rotator[1], world).keys()
    left = [counts for secret in secrets if (counts := found(seen, secret, world))]
    assert not left, left
