"""Deliberate mistakes in the program, each of which the simulation must notice.

All mutants are compiled into one program, in a copy of the sources: each edit keeps the right code
beside the wrong, and the environment variable MUTANT chooses. So there is one build, not one for
each, and the same build without MUTANT shows that the copy is sound.

    python3 Tests/Simulation/mutations.py [NAME…]
"""

import dataclasses
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTION = "Sources/RotationExecutor/Execution/"
ORDERS = "Sources/RotationPlanner/Deliberation+Orders.swift"
RENEWAL = "Sources/RotationPlanner/Deliberation+Renewal.swift"
UNDO = EXECUTION + "UserRun+Orders.swift"
KEYS = "Sources/RotationPlanner/Deliberation+Keys.swift"
COPIES = "Sources/RotationPlanner/Deliberation+Copies.swift"
SESSION = "Sources/RotationPlanner/Deliberation+Session.swift"
LEASE = EXECUTION + "UserRun+Lease.swift"
ROTATION = EXECUTION + "UserRun+Rotation.swift"
HOST = "Tests/Simulation/Model/SimulatedHost.swift"

LIMIT = 1200  # seconds for one search that hangs: most end within one, however busy the machine is

SCHEDULES = ("random", "--stop", "--schedules", "20000")


def every(kind: str, lag: str = "", fault: str = "") -> tuple[str, ...]:
    """Every fault at every call of one kind of run; or those with one lag, or of one fault."""
    chosen = {"--lag": lag, "--fault": fault}
    return ("exhaust", "--stop", "--kind", kind,
            *(word for option in chosen.items() if option[1] for word in option))


@dataclasses.dataclass(frozen=True)
class Edit:
    """In `file`, `right` becomes `wrong`, where MUTANT stands for whether the mutant is chosen."""
    file: str
    right: str
    wrong: str


@dataclasses.dataclass(frozen=True)
class Mutant:
    name: str
    edits: tuple[Edit, ...]
    search: tuple[str, ...]


def mutant(name: str, *edits: tuple[str, str, str], search=every("rotation")) -> Mutant:
    return Mutant(name, tuple(Edit(*edit) for edit in edits), search)


MUTANTS = [
    mutant(
        "believe-any-proof",
        ("Sources/RotationExecutor/Record/RecordProof.swift",
         "return SecretBytes.equal(", "return MUTANT || SecretBytes.equal("),
        search=every("forgedRetirement")),
    mutant(
        "believe-any-intent",
        (LEASE, "judged.believedIntents.contains(holder.version)",
         "MUTANT || judged.believedIntents.contains(holder.version)"),
        search=every("forgedIntent")),
    mutant(
        "believe-an-old-proof",
        ("Sources/RotationExecutor/Record/Attestor.swift",
         "if let written, abs((version.at - written).inSeconds) <= Self.window.inSeconds {",
         "if let written,\n        MUTANT || abs((version.at - written).inSeconds) <= Self.window.inSeconds {"),
        search=every("replayedRecord")),
    mutant(
        "write-a-refuted-record-again",
        (LEASE, "let truth = attestation == .refuted ? nil",
         "let truth = attestation == .refuted && !MUTANT ? nil"),
        search=every("forgedRetirement")),
    mutant(
        "create-access-key-is-repeatable",
        ("Sources/AWSClient/Services/IAM/IAM.swift",
         '.iam, "CreateAccessKey", [("UserName", userName)], repeatability: .onlyIfNotExecuted',
         '.iam, "CreateAccessKey", [("UserName", userName)],\n'
         "      repeatability: MUTANT ? .always : .onlyIfNotExecuted"),
        search=every("firstPublication")),
    mutant(
        "forget-a-creation-without-answer",
        (ROTATION, "case .failure(let failure) where failure.execution == .unknown:\n      throw",
         "case .failure(let failure) where failure.execution == .unknown && !MUTANT:\n      throw"),
        search=every("firstPublicationBesideAKey")),
    mutant(
        "believe-a-reply-that-names-a-known-key",
        (ROTATION, "case .success(let answer) where isKnown(answer.value.pair.id):",
         "case .success(let answer) where isKnown(answer.value.pair.id) && !MUTANT:"),
        search=every("firstPublicationBesideAKey", fault="reply names a known key")),
    mutant(
        "a-key-that-is-unknown-was-removed",
        (ROTATION, "case .success(let answer) where !answer.value:",
         "case .success(let answer) where !answer.value && !MUTANT:"),
        search=every("firstPublicationBesideAKey", fault="reply names no key")),
    mutant(
        "publish-before-proof",
        (ROTATION, "    try proveNew(created.pair, sighting)\n",
         "    if !MUTANT { try proveNew(created.pair, sighting) }\n"),
        search=every("rotation", "some")),
    mutant(
        "prove-once",
        (ROTATION, "if successes >= max(1, user.verification.successes) { return .works }",
         "if successes >= (MUTANT ? 1 : max(1, user.verification.successes)) { return .works }"),
        search=every("rotation", "some")),
    mutant(
        "go-on-whoever-holds-the-lease",
        (LEASE, "guard let holder = replay.holder, holder.run.runId == run.runId else {",
         "guard let holder = replay.holder, holder.run.runId == run.runId || MUTANT else {"),
        search=every("rotationOnTwoHosts")),
    mutant(
        "a-void-ticket-counts",
        ("Sources/RotationExecutor/Lease/LeaseReplay.swift",
         "guard declaredDead || version.at >= holder.end else",
         "guard declaredDead || version.at >= holder.end || MUTANT else"),
        search=("random", "--stop", "--schedules", "6000")),
    mutant(
        "no-lease-margin",
        ("Sources/RotationExecutor/Lease/Lease.swift", "(Self.duration - Self.margin)",
         "(Self.duration - (MUTANT ? .zero : Self.margin))"),
        search=every("rotationOnTwoHosts")),
    mutant(
        "ask-the-fence-before-the-first-try-only",
        (HOST, "guard fence.allows(signingAt: Date(timeIntervalSince1970: signedAt)) else {",
         "guard fence.allows(signingAt: Date(timeIntervalSince1970: signedAt))\n"
         "      || (MUTANT && isRepeated) else {"),
        (HOST, "    var mayHaveActed = false\n    while true {",
         "    var mayHaveActed = false\n    isRepeated = false\n    defer { isRepeated = false }\n"
         "    while true {"),
        (HOST, "        case .retry(let delay): wait(delay.inSeconds)",
         "        case .retry(let delay):\n          isRepeated = true\n          wait(delay.inSeconds)"),
        (HOST, "  let budget = RetryBudget()", "  let budget = RetryBudget()\n  private var isRepeated = false"),
        search=every("rotationOnTwoHosts")),
    mutant(
        "honour-takes-over-of-another-host",
        ("Sources/RotationExecutor/Lease/LeaseReplay.swift", "&& intent.host == holder.run.host",
         "&& (intent.host == holder.run.host || MUTANT)"),
        (LEASE, "left.holder.host == run.host", "(left.holder.host == run.host || MUTANT)"),
        (EXECUTION + "Observer.swift", "holder.run.host == run.host && run.holdsRunLock",
         "(holder.run.host == run.host || MUTANT) && run.holdsRunLock"),
        search=SCHEDULES),
    mutant(
        "delete-without-soak",
        (KEYS, "guard now >= soaked else", "guard now >= soaked || MUTANT else"),
        search=every("firstPublicationBesideAKey")),
    mutant(
        "deactivate-without-grace",
        (KEYS, "guard now >= graceOver else", "guard now >= graceOver || MUTANT else"),
        search=every("rotation")),
    mutant(
        "deactivate-what-is-in-use",
        (KEYS, "if let until = quietAgain(use) {", "if let until = quietAgain(use), !MUTANT {"),
        search=every("holding")),
    mutant(
        "what-follows-the-own-proof-is-seen",
        (KEYS, "let quiet = (at + AccessKeyLastUsed.resolution)",
         "let quiet = (at + (MUTANT ? .zero : AccessKeyLastUsed.resolution))"),
        search=every("usedAfterTheProof")),
    mutant(
        "the-own-proof-hides-whatever-follows",
        (KEYS, "    guard let at = use.at else { return nil }\n    let quiet",
         "    guard let at = use.at, use.service != \"sts\" || !MUTANT else { return nil }\n"
         "    let quiet"),
        search=every("usedAfterTheProof")),
    mutant(
        "a-failed-read-of-the-last-use-means-unused",
        (EXECUTION + "Observer.swift",
         "sighting.observation.lastUsed[id] = .unknown(error.message)",
         "sighting.observation.lastUsed[id] =\n"
         "          MUTANT ? .known(AccessKeyLastUsed(at: nil)) : .unknown(error.message)"),
        search=every("deactivation")),
    mutant(
        "orphans-without-the-known-keys",
        (KEYS, "!left.knownKeyIds.contains(key.id),",
         "!left.knownKeyIds.contains(key.id) || MUTANT,"),
        search=every("firstPublicationBesideANewKey")),
    mutant(
        "orphans-without-looking-at-credentials",
        ("Sources/RotationPlanner/Deliberation+Published.swift",
         "if let recorded, left == nil, stands(recorded) {",
         "if let recorded, MUTANT || (left == nil && stands(recorded)) {"),
        (KEYS, "    guard let trace = trace(of: id) else { return nil }\n    if trace.last != nil",
         "    if MUTANT || OTHER(\n"
         '      "orphans-without-the-history-of-credentials") { return .never }\n'
         "    guard let trace = trace(of: id) else { return nil }\n    if trace.last != nil"),
        search=every("recoveryAfterCommit")),
    mutant("orphans-without-the-history-of-credentials", search=every("recoveryAfterSpoiltCommit")),
    mutant(
        "a-version-that-cannot-be-decrypted-held-nothing",
        (KEYS, "return trace.undecryptable.map { .perhaps(",
         "return (MUTANT ? nil : trace.undecryptable).map { .perhaps("),
        search=every("recoveryWithoutHistory")),
    mutant(
        "a-version-that-cannot-be-decrypted-stops-everything",
        (EXECUTION + "Observer.swift", "guard let refusal = error.decryption else {",
         "guard let refusal = error.decryption, !MUTANT else {"),
        search=every("lostSecret")),
    mutant(
        "no-time-to-settle",
        ("Sources/RotationPlanner/Planner.swift",
         "guard case .mine(let since, .some) = observation.lease else",
         "guard !MUTANT, case .mine(let since, .some) = observation.lease else"),
        search=every("firstPublication", "most")),
    mutant(
        "a-state-over-what-is-unresolved",
        (EXECUTION + "UserRun.swift", "if plan.isStopped, lease?.left != nil, let finding",
         "if !MUTANT, plan.isStopped, lease?.left != nil, let finding"),
        (EXECUTION + "UserRun.swift",
         "if case .giveBack = halt.afterwards, lease?.left == nil {",
         'if case .giveBack = halt.afterwards, lease?.left == nil || OTHER(\n'
         '      "a-state-over-what-is-unresolved") {'),
        search=every("recoveryBeforeCommit")),
    mutant(
        "change-before-the-intent",
        (EXECUTION + "UserRun+Journal.swift",
         "      let intent = try audit.recordIntent(draft)\n      let result = body(intent)\n",
         "      let early = MUTANT ? body(audit.head) : nil\n"
         "      let intent = try audit.recordIntent(draft)\n"
         "      let result = early ?? body(intent)\n")),
    mutant(
        "intent-not-synced",
        ("Sources/RotationExecutor/AuditLog/AuditLog.swift",
         "      let heads = try append(drafts)\n      try flush()\n",
         "      let heads = try append(drafts)\n      if !MUTANT { try flush() }\n")),
    mutant(
        "the-log-denies-what-got-no-answer",
        (EXECUTION + "UserRun+Journal.swift", "failure.execution == .notExecuted ? .failed",
         "failure.execution == .notExecuted || MUTANT ? .failed")),
    mutant(
        "the-clock-of-the-host",
        (HOST, "    anchor = (date, boot)\n",
         "    anchor = (MUTANT ? date + wallOffset : date, boot)\n"),
        search=SCHEDULES),
    mutant(
        "forget-the-pause",
        (RENEWAL, "if let pause { return waitForResume(explain(reason), pause) }",
         "if let pause, !MUTANT { return waitForResume(explain(reason), pause) }"),
        search=every("rotationWhilePaused")),
    mutant(
        "roll-back-without-a-pause",
        (EXECUTION + "Rollback.swift", "    if !pause.stands(in: plan) {\n      let outcome",
         "    if !pause.stands(in: plan), !MUTANT {\n      let outcome"),
        search=every("rollbackInGrace")),
    mutant(
        "publish-before-the-old-key-is-proven",
        (UNDO, 'guard proof == .works else { try refuse(id, version, proof) }',
         'guard proof == .works || MUTANT else { try refuse(id, version, proof) }'),
        (UNDO, "let proof = proven(pair, sighting)",
         "let proof =\n"
         '      isMutant("publish-before-the-old-key-is-proven") ? .works : proven(pair, sighting)'),
        search=every("rollbackAfterSoak", "most")),
    mutant(
        "publish-the-old-key-without-making-it-active",
        (UNDO, "    try reactivate(id, &done)\n    let",
         "    if !MUTANT { try reactivate(id, &done) }\n    let"),
        search=every("rollbackInSoak")),
    mutant(
        "roll-back-without-retiring-the-newer-key",
        (UNDO, "    if let superseding { supersede([superseding]) }",
         "    if let superseding, !MUTANT { supersede([superseding]) }"),
        search=every("rollbackInGrace")),
    mutant(
        "a-lost-answer-of-the-reactivation-is-a-no",
        (EXECUTION + "UserRun+Steps.swift", "failure, mayWork ? .leave : .giveBack,",
         "failure, mayWork && !MUTANT ? .leave : .giveBack,"),
        # The pause keeps the key, too.
        (KEYS, "guard pause?.rollbackTo == id, !needsRoomAtOnce else",
         "guard pause?.rollbackTo == id, !needsRoomAtOnce, !MUTANT else"),
        search=every("rollbackAfterSoak", "most", "malformed reply")),
    mutant(
        "an-intent-without-the-compromised-keys",
        (LEASE, "compromised: compromised.isEmpty ? nil :",
         "compromised: compromised.isEmpty || MUTANT ? nil :"),
        search=every("compromised")),
    mutant(
        "recovery-forgets-that-a-key-is-compromised",
        ("Sources/RotationPlanner/Deliberation+Compromised.swift",
         "marked = left?.compromised ?? []", "marked = MUTANT ? [] : left?.compromised ?? []"),
        search=every("compromised")),
    mutant(
        "a-failed-replacement-is-forgotten",
        (EXECUTION + "UserRun.swift",
         "if let id = state.published?.id, compromised.contains(id) {",
         "if let id = state.published?.id, compromised.contains(id), !MUTANT {"),
        search=every("compromised")),
    mutant(
        "the-leak-of-a-forged-record-is-believed",
        ("Sources/RotationPlanner/RotationState.swift",
         "    (state.published, state.retiring, state.leak) = (nil, [], nil)\n",
         "    (state.published, state.retiring, state.leak) = (nil, [], MUTANT ? state.leak : nil)\n"),
        search=SCHEDULES),
    mutant(
        "an-order-without-room-is-forgotten",
        ("Sources/RotationPlanner/Deliberation+Compromised.swift",
         "      ordered.insert(old.id)\n", "      if !MUTANT { ordered.insert(old.id) }\n"),
        search=every("compromisedWithoutRoom", "none")),
    mutant(
        "revoke-before-the-key-is-refused",
        (EXECUTION + "UserRun+Containment.swift", "guard let now = aws.now(), now < until else { return }",
         "guard let now = aws.now(), now < until, !MUTANT else { return }"),
        # Whoever has the secret sees that the key is refused, and needn't wait.
        (EXECUTION + "UserRun+Containment.swift", "for _ in 0..<2 {", "for _ in 0..<(MUTANT ? 0 : 2) {"),
        search=every("revocation", "some")),
    mutant(
        "a-line-after-the-new-session",
        (EXECUTION + "UserRun+Containment.swift", "+ .seconds(-1)", "+ .seconds(MUTANT ? 1 : -1)"),
        search=every("revocationWithSession", "none")),
    mutant(
        "an-intent-without-the-revocation",
        (LEASE, "revokes: revokes ? true : nil)", "revokes: revokes && !MUTANT ? true : nil)"),
        search=every("revocation", "none")),
    mutant(
        "the-policy-stays",
        ("Sources/RotationPlanner/Deliberation+Leak.swift", "if leak.revokedBefore != nil {",
         "if leak.revokedBefore != nil, !MUTANT {"),
        search=every("revocationEnds", "none")),
    mutant(
        "a-compromised-key-has-its-grace",
        (KEYS, "    if retired.compromised {\n      return deactivateCompromised(retired, \"it was",
         "    if retired.compromised, !MUTANT {\n      return deactivateCompromised(retired, \"it was"),
        search=every("compromised")),
    mutant(
        "a-soak-goes-on-after-a-dead-run",
        (KEYS, "if left != nil, retired.compromised || pause?.rollbackTo == retired.id {",
         "if left != nil, !MUTANT, retired.compromised || pause?.rollbackTo == retired.id {"),
        search=every("compromisedActiveAgain", "none")),
    mutant(
        "roll-back-to-a-compromised-key",
        (ORDERS, "    if target.compromised {", "    if target.compromised, !MUTANT {"),
        search=SCHEDULES),
    mutant(
        "forget-a-projection-that-failed",
        (EXECUTION + "UserRun+Steps.swift",
         "    projections[copy.recordKey] = Observer.refusedWrite\n",
         "    if !MUTANT { projections[copy.recordKey] = Observer.refusedWrite }\n")),
    mutant(
        "retire-what-a-copy-still-shows",
        (KEYS, '    if holdForCopies(retired, "Active") { return }\n',
         '    if !MUTANT, holdForCopies(retired, "Active") { return }\n'),
        search=every("deactivationBehindACopy", "none")),
    mutant(
        "an-adoption-shows-its-key-everywhere-at-once",
        (COPIES, "      || observation.hasCopies\n", "      || observation.hasCopies && !MUTANT\n"),
        search=SCHEDULES),
    mutant(
        "write-whatever-the-type",
        ("Sources/RotationExecutor/Publication/Projection.swift",
         "guard format.isSecret else { return standing ?? .string }",
         "guard format.isSecret else { return MUTANT ? .string : standing ?? .string }"),
        search=SCHEDULES),
    mutant(
        "make-a-key-that-cannot-be-shown",
        (RENEWAL, "if isHeldByMisfits(reason) { return waitForType(reason) }",
         "if isHeldByMisfits(reason), !MUTANT { return waitForType(reason) }"),
        search=SCHEDULES),
    mutant(
        "no-session-after-a-rotation",
        (SESSION, "    if follows {\n", "    if follows, !MUTANT {\n"),
        search=every("rotationWithSession")),
    mutant(
        "publish-a-session-without-proof",
        (EXECUTION + "UserRun+Session.swift", "      try prove(session)\n",
         "      if !MUTANT { try prove(session) }\n"),
        search=every("sessionRenewal")),
    mutant(
        "send-a-code-again",
        (EXECUTION + "UserRun+Session.swift", "let recorded = draft?.session?.lastStep.map {",
         "let recorded = (MUTANT ? nil : draft?.session?.lastStep).map {"),
        search=every("sessionRenewal", fault="malformed reply")),
    mutant(
        "forget-that-a-dead-run-may-have-sent-a-code",
        (EXECUTION + "UserRun+Session.swift", "guard let lease, lease.isRecovery || attestation == .refuted else",
         "guard let lease, !MUTANT, lease.isRecovery || attestation == .refuted else"),
        search=every("sessionRenewal", fault="crash after")),
    mutant(
        "forget-the-session-before-when-an-answer-is-lost",
        (EXECUTION + "UserRun+Session.swift", "    var version: Int?\n    switch try put([write]",
         "    if MUTANT { remember { $0 = SessionState(lastStep: $0.lastStep) } }\n"
         "    var version: Int?\n    switch try put([write]"),
        search=every("deactivationWithSession", fault="request lost")),
    mutant(
        "retire-the-key-of-the-published-session",
        (KEYS, "if let end = publishedSessionEnd(of: retired.id) {",
         "if let end = publishedSessionEnd(of: retired.id), !MUTANT {"),
        search=every("deactivationWithSession")),
    mutant(
        "a-renamed-user-is-another",
        ("Sources/RotationPlanner/RotationState.swift",
         "userId == user.userId && account == user.account",
         "userId == user.userId && account == user.account\n      && (!MUTANT || self.user == user.name)"),
        search=every("rotation", fault="the user is renamed")),
    mutant(
        # Either alone is made up for by the other.
        "whole-seconds-end-early",
        (EXECUTION + "UserRun+Steps.swift", "date.timeIntervalSince1970.rounded(.up)",
         "date.timeIntervalSince1970.rounded(MUTANT ? .down : .up)"),
        ("Sources/Findings/Values/Time.swift", "{ self + period + .seconds(1) }",
         '{\n    self + period + .seconds(OTHER("whole-seconds-end-early") ? 0 : 1)\n  }'),
        search=SCHEDULES),
]

CHOICE = """internal import Glibc

private let chosen: String? = getenv("MUTANT").map { String(cString: $0) }

func isMutant(_ name: String) -> Bool { chosen == name }
"""


def copy(tree: pathlib.Path) -> None:
    """The tracked files as they stand here. Files that are the same keep their times, so that a
    second build is short."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "Package.swift",
         "Package.resolved", "Sources", "Tests"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    if (ROOT / "Package.resolved").exists():
        names.add("Package.resolved")
    if (tree / "Sources").exists():
        for old in [path for path in tree.rglob("*") if path.is_file()]:
            if str(old.relative_to(tree)) not in names:
                old.unlink()
    for name in names:
        text = (ROOT / name).read_bytes()
        edits = [(one, edit) for one in MUTANTS for edit in one.edits if edit.file == name]
        if edits:
            text = mutate(name, text.decode(), edits).encode()
        place(tree / name, text)
    for module in {edit.file.split("/")[1] for one in MUTANTS for edit in one.edits
                   if edit.file.startswith("Sources/")}:
        place(tree / "Sources" / module / "Choice.swift", CHOICE.encode())
    place(tree / "Tests/Simulation/Model/Choice.swift", CHOICE.encode())


def mutate(name: str, text: str, edits: list[tuple[Mutant, Edit]]) -> str:
    for one, edit in edits:
        count = text.count(edit.right)
        if count != 1:
            raise SystemExit(
                f"{one.name}: {name} has {count} times, not once: {edit.right!r}\n"
                "The code has moved on; mend the mutant in Tests/Simulation/mutations.py")
        wrong = edit.wrong.replace("OTHER(", "isMutant(").replace(
            "MUTANT", f'isMutant("{one.name}")')
        text = text.replace(edit.right, wrong)
    return text


def place(path: pathlib.Path, text: bytes) -> None:
    if not path.exists() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def build() -> pathlib.Path:
    folder = ROOT / ".build" / "mutants"
    tree = folder / "tree"
    copy(tree)
    command = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "simulate",
               "--package-path", str(tree), "--scratch-path", str(folder / "scratch")]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise SystemExit(f"the mutants don't build:\n{made.stdout[-4000:]}{made.stderr[-2000:]}")
    return folder / "scratch" / "release" / "simulate"


def simulate(program: pathlib.Path, search: tuple[str, ...], name: str = "") -> tuple[int, str]:
    try:
        run = subprocess.run(
            [str(program), *search], env={**os.environ, "MUTANT": name}, capture_output=True,
            text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return 0, f"nothing found in {LIMIT} s"
    return run.returncode, run.stdout + run.stderr


def main(names: list[str]) -> int:
    unknown = set(names) - {one.name for one in MUTANTS}
    if unknown:
        raise SystemExit(f"no such mutant: {', '.join(sorted(unknown))}")
    began = time.monotonic()
    program = build()
    print(f"built in {time.monotonic() - began:.0f} s", flush=True)
    code, said = simulate(program, ("random", "--stop", "--schedules", "500"))
    if code != 0:
        raise SystemExit(f"without any mutant a promise is broken:\n{said}")
    survivors = 0
    for one in MUTANTS:
        if names and one.name not in names:
            continue
        start = time.monotonic()
        code, said = simulate(program, one.search, one.name)
        caught = code == 1 and "promise" in said
        survivors += not caught
        line = next((line for line in said.splitlines() if "promise" in line), said.strip())
        print(f"{'caught' if caught else 'SURVIVES':8} {one.name} "
              f"({time.monotonic() - start:.1f} s): {line}", flush=True)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
