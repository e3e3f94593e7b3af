"""Runs a command while every core has something else to do, and ends with its exit status.

    python3 Tests/Tools/busy.py COMMAND…

The load ends with the command, and by itself where this process is killed: each of its processes ends once
its parent is another.
"""

import multiprocessing
import os
import subprocess
import sys


def burn(parent: int) -> None:
    while os.getppid() == parent:
        sum(range(200_000))


def main(command: list[str]) -> int:
    load = [multiprocessing.Process(target=burn, args=(os.getpid(),), daemon=True)
            for _ in range(os.cpu_count() or 1)]
    for process in load:
        process.start()
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        for process in load:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
