"""The manual pages: clean by both formatters' judgement, and complete by the program's own word."""

import json
import pathlib
import re
import shutil
import subprocess

import pytest

from patience import HANG
from runner import binary

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/man").glob("*.[1-8]"))
COMMAND = (ROOT / "docs/man/rotate.1").read_text()
CONFIGURATION = (ROOT / "docs/man/rotate-config.5").read_text()

# What every command has, and what the commands share that call AWS or make reports: described once.
SHARED = ("Of every report", "Of every command that calls AWS", "Of every command")


def output(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=HANG,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MANROFFSEQ": ""})
    assert done.returncode in (0, 1, 2), done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is missing: run 'make setup'")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_mandoc_finds_nothing(page):
    said = [line for line in output("mandoc", "-T", "lint", "-W", "style", str(page)).splitlines()
            # Of the machine, whose index of pages may be old.
            if "mandoc.db" not in line and "referenced manual not found" not in line]
    assert said == []


@pytest.mark.skipif(shutil.which("man") is None, reason="man is missing: run 'make setup'")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_groff_finds_nothing(page):
    shown = output("man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8", str(page))
    assert "warning" not in shown and "<standard input>" not in shown
    plain = re.sub(".\x08", "", shown)  # bold is a letter over itself
    assert "NAME" in plain and "SEE ALSO" in plain


def commands() -> dict[tuple[str, ...], dict]:
    """All commands of the program by their words, as the parser knows them."""
    dumped = json.loads(output(str(binary()), "--experimental-dump-help"))["command"]
    found = {}

    def walk(command: dict, words: tuple[str, ...]) -> None:
        if words:
            found[words] = command
        for nested in command.get("subcommands", []):
            walk(nested, (*words, nested["commandName"]))

    walk(dumped, ())
    return found


def options(command: dict) -> set[str]:
    return {
        name["name"] for argument in command.get("arguments", [])
        if argument.get("shouldDisplay", True)
        for name in argument.get("names", []) if name["kind"] == "long"}


def sections(page: str) -> dict[str, str]:
    """The text under each .Ss heading."""
    parts = re.split(r"^\.S([sh]) (.*)$", page, flags=re.MULTILINE)
    return {heading: text for kind, heading, text in zip(parts[1::3], parts[2::3], parts[3::3])
            if kind == "s"}


def described(section: str) -> set[str]:
    """The options that a section has an item for."""
    return {option for item in re.findall(r"^\.It (Fl .*)$", section, re.MULTILINE)
            for option in re.findall(r"(?:^|, )?Fl -([a-z][a-z-]*)", item)}


def test_every_command_and_option_is_described():
    page, missing = sections(COMMAND), []
    shared = set().union(*(described(page[heading]) for heading in SHARED))
    for words, command in commands().items():
        heading = " ".join(("rotate", *words))
        if heading not in page:
            missing.append(f".Ss {heading}")
        elif words != ("help",):
            own = options(command) - shared - described(page[heading])
            missing += [f".It Fl -{option}   under .Ss {heading}" for option in sorted(own)]
    assert missing == [], "docs/man/rotate.1 lacks:\n" + "\n".join(missing)


def test_nothing_is_described_that_does_not_exist():
    known = commands()
    everywhere = set().union(*map(options, known.values()))
    for heading, text in sections(COMMAND).items():
        if heading in SHARED:
            assert described(text) <= everywhere, heading
        else:
            command = known[tuple(heading.split()[1:])]
            assert described(text) <= options(command), heading


def test_the_values_of_an_option_are_described():
    page = sections(COMMAND)
    for words, command in commands().items():
        for argument in command.get("arguments", []):
            names = [name["name"] for name in argument.get("names", []) if name["kind"] == "long"]
            if not (values := argument.get("allValues")) or not names:
                continue
            places = [page[" ".join(("rotate", *words))], *(page[heading] for heading in SHARED)]
            (line,) = re.findall(rf"^\.It Fl -{names[0]} Ar (.*)$",
                                 next(text for text in places if f"Fl -{names[0]} " in text),
                                 re.MULTILINE)
            assert set(line.split(" | ")) == set(values), f"{words}: {names[0]}"


def test_exit_codes_are_those_of_the_help():
    listed = output(str(binary()), "--help").partition("EXIT CODES")[2].partition("\n\n")[0]
    section = COMMAND.partition(".Sh EXIT STATUS")[2].partition(".Sh ")[0]
    assert re.findall(r"^\.It (\d+)$", section, re.MULTILINE) == re.findall(
        r"^ +(\d+) ", listed, re.MULTILINE)


def accepted_keys() -> set[str]:
    """Every key that the reader of the configuration knows, from its own lists."""
    keys = set()
    for file in (ROOT / "Sources/Configuration").rglob("*.swift"):
        text = file.read_text()
        for named in re.findall(r"\w*[kK]eys(?:: \[String\])? = \[(.*?)\]", text, re.DOTALL):
            keys |= set(re.findall(r'"(\w+)"', named))
        for passed in re.findall(r"(?:allowing|keys|known):\s*\[(.*?)\]", text, re.DOTALL):
            keys |= set(re.findall(r'"(\w+)"', passed))
    return keys


def test_every_key_of_the_configuration_is_described():
    keys = accepted_keys()
    assert {"rotateEvery", "users", "format"} <= keys
    found = set(re.findall(r"^\.It Ic (\w+)$|^\.Ic (\w+)$", CONFIGURATION, re.MULTILINE))
    missing = sorted(keys - {name for pair in found for name in pair})
    assert missing == [], f"docs/man/rotate-config.5 lacks {missing}"


def test_the_defaults_are_those_of_the_reference():
    reference = (ROOT / "docs/configuration.md").read_text()
    for key, default in re.findall(r'^\| `(\w+)` \| `"?([^`"]+)"?` \|', reference, re.MULTILINE):
        item = CONFIGURATION.partition(f".It Ic {key}\n")[2].partition(".It Ic")[0]
        assert f"Default\n.Ql {default}" in item, f"{key}: {default}"
