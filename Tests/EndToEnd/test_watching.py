"""What monitoring sees: the metrics' file, judged by Prometheus's own client, the alert rules and the
dashboard that go with it, the heartbeat, the journal's fields."""

import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import threading
import urllib.parse

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from patience import HANG
from receivers import Receiver
from servers.proxy import throttle
from test_docs import ROOT, rows
from test_telling import KEY, change, find

RULES = ROOT / "docs/monitoring/rotate.rules.yml"
DASHBOARD = ROOT / "docs/monitoring/rotate.dashboard.json"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


class Textfile:
    """The collector's folder."""

    def __init__(self, rotate, folder: pathlib.Path):
        self.folder = folder / "collector"
        self.folder.mkdir()
        self.file = self.folder / "rotate.prom"
        change(rotate, "metrics", {"textfile": str(self.file)})

    def samples(self) -> dict[str, list]:
        """By the metric's name, as Prometheus reads them."""
        found: dict[str, list] = {}
        for family in text_string_to_metric_families(self.file.read_text()):
            assert family.documentation and family.type in ("counter", "gauge")
            for sample in family.samples:
                assert (family.type == "counter") == sample.name.endswith("_total")
                found.setdefault(sample.name, []).append(sample)
        return found

    def value(self, name: str, **labels: str) -> float | None:
        found = [sample.value for sample in self.samples().get(name, [])
                 if labels.items() <= sample.labels.items()]
        assert len(found) <= 1, (name, labels, found)
        return found[0] if found else None


@pytest.fixture
def textfile(moto_world, rotate, tmp_path):
    return Textfile(rotate, tmp_path)


def test_the_metrics_of_a_life(moto_world, rotate, textfile):
    world = moto_world
    ((old, _),) = world.make_user(days=91)
    created = world.iam.list_access_keys(UserName="deployer")["AccessKeyMetadata"][0]["CreateDate"]
    created = int(created.timestamp())
    rotate.pass_()
    assert textfile.file.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in textfile.folder.iterdir()] == ["rotate.prom"]
    first = textfile.file.open()  # a collector that is just reading
    new = world.published()[0]
    text = textfile.file.read_text()
    assert not KEY.search(text)
    age = {"user": "deployer", "key": old[-4:], "role": "retiring"}
    assert textfile.value("rotate_key_created_timestamp_seconds", **age) == created
    assert textfile.value("rotate_key_overdue_timestamp_seconds", **age) == \
        created + 100 * 86400
    assert textfile.value("rotate_key_active", user="deployer", key=new[-4:]) == 1
    due = textfile.value("rotate_next_step_timestamp_seconds", key=old[-4:], action="deactivate")
    assert abs(due - world.clock.now().timestamp() - 86400) < 60
    now = world.clock.now().timestamp()
    for name in ("rotate_last_run_timestamp_seconds", "rotate_last_success_timestamp_seconds",
                 "rotate_user_last_seen_timestamp_seconds"):
        assert abs(textfile.value(name) - now) < 60
    assert textfile.value("rotate_last_run_exit_code") == 0
    assert 0 < textfile.value("rotate_last_run_duration_seconds") < 120
    assert textfile.value("rotate_managed_users") == 1
    assert textfile.value("rotate_changes_total", action="rotate") == 1
    sent = sum(call.operation == "ListAccessKeys" for call in world.proxy.calls)
    calls = {"service": "iam", "operation": "ListAccessKeys"}
    assert textfile.value("rotate_api_calls_total", **calls) == sent > 0
    assert textfile.value("rotate_api_throttles_total", **calls) == 0

    # Replaced as a whole: whoever has the file before open reads that to its end. Counters go on;
    # states follow.
    world.proxy.on("ListAccessKeys", throttle)
    world.clock.advance(days=2)
    rotate.pass_()
    with first:
        assert first.read() == text != textfile.file.read_text()
    assert textfile.value("rotate_key_active", key=old[-4:]) == 0
    assert textfile.value("rotate_key_overdue_timestamp_seconds", key=old[-4:]) is None
    assert textfile.value("rotate_api_throttles_total", **calls) == 1
    assert textfile.value("rotate_api_retries_total", **calls) == 1
    assert textfile.value("rotate_api_calls_total", **calls) == \
        sum(call.operation == "ListAccessKeys" for call in world.proxy.calls) > sent
    assert textfile.value("rotate_runs_total", exit_code="0") == 2
    world.clock.advance(days=8)
    rotate.pass_()
    assert textfile.value("rotate_key_created_timestamp_seconds", key=old[-4:]) is None


def test_blocked_and_held(moto_world, rotate, textfile):
    moto_world.make_user("blocked", keys=2)
    moto_world.make_user("fine", keys=0)
    rotate.configure(users=[{"name": "blocked"}, {"name": "fine"}])
    change(rotate, "metrics", {"textfile": str(textfile.file)})
    rotate.pass_(code=2)
    assert textfile.value("rotate_user_blocked", user="blocked") == 1
    assert textfile.value("rotate_user_blocked", user="fine") == 0
    assert textfile.value("rotate_user_held", user="fine") == 0
    assert textfile.value("rotate_findings", severity="act") == 1
    assert textfile.value("rotate_last_run_exit_code") == 2
    assert textfile.value("rotate_last_success_timestamp_seconds") is None


def test_what_was_not_looked_at_stays(moto_world, rotate, textfile):
    for name in ("one", "two", "three"):
        moto_world.make_user(name, keys=0)
    rotate.configure(users=[{"name": "one"}, {"name": "two"}, {"name": "three"}])
    change(rotate, "metrics", {"textfile": str(textfile.file)})
    rotate.pass_()
    before = textfile.value("rotate_last_run_timestamp_seconds")
    created = {user: textfile.value("rotate_key_created_timestamp_seconds", user=user)
               for user in ("one", "two", "three")}
    assert all(created.values())
    # A run for one user says nothing of the others, nor of the timer's runs.
    moto_world.clock.advance(days=91)
    rotate.pass_("--user", "one")
    assert textfile.value("rotate_last_run_timestamp_seconds") == before
    assert textfile.value("rotate_key_created_timestamp_seconds", user="one", role="published") \
        > created["one"]
    assert textfile.value("rotate_key_created_timestamp_seconds", user="two") == created["two"]
    # Nor does one that could do nothing: ages go on.
    rotate.pass_(code=1, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    assert textfile.value("rotate_last_run_exit_code") == 1
    assert textfile.value("rotate_key_created_timestamp_seconds", user="two") == created["two"]
    # Who isn't managed any more is gone.
    rotate.configure(users=[{"name": "one"}, {"name": "two"}])
    change(rotate, "metrics", {"textfile": str(textfile.file)})
    rotate.pass_()
    assert textfile.value("rotate_key_created_timestamp_seconds", user="three") is None


def test_a_damaged_file_is_replaced(moto_world, rotate, textfile):
    moto_world.make_user(keys=0)
    for text in ("\0\xff{{{", "rotate_runs_total{exit_code=\"0\n", "rotate_runs_total NaN\n", "}\n"):
        textfile.file.write_text(text, encoding="latin-1")
        rotate.pass_()
        assert textfile.value("rotate_runs_total", exit_code="0") == 1


def test_a_dry_run_writes_no_metrics(moto_world, rotate, textfile):
    moto_world.make_user(keys=0)
    rotate.pass_("--dry-run")
    rotate.run("status")
    assert list(textfile.folder.iterdir()) == []


def test_a_folder_that_does_not_exist(moto_world, rotate, textfile):
    moto_world.make_user(days=91)
    textfile.folder.rmdir()
    run = rotate.pass_(code=2)
    message = find(run, "metrics-refused")["message"]
    assert re.search(r"config\.json:\d+:\d+ metrics\.textfile: ", message)
    assert str(textfile.folder) in message and moto_world.published() is not None
    change(rotate, "metrics.required", True)
    moto_world.proxy.forget()
    run = rotate.run()
    assert run.code == 78 and "metrics-refused" in run.stderr and moto_world.proxy.calls == []


@pytest.mark.parametrize("required, code", [(False, 0), (True, 1)])
def test_metrics_that_cannot_be_written(moto_world, rotate, textfile, required, code):
    moto_world.make_user(days=91)
    textfile.file.mkdir()
    change(rotate, "metrics.required", required)
    assert "metrics-failed" in {found for _, found in rotate.pass_(code=code).findings()}
    assert moto_world.published() is not None


def test_a_file_that_no_collector_reads(rotate):
    change(rotate, "metrics", {"textfile": "/var/lib/rotate/metrics.txt"})
    run = rotate.run()
    assert run.code == 78 and ".prom" in run.stderr


# The alert rules and the dashboard.


def described() -> set[str]:
    """All metrics, by the document, whose list is complete by the test below."""
    return set(rows(ROOT / "docs/notifications.md", "| metric "))


def test_every_metric_is_described(moto_world, rotate, textfile):
    source = (ROOT / "Sources/rotate/Watching/Metric.swift").read_text()
    declared = set(re.findall(r'= "(rotate_\w+)"', source))
    assert described() == declared
    moto_world.make_user(days=91)
    rotate.channels = {}
    change(rotate, "notify", {"channels": {"topic": {
        "type": "sns", "topicArn": "arn:aws:sns:ap-northeast-2:123456789012:none"}}})
    change(rotate, "hooks", {"afterPublish": []})
    rotate.pass_()
    assert set(textfile.samples()) == declared


def metrics_of(expression: str) -> set[str]:
    """The metrics that an expression of PromQL asks for."""
    for name, value in {"$instance": ".*", "$__rate_interval": "5m", "$__interval": "1m"}.items():
        expression = expression.replace(name, value)
    promql_parser.parse(expression)
    return set(re.findall(r"\b(rotate_\w+)", re.sub(r'"[^"]*"', "", expression)))


def test_the_alert_rules():
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names)) > 8
    for rule in group["rules"]:
        used = metrics_of(rule["expr"])
        assert used and used <= described(), rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert set(rule["annotations"]) == {"summary", "description"}
    if promtool := shutil.which("promtool"):
        done = subprocess.run(
            [promtool, "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_metric_that_does_not_exist_is_found_out():
    assert metrics_of("max(rotate_key_age_seconds) > 1") - described()
    with pytest.raises(ValueError):
        metrics_of("max(rotate_findings")


def test_the_dashboard():
    board = json.loads(DASHBOARD.read_text())
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    used = metrics_of(re.fullmatch(
        r"label_values\((.*), instance\)", variables["instance"]["definition"])[1])
    ids, places = set(), set()
    for panel in board["panels"]:
        ids.add(panel["id"])
        grid = panel["gridPos"]
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                assert x < 24 and (x, y) not in places, f"{panel['title']} overlaps"
                places.add((x, y))
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            assert target["datasource"] == panel["datasource"] == {
                "type": "prometheus", "uid": "${datasource}"}
            found = metrics_of(target["expr"])
            assert found, target["expr"]
            used |= found
    assert len(ids) == len(board["panels"]) and "__inputs" not in board
    assert used <= described()


def test_promtool_finds_nothing(moto_world, rotate, textfile):
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("promtool isn't installed; Prometheus's own parser and a parser of PromQL judge")
    moto_world.make_user(days=91)
    rotate.pass_()
    done = subprocess.run(
        [promtool, "check", "metrics"], input=textfile.file.read_text(), capture_output=True,
        text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


# The heartbeat.


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def test_a_heartbeat(moto_world, rotate, receiver, tmp_path):
    moto_world.make_user(keys=0)
    file = tmp_path / "heartbeat.secret"
    file.write_text(receiver.url + "/ping/0b5c0ffe-e0ff-4a11-9e57-0d1e5c0ffee5\n")
    file.chmod(0o600)
    rotate.vaults.add(file)
    moto_world._secrets.add("0b5c0ffe-e0ff-4a11-9e57-0d1e5c0ffee5")
    change(rotate, "heartbeat", {"url": {"file": str(file)}, "timeout": "60s"})

    def beats() -> list[tuple[str, str]]:
        return [(d.method, d.path.partition("ee5")[2]) for d in receiver.take()]

    rotate.pass_()
    assert beats() == [("GET", "")]
    rotate.pass_("--user", "deployer")
    rotate.pass_("--dry-run")
    assert beats() == []
    rotate.pass_(code=1, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    moto_world.add_key("deployer")
    moto_world.clock.advance(days=91)
    rotate.pass_(code=2)
    assert beats() == [("GET", "/fail")] * 2
    change(rotate, "heartbeat.failUrl", receiver.url + "/sick")
    rotate.pass_(code=2)
    assert [d.path for d in receiver.take()] == ["/sick"]
    receiver.status = 404
    run = rotate.pass_(code=2)
    assert ("notice", "heartbeat-failed") in run.findings()
    receiver.hangs = True
    change(rotate, "heartbeat.required", True)
    change(rotate, "heartbeat.timeout", "2s")
    run = rotate.pass_(code=1)
    assert "in time" in find(run, "heartbeat-failed")["message"]


class Healthchecks:
    """As healthchecks.io reads a ping: the path says which check, `/fail` behind it that it failed, and
    the query (`rid`, the run) is beside the point."""

    CHECK = "/ping/0b5c0ffe-e0ff-4a11-9e57-0d1e5c0ffee5"

    def __init__(self):
        self.heard = []

    def __call__(self, target: str) -> int:
        path, _, query = target.partition("?")
        word = {self.CHECK: "up", self.CHECK + "/fail": "down"}.get(path)
        if word is None:
            return 404
        self.heard.append((word, query))
        return 200


class UptimeKuma:
    """As Uptime Kuma takes a push: the path is whole, `status` in the query decides and is `up` where it
    is missing. The last of several values counts, and `up` is whatever isn't `down`."""

    MONITOR = "/api/push/3jZWFZnxIe"

    def __init__(self):
        self.heard = []

    def __call__(self, target: str) -> int:
        path, _, query = target.partition("?")
        if path != self.MONITOR:
            return 404
        status = urllib.parse.parse_qs(query, keep_blank_values=True).get("status", ["up"])[-1]
        self.heard.append("down" if status == "down" else "up")
        return 200


def fail(rotate):
    return rotate.pass_(code=1, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)


@pytest.mark.parametrize("tail, query", [
    ("", ""), ("?rid=1/2", "rid=1/2"), ("#note", ""), ("?a=b#note?c", "a=b"), ("/?x=", "x=")])
def test_a_failed_run_fails_the_check_whatever_its_url_looks_like(
        moto_world, rotate, receiver, tail, query):
    moto_world.make_user(keys=0)
    receiver.status_of = service = Healthchecks()
    well = tail.replace("/?", "?")
    change(rotate, "heartbeat", {"url": receiver.url + service.CHECK + well, "timeout": "5s"})
    rotate.pass_()
    change(rotate, "heartbeat.url", receiver.url + service.CHECK + tail)
    fail(rotate)
    assert service.heard == [("up", query), ("down", query)]


def test_a_failed_run_never_says_that_all_is_well_to_uptime_kuma(moto_world, rotate, receiver):
    moto_world.make_user(keys=0)
    receiver.status_of = service = UptimeKuma()
    push = receiver.url + service.MONITOR
    change(rotate, "heartbeat", {"url": push + "?status=up&msg=OK&ping=", "timeout": "5s"})
    rotate.pass_()
    assert service.heard == ["up"]
    run = fail(rotate)
    assert service.heard == ["up"]  # silence, which raises the alarm by itself
    assert "failUrl" in find(run, "heartbeat-failed")["remedy"]
    run = rotate.run("check", "--format", "json")
    (line,) = [line for line in run.json["checks"] if line["code"] == "check-heartbeat"]
    assert line["result"] == "act" and "`url` says status=up" in line["message"]
    assert "with `/fail` at the end of its path" in line["message"] and "status=down" in line["remedy"]
    change(rotate, "heartbeat.failUrl", push + "?status=up")
    (line,) = [line for line in rotate.run("check", "--format", "json").json["checks"]
               if line["code"] == "check-heartbeat"]
    assert line["result"] == "act" and "`failUrl` says status=up" in line["message"]
    change(rotate, "heartbeat.failUrl", push + "?status=down&msg=failed&ping=")
    (line,) = [line for line in rotate.run("check", "--format", "json").json["checks"]
               if line["code"] == "check-heartbeat"]
    assert line["result"] == "ok" and "after any other `failUrl`" in line["message"]
    fail(rotate)
    assert service.heard == ["up", "down"]
    assert [d.path for d in receiver.take() if d.path.startswith("/api")]


# The journal.


def fields(datagram: bytes) -> dict[str, str]:
    """One entry of the native protocol, read by its documentation."""
    found, rest = {}, datagram
    while rest:
        line, _, rest = rest.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            (length,) = struct.unpack("<Q", rest[:8])
            value, rest = rest[8:8 + length], rest[8 + length + 1:]
        found[name.decode()] = value.decode()
    return found


@needs_root
def test_the_journals_fields(moto_world, rotate, tmp_path):
    """On a socket in journald's place, in a mount namespace of the program's own."""
    moto_world.make_user(keys=0)
    moto_world.make_user("two", keys=2)
    rotate.configure(users=[{"name": "deployer"}, {"name": "two"}])
    place = tmp_path / "journal"
    place.mkdir()
    entries: list[dict[str, str]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        journal.bind(str(place / "socket"))
        journal.settimeout(0.2)
        over = threading.Event()

        def listen():
            while True:
                try:
                    entries.append(fields(journal.recv(1 << 20)))
                except TimeoutError:
                    if over.is_set():
                        return

        listener = threading.Thread(target=listen)
        listener.start()
        mount = 'mkdir -p /run/systemd/journal && mount --bind "$0" /run/systemd/journal && exec "$@"'
        inside = ("unshare", "-m", "--propagation", "private", "sh", "-c", mount, str(place))
        stream = ("sh", "-c", 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@"', "sh")
        try:
            run = rotate.run("--format", "json", wrap=(*inside, *stream))
            # Output that goes elsewhere isn't the journal's.
            rotate.run("--quiet", wrap=inside, JOURNAL_STREAM="1:1")
        finally:
            over.set()
            listener.join(HANG)
    assert run.code == 2, run
    assert all(entry["SYSLOG_IDENTIFIER"] == "rotate" for entry in entries)
    assert {entry["ROTATE_RUN_ID"] for entry in entries} == {run.json["runId"]}
    step, finding, summary = (
        [entry for entry in entries if key in entry]
        for key in ("ROTATE_ACTION", "ROTATE_CODE", "ROTATE_EXIT_CODE"))
    (step,), (summary,) = step, summary
    assert (step["ROTATE_USER"], step["ROTATE_ACTION"], step["ROTATE_RESULT"], step["PRIORITY"]) \
        == ("deployer", "rotate", "done", "5")
    assert step["ROTATE_ACCESS_KEY_ID"] == moto_world.published()[0] and step["ROTATE_REQUEST_ID"]
    assert ("two", "two-keys-no-record", "4") in {
        (entry.get("ROTATE_USER"), entry["ROTATE_CODE"], entry["PRIORITY"]) for entry in finding}
    assert (summary["ROTATE_EXIT_CODE"], summary["PRIORITY"]) == ("2", "4")
    assert len({step["MESSAGE_ID"], finding[0]["MESSAGE_ID"], summary["MESSAGE_ID"]}) == 3
    for secret in moto_world.secrets():
        assert all(secret not in value for entry in entries for value in entry.values())
