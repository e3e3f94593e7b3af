"""How long a test waits for what must happen.

No verdict hangs on how quick a machine is: what is waited for comes, however busy the machine is, and
only something that hangs takes longer than this. What must be quick is judged by what came before it.
"""

HANG = 600.0  # seconds


class Hangs(AssertionError):
    """Something that should have happened did not."""
