"""Whoever is told: an HTTP server that keeps what arrives, and a sendmail that does."""

import dataclasses
import email
import email.policy
import http.server
import json
import pathlib
import shlex
import threading

from patience import HANG


@dataclasses.dataclass
class Delivery:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """Answers every request with `status` and `answer`; with `hangs` set, not before it is stopped,
    with `dribbles`, so slowly that it never ends. Use it as a context manager."""

    def __init__(self):
        self.deliveries: list[Delivery] = []
        self.all: list[Delivery] = []  # also what was taken
        # Of a path with its query; where it is set, it decides instead of `status`.
        self.status_of = None
        self.status, self.answer, self.hangs, self.dribbles = 200, b"ok", False, False
        self._stopping = threading.Event()

    def __enter__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                delivery = Delivery(self.command, self.path, dict(self.headers), body)
                receiver.deliveries.append(delivery)
                receiver.all.append(delivery)
                if receiver.hangs:
                    receiver._stopping.wait(HANG)
                    return
                self.send_response(
                    receiver.status_of(self.path) if receiver.status_of else receiver.status)
                if receiver.dribbles:
                    self.dribble()
                    return
                self.send_header("Content-Length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)

            do_GET = do_POST

            def dribble(self):
                """A sign of life again and again: no limit on silence ends it."""
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                try:
                    while not receiver._stopping.wait(0.1):
                        self.wfile.write(b".")
                        self.wfile.flush()
                except OSError:
                    pass  # whoever waited has gone

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def take(self) -> list[Delivery]:
        """What has arrived since the last time."""
        taken, self.deliveries = self.deliveries, []
        return taken


class Sendmail:
    """A program in sendmail's place that keeps each mail in a file."""

    def __init__(self, folder: pathlib.Path, status: int = 0, words: str = ""):
        self.box = folder / "mails"
        self.box.mkdir()
        self.program = folder / "sendmail"
        self.program.write_text(
            f'#!/bin/sh\ncat > "{self.box}/$$"\necho "$@" > "{folder}/arguments"\n'
            f'printf "%s\\n" {shlex.quote(words)} >&2\nexit {status}\n')
        self.program.chmod(0o755)
        self.arguments = folder / "arguments"

    def take(self) -> list[email.message.EmailMessage]:
        mails = []
        for file in sorted(self.box.iterdir(), key=lambda file: file.stat().st_mtime_ns):
            mails.append(email.message_from_bytes(
                file.read_bytes(), policy=email.policy.default))
            file.unlink()
        return mails
