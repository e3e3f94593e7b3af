"""A log of many years and many users costs a run no more than a new one."""

import hashlib
import json
import pathlib
import re
import shutil
import subprocess

import pytest

USERS = 8
LONG = 100 << 20  # bytes
PER_USER = 12, 64 << 10  # reads, bytes; however long the log is

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")


def grow(log: pathlib.Path, size: int) -> None:
    """Goes on with the chain, by what docs/operations.md says of an entry, to so many bytes."""
    entry = json.loads(log.read_text().splitlines()[-1])
    previous, sequence = entry["hash"], entry["sequence"]
    written = log.stat().st_size
    with log.open("a") as file:
        while written < size:
            sequence += 1
            entry = entry | {
                "sequence": sequence, "runId": f"{sequence // 24:032x}", "user": f"user-{sequence % 977}",
                # Lines of uneven length.
                "detail": "x" * (sequence * 7919 % 613), "previousHash": previous,
                "phase": "outcome", "result": "ok", "intent": None}
            entry.pop("hash")
            body = json.dumps(entry, separators=(",", ":"))
            previous = entry["hash"] = hashlib.sha256(body.encode()).hexdigest()
            written += file.write(body[:-1] + f',"hash":"{previous}"}}\n')


def reads(rotate, *arguments: str, code: int = 0) -> tuple[int, int]:
    """Of one run: how often the kernel was asked for bytes of the log, and for how many it gave."""
    trace = rotate.home / "trace"
    run = rotate.run(*arguments, wrap=(
        "strace", "-f", "-qq", "-o", str(trace), "-e", "trace=pread64,read,readv,preadv,mmap",
        "-P", str(rotate.audit_log)))
    assert run.code == code, run
    got = [int(one) for one in re.findall(r"\) += (\d+)$", trace.read_text(), re.MULTILINE)]
    assert "mmap" not in trace.read_text()
    return len(got), sum(got)


def test_an_idle_pass_reads_little_of_a_log_of_100_megabytes(
        moto_world, rotate, tmp_path_factory):
    names = [f"user-{number}" for number in range(USERS)]
    for name in names:
        moto_world.make_user(name, keys=0)
    # Not where each run's files are searched for secrets.
    rotate.audit_log = tmp_path_factory.mktemp("log") / "audit.jsonl"
    rotate.configure(users=[{"name": name} for name in names])
    rotate.pass_()
    rotate.pass_()
    short = reads(rotate)
    grow(rotate.audit_log, LONG)
    long = reads(rotate)
    for calls, amount in (short, long):
        # Some more for where the log ends.
        assert 0 < calls <= PER_USER[0] * (USERS + 1), (short, long)
        assert amount <= PER_USER[1] * (USERS + 1), (short, long)
    # The newest entries, too, for whoever looks at them.
    assert reads(rotate, "audit", "show", "--limit", "20")[1] <= 256 << 10

    # What was found there was really looked at: another entry in its place is told.
    anchor = moto_world.record(names[0])["audit"]["sequence"]
    before = rotate.audit_log.read_bytes()
    forged, count = re.subn(
        rb'(\n\{"sequence":%d,"time":")2' % anchor, rb"\g<1>3", before)
    assert count == 1
    with rotate.audit_log.open("r+b") as file:
        file.write(forged)
    run = rotate.pass_("--dry-run")
    assert all(not user["findings"] for user in run.json["users"])  # it holds no lock: no claim
    run = rotate.pass_(code=2)
    told = {user["user"] for user in run.json["users"]
            if "audit-log-cut" in {finding["code"] for finding in user["findings"]}}
    assert told == {names[0]}, run
    done = subprocess.run(
        ["grep", "-c", "", str(rotate.audit_log)], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 100_000
