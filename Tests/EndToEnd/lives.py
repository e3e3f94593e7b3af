"""Whole lives of many users' keys with a fault in each, consumers that use the keys all through
them, and the judge of what is left."""

import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from patience import HANG, Hangs
from runner import Rotate, Run
from servers import Call, Proxy
from servers.server import REGION
from world import World

RUNS = 4  # within so many runs without faults everything must be well again
ALL_LIMIT = 3 * HANG  # for one run over all users, of whom each may need a rotation
PATH = "/deploy/"
SPARE = 3  # users for points in place of those that aren't reached; a quarter of the points more


@dataclasses.dataclass(frozen=True)
class Stage:
    """A run that has something to do, and how long after the stage before it that is due."""

    name: str
    due: dict
    others: tuple[str, ...]  # status of each key that stands beside the published one afterwards


STAGES = (
    Stage("publication", {}, ()),
    Stage("rotation", {"days": 91}, ("Active",)),
    Stage("deactivation", {"hours": 26}, ("Inactive",)),
    Stage("deletion", {"days": 7, "hours": 1}, ()),
)
CHANGES = ("CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "PutParameter")


def judge(world: World, user: str = "deployer", where: str = "") -> tuple[str, str]:
    """What stands at AWS, now that all is said to be well: one published key, which works and is
    what the pair and the record say, and no key that nobody knows."""
    where = where or user
    published, record = world.published(user), world.record(user)
    assert published is not None, f"{where}: nothing is published"
    status, body = ask(world, published, "sts", "GetCallerIdentity")
    assert status == 200, f"{where}: {published[0]} {body}"
    keys = world.keys(user)
    assert keys.get(published[0]) == "Active", f"{where}: {keys}"
    assert record["published"]["accessKeyId"] == published[0], where
    assert record.get("inFlight") is None, where
    assert world.parameter("AWS_ACCESS_KEY_ID", user) == published[0], where
    assert world.parameter("AWS_SECRET_ACCESS_KEY", user) == published[1], where
    known = {published[0]} | {key["accessKeyId"] for key in record["retiring"]}
    assert set(keys) == known, f"{where}: a key is left that nobody knows"
    return published


def converge(run: Callable[[], Run]) -> None:
    """Further runs, without faults, until one has nothing to complain of."""
    for _ in range(RUNS):
        if (last := run()).code == 0:
            return
    raise AssertionError(f"not well after {RUNS} runs:\n{last}")


def ask(world: World, key: tuple[str, str], service: str, operation: str, **parameters):
    """One signed call past the proxy: status and body. A boto3 client for each of hundreds of keys
    would take longer than the calls."""
    if service == "ssm":
        headers = {
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"AmazonSSM.{operation}"}
        body = json.dumps(parameters)
    else:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode({"Action": operation, "Version": "2011-06-15"} | parameters)
    request = botocore.awsrequest.AWSRequest("POST", world.server.url + "/", headers, body)
    signer = botocore.credentials.Credentials(*key)
    botocore.auth.SigV4Auth(signer, service, REGION).add_auth(request)
    sent = urllib.request.Request(
        request.url, data=body.encode(), headers=dict(request.headers), method="POST")
    try:
        with urllib.request.urlopen(sent, timeout=HANG) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Consumers:
    """Threads that do what builds do: read a credential, then use it, and again with what they read
    first. Every one of their calls must succeed."""

    def __init__(self, world: World, count: int = 2):
        self.world, self.users = world, []
        self.calls, self.least, self.failures = 0, 0, []
        self._due = 0
        self._over = threading.Event()
        # A clock that jumps by months between a signature and its arrival is no rotator's fault,
        # and no build lasts for months: each of these is held while one build lasts.
        self.building = [threading.Lock() for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._work, args=(lock, random.Random(seed)), daemon=True)
            for seed, lock in enumerate(self.building)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join(HANG)

    def go_on(self) -> None:
        """Until they have made the calls that each stage is to see."""
        self._due += self.least
        deadline = time.monotonic() + HANG
        while self.calls < self._due and not self.failures:
            if time.monotonic() > deadline:
                raise Hangs(f"{self.calls} calls by consumers, {self._due} are due")
            time.sleep(0.05)

    def _work(self, building: threading.Lock, chance: random.Random) -> None:
        while not self._over.wait(0.2):  # leaves the servers' time to the runs
            if self.users:
                try:
                    with building:
                        self._build(chance.choice(self.users))
                except Exception as error:  # a thread that died unseen would prove nothing
                    self.failures.append(repr(error))

    def _build(self, user: str) -> None:
        status, body = ask(
            self.world, self.world.server.root, "ssm", "GetParameter",
            Name=f"{PATH}{user}/credentials", WithDecryption=True)
        if status == 400 and "ParameterNotFound" in body:
            return  # before the first publication
        self._judge(user, "reading", status, body)
        credentials = json.loads(json.loads(body)["Parameter"]["Value"])
        key = credentials["AccessKeyId"], credentials["SecretAccessKey"]
        for _ in range(2):
            self._judge(user, key[0], *ask(self.world, key, "sts", "GetCallerIdentity"))
            self._judge(user, key[0], *ask(
                self.world, key, "ssm", "GetParameter", Name=f"{PATH}{user}/record"))

    def _judge(self, user: str, what: str, status: int, body: str) -> None:
        self.calls += 1
        if status != 200:
            self.failures.append(f"{user}, {what}: {status} {body}")


# All points of all lives take the better part of an hour. So each run takes one in so many, other ones
# each time; `make faults` takes them all.
EVERY = int(os.environ.get("ROTATE_FAULTS_EVERY", "9"))
SEED = int(os.environ.get("ROTATE_FAULTS_SEED", str(random.randrange(1000))))
# Of consumers, in each stage: a run with few points waits for them, so it's no matter of speed.
LEAST_CALLS = 250 // EVERY


def sample(points: list) -> list:
    print(f"ROTATE_FAULTS_EVERY={EVERY} ROTATE_FAULTS_SEED={SEED} takes the same points again")
    # At least one of however few.
    return points[SEED % min(EVERY, len(points))::EVERY]


def others(points: list, chosen: list) -> list:
    """Where a chosen point is never reached, one of these is taken in its place. What is left where
    all were chosen are the chosen ones themselves: a run may reach them the next time."""
    rest = [point for point in points if point not in chosen] or list(chosen)
    random.Random(SEED).shuffle(rest)
    return rest


class Lives:
    """Users whose keys are published, rotated, deactivated and deleted, each run with a fault."""

    # The file is one more thing to be killed at: written, synced, renamed.
    settings = {
        "settle": "1s", "verify": {"successes": 2, "interval": "10ms", "timeout": "2m"},
        "projections": [{"file": "keys/{user}", "format": "credentials-file"}]}

    def __init__(self, world: World, rotate: Rotate, consumers: Consumers | None = None):
        self.world, self.rotate, self.consumers = world, rotate, consumers
        self.published: dict[str, tuple[str, str]] = {}
        self.unannounced: list[str] = []
        self.changes: list[tuple[float, str]] = []
        self._runs: list[Run] = []
        self.watch(world.proxy, rotate)

    # What is run

    def survey(self, measure) -> dict[str, list]:
        """What `measure` finds in each stage of a life without faults."""
        self.make("sample", "/sample/")
        found = {}
        for stage in STAGES:
            self.advance(**stage.due)
            self.only("sample")
            found[stage.name] = measure()
        return found

    def live(self, points: dict[str, list], afflict, workers: int = 1, **wait: float) -> None:
        """In each stage, `afflict` runs the program on a user of its own for each point, so many of
        them at once; then runs without faults on all of them, until all is well.

        A point is a call that another run made. This one may need fewer, most of all on a busy machine:
        `afflict` says whether it was reached. Where it wasn't, nothing has been shown, and another point
        is taken, on another user. In the end most must have been reached."""
        chosen = {stage: sample(found) for stage, found in points.items()}
        most = max(len(found) for found in chosen.values())
        users = [f"user-{n:03}" for n in range(most + SPARE + most // 4)]
        for user in users:
            self.make(user, PATH)
        if self.consumers:
            self.consumers.users = users
        for stage in STAGES:
            self.advance(**stage.due)
            wanted, rest = chosen[stage.name], others(points[stage.name], chosen[stage.name])
            given = dict(zip(users, wanted, strict=False))
            spare = users[len(wanted):]

            def one(user, stage=stage, given=given):
                reached = afflict(user, given[user])
                self.still_works(user, stage, given[user])
                return reached

            with concurrent.futures.ThreadPoolExecutor(workers) as pool:
                reached = list(pool.map(one, given))
            count = reached.count(True)
            while count < len(wanted) and spare and rest:
                user = spare.pop(0)
                given[user] = rest.pop(0)
                count += one(user)
            told = f"{stage.name}: {count} of {len(wanted)} points reached, {len(given)} tried"
            print(told)
            assert 2 * count > len(wanted), told
            # Before the first publication there may be nothing to read.
            if self.consumers and self.published:
                self.consumers.go_on()
            self.recover(**wait)
            if self.consumers and not self.published:
                self.consumers.go_on()
            for user in users:
                self.judge(user, stage, given.get(user))

    def make(self, user: str, path: str) -> None:
        self.world.iam.create_user(UserName=user, Path=path)
        reads = {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"}
        self.world.iam.put_user_policy(
            UserName=user, PolicyName="own",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": reads}))
        self.rotate.vaults.add(self.file(user))

    def only(self, user: str, rotate: Rotate | None = None) -> None:
        rotate = rotate or self.rotate
        rotate.configure(users=[{"name": user}], **self.on_host(rotate))
        # Another host's home stands in the first one's, which is searched for secrets.
        self.rotate.vaults.add(self.file(user, rotate))

    def on_host(self, rotate: Rotate) -> dict:
        return self.settings | {"projections": [
            projection | {"file": str(rotate.home / projection["file"])}
            for projection in self.settings["projections"]]}

    def file(self, user: str, rotate: Rotate | None = None) -> pathlib.Path:
        """The local file that shows the user's key."""
        return (rotate or self.rotate).home / "keys" / user

    def advance(self, **delta: float) -> None:
        with contextlib.ExitStack() as stack:
            for lock in self.consumers.building if self.consumers else ():
                stack.enter_context(lock)
            self.world.clock.advance(**delta)

    def run(
        self, rotate: Rotate | None = None, wrap: tuple[str, ...] = (), limit: float = HANG,
    ) -> Run:
        """A run whose output is searched for secrets later, together with the others'."""
        process = (rotate or self.rotate).start("--verbose", wrap=wrap)
        began = time.monotonic()
        try:
            stdout, stderr = process.communicate(timeout=limit)
        finally:
            process.kill()
        run = Run(wrap, process.returncode, stdout, stderr, time.monotonic() - began)
        self._runs.append(run)
        return run

    def recover(self, **wait: float) -> None:
        self.world.proxy.forget()
        self.rotate.configure(users=[{"path": PATH}], **self.on_host(self.rotate))

        def again() -> Run:
            self.advance(**(wait or {"minutes": 2}))
            return self.run(limit=ALL_LIMIT)

        converge(again)
        verified = self.rotate.run("audit", "verify")
        assert verified.code == 0, verified
        everything = "".join(run.text for run in self._runs)
        self.rotate._look_for_secrets(Run(("all",), 0, everything, "", 0), "", False)
        self._runs.clear()
        assert not self.unannounced, self.unannounced

    # What is judged

    def still_works(self, user: str, stage: Stage, point) -> None:
        """Right after the fault, before anything is mended: what consumers read works, and what
        they read before works on."""
        published = self.world.published(user)
        before = self.published.get(user)
        for key in {published, before} - {None}:
            status, body = ask(self.world, key, "sts", "GetCallerIdentity")
            assert status == 200, f"{stage.name}, {point}: {key[0]} {body}"
        assert published is not None or before is None, f"{stage.name}, {point}: nothing published"

    def judge(self, user: str, stage: Stage, point) -> None:
        where = f"{user}, {stage.name}, {point}"
        before = self.published.get(user)
        self.still_works(user, stage, point)
        published = judge(self.world, user, where)
        keys = self.world.keys(user)
        del keys[published[0]]
        assert tuple(keys.values()) == stage.others, f"{where}: {keys}"
        file = self.file(user)
        assert (f"[default]\naws_access_key_id = {published[0]}\n"
                f"aws_secret_access_key = {published[1]}\n") == file.read_text(), where
        assert file.stat().st_mode & 0o777 == 0o600, where
        assert [left.name for left in file.parent.iterdir() if left.name.startswith(f"{user}.")] == []
        if stage.name == "rotation":
            assert set(keys) == {before[0]}, where
        elif before:
            assert published == before, where
        self.published[user] = published

    def watch(self, proxy: Proxy, rotate: Rotate) -> None:
        """At each change that arrives, its intent must stand in the log already, unanswered."""
        take = proxy.take

        def watching(call):
            if call.operation in CHANGES:
                self.changes.append((time.time(), call.operation))
                if not announced(call, rotate):
                    self.unannounced.append(f"{call.operation} {call.parameters.get('Name', '')}")
                # Never by the new key, which comes and goes at first: it only proves itself.
                if call.access_key_id != self.world.rotator[0]:
                    self.unannounced.append(f"{call.operation} by {call.access_key_id}")
            return take(call)

        proxy.take = watching


def announced(call: Call, rotate: Rotate) -> bool:
    """Whether the newest entry about this user and action says that it is about to be done."""
    user = call.parameters.get("UserName") or call.parameters["Name"].split("/")[2]
    with rotate.audit_log.open("rb") as log:
        log.seek(max(0, log.seek(0, 2) - (1 << 16)))
        lines = log.read().split(b"\n")[:-1]
    for line in reversed(lines):
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # cut by the seek, or a sealed tear
        if entry.get("user") == user and entry.get("action") == call.operation:
            return entry["phase"] == "intent"
    return False
