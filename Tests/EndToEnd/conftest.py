"""Fixtures: both servers, started once and forgetful between tests; the program; its world."""

import contextlib
import pathlib
import signal

import pytest

from lives import Consumers
from runner import Rotate, binary
from servers import MinistackServer, MotoServer, Proxy
from situations import Fleet
from world import World

SERVERS = {server.name: server for server in (MotoServer, MinistackServer)}

# A shell starts what runs in its background with SIGINT ignored, and whatever that starts inherits it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """Servers by name, started at first need and all stopped at the end, also on failure."""
    with contextlib.ExitStack() as stack:
        started = {}

        def get(name):
            if name not in started:
                folder = tmp_path_factory.mktemp("servers")
                started[name] = stack.enter_context(SERVERS[name](folder))
            return started[name]

        yield get


def _world(running, name):
    server = running(name)
    server.reset()
    with Proxy(server) as proxy:
        yield World(server, proxy)


@pytest.fixture(params=sorted(SERVERS))
def world(request, running):
    """An empty account; the test runs on both servers."""
    yield from _world(running, request.param)


@pytest.fixture
def moto_world(running):
    """For what only moto can judge: last-used data."""
    yield from _world(running, "moto")


@pytest.fixture
def ministack_world(running):
    """For what only ministack can judge: the age of a signature, a policy's resources."""
    yield from _world(running, "ministack")


@pytest.fixture
def rotate(request, tmp_path):
    """The program in whichever world the test asked for, moto's where it asked for none."""
    if not binary().exists():
        pytest.fail(f"{binary()} is not built: run 'make build'")
    names = [name for name in request.fixturenames if name.endswith("world")]
    before = _host_log()
    yield Rotate(request.getfixturevalue(names[0] if names else "moto_world"), tmp_path)
    assert _host_log() == before, "a test wrote to this machine's own audit log: set audit.path"


def _host_log() -> int | None:
    """The size of the audit log that this machine itself may have."""
    log = pathlib.Path("/var/log/rotate/audit.jsonl")
    try:
        return log.stat().st_size
    except OSError:
        return None


@pytest.fixture(scope="session")
def forms(tmp_path_factory):
    """What the program says of a fleet in which every situation stands, in every form; on a server
    of its own, since it outlives a test."""
    home = tmp_path_factory.mktemp("fleet")
    with MotoServer(tmp_path_factory.mktemp("server")) as server:
        server.reset()
        with Proxy(server) as proxy:
            world = World(server, proxy)
            made = Fleet(world, Rotate(world, home)).build().forms()
    return made


@pytest.fixture
def consumers(ministack_world, record_property):
    """Builds that go on through all of a test; on ministack, which refuses Inactive keys."""
    with Consumers(ministack_world) as consumers:
        yield consumers
    assert consumers.failures == []
    floor = f", of {consumers.least} at least in each stage" if consumers.least else ""
    record_property("calls by consumers", f"{consumers.calls} calls by consumers{floor}")


def pytest_terminal_summary(terminalreporter):
    """How much the consumers did; from here, since the tests run in several processes."""
    for report in terminalreporter.getreports(""):
        calls = dict(report.user_properties).get("calls by consumers")
        if report.when == "teardown" and calls is not None:
            name = report.nodeid.partition("::")[2]
            terminalreporter.write_line(f"{calls}, none failed: {name}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """A failure shows what its server logged and which calls the proxy saw."""
    report = yield
    world = next(
        (value for name, value in getattr(item, "funcargs", {}).items() if name.endswith("world")),
        None)
    if report.failed and world is not None:
        calls = "\n".join(
            f"{call.service} {call.operation} by {call.access_key_id} -> {call.status}"
            for call in world.proxy.calls)
        report.sections.append(("calls", calls))
        report.sections.append(("server log", world.server.tail()))
    return report
