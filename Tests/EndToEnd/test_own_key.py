"""A host without a role: rotate renews the key that it runs on itself, in the one file that it has."""

import contextlib
import json
import os
import pathlib
import shutil
import struct

import pytest

from patience import HANG

ACCESS_LIST = "system.posix_acl_access"

# CRLF, comments, blank lines, blanks at the end and other sections: all of it is somebody's.
FILE = """\
# this host's own key, renewed by rotate\r
\r
[backup]\r
aws_access_key_id = AKIABACKUPBACKUP0000\r
aws_secret_access_key: backup-secret-of-somebody-else\r
\r
[default]  \r
; which user this is: rotator\r
aws_access_key_id={0}\r
region = ap-northeast-2\r
aws_secret_access_key  =  {1}\r
[unknown section]\r
s3 =\r
  addressing_style = path\r
"""


class OwnFile:
    """The file, which is all that the program has of credentials."""

    def __init__(self, rotate, key):
        self.rotate = rotate
        self.path = rotate.home / "aws" / "credentials"
        self.path.parent.mkdir(mode=0o700)
        self.path.write_bytes(FILE.format(*key).encode())
        self.path.chmod(0o600)
        # One more user may read it, by an access list as the kernel keeps it: owner, that user, group,
        # mask, others.
        entries = (1, 6, -1), (2, 4, 4321), (4, 4, -1), (16, 4, -1), (32, 0, -1)
        with contextlib.suppress(OSError):  # a file system without such lists has none to lose
            os.setxattr(self.path, ACCESS_LIST, struct.pack("<I", 2) + b"".join(
                struct.pack("<HHi", *entry) for entry in entries))
        rotate.vaults.add(self.path)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del rotate.environment[name]
        rotate.environment["AWS_SHARED_CREDENTIALS_FILE"] = str(self.path)
        rotate.configure(users=[
            {"name": "rotator",
             "projections": [{"file": str(self.path), "format": "credentials-file"}]},
            {"name": "deployer"}])

    def access_list(self) -> bytes:
        try:
            return os.getxattr(self.path, ACCESS_LIST)
        except OSError:
            return b""

    def holds(self, key) -> bool:
        """This key, and every other byte as it was."""
        return self.path.read_bytes() == FILE.format(*key).encode()


def steps(run) -> dict[str, list[str]]:
    assert all(step["result"] == "done" for user in run.json["users"] for step in user["steps"]), run
    return {user["user"]: [step["action"] for step in user["steps"]] for user in run.json["users"]}


def signers(world, *, proofs: bool = False) -> set[str]:
    """Whose keys signed; a new key's proof is the one call that it signs itself."""
    return {call.access_key_id for call in world.proxy.calls
            if proofs == (call.operation == "GetCallerIdentity")}


@pytest.fixture
def own(world, rotate):
    world.make_user(keys=0)
    return OwnFile(rotate, world.rotator)


def test_its_own_key_from_the_first_publication_to_the_second_ones_deletion(world, rotate, own):
    current = world.rotator
    both = {"rotator", "deployer"}
    for wait in ({}, {"days": 82}):
        world.clock.advance(**wait)
        world.proxy.forget()
        before, listed = own.path.stat(), own.access_list()
        assert steps(rotate.pass_()) == dict.fromkeys(both, ["rotate"])
        new = world.published("rotator")
        # The run goes on with the key that it began with, also after the file has the new one.
        assert signers(world) == {current[0]}
        assert {current[0], new[0]} < signers(world, proofs=True)
        written = [call.parameters["Name"] for call in world.proxy.calls
                   if call.operation == "PutParameter"]
        assert written.index("/deploy/rotator/credentials") < len(written) - 1
        assert [name for name in written if "/rotator/" in name][-1] == "/deploy/rotator/record"
        # The file is another one now, with the new key, and otherwise the same to the byte.
        assert own.holds(new) and new != current
        after = own.path.stat()
        assert after.st_ino != before.st_ino
        assert (after.st_mode, after.st_uid, after.st_gid) == (
            before.st_mode, before.st_uid, before.st_gid)
        assert own.access_list() == listed
        assert world.works(new) and world.works(current)

        # The next run is the new key's.
        world.proxy.forget()
        assert steps(rotate.pass_()) == dict.fromkeys(both, [])
        assert signers(world) | signers(world, proofs=True) == {new[0]}
        assert new[0] in rotate.run("whoami").stdout

        # The old one's last use was this program's own, and holds it no longer than anybody's.
        world.clock.advance(hours=26)
        assert "deactivate" in steps(rotate.pass_())["rotator"]
        assert world.keys("rotator") == {current[0]: "Inactive", new[0]: "Active"}
        world.clock.advance(days=7, hours=1)
        world.proxy.forget()
        assert "delete" in steps(rotate.pass_())["rotator"]
        assert signers(world) == {new[0]}
        assert world.keys("rotator") == {new[0]: "Active"}
        assert own.holds(new)
        current = new
    assert [path.name for path in own.path.parent.iterdir()] == ["credentials"]
    assert rotate.run("audit", "verify").code == 0


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_killed_before_the_file_is_replaced(world, rotate, own, tmp_path_factory):
    trace = tmp_path_factory.mktemp("trace") / "trace"
    process = rotate.start(wrap=(
        "strace", "-f", "-qq", "-o", str(trace), "-e", "trace=renameat,renameat2",
        "-e", "inject=renameat,renameat2:signal=KILL"))
    process.communicate(timeout=HANG)
    assert process.returncode == -9
    new = world.published("rotator")
    assert new != world.rotator
    assert own.holds(world.rotator)
    # What the dead run has left is for the same eyes only, and the next one clears it away.
    (left,) = set(own.path.parent.iterdir()) - {own.path}
    assert left.stat().st_mode == own.path.stat().st_mode

    world.clock.advance(minutes=2)
    world.proxy.forget()
    rotate.pass_()
    assert signers(world) == {world.rotator[0]}
    assert own.holds(new) and world.published("rotator") == new
    assert list(own.path.parent.iterdir()) == [own.path]
    world.proxy.forget()
    rotate.pass_()
    assert signers(world) == {new[0]}
    world.clock.advance(hours=26)
    rotate.pass_()
    assert world.keys("rotator") == {world.rotator[0]: "Inactive", new[0]: "Active"}


def test_the_key_that_signs_is_never_taken_away(world, rotate, own):
    """A host that goes on with a copy of the old key: whatever IAM's evidence says, and whatever the
    periods, it doesn't saw off its branch."""
    rotate.pass_()
    stale = {"AWS_ACCESS_KEY_ID": world.rotator[0], "AWS_SECRET_ACCESS_KEY": world.rotator[1]}
    config = json.loads(rotate.config_file.read_text())
    config["defaults"] |= {"quietPeriod": "0s", "gracePeriod": "1h"}
    rotate.write_config(config)
    for _ in range(2):
        world.clock.advance(hours=26)
        run = rotate.pass_(code=2, **stale)
        assert ("act", "own-key") in run.findings()
        assert world.keys("rotator")[world.rotator[0]] == "Active"
        assert "UpdateAccessKey" not in [
            call.operation for call in world.proxy.calls
            if call.parameters.get("UserName") == "rotator"]
    world.clock.advance(minutes=16)  # IAM notes a use once in 15 minutes
    assert "deactivate" in steps(rotate.pass_())["rotator"]
    assert world.keys("rotator")[world.rotator[0]] == "Inactive"


@pytest.mark.parametrize("fault", ["directory", "file", "hard link", "section"])
def test_no_new_key_where_the_file_cannot_have_it(moto_world, rotate, fault):
    world = moto_world
    own = OwnFile(rotate, world.rotator)
    folder, aside = own.path.parent, rotate.home / "aside"

    def others_write(path: pathlib.Path):
        mode = path.stat().st_mode
        path.chmod(0o777)
        return lambda: path.chmod(mode)

    def hard_link():
        rotate.vaults.add(aside)
        aside.hardlink_to(own.path)
        return aside.unlink

    def section():
        content = own.path.read_bytes()
        rotate.environment |= {
            "AWS_ACCESS_KEY_ID": world.rotator[0], "AWS_SECRET_ACCESS_KEY": world.rotator[1],
            "AWS_SHARED_CREDENTIALS_FILE": None}
        own.path.write_bytes(content + b"[default]\r\n")
        return lambda: own.path.write_bytes(content)

    mend, words = {
        "directory": (lambda: others_write(folder), "others can write to the directory"),
        "file": (lambda: others_write(own.path), "others can write to it"),
        "hard link": (hard_link, "2 names"),
        "section": (section, "line 15: the section [default] stands in the file twice"),
    }[fault]
    mend = mend()
    for arguments in (("--user", "rotator"), ("--user", "rotator", "--dry-run")):
        run = rotate.pass_(*arguments, code=1)
        assert run.findings() - {("notice", "credentials-writable")} == {
            ("failed", "projection-file")}
        # Who could exchange the file could exchange the key that signs, and that is told, too.
        assert (("notice", "credentials-writable") in run.findings()) == (
            fault in ("directory", "file"))
        assert words in run.text, run
    assert "CreateAccessKey" not in world.proxy.operations()
    assert "PutParameter" not in world.proxy.operations()
    mend()
    assert steps(rotate.pass_("--user", "rotator")) == {"rotator": ["rotate"]}
    assert own.holds(world.published("rotator"))


def test_a_session_token_beside_the_key_is_taken_out(moto_world, rotate):
    world = moto_world
    file = rotate.home / "jenkins"
    rotate.vaults.add(file)
    rotate.configure(projections=[
        {"file": str(file), "format": "credentials-file", "profile": "deploy"}])
    world.make_user(keys=0)
    rotate.pass_()
    good = file.read_text()
    file.write_text(good.replace("aws_secret", "aws_session_token = of-somebody\naws_secret") + "# x\n")
    run = rotate.pass_()
    assert run.done() == ["repair"]
    assert ("notice", "session-token-removed") in run.findings()
    assert file.read_text() == good + "# x\n"
    assert rotate.pass_().done() == []
