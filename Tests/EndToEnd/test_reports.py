"""The forms of a report, each held against a judge of its own: the JSON against its schema, the
Markdown as CommonMark reads it, the text as terminals of several widths and tastes show it."""

import copy
import json
import re
import stat

import jsonschema
import pytest
from markdown_it import MarkdownIt

from servers.proxy import refuse
from situations import HOSTILE
from test_docs import ROOT

# All tests of a fleet in one process: it is built once.
pytestmark = pytest.mark.xdist_group("reports")

SCHEMA = json.loads((ROOT / "docs/report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def undated(text: str) -> str:
    """What is due is due now, and a minute may pass between two reports."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\dZ", "DATE", " ".join(text.split()))


def faults(report: dict) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(report)]


# JSON


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_whole_life_follows_the_schema(moto_world, rotate):
    """Every kind of run: dry, real, status; with each step; with notices, failures, nobody."""
    world, seen, roles = moto_world, set(), set()

    def judge(*arguments: str, code: int = 0) -> dict:
        report = rotate.pass_(*arguments, code=code).json
        assert faults(report) == [], json.dumps(report, indent=1)
        for user in report["users"]:
            seen.update((step["action"], step["result"]) for step in user["steps"])
            roles.update(key["role"] for key in user["keys"])
        return report

    world.make_user(days=91)
    assert judge("--dry-run", "--detailed-exit-code", code=3)["mode"] == "dryRun"
    assert judge("status")["mode"] == "status"
    world.proxy.on("CreateAccessKey", refuse(403, "AccessDenied"), times=100)
    judge(code=1)
    world.proxy.forget()
    assert judge()["runId"]
    rotated = judge("status")["users"][0]["keys"]
    assert [key["role"] for key in rotated] == ["retiring", "published"]
    world.clock.advance(hours=25)
    judge("--dry-run")
    judge()
    world.put("AWS_ACCESS_KEY_ID", "AKIASOMETHINGELSE000")
    world.clock.advance(days=8)
    judge()  # repairs first: no key goes while a copy doesn't show its successor
    judge()
    world.add_key("deployer")
    judge("--dry-run", "--make-room", code=2)  # so young that it may be used any moment
    judge("--now", code=2)
    world.clock.advance(days=1, hours=1)
    judge("--make-room")
    judge("--user", "nobody", code=1)
    world.proxy.on("ListAccessKeys", refuse(403, "AccessDenied"), times=100)
    judge("status", code=1)
    assert {"rotate", "deactivate", "delete", "repair", "makeRoom"} <= {
        action for action, result in seen if result == "done"}, seen
    assert {result for _, result in seen} >= {"due", "done", "failed"}
    assert roles >= {"published", "retiring", "foreign"}, roles


def test_the_fleet_follows_the_schema(forms):
    assert faults(forms.report) == []
    assert len(forms.report["users"]) == 16
    assert {key["role"] for user in forms.report["users"] for key in user["keys"]} == {
        "published", "retiring", "foreign"}


def places(value, path=()):
    """Every key of every object, by its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield path, name
            yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


# What stands only where it is known. Everything else is always there.
OPTIONAL = {
    "requestId", "remedy", "next", "at", "newAccessKeyId", "service", "region", "lastUsed",
    "publishedAt", "supersededAt", "deactivatedAt", "graceEndsAt", "soakEndsAt", "runId", "account",
}


def test_the_schema_notices_what_is_renamed_or_removed(forms):
    noticed = set()
    report = copy.deepcopy(forms.report)
    report["users"] = [user for user in report["users"] if user["user"] in (
        "mail-in-soak", "legacy-held", "zappa-prod", "billing-first")]
    for path, name in places(report):
        for change in ("renamed", "removed", "emptied"):
            broken = copy.deepcopy(report)
            place = broken
            for step in path:
                place = place[step]
            value = place.pop(name)
            if change == "renamed":
                place[name + "s"] = value
            elif change == "emptied":
                place[name] = None
            found = not VALIDATOR.is_valid(broken)
            assert found or change == "removed" and name in OPTIONAL, f"{change}: {path} {name}"
            if found and change == "removed":
                noticed.add(name)
    assert {"schemaRevision", "policy", "dueAt", "ageDays", "accessKeyIds", "at"} <= noticed


def test_the_documents_name_every_key_of_the_schema():
    text = (ROOT / "docs/report.md").read_text()
    named = set(re.findall(r"`(\w+)(?:\[\])?`", text))
    wanted = set()
    for definition in (SCHEMA, SCHEMA["properties"]["counts"], *SCHEMA["$defs"].values()):
        for name, inner in definition.get("properties", {}).items():
            wanted |= {name, *inner.get("properties", {}), *inner.get("enum", [])}
    wanted = {word for word in wanted if isinstance(word, str)}
    assert wanted <= named, wanted - named


# Markdown


def test_markdown_renders_as_it_is_meant(forms):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(forms.markdown)
    kinds = [token.type for token in tokens]
    headings = [tokens[n + 1].content for n, kind in enumerate(kinds) if kind == "heading_open"]
    assert undated(headings[0]) == "rotate: status, DATE"
    assert headings[1:] == ["Findings", "Steps", "MFA sessions", "Keys"]
    assert "html_block" not in kinds
    inline = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inline} <= {
        "text", "code_inline", "strong_open", "strong_close", "softbreak"}
    (table,) = [n for n, kind in enumerate(kinds) if kind == "table_open"]
    header = [tokens[n + 1].content for n, kind in enumerate(kinds) if kind == "th_open"]
    assert header == ["User", "Key", "Age", "State", "Role", "Next step", "Date", "Reason"]
    body = [n for n, kind in enumerate(kinds) if kind == "tr_open" and n > table][1:]
    keys = [(user["user"], key) for user in forms.report["users"] for key in user["keys"]]
    # A user without keys, or one that could not be read, has a row all the same.
    keyless = [user["user"] for user in forms.report["users"] if not user["keys"]]
    named = [tokens[start + 2].children[0].content for start in body]
    assert sorted(named) == sorted([user for user, _ in keys] + keyless)
    body = [start for start, name in zip(body, named) if name not in keyless]
    for start, (user, key) in zip(body, keys):
        end = kinds.index("tr_close", start)
        cells = [tokens[n + 1] for n in range(start, end) if kinds[n] == "td_open"]
        assert [cell.children[0].content for cell in cells[:2]] == [user, key["accessKeyId"]]
        assert cells[4].content == key["role"]
        reason = "".join(child.content for child in cells[7].children)
        assert undated(reason) == undated(key["reason"].replace("`", ""))
    findings = sum(len(user["findings"]) for user in forms.report["users"])
    steps = sum(len(user["steps"]) for user in forms.report["users"])
    nested = sum(1 for user in forms.report["users"] for f in user["findings"] if "remedy" in f)
    assert kinds.count("list_item_open") == findings + nested + 2 * steps + 1


def test_markdown_shows_hostile_words_as_they_are(forms):
    text = MarkdownIt("commonmark").enable("table").parse(forms.markdown)
    shown = " ".join(
        "".join(child.content for child in token.children) for token in text if token.children)
    words = HOSTILE.replace("\u202e", "?").replace("\u202c", "?").split(" ")
    assert all(word in shown for word in words), shown
    # Nobody is mentioned, and no renderer makes a link of an address.
    assert "`@everyone`" in forms.markdown
    assert not re.search(r"(?<!`)(?<!\S)https?://", forms.markdown)
    for address in re.findall(r"\S*http://192\S*", forms.markdown):
        assert address.startswith("`"), address


# Text


def test_text_fits_terminals(forms):
    for (columns, kind), text in forms.terminals.items():
        plain = re.sub(r"\x1b\[\d*m", "", text)
        assert max(map(len, plain.splitlines())) <= columns, f"{columns} {kind}\n{plain}"
        assert ("\x1b[" in text) == (kind == "coloured"), text
        assert plain.isascii() == (kind == "ascii"), plain
        assert "━" in plain or "[=" in plain
        # No name is cut, nor can it be taken for another one.
        for user in forms.report["users"]:
            assert re.search(rf"^{user['user']}( |$)", plain, re.MULTILINE) or not user["keys"], plain
        last = plain.strip().split("\n\n")[-1]
        assert undated(last) == undated(forms.report["summary"])


def test_text_in_a_pipe_is_plain(forms):
    assert forms.text.isascii() and "\x1b" not in forms.text
    assert undated(forms.text.splitlines()[-1]) == undated(forms.report["summary"])
    for user in forms.report["users"]:
        for key in user["keys"]:
            (line,) = [line for line in forms.text.splitlines() if re.match(
                rf"{user['user']} +{key['accessKeyId']} ", line)]
            assert re.search(r" \[[=!|-]{10}\] ", line) and undated(line).endswith(
                undated(key["reason"]))


def test_a_session_is_told_in_every_form(forms):
    (user,) = [user for user in forms.report["users"] if "session" in user]
    assert user["user"] == "vault-session"
    ends, renewed = (undated(user["session"][name].replace("T", " ")[:16] + "Z")
                     for name in ("expiresAt", "renewAt"))
    words = f"the published one is good until {ends}; renewed from {renewed} on"
    for text in (forms.text, *forms.terminals.values(), forms.markdown):
        assert words in undated(re.sub(r"\x1b\[\d*m", "", text)), text
    assert f"MFA session: {words}" in undated(forms.html)


def test_a_compromised_key_is_not_said_to_come_back(forms):
    (user,) = [user for user in forms.report["users"] if user["user"] == "games-leaked"]
    (key,) = [key for key in user["keys"] if key["role"] == "retiring"]
    assert key["reason"].startswith("compromised; Inactive since")
    assert "brought back" not in key["reason"]


# Files


def test_a_file_keeps_the_mode_that_somebody_gave_it(moto_world, rotate):
    moto_world.make_user(keys=0)
    file = rotate.home / "report.html"
    write = ("--dry-run", "--format", "html", "--output", str(file))
    assert rotate.run(*write).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.stat().st_ino
    file.chmod(0o644)
    assert rotate.run(*write).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert file.stat().st_ino != first  # replaced as a whole, not written over
    assert file.read_text().startswith("<!DOCTYPE html>")


def test_every_form_of_every_mode(moto_world, rotate):
    moto_world.make_user(days=91)
    for mode in (("--dry-run",), ("status",), (), ("status",)):
        for form, begins in (
            ("text", "USER"), ("json", "{"), ("markdown", "## rotate"), ("html", "<!DOCTYPE html>"),
        ):
            run = rotate.run(*mode, "--format", form)
            assert run.code == 0 and run.stdout.startswith(begins), run
