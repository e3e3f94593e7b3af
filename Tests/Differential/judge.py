"""The client's operations, run one after another by the small program ClientJudge."""

import os
import pathlib
import subprocess

BINARY = pathlib.Path(__file__).parents[2] / ".build/debug/ClientJudge"


class Refused(Exception):
    """What the client made of a failure: its kind, what may have been done, AWS's code."""

    def __init__(self, fields):
        super().__init__(*fields)
        self.kind, self.execution, self.code = (*fields, "-", "-")[:3]


class Judge:
    """One process; each call is one line to it and one back. Use it as a context manager."""

    def __init__(self, **variables):
        self._variables = variables

    def __enter__(self):
        environment = {"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no", **self._variables}
        self._process = subprocess.Popen(
            [BINARY], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.stdout.close()
            self._process.wait()

    def __call__(self, operation, *words):
        self._process.stdin.write("\t".join((operation, *words)) + "\n")
        self._process.stdin.flush()
        fields = self._process.stdout.readline().rstrip("\n").split("\t")
        if fields[0] == "!":
            raise Refused(fields[1:])
        return fields if fields != [""] else []
