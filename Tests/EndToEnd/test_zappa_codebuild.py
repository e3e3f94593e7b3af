"""docs/zappa-codebuild.md, end to end: a build of CodeBuild's installs the real Zappa, runs the
project's tests, deploys, and after a rotation updates, each time with the published key.

moto runs what Zappa asks for; for that it has to believe every signature (see `believe_everybody`), so
the proxy says whose key signed. It makes no sessions of users that work: the one of the build with MFA is
a role's. That what rotate publishes works is shown on ministack, in test_sessions.py.
"""

import json
import pathlib
import shutil
import sys
import urllib.parse

import pytest

from builds import EXAMPLES, CodeBuild, Host, Role
from servers.policies import PolicyJudge
from servers.proxy import Reply
from servers.server import REGION
from test_sessions import manage

STORY = EXAMPLES / "zappa-codebuild"
PAGE = EXAMPLES.parent / "zappa-codebuild.md"
# Wheels that the set-up fetched: no test asks a package index.
WHEELS = pathlib.Path(sys.executable).parents[1] / "wheels"
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"

pytestmark = pytest.mark.slow


class Project:
    """The page's files in a checkout, and the builds of it."""

    def __init__(self, world, host: Host, buildspec: str):
        self.world, self.host = world, host
        self.build = CodeBuild(host, f"zappa-codebuild/{buildspec}")
        self.folder = host.folder / "checkout"
        shutil.copytree(STORY, self.folder)
        settings = json.loads((self.folder / "zappa_settings.json").read_text())
        # Zappa asks PyPI for wheels built for Lambda, and must run on the Python that it packs for.
        settings["production"] |= {"runtime": PYTHON, "use_precompiled_packages": False}
        (self.folder / "zappa_settings.json").write_text(json.dumps(settings))

    def run(self) -> tuple[str, set[str]]:
        """The deployed code's hash, and whose keys signed what Zappa and the AWS CLI asked for."""
        world = self.world
        variables = self.build.start()
        world.proxy.forget()
        self._answer_function_urls()
        shutil.rmtree(self.folder / ".venv", ignore_errors=True)
        printed = self.build.finish(
            variables, self.folder, TMPDIR=str(self.host.folder), PIP_NO_INDEX="1",
            PIP_FIND_LINKS=str(WHEELS), PIP_DISABLE_PIP_VERSION_CHECK="1",
            # Zappa would ask PyPI whether there is a newer one.
            HTTPS_PROXY="http://127.0.0.1:9")
        assert '"Arn"' in printed  # the build says who it is
        found = world.server.client("lambda").get_function(FunctionName="hello-production")
        signers = {call.access_key_id for call in world.proxy.calls}
        assert {"lambda", "s3", "sts"} <= {call.service for call in world.proxy.calls}
        return found["Configuration"]["CodeSha256"], signers

    def change(self) -> None:
        app = self.folder / "app.py"
        app.write_text(app.read_text() + "\n# a change\n")

    def _answer_function_urls(self) -> None:
        """Zappa looks for function URLs, which moto can't list; there are none."""
        arn = f"arn:aws:lambda:{REGION}:{self.world.account}:function:hello-production"
        self.world.proxy.on(
            f"GET /2021-10-31/functions/{urllib.parse.quote(arn, safe='')}/urls?MaxItems=50",
            lambda exchange: exchange.send(Reply(
                200, {"Content-Type": "application/json"}, b'{"FunctionUrlConfigs": []}')))


def deploy_user(world) -> None:
    world.make_user(keys=0)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    world.iam.put_user_policy(
        UserName="deployer", PolicyName="deploys",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": everything}))


def test_builds_deploy_and_update_over_a_rotation(moto_world, rotate, tmp_path_factory):
    world = moto_world
    deploy_user(world)
    rotate.pass_()
    old = world.published()
    with Role(world) as role:
        project = Project(
            world, Host(world, rotate, role, tmp_path_factory.mktemp("host")), "buildspec.yml")
        world.server.believe_everybody()
        first, signers = project.run()  # deploys
        assert signers == {old[0]}
        world.clock.advance(days=90, hours=1)
        assert rotate.pass_().done() == ["rotate"]
        new = world.published()
        project.change()
        second, signers = project.run()  # updates
    assert signers == {new[0]} != {old[0]}
    assert second != first


def test_with_mfa_the_session_signs(moto_world, rotate, tmp_path_factory):
    world = moto_world
    deploy_user(world)
    with Role(world) as role:
        session = world.server.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{world.account}:role/ci-host", RoleSessionName="a-session",
        )["Credentials"]
        world.put("session", json.dumps({
            "Version": 1, "AccessKeyId": session["AccessKeyId"],
            "SecretAccessKey": session["SecretAccessKey"],
            "SessionToken": session["SessionToken"],
            "Expiration": session["Expiration"].isoformat()}), "SecureString")
        project = Project(
            world, Host(world, rotate, role, tmp_path_factory.mktemp("host")), "buildspec-mfa.yml")
        world.server.believe_everybody()
        _, signers = project.run()
    assert signers == {session["AccessKeyId"]} != {role.keys["AccessKeyId"]}


@pytest.mark.parametrize("policy, buildspec", [
    ("project-role-policy.json", "buildspec.yml"),
    ("project-role-policy-mfa.json", "buildspec-mfa.yml"),
])
def test_the_projects_role_may_read_that_parameter_and_no_other(
        ministack_world, rotate, tmp_path_factory, policy, buildspec):
    world = ministack_world
    manage(world, rotate, keys=0)
    assert rotate.pass_().done() == ["rotate", "renewSession"]
    document = (STORY / policy).read_text().replace("111122223333", world.account)
    with Role(world) as role:
        host = Host(world, rotate, role, tmp_path_factory.mktemp("host"))
        judge = PolicyJudge(
            world.proxy, role.keys["AccessKeyId"], [json.loads(document)], keys={})
        values = CodeBuild(host, f"zappa-codebuild/{buildspec}").start()
        assert judge.refused == [] and judge.asked
        assert ("SessionToken" in json.loads(values["DEPLOY_CREDENTIALS"])) is (
            "mfa" in buildspec)
        with pytest.raises(host.client("ssm").exceptions.ClientError, match="not authorized"):
            host.client("ssm").get_parameters(Names=["/deploy/other/credentials"])


def test_the_page_shows_the_files_as_they_are():
    """Whoever copies from the page copies what was tested."""
    page = PAGE.read_text()
    for file in sorted(STORY.iterdir()):
        if file.name in ("buildspec-mfa.yml", "project-role-policy-mfa.json"):
            assert f"consumers/zappa-codebuild/{file.name}" in page
        else:
            assert f"\n{file.read_text()}```" in page, file.name


def test_with_mfa_only_the_parameter_differs():
    def lines(name):
        return [line for line in (STORY / name).read_text().splitlines() if "#" not in line]

    for plain, mfa in (("buildspec.yml", "buildspec-mfa.yml"),
                       ("project-role-policy.json", "project-role-policy-mfa.json")):
        differing = [
            pair for pair in zip(lines(plain), lines(mfa), strict=True) if pair[0] != pair[1]]
        assert [(a.replace("/credentials", "/session"), b) for a, b in differing] == [
            (differing[0][1],) * 2]
