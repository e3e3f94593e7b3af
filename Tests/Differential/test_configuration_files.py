"""AWS's configuration files and command lines, parsed as botocore and Python parse them."""

import json
import os
import random
import shlex
import subprocess

import botocore.exceptions
import botocore.session
import pytest

from test_credentials import judge  # noqa: F401, a fixture

SPACES = ["", "", "", "", " ", "  ", "\t", "\v", "\f", "\x1c", "\x85", "\xa0", "\u2003", "\u3000"]
NAMES = ["region", "Region", "s3", "role_arn", "x y", "é", "É", "services", "ſ", "ß", "\ufeff"]
VALUES = ["", "a", "b = c", "c:d", "# no comment", "a ; b", "[x]", "é\u2028f", "\x00", "İ", "a]"]
SECTIONS = ["default", "profile a", "profile 'a b'", 'profile "', "profile a b", "a", "DEFAULT",
            "profilex b", "sso-session s", "services s", "profile  default ", "profile \\a", "] [", ""]
ENDS = ["\n", "\n", "\n", "\r\n", "\r"]


def line(rng):
    kind = rng.random()
    space = "".join(rng.choices(SPACES, k=2))
    if kind < 0.2:
        return f"{space}[{rng.choice(SECTIONS)}]{rng.choice(['', '', ' # c', ']', 'x'])}"
    if kind < 0.7:
        between = [rng.choice(SPACES), rng.choice("==:"), rng.choice(SPACES)]
        return f"{space}{rng.choice(NAMES)}{rng.randrange(9)}{''.join(between)}{rng.choice(VALUES)}"
    if kind < 0.85:
        return f"  {space}{rng.choice(NAMES)} = {rng.choice(VALUES)}{rng.choice(SPACES)}"
    if kind < 0.95:
        return space + rng.choice(["", "# comment", "; comment", " # = "])
    return space + rng.choice(["words", "= value", ":", "[", "[]", "[x"])


def text(rng):
    start = rng.choice(["[default]\n", "[default]\n", "[profile a]\n", ""])
    return start + "".join(line(rng) + rng.choice(ENDS) for _ in range(rng.randrange(12)))


@pytest.fixture
def ask(judge):  # noqa: F811
    process = subprocess.Popen(
        [judge, "--parse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no"})

    def question(*words):
        process.stdin.write(json.dumps(words) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield question
    process.stdin.close()
    try:
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.stdout.close()


def by_botocore(config, credentials):
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(config))
    session.set_config_variable("credentials_file", str(credentials))
    try:
        full = session.full_config
    except botocore.exceptions.ConfigParseError:
        return None
    return {"profiles": full["profiles"], "ssoSessions": full.get("sso_sessions", {}),
            "services": full.get("services", {})}


def test_random_files(ask, tmp_path):
    seed = int(os.environ.get("ROTATE_SEED", random.randrange(1 << 32)))
    rng = random.Random(seed)
    parsed = 0
    for count in range(1000):
        paths = [tmp_path / "config", tmp_path / "credentials"]
        for path in paths:
            path.write_bytes(text(rng).encode())
        ours = ask("files", *map(str, paths))
        theirs = by_botocore(*paths)
        if "in the section that line" in ours.get("error", "") and any(
                b"[DEFAULT]" in path.read_bytes() for path in paths):
            continue  # Botocore overlooks a damaged one in [DEFAULT] that every section overrides.
        told = f"ROTATE_SEED={seed}, file {count}: {[p.read_bytes() for p in paths]}"
        assert ("error" in ours) == (theirs is None), f"{told} {ours}"
        if theirs is not None:
            parsed += 1
            assert ours == theirs, told
    assert parsed > 100, "most of the files must not be mere errors"


def test_random_words(ask):
    seed = int(os.environ.get("ROTATE_SEED", random.randrange(1 << 32)))
    rng = random.Random(seed)
    for _ in range(3000):
        words = "".join(rng.choices("ab é\t\r\n'\"\\#;$|&\xa0\u2028", k=rng.randrange(12)))
        try:
            theirs = shlex.split(words)
        except ValueError:
            theirs = None
        assert ask("words", words).get("words") == theirs, f"ROTATE_SEED={seed}: {words!r}"
