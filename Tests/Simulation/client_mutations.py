"""Deliberate mistakes in the real client's fence, clock, retries and transport, each of which its own
tests (Tests/AWSClientTests) must notice. The simulation has a client of the model's in its place.

As in mutations.py all mutants are in one build, of a package that has the client and its tests only.

    python3 Tests/Simulation/client_mutations.py [NAME…]
"""

import os
import pathlib
import re
import subprocess
import sys
import time

from mutations import CHOICE, ROOT, Mutant, mutant, mutate, place

CLIENT = "Sources/AWSClient/"
CALL = CLIENT + "Services/PendingCall.swift"
CLOCK = CLIENT + "Retry/AWSClock.swift"
RETRY = CLIENT + "Retry/RetryState.swift"
OUTCOME = CLIENT + "Retry/AttemptOutcome.swift"

# Seconds for tests that hang: most need one. More than the tests' own limit, so that they can say which.
LIMIT = 900

SERVICE, STATES, CLOCKS = "ServiceClientTests", "RetryStateTests", "AWSClockTests"
FENCE = "if case .closed(let reason) = call.fence?(date) ?? .open {"


def client(name: str, *edits: tuple[str, str, str], by: str = SERVICE) -> Mutant:
    return mutant(name, *edits, search=("--filter", by))


MUTANTS = [
    client("sign-past-the-fence", (CALL, FENCE, FENCE.replace(" {", ", !MUTANT {"))),
    client(
        "ask-the-fence-before-the-first-signature-only",
        # The line as the mutant before left it.
        (CALL, '!isMutant("sign-past-the-fence") {',
         '!isMutant("sign-past-the-fence"), retry.attempts == 1 || !MUTANT {')),
    client(
        "ask-the-fence-about-another-moment",
        (CALL, "date: SigningDate(secondsSinceEpoch: date.timeIntervalSince1970)",
         "date: SigningDate(secondsSinceEpoch: date.timeIntervalSince1970 + (MUTANT ? 60 : 0))")),
    client(
        "sign-the-clean-up-with-the-new-key",
        (CALL, "if let own = call.credentials { return own }",
         "if let own = call.credentials {\n"
         "      if MUTANT { client.mutantKey = own }\n      return own\n    }\n"
         "    if let own = client.mutantKey { return own }"),
        (CLIENT + "Services/ServiceClient.swift", "  private var signers: [String: Signer] = [:]\n",
         "  private var signers: [String: Signer] = [:]\n  var mutantKey: Credentials?\n")),
    client(
        "send-a-creation-again",
        (RETRY, "if repeatability == .onlyIfNotExecuted && outcome.mayHaveBeenExecuted {",
         "if repeatability == .onlyIfNotExecuted && outcome.mayHaveBeenExecuted && !MUTANT {")),
    client(
        "forget-that-an-earlier-try-may-have-acted",
        (CALL, "if outcome.mayHaveBeenExecuted { mayHaveBeenExecuted = true }",
         "if outcome.mayHaveBeenExecuted, !MUTANT { mayHaveBeenExecuted = true }")),
    client(
        "take-a-5xx-for-a-refusal",
        (OUTCOME, "self = .permanent(mayHaveBeenExecuted: status >= 500)",
         "self = .permanent(mayHaveBeenExecuted: status >= 500 && !MUTANT)"), by=STATES),
    client(
        "take-a-proxys-page-for-a-refusal",
        (OUTCOME, ": .permanent(mayHaveBeenExecuted: true)\n      return",
         ": .permanent(mayHaveBeenExecuted: !MUTANT)\n      return"), by=STATES),
    client(
        "try-for-ever", (RETRY, "guard attempts < Self.maximumAttempts,",
                         "guard attempts < Self.maximumAttempts || MUTANT,"), by=STATES),
    client(
        "a-budget-without-end", (RETRY, "guard budget.take(RetryBudget.retryCost) else",
                                 "guard budget.take(RetryBudget.retryCost) || MUTANT else"),
        by=STATES),
    client(
        "go-by-the-hosts-clock",
        (CLOCK, "anchor.value.map { Self.date($0, bootTime()) } ?? wall()",
         "(MUTANT ? nil : anchor.value.map { Self.date($0, bootTime()) }) ?? wall()"), by=CLOCKS),
    client(
        "a-clock-that-stands-still",
        (CLOCK, "anchor.date.addingTimeInterval(",
         "anchor.date.addingTimeInterval(MUTANT ? 0 : "), by=CLOCKS),
    client(
        "a-clock-that-follows-nobody",
        (CLOCK, "if isPlausible { return }", "if isPlausible || MUTANT { return }"), by=CLOCKS),
    client(
        "a-clock-that-follows-everybody",
        (CALL, "if error.code != nil { setClock() }", "if error.code != nil || MUTANT { setClock() }")),
    client(
        "let-libcurl-send-again",
        (CLIENT + "HTTP/CurlTransfer.swift",
         "return attempts == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT",
         "return attempts == 1 || MUTANT ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT"),
        by="CurlTransportTests"),
]


def declared(name: str) -> str:
    """A target as the package declares it."""
    text = (ROOT / "Package.swift").read_text()
    kinds = r"\.(?:target|systemLibrary|testTarget)"
    start = re.search(rf'{kinds}\(\s*name: "{name}"', text).start()
    depth = 0
    for end in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if text[end] == ")" and depth == 0:
            return text[start:end + 1]
    raise ValueError(name)


def needed(name: str, found: dict[str, str]) -> dict[str, str]:
    """The target and all that it needs, by their names."""
    if name not in found:
        found[name] = declared(name)
        dependencies = re.search(r"dependencies: \[(.*?)\]", found[name], re.DOTALL)
        products = re.sub(r"\.product\([^)]*\)", "", dependencies[1] if dependencies else "")
        for other in re.findall(r'"(\w+)"', products):
            needed(other, found)
    return found


TARGETS = needed("AWSClientTests", {})
MODULES = tuple(name for name in TARGETS if name != "AWSClientTests")


def manifest() -> str:
    """The package's own, without all that isn't the client."""
    text = (ROOT / "Package.swift").read_text()
    log = re.search(r'\.package\(url: "[^"]*swift-log".*?\)', text)[0]
    strict = re.search(r"let strict: .*?\n\]\n", text, re.DOTALL)[0]
    # A mutant may leave something unused behind.
    strict = re.sub(r"  \.treatAllWarnings.*\n", "", strict)
    targets = ",\n    ".join(TARGETS.values())
    return f"""// swift-tools-version: 6.2
import PackageDescription
{strict}
let package = Package(
  name: "rotate", dependencies: [{log}],
  targets: [
    {targets}
  ])
"""


def copy(tree: pathlib.Path) -> None:
    """Files that are the same keep their times, so that a second build is short."""
    wanted = {"Package.swift": manifest().encode(),
              CLIENT + "Choice.swift": CHOICE.encode()}
    if (ROOT / "Package.resolved").exists():
        wanted["Package.resolved"] = (ROOT / "Package.resolved").read_bytes()
    folders = [ROOT / "Sources" / name for name in MODULES] + [ROOT / "Tests/AWSClientTests"]
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            wanted[str(path.relative_to(ROOT))] = path.read_bytes()
    for name in {edit.file for one in MUTANTS for edit in one.edits}:
        edits = [(one, edit) for one in MUTANTS for edit in one.edits if edit.file == name]
        wanted[name] = mutate(name, wanted[name].decode(), edits).encode()
    for old in [path for path in tree.rglob("*") if path.is_file()]:
        if str(old.relative_to(tree)) not in wanted:
            old.unlink()
    for name, text in wanted.items():
        place(tree / name, text)


def build() -> pathlib.Path:
    folder = ROOT / ".build" / "client-mutants"
    copy(folder / "tree")
    made = swift(folder, "build", "--build-tests")
    if made.returncode != 0:
        raise SystemExit(f"the mutants don't build:\n{made.stdout[-4000:]}{made.stderr[-2000:]}")
    return folder


def swift(folder: pathlib.Path, *arguments: str, name: str = "", limit: float | None = None):
    return subprocess.run(
        ["swift", *arguments, "--package-path", str(folder / "tree"),
         "--scratch-path", str(folder / "scratch")],
        env={**os.environ, "MUTANT": name, "SWIFT_BACKTRACE": "enable=no"}, capture_output=True,
        text=True, check=False, timeout=limit)


def tests(folder: pathlib.Path, search: tuple[str, ...], name: str = "") -> tuple[bool, str]:
    """Whether the tests found something, and what. Only a test that failed counts."""
    try:
        run = swift(folder, "test", "--skip-build", *search, name=name, limit=LIMIT)
    except subprocess.TimeoutExpired as hang:
        said = (hang.stdout or b"").decode(errors="replace")[-4000:]
        # A mutant may hang; without one nothing may.
        return bool(name), f"the tests don't end within {LIMIT} s:\n{said}"
    said = run.stdout + run.stderr
    found = next((line for line in said.splitlines() if "recorded an issue" in line), "")
    if run.returncode == 0:
        assert re.search(r"Test run with [1-9]\d* tests", said), said[-2000:]
    return run.returncode != 0 and bool(found), found or said[-2000:]


def main(names: list[str]) -> int:
    began = time.monotonic()
    folder = build()
    print(f"built in {time.monotonic() - began:.0f} s", flush=True)
    for search in sorted({one.search for one in MUTANTS}):
        found, said = tests(folder, search)
        if found or "Test run" not in said:
            raise SystemExit(f"without any mutant a test fails:\n{said}")
    survivors = 0
    for one in MUTANTS:
        if names and one.name not in names:
            continue
        start = time.monotonic()
        caught, said = tests(folder, one.search, one.name)
        survivors += not caught
        print(f"{'caught' if caught else 'SURVIVES':8} {one.name} "
              f"({time.monotonic() - start:.1f} s): {said.strip()[:200]}", flush=True)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
