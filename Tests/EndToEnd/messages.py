"""The index of messages, as docs/operations.md has it."""

import functools
import pathlib
import re

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/operations.md"


@functools.cache
def listed() -> frozenset[str]:
    """The codes that stand in it."""
    index = DOCUMENT.read_text().partition("\n## Every message\n")[2]
    return frozenset(re.findall(r"^\| `([\w-]+)`", index, re.MULTILINE))


def unlisted(code: int, stdout: str, stderr: str) -> list[str]:
    """What a run said without a code, or with one that nobody can look up."""
    lines = re.split(r"\n(?! )", f"{stdout}\n{stderr}")
    found = []
    for line in lines:
        words = " ".join(line.split())
        # A step that failed says why it was to be done; what went wrong is a finding of its own.
        of_finding = re.match(r"(note|ACT|FAILED) {2,}\S", line) and "\n          because " not in line
        of_command = re.match("rotate: (?!note: )", line) and code in (1, 2, 78)
        ends = re.findall(r"\[([a-zA-Z-]+)\](?: what to do: .*| passed over: .*)?$", words)
        if of_finding or of_command:
            is_fine = ends and ends[0] in listed()
        else:
            # Help has its own words in brackets, such as [options].
            is_fine = not ends or "-" not in ends[0] or ends[0] in listed()
        if not is_fine:
            found.append(line)
    # In JSON: of findings and checks alone, which have a remedy or a severity beside the code.
    said = re.findall(r'"code" ?: ?"([^"]+)",\s*"(?:message|remedy|severity|result)"', stdout)
    return found + [one for one in said if one not in listed()]
