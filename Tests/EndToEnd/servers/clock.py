"""A clock for the servers that jumps while they run.

rotate takes its time from AWS's answers, not from its host. So moving the servers' clock alone tells
a true story of ninety days in seconds: CreateDate, LastModifiedDate, the Date header and the window
in which a signature is accepted all move together, as they would at AWS.
"""

import datetime
import os
import pathlib

import botocore.auth
import botocore.compat


def _library() -> str:
    # The MT flavour, since both servers use threads.
    found = sorted(pathlib.Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))
    if not found:
        raise RuntimeError("libfaketime is not installed: run 'make setup'")
    return str(found[0])


class Clock:
    """How far the servers are ahead of the host, in whole seconds."""

    def __init__(self, directory: pathlib.Path):
        self._file = directory / "clock"
        self._shift = 0
        self._write()

    def _judge_lives_by_it(self) -> None:
        """botocore in this process signs with the servers' time from now on: it does not correct
        its clock as rotate does, and ministack refuses a signature that is off by minutes."""
        botocore.auth.get_current_datetime = self._botocore_now

    def _botocore_now(self, remove_tzinfo: bool = True) -> datetime.datetime:
        now = botocore.compat.get_current_datetime(remove_tzinfo)
        return now + datetime.timedelta(seconds=self._shift)

    def _write(self) -> None:
        # Replaced in one step: the library reads it anew at each look at the clock.
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{self._shift:+d}")
        os.replace(fresh, self._file)

    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to live by this clock."""
        return {
            "LD_PRELOAD": _library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            # Time-outs and event loops count on the monotonic clock: leave it alone. (Threads of
            # ministack's that sleep die of a jump all the same; none of them matters here.)
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self._shift)

    def advance(self, **delta: float) -> None:
        """`advance(days=91)`; takes what `datetime.timedelta` takes."""
        self._shift += round(datetime.timedelta(**delta).total_seconds())
        self._write()

    def reset(self) -> None:
        """Back to the host's time, and the judge with it."""
        self._shift = 0
        self._write()
        self._judge_lives_by_it()
