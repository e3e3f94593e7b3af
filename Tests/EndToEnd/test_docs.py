"""The documents: their links lead somewhere, their commands parse, their files are accepted, their
lists are complete, and their recipes do what they say."""

import configparser
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import boto3
import pytest

from messages import listed
from patience import HANG
from runner import binary
from servers.server import ACCOUNT, REGION

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
README = ROOT / "README.md"
# The targets that have codes of their own; the client's failures are passed on by these.
HOUSE = sorted(folder.name for folder in (ROOT / "Sources").iterdir() if folder.name not in (
    "AWSClient", "AWSCredentials", "LibCrypto", "OneTimePassword", "SigV4", "Host")
    and not folder.name.startswith("CL"))


def fences(document: pathlib.Path) -> list[tuple[str, str]]:
    """A document's blocks between fences: language and text. Those in lists are indented."""
    found = re.findall(
        r"^( *)```(\w*)\n(.*?)^\1```$", document.read_text(), re.MULTILINE | re.DOTALL)
    return [(language, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE))
            for indent, language, text in found]


def fence(document: pathlib.Path, language: str, holding: str) -> str:
    """The one block of a language that holds a word."""
    (text,) = {text for found, text in fences(document) if found == language and holding in text}
    return text


def prose(document: pathlib.Path) -> str:
    return re.sub(r"^( *)```.*?^\1```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)


def rows(document: pathlib.Path, header: str) -> dict[str, list[str]]:
    """The rows of the tables with this header whose first cell is a word of code, by that word."""
    found, under = {}, False
    for line in prose(document).splitlines():
        cells = re.split(r"\s*\|\s*", line)[1:-1]
        if not line.startswith("|"):
            under = False
        elif word := re.match(r"`([\w.-]+)`", cells[0]):
            if under:
                found[word[1]] = cells
        elif cells[0] and not cells[0].startswith("-"):
            under = line.startswith(header)
    return found


def anchors(document: pathlib.Path) -> set[str]:
    """What GitHub makes of the headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", prose(document), re.MULTILINE)}


def test_links_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
            if target.startswith("https://"):
                continue
            path, _, anchor = target.partition("#")
            there = (document.parent / path).resolve() if path else document
            assert there.exists(), f"{document.name}: {target}"
            assert not anchor or anchor in anchors(there), f"{document.name}: {target}"


def test_the_tests_that_are_named_exist():
    document = ROOT / "docs/protocol.md"
    named = re.findall(r"\[[^\]]+\]\((\.\./Tests/[^)]+)\): ([^\n]+(?:\n  [^\n-][^\n]*)*)", prose(document))
    assert named
    for target, names in named:
        text = (document.parent / target).read_text()
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"\b{name}\b", text), f"{target} has no {name}"


def command_lines() -> set[str]:
    lines = set()
    for document in DOCUMENTS:
        for _, text in fences(document):
            text = text.replace("\\\n", " ")
            lines |= set(re.findall(r"^(?:\$ )?(rotate(?: [^#\n]*)?)$", text, re.MULTILINE))
            lines |= set(re.findall(r"^(?:\$ )?(rotate [^#\n]*?) +#", text, re.MULTILINE))
            lines |= set(re.findall(r"[\w/]/(rotate --[^\n]*)$", text, re.MULTILINE))
            lines |= set(re.findall(r"AWS_PROFILE (rotate [^\n]*)$", text, re.MULTILINE))
        lines |= {line for line in re.findall(r"`(?:sudo )?(rotate[^`\n]*)`", prose(document))
                  if re.fullmatch(r"rotate( [\w./:=-]+)*", line)}
    return lines


def test_command_lines_parse():
    # A configuration that isn't there: whatever parses ends with 78, before any call. What a log's
    # name keeps from looking for one ends with 1.
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "ROTATE_CONFIG": "/nonexistent"}
    lines = command_lines()
    assert len(lines) > 10
    for line in lines:
        done = subprocess.run(
            [str(binary()), *shlex.split(line)[1:]], env=environment, capture_output=True,
            text=True, timeout=HANG, check=False, stdin=subprocess.DEVNULL)
        # What asks first has parsed, too, when it finds nobody to ask.
        asks = done.returncode == 64 and "there is no terminal to ask on" in done.stderr
        # Where a text only names a command, the command may miss whom it is about.
        is_name = " -" not in line and "needs --user: whom is it about?" in done.stderr
        assert asks or is_name or done.returncode in (0, 1, 78), f"{line}: {done.stderr}"


def help_of(*command: str) -> str:
    return subprocess.run(
        [str(binary()), *command, "--help"], capture_output=True, text=True, check=True).stdout


def test_messages_advise_what_exists():
    flags = set(re.findall(r"--[a-z][a-z-]*", "".join(
        help_of(*command) for command in (
            (), ("rollback",), ("credentials",), ("policy",), ("check",), ("mfa", "enroll"),
            ("audit", "show"), ("audit", "verify"), ("notify",)))))
    for file in (ROOT / "Sources").rglob("*.swift"):
        text = file.read_text()
        for command in set(re.findall(r"`rotate ([a-z]+)", text)) - {"run"}:
            assert re.search(rf"^ +{command} ", help_of(), re.MULTILINE), f"{file}: {command}"
        # Flags of the AWS CLI's are advised, too, and one is the parser's own.
        assert set(re.findall(r"--[a-z][a-z-]*", text)) <= flags | {
            "--sso-session", "--user-name", "--access-key-id", "--status", "--query", "--name", "--region",
            "--type", "--value", "--overwrite", "--allowed-pattern", "--policies",
            "--lookup-attributes", "--policy-name", "--policy-document",
            "--generate-completion-script", "--experimental-dump-help"}, file


def configurations() -> list[str]:
    found = []
    for document in DOCUMENTS:
        for language, text in fences(document):
            if language == "json" and text.startswith('"'):
                text = '{"users": [{"name": "deployer", ' + text.strip() + "}]}"
            if language == "json" and '"users"' in text:
                found.append(text)
        found += re.findall(r"^echo '(\{.*\})' \| sudo tee /etc/rotate", document.read_text(),
                            re.MULTILINE)
    return [*found, (ROOT / "config.example.json").read_text()]


def judge_configuration(text: str, folder: pathlib.Path) -> subprocess.CompletedProcess:
    """Without any credentials: an accepted one fails later."""
    file = folder / "config.json"
    file.write_text(text)
    return subprocess.run(
        [str(binary()), "status", "--config", str(file)], capture_output=True, text=True,
        timeout=HANG, check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_REGION": REGION,
             "AWS_EC2_METADATA_DISABLED": "true"})


def test_configurations_are_accepted(tmp_path):
    assert len(configurations()) > 3
    for text in configurations():
        done = judge_configuration(text, tmp_path)
        assert done.returncode == 1 and "no-credentials" in done.stderr, f"{text}\n{done.stderr}"


def test_json_is_json():
    for document in DOCUMENTS:
        for language, text in fences(document):
            if language == "json":
                json.loads("{" + text + "}" if text.startswith('"') else text)


def test_every_setting_is_listed(tmp_path):
    ours = rows(README, "| key | default")
    reference = rows(ROOT / "docs/configuration.md", "| key | default")
    source = (ROOT / "Sources/Configuration/Reading/ConfigurationReader.swift").read_text()
    settings = re.search(r"settingsKeys = \[(.*?)\]", source, re.DOTALL)[1]
    keys = set(re.findall(r'"(\w+)"', settings)) | {
        "region", "defaults", "users", "audit.path", "notify", "heartbeat", "metrics", "hooks",
        "mfa.totpSeed"}
    assert set(ours) == set(reference) == keys
    for key in keys - {"users", "audit.path", "region", "notify"}:
        assert ours[key][1] == reference[key][1], key
    # They are accepted, and the periods are the program's own.
    defaults = {key: json.loads(cells[1].strip("`")) for key, cells in ours.items()
                if cells[1].startswith(('`"', "`true"))}
    written = {"users": [{"name": "deployer"}], "defaults": defaults}
    assert "no-credentials" in judge_configuration(json.dumps(written), tmp_path).stderr
    policy = (ROOT / "Sources/RotationPlanner/Policy.swift").read_text()
    periods = re.findall(r"(\w+): Duration = \.(d|h|s)\w+\((\d+)\)", policy)
    assert len(periods) == 6
    for key, unit, number in periods:
        assert defaults[key] == number + unit, key


def test_every_message_is_listed():
    cases = (ROOT / "Sources/Findings/FindingCode.swift").read_text()
    codes = set(re.findall(r'case \w+ = "([a-z-]+)"', cases)) | set(
        re.findall(r"^  case (\w+)$", cases, re.MULTILINE))
    written = set()  # where a finding is still told as it stands
    for folder in HOUSE:
        for file in (ROOT / "Sources" / folder).rglob("*.swift"):
            text = file.read_text()
            for argument in re.findall(r"\bcode:\s*([^,)]*)", text):
                written |= set(re.findall(r'"([a-z-]+)"', argument))
            written |= set(re.findall(r"\[([a-z]+(?:-[a-z]+)+)\]", text))
    assert written <= codes, written - codes
    verification = ROOT / "Sources/RotationExecutor/AuditLog/AuditVerification.swift"
    defects = re.search(r"enum Code.*?\n    }", verification.read_text(), re.DOTALL)[0]
    codes |= set(re.findall(r"case (\w+)", defects))
    assert set(rows(ROOT / "docs/operations.md", "| code ")) == codes == listed()


def targets() -> dict[str, set[str]]:
    """The targets under Sources, and which of the package's own each may import."""
    found = {}
    text = (ROOT / "Package.swift").read_text()
    for name, rest in re.findall(
            r'\.(?:target|executableTarget)\(\s*name: "(\w+)"(.*?)swiftSettings', text, re.DOTALL):
        dependencies = re.search(r"dependencies: \[(.*?)\]", rest, re.DOTALL)
        own = re.sub(r"\.product\([^)]*\)", "", dependencies[1] if dependencies else "")
        if "path:" not in rest:
            found[name] = set(re.findall(r'"(\w+)"', own))
    return found


def test_the_architecture_is_that_of_the_package():
    table = rows(ROOT / "docs/architecture.md", "| target | what is in it")
    shown = {name: set(re.findall(r"\w+", cells[2])) - {"nothing"} for name, cells in table.items()}
    assert shown == targets()
    assert not {"AWSClient", "AWSCredentials"} & targets()["RotationExecutor"]


def test_exit_codes_are_those_of_the_help():
    listed = help_of().partition("EXIT CODES")[2].partition("\n\n")[0]
    codes = re.findall(r"^ +(\d+) ", listed, re.MULTILINE)
    for document in (README, ROOT / "docs/report.md"):
        table = document.read_text().partition("## Exit codes")[2].partition("\n## ")[0]
        assert re.findall(r"^\| (\d+) ", table, re.MULTILINE) == codes


# MARK: The recipes


def policy(document: pathlib.Path, holding: str) -> dict:
    text = fence(document, "json", holding)
    assert REGION in text
    return json.loads(text.replace("111122223333", ACCOUNT))


def profile(document: pathlib.Path, holding: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(fence(document, "ini", holding))
    return parser["profile deploy"]


@pytest.mark.parametrize("document, program", [
    ("README.md", "aws ssm"), ("docs/consumers.md", "aws ssm"),
    ("docs/consumers.md", "rotate credentials")])
def test_a_consumer_reads_the_key(ministack_world, rotate, tmp_path, monkeypatch, document, program):
    """boto3 with the profile as documented, on a host whose own role may read that parameter only."""
    world = ministack_world
    world.make_user(keys=0)
    assert rotate.run().code == 0
    reader = world.make_principal(
        "ci-host", policy(ROOT / "docs/consumers.md", "parameter/deploy/deployer/credentials"))
    # The host's own credentials are the default profile's here, as a role's would be without any.
    credentials, config = tmp_path / "credentials", tmp_path / "config"
    credentials.write_text(
        f"[default]\naws_access_key_id = {reader[0]}\naws_secret_access_key = {reader[1]}\n")
    section = profile(ROOT / document, program)
    config.write_text("[profile deploy]\n" + "".join(
        f"{name} = {value}\n" for name, value in section.items()))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "aws").symlink_to(pathlib.Path(sys.executable).parent / "aws")
    (programs / "rotate").symlink_to(binary())
    for name, value in {
            "PATH": f"{programs}:{os.environ['PATH']}", "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": str(credentials), "AWS_PROFILE": "deploy",
            "AWS_ENDPOINT_URL": world.server.url, "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    session = boto3.Session(profile_name="deploy")
    assert session.get_credentials().access_key == world.published()[0]
    assert session.client("sts").get_caller_identity()["Arn"].endswith("user/deployer")


def test_the_recipe_verifies_the_log(moto_world, rotate, tmp_path):
    moto_world.make_user(keys=0)
    assert rotate.run().code == 0
    recipe = fence(ROOT / "docs/operations.md", "python", "previousHash")

    def verify(log: pathlib.Path) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", recipe, str(log)], capture_output=True, text=True, check=False)

    good = verify(rotate.audit_log)
    assert (good.returncode, good.stdout) == (0, "intact\n"), good.stderr
    changed = tmp_path / "changed.jsonl"
    changed.write_bytes(rotate.audit_log.read_bytes().replace(b'"ok"', b'"no"', 1))
    assert verify(changed).returncode != 0


def test_an_entry_has_the_keys_that_are_shown(moto_world, rotate):
    moto_world.make_user(keys=0)
    assert rotate.run().code == 0
    shown = json.loads(fence(ROOT / "docs/operations.md", "json", '"sequence": 4'))
    for entry in rotate.audit():
        assert list(entry) == list(shown)
