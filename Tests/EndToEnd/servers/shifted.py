"""Runs a Python module by a clock that is ahead of the host's: wall clock only, never monotonic.

    python shifted.py CLOCK-FILE MODULE [ARGUMENTS...]

CLOCK-FILE holds the seconds to be ahead by. A server follows it as it changes: each line on standard
input makes it look again, and each look is answered by one byte on the descriptor CLOCK_ACK.
(libfaketime needs no launcher, but at each clock read it opens its file: moto is twenty times slower.)
"""

import os
import pathlib
import runpy
import sys
import threading
import time

import time_machine


def follow(file: pathlib.Path, clock: time_machine.Traveller, ack: int) -> None:
    for _ in sys.stdin:
        clock.move_to(time_machine.escape_hatch.time.time() + int(file.read_text()))
        os.write(ack, b".")
    os._exit(0)  # whoever started this is gone, however it ended


def main() -> None:
    file, module = pathlib.Path(sys.argv[1]), sys.argv[2]
    sys.argv = sys.argv[2:]
    clock = time_machine.travel(time.time() + int(file.read_text()), tick=True).start()
    if ack := os.environ.pop("CLOCK_ACK", None):
        threading.Thread(target=follow, args=(file, clock, int(ack)), daemon=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


main()
