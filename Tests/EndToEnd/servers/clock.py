"""A clock for the servers that jumps while they run.

rotate takes its time from AWS's answers, not from its host. So moving the servers' clock alone tells
a true story of ninety days in seconds: CreateDate, LastModifiedDate, the Date header and the window
in which a signature is accepted all move together, as they would at AWS.
"""

import datetime
import os
import pathlib
import select
import subprocess
import sys

import botocore.auth
import botocore.compat

from patience import HANG

if botocore.compat.HAS_CRT:
    import botocore.crt.auth

LAUNCHER = pathlib.Path(__file__).with_name("shifted.py")


class Clock:
    """How far a server is ahead of the host, in whole seconds."""

    def __init__(self, directory: pathlib.Path):
        self._file = directory / "clock"
        self._shift = 0
        self._process: subprocess.Popen | None = None
        self._write()

    def command(self, module: str, *arguments: str) -> list[str]:
        """What runs a Python module by this clock, as it is when the module starts."""
        return [sys.executable, str(LAUNCHER), str(self._file), module, *arguments]

    def start(self, command: list[str], **options) -> subprocess.Popen:
        """Start such a command that follows this clock wherever it goes."""
        self._ack, theirs = os.pipe()
        environment = options.pop("env") | {"CLOCK_ACK": str(theirs)}
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, pass_fds=[theirs], **options)
        os.close(theirs)
        return self._process

    def stop(self) -> None:
        """Nobody follows any more."""
        self._process.stdin.close()
        self._process = None
        os.close(self._ack)

    def now(self) -> datetime.datetime:
        host = datetime.datetime.now(datetime.timezone.utc)
        return host + datetime.timedelta(seconds=self._shift)

    def advance(self, **delta: float) -> None:
        """`advance(days=91)`; takes what `datetime.timedelta` takes."""
        self._move(self._shift + round(datetime.timedelta(**delta).total_seconds()))

    def reset(self) -> None:
        """Back to the host's time, and the judge with it."""
        self._move(0)
        # botocore does not correct its clock as rotate does, and ministack refuses a signature that
        # is off by minutes: in this process it signs with the servers' time.
        # Where awscrt is installed some requests are signed by it, with a clock of its own.
        botocore.auth.get_current_datetime = self._botocore_now
        if botocore.compat.HAS_CRT:
            botocore.crt.auth.get_current_datetime = self._botocore_now

    def _botocore_now(self, remove_tzinfo: bool = True) -> datetime.datetime:
        now = botocore.compat.get_current_datetime(remove_tzinfo)
        return now + datetime.timedelta(seconds=self._shift)

    def _move(self, shift: int) -> None:
        if shift == self._shift:
            return
        self._shift = shift
        self._write()
        if self._process is not None:
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()
            ready, _, _ = select.select([self._ack], [], [], HANG)
            assert ready and os.read(self._ack, 1), "the server did not follow its clock"

    def _write(self) -> None:
        # In one step: a process that starts now must not read half of it.
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(self._shift))
        os.replace(fresh, self._file)
