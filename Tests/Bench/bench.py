"""Side by side in one run, with ratios: `make bench`.

    bench.py BINARY

1. A first rotation of one user, start-up included, against a boto3 script that makes the same calls,
   both against the stub in stub.py (moto would hide the client's speed). rotate also writes and syncs
   its audit log, the script does not.
2. `rotate --version` against `curl --version`.
3. One signature against botocore and against the bare hashing (signing.py).
"""

import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
USER, REGION = "deployer", "ap-northeast-2"


@contextlib.contextmanager
def stub(folder: pathlib.Path):
    """The stub's URL, for as long as it runs."""
    port_file = folder / "port"
    process = subprocess.Popen([sys.executable, str(HERE / "stub.py"), str(port_file)])
    try:
        deadline = time.monotonic() + 20
        while not port_file.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("bench: the stub did not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port_file.read_text()}"
    finally:
        process.kill()
        process.wait()


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Wall time in seconds and peak memory in KiB of one run that must succeed."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            sys.exit(f"bench: {command} ended with {process.returncode}:\n{output.read().decode()}")
    return took, usage.ru_maxrss


def line(what: str, ours: str, theirs: str, ratio: float, aim: str, met: bool) -> None:
    verdict = "met" if met else "MISSED"
    print(f"  {what:<34} {ours:>12} {theirs:>12} {ratio:>8.2f}   {aim:<16} {verdict}", flush=True)


def rotation(binary: str, folder: pathlib.Path, rounds: int = 9) -> None:
    with stub(folder) as url:
        environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_ENDPOINT_URL": url,
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "AKIAROTATOR000000000", "AWS_SECRET_ACCESS_KEY": "r" * 40,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        configuration = folder / "config.json"
        configuration.write_text(json.dumps({
            "region": REGION, "users": [{"name": USER}],
            # Neither side waits between its proofs: time is what the program itself takes.
            "defaults": {"verify": {"successes": 3, "interval": "0s"}},
            "audit": {"path": str(folder / "audit.jsonl")}}))
        contenders = {
            "rotate": [binary, "--config", str(configuration)],
            "boto3": [sys.executable, str(HERE / "first_rotation.py"), USER],
        }
        times = {name: [] for name in contenders}
        memory = {name: [] for name in contenders}
        calls = {}
        for _ in range(rounds):
            for name, command in contenders.items():
                urllib.request.urlopen(url + "/reset").close()
                took, peak = measure(command, environment)
                times[name].append(took)
                memory[name].append(peak)
                with urllib.request.urlopen(url + "/calls") as reply:
                    calls[name] = json.loads(reply.read())
    ours, theirs = (statistics.median(times[name]) for name in contenders)
    line("first rotation, wall time", f"{ours * 1e3:.1f} ms", f"{theirs * 1e3:.1f} ms",
         theirs / ours, "at least 8", theirs / ours >= 8)
    ours, theirs = (statistics.median(memory[name]) for name in contenders)
    line("first rotation, peak memory", f"{ours / 1024:.1f} MiB", f"{theirs / 1024:.1f} MiB",
         ours / theirs, "at most 0.5", ours / theirs <= 0.5)
    if calls["rotate"] != calls["boto3"]:
        print(f"  the calls differ: rotate {calls['rotate']}, boto3 {calls['boto3']}")


def start_up(binary: str, rounds: int = 60) -> None:
    times = {"rotate": [], "curl": []}
    commands = {"rotate": [binary, "--version"], "curl": ["curl", "--version"]}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(measure(command, {"PATH": "/usr/bin:/bin"})[0])
    ours, theirs = (statistics.median(times[name]) for name in commands)
    line("--version, against curl's", f"{ours * 1e3:.2f} ms", f"{theirs * 1e3:.2f} ms",
         ours / theirs, "at most 1.5", ours / theirs <= 1.5)


def signing() -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "signing.py"), "--json"], check=True, capture_output=True)
    figures = json.loads(done.stdout)
    ours = f"{figures['signature_ns'] / 1e3:.2f} us"
    for what, other, ratio, aim, met in (
        ("one signature, against botocore", "botocore_ns", "faster_than_botocore", "at least 20",
         lambda ratio: ratio >= 20),
        ("... against the bare hashing", "hashing_ns", "times_bare_hashing", "at most 3",
         lambda ratio: ratio <= 3),
    ):
        line(what, ours, f"{figures[other] / 1e3:.2f} us", figures[ratio], aim,
             met(figures[ratio]))


def main() -> None:
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    print(f"  {'':<34} {'rotate':>12} {'the other':>12} {'ratio':>8}   aim")
    with tempfile.TemporaryDirectory(prefix="rotate-bench.") as folder:
        rotation(binary, pathlib.Path(folder))
    start_up(binary)
    signing()


if __name__ == "__main__":
    main()
