"""`rotate policy`: what it prints suffices for the whole life of a key and holds nothing that is not
needed; it passes a linter; both its forms say the same; the documents show what it prints."""

import copy
import json
import pathlib
import re
import shutil
import subprocess

import cfnlint.api
import hcl2
import pytest

from lives import sample
from runner import Rotate, binary
from servers import PolicyJudge, proxy
from servers.policies import listed, permits
from servers.server import ACCOUNT, REGION
from test_docs import fence
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
    """All that a run can have to do, a run at a time; each yields how it ended."""
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


class Stage:
    """A world of its own, on a server that forgets the one before it."""

    def __init__(self, server, home: pathlib.Path):
        self.server, self.home = server, home

    def __enter__(self):
        self.server.reset()
        self._proxy = proxy.Proxy(self.server).__enter__()
        self.world = World(self.server, self._proxy)
        self.home.mkdir()
        self.rotate = Rotate(self.world, self.home)
        make_world(self.world)
        make_configuration(self.rotate)
        return self

    def __exit__(self, *_):
        self._proxy.__exit__(*_)

    def emitted(self) -> list[dict]:
        """By somebody who may ask IAM."""
        run = self.rotate.run("policy")
        assert run.code == 0, run
        return [json.loads(run.stdout)]

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


@pytest.mark.slow
def test_it_suffices_and_nothing_can_be_left_out(running, tmp_path):
    """Each thing that the policy allows is asked for in the life of a key and allowed by nothing else
    in it. That a refusal doesn't go unnoticed is shown by lives without one of the actions."""
    server = running("moto")
    with Stage(server, tmp_path / "all") as stage:
        document, = stage.emitted()
        judge = stage.least([document])
        assert list(life(stage.world, stage.rotate)) == [0] * 6, judge.refused
        assert judge.refused == []
    lesser = list(without_one(document))
    idle = {name for name, less in lesser
            if all(permits(less["Statement"], *request) for request in judge.asked)}
    assert {re.sub(r"\d{12}", ACCOUNT, name) for name in idle} == UNUSED
    actions = [(name, less) for name, less in lesser if re.fullmatch(r"\w+: \w+:\w+", name)]
    assert len(actions) > 20
    for number, (name, less) in enumerate(sample(actions)):
        with Stage(server, tmp_path / str(number)) as stage:
            judge = stage.least([less])
            assert any(life(stage.world, stage.rotate)), f"nobody missed {name}"
            assert judge.refused, name


# MARK: It is well-formed


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
                 "kmsKeyId": f"arn:aws:kms:{ABROAD}:999988887777:key/mrk-1"}]}]},
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
            "--advanced-tier", tmp=tmp_path))
    for form in ((), ("--pair",)):
        found += documents(offline(SHAPES["own key"], "--consumer", "deployer", *form, tmp=tmp_path))
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
    told = offline(SHAPES[shape], tmp=tmp_path)
    written = offline(SHAPES[shape], "--format", "terraform", tmp=tmp_path).stdout
    # The parser knows no functions: what jsonencode gets is what it makes of it.
    parsed = hcl2.loads(written.replace("jsonencode({", "{").replace("\n  })\n", "\n  }\n"))
    policies = [unquoted(one) for block in parsed["resource"] for one in block.values()]
    bodies = [body for resource in policies for body in resource.values()]
    assert [body["policy"] for body in bodies] == documents(told)
    names = [name for resource in policies for name in resource]
    assert names == [f"rotate_{n}" if n else "rotate" for n in [0, *range(2, len(names) + 1)]]
    if terraform := shutil.which("terraform"):
        done = subprocess.run([terraform, "fmt", "-check", "-diff", "-"], input=written,
                              capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout


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
    for service in ("IAM", "SSM"):
        text = (ROOT / f"Sources/AWSClient/Services/{service}/{service}.swift").read_text()
        called |= {f"{service.lower()}:{name}" for name in re.findall(
            r'"((?:Get|List|Put|Create|Update|Delete)[A-Z]\w+)"', text)}
    needs = (ROOT / "Sources/rotate/Access/AccessNeed.swift").read_text()
    assert set(re.findall(r'"((?:iam|ssm):(?!Simulate)\w+)"', needs)) == called


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
    assert json.loads(shown(ROOT / "README.md", "CredentialsAndRecord")) == json.loads(printed)
    config = {"users": [{"path": "/deploy/", "kmsKeyId": "alias/deploy"}]}
    printed = offline(config, *account, tmp=tmp_path).stdout
    assert json.loads(shown(ROOT / "docs/operations.md", "UsersByPath")) == json.loads(printed)
    config = {"users": [{"name": "deployer", "kmsKeyId": KEYS["alias/deploy"]}]}
    printed = offline(config, "--consumer", "deployer", *account, tmp=tmp_path).stdout
    assert json.loads(shown(ROOT / "docs/consumers.md", "ReadThePublishedKey")) == json.loads(printed)
