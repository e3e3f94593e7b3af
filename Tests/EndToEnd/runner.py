"""Runs the built binary as an operator would, and looks for secrets in everything it leaves."""

import base64
import dataclasses
import json
import os
import pathlib
import subprocess
import threading
import time
import urllib.parse

from messages import unlisted
from patience import HANG
from servers.server import REGION
from world import World



def binary() -> pathlib.Path:
    root = pathlib.Path(__file__).resolve().parents[2]
    return root / os.environ.get("ROTATE_BINARY", ".build/release/rotate")


@dataclasses.dataclass
class Run:
    """What one run of the program did, as its caller sees it."""

    arguments: tuple[str, ...]
    code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def text(self) -> str:
        return self.stdout + self.stderr

    @property
    def json(self):
        return json.loads(self.stdout)

    @property
    def user(self) -> dict:
        """The one user of a JSON report."""
        (user,) = self.json["users"]
        return user

    def done(self) -> list[str]:
        """The steps of the one user, each of which must have been done."""
        assert all(step["result"] == "done" for step in self.user["steps"]), self
        return [step["action"] for step in self.user["steps"]]

    def did(self) -> list[str]:
        """The steps of the one user that were done, whatever failed beside them."""
        return [step["action"] for step in self.user["steps"] if step["result"] == "done"]

    def findings(self) -> set[tuple[str, str]]:
        """All findings: severity and code."""
        findings = [*self.json["findings"]]
        for user in self.json["users"]:
            findings += user["findings"]
        return {(finding["severity"], finding["code"]) for finding in findings}

    def __str__(self) -> str:
        return (f"rotate {' '.join(self.arguments)}\nexit code {self.code}\n"
                f"--- stdout\n{self.stdout}--- stderr\n{self.stderr}")


class Rotate:
    """The program in a home of its own, with the rotator's credentials and none of the host's."""

    def __init__(self, world: World, home: pathlib.Path):
        self.world, self.home = world, home
        self.audit_log = home / "log" / "audit.jsonl"
        self.config_file = home / "config.json"
        # Files that are meant to hold a secret: written by a test, or asked for by configuration.
        self.vaults: set[pathlib.Path] = set()
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "LANG": "C.UTF-8",
            "SWIFT_BACKTRACE": "enable=no",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": world.proxy.url,
            "AWS_ACCESS_KEY_ID": world.rotator[0],
            "AWS_SECRET_ACCESS_KEY": world.rotator[1],
            "AWS_EC2_METADATA_DISABLED": "true",
            "ROTATE_CONFIG": str(self.config_file),
        }
        for folder in ("tmp", "log"):
            (home / folder).mkdir()
        self.configure()

    def configure(self, users: list | None = None, **defaults) -> None:
        """Write the configuration: periods as shipped, waits short enough for a test."""
        quick = {"settle": "1s",
                 "verify": {"successes": 2, "interval": "20ms", "timeout": "2m"}}
        self.write_config({
            "region": REGION,
            "defaults": quick | defaults,
            "users": [{"name": "deployer"}] if users is None else users,
            "audit": {"path": str(self.audit_log)},
        })

    def write_config(self, content) -> None:
        text = content if isinstance(content, str) else json.dumps(content, indent=2)
        self.config_file.write_text(text)

    def start(self, *arguments: str, wrap: tuple[str, ...] = (), **environment: str | None):
        """Start a run and return its process; `finish` waits for it and judges it."""
        merged = self.environment | environment
        return subprocess.Popen(
            [*wrap, str(binary()), *arguments],
            env={name: value for name, value in merged.items() if value is not None},
            cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def run(
        self, *arguments: str, wrap: tuple[str, ...] = (), prints_secret: bool = False,
        **environment: str | None,
    ) -> Run:
        """One run to its end. A variable that is None is taken out of the environment."""
        process = self.start(*arguments, wrap=wrap, **environment)
        return self.finish(process, arguments, prints_secret)

    def pass_(self, *arguments: str, code: int = 0, **environment: str | None) -> Run:
        """One run with a JSON report that must end with this exit code, and must say so in it."""
        run = self.run("--format", "json", *arguments, **environment)
        assert run.code == code, run
        assert run.json["exitCode"] == code, run
        return run

    def finish(
        self, process: subprocess.Popen, arguments: tuple[str, ...] = (),
        prints_secret: bool = False,
    ) -> Run:
        began = time.monotonic()
        watch = _Watch(process.pid)
        try:
            stdout, stderr = process.communicate(timeout=HANG)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"rotate {arguments} did not end\n{stdout}\n{stderr}") from None
        finally:
            seen = watch.stop()
        run = Run(tuple(arguments), process.returncode, stdout, stderr, time.monotonic() - began)
        self._look_for_secrets(run, seen, prints_secret)
        # A message whose code can't be looked up helps nobody at night.
        assert (nameless := unlisted(run.code, stdout, stderr)) == [], (nameless, str(run))
        return run

    def _look_for_secrets(self, run: Run, seen: str, prints_secret: bool) -> None:
        places = {"stderr": run.stderr, "an argument list or a child's environment": seen}
        if not prints_secret:
            places["stdout"] = run.stdout
        for file in self.home.rglob("*"):
            if file.is_file() and file not in self.vaults:
                places[str(file)] = file.read_bytes().decode(errors="replace")
        for secret in self.world.secrets():
            for form in _forms(secret):
                for place, text in places.items():
                    assert form not in text, f"a secret is in {place} of {run.arguments}"

    def audit(self) -> list[dict]:
        """The audit log's entries."""
        if not self.audit_log.exists():
            return []
        return [json.loads(line) for line in self.audit_log.read_text().splitlines()]


def _forms(secret: str) -> set[str]:
    """A secret as it is, and as an encoder between it and the output could have made it."""
    return {
        secret,
        urllib.parse.quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        secret.replace("/", "\\/"),
        base64.b64encode(secret.encode()).decode().rstrip("="),
    }


class _Watch:
    """Reads, again and again, the argument lists of a process and all that other users could see of
    it, and the environments of its children."""

    def __init__(self, pid: int):
        self._pid, self._seen, self._over = pid, set(), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self._read(self._pid, "cmdline")
            for child in self._children(self._pid):
                self._read(child, "cmdline")
                self._read(child, "environ", without=b"AWS_SECRET_ACCESS_KEY=")

    def _children(self, pid: int) -> list[int]:
        found = []
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                children = pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text()
                found += [int(child) for child in children.split()]
        except OSError:
            pass  # it has ended
        return found + [deeper for child in found for deeper in self._children(child)]

    def _read(self, pid: int, name: str, without: bytes | None = None) -> None:
        try:
            parts = pathlib.Path(f"/proc/{pid}/{name}").read_bytes().split(b"\0")
        except OSError:
            return
        self._seen |= {part for part in parts if not (without and part.startswith(without))}

    def stop(self) -> str:
        self._over.set()
        self._thread.join()
        return b"\n".join(self._seen).decode(errors="replace")
