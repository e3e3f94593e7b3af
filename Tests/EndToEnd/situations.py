"""A fleet in which every situation that a report has to tell stands side by side."""

import dataclasses
import datetime
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

from patience import HANG
from runner import Rotate, Run, binary
from servers import proxy as faults
from world import World

# What no report may let through: markup, a script, a control sequence, a turned direction of
# writing, a table's edge, a mention, an address, a line break.
HOSTILE = ("</td></script><script>window.hostile=1</script><img src=http://192.0.2.1/x onerror=alert(1)> "
           "\" ' & &amp; | `odd ](http://192.0.2.1/) **loud** @everyone \u202eesrever\u202c $x$ #1")


@dataclasses.dataclass
class Fleet:
    """Sixteen users. The server refuses to list the keys of `zappa-prod`, in hostile words."""

    world: World
    rotate: Rotate

    users = (
        "web-fresh", "api-due", "batch-in-grace", "mail-in-soak", "legacy-held", "vendor-blocked",
        "zappa-prod", "terraform-waits", "ci-without-key", "billing-first", "reports-foreign",
        "shop-contained", "stock-overdue", "docs-paused", "games-leaked", "vault-session",
    )

    def build(self) -> "Fleet":
        world, rotate = self.world, self.rotate
        self.configure()
        for user in self.users:
            world.iam.create_user(UserName=user, Path="/")
        world.add_key("billing-first")
        world.clock.advance(days=300)
        self.pass_("api-due", "batch-in-grace", "stock-overdue")
        world.clock.advance(days=30)
        self.pass_("mail-in-soak", "legacy-held", "terraform-waits", "shop-contained")
        legacy = world.published("legacy-held")
        world.clock.advance(days=54)
        self.pass_("terraform-waits", "--now")
        world.clock.advance(days=2)
        self.pass_("mail-in-soak", "terraform-waits", "--now", code=2)  # the second has no room
        self.pass_("web-fresh", "reports-foreign", "docs-paused", "games-leaked", "vault-session")
        self.pass_("games-leaked", "--compromised", "--yes")
        rotate.pass_("pause", "--user", "docs-paused", "--until", "2028-04-01",
                     "--reason", "release 7 <b>freeze</b> | until spring")
        world.add_key("vendor-blocked")
        world.clock.advance(days=1)
        world.add_key("vendor-blocked")
        world.clock.advance(days=1)
        self.pass_("mail-in-soak", "terraform-waits")
        self.pass_("legacy-held", "--now")
        world.add_key("reports-foreign")
        world.clock.advance(days=3)
        shop = world.published("shop-contained")
        world.set_status("shop-contained", shop[0], "Inactive")
        self._use(legacy)
        world.add_key("stock-overdue")
        world.clock.advance(hours=7)
        self.pass_("batch-in-grace", "--now")
        world.clock.advance(days=0, hours=5)
        self._have_session("vault-session")
        world.proxy.on("ListAccessKeys", self._refuse, times=1 << 30)
        return self

    def configure(self, with_sessions: bool = False) -> None:
        users = [{"name": name} for name in self.users]
        # So short that the next rotation is due before the soak of the one before is over.
        users[self.users.index("terraform-waits")] |= {"rotateEvery": "5d", "maxKeyAge": "20d"}
        users[self.users.index("stock-overdue")] |= {"rotateEvery": "60d", "maxKeyAge": "80d"}
        if with_sessions:
            users[self.users.index("vault-session")]["session"] = {
                "mfaSerial": "arn:aws:iam::123456789012:mfa/vault",
                "totpSeed": {"parameter": "/rotate/mfa/vault"}}
        self.rotate.configure(users=users)

    def _have_session(self, user: str) -> None:
        """As a run leaves it where sessions can be proven, which moto's can't: good for nine hours."""
        self.world.put("session", json.dumps({
            "Version": 1, "AccessKeyId": "ASIASESSIONOFTHEVAULT", "SecretAccessKey": "b" * 40,
            "SessionToken": "token/" * 30}), "SecureString", user)
        record, now = self.world.record(user), self.world.clock.now()
        ends = (now + datetime.timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
        record["session"] = {
            "accessKeyId": record["published"]["accessKeyId"], "version": 1, "expiresAt": ends,
            "lastStep": int(now.timestamp()) // 30}
        self.world.put("record", json.dumps(record), user=user)
        self.configure(with_sessions=True)

    def pass_(self, *words: str, code: int = 0) -> Run:
        arguments = [argument for word in words for argument in (
            (word,) if word.startswith("-") else ("--user", word))]
        return self.rotate.pass_(*arguments, code=code)

    def _use(self, key: tuple[str, str]) -> None:
        """A build that still holds this key asks for something, allowed or not."""
        ssm = self.world.server.client("ssm", key)
        try:
            ssm.describe_parameters()
        except ssm.exceptions.ClientError:
            pass

    def _refuse(self, exchange) -> None:
        if exchange.call.parameters.get("UserName") != "zappa-prod":
            exchange.send(exchange.forward())
            return
        faults.refuse(403, "AccessDenied", f"not allowed {HOSTILE}")(exchange)

    def status(self, form: str) -> str:
        """The report of `rotate status` in one form; the fleet has a failure, so it ends with 1."""
        run = self.rotate.run("status", "--format", form)
        assert run.code == 1, run
        return run.stdout

    def forms(self) -> "Forms":
        xterm = {"TERM": "xterm-256color"}
        kinds = {"coloured": xterm, "unicode": xterm | {"NO_COLOR": "1"},
                 "ascii": xterm | {"NO_COLOR": "1", "LANG": "C"}}
        sizes = ((80, "coloured"), (100, "unicode"), (80, "ascii"), (100, "coloured"))
        return Forms(
            report=json.loads(self.status("json")), markdown=self.status("markdown"),
            html=self.status("html"), text=self.status("text"),
            terminals={(columns, kind): on_a_terminal(self.rotate, columns, "status", **kinds[kind])
                       for columns, kind in sizes},
            one=self.rotate.run("--dry-run", "--user", "api-due", "--format", "html").stdout,
            well=self.rotate.run("status", "--user", "web-fresh", "--format", "html").stdout,
            done=self.rotate.run("--user", "api-due", "--format", "html").stdout)


@dataclasses.dataclass
class Forms:
    """What `rotate status` said of the fleet."""

    report: dict
    markdown: str
    html: str
    text: str
    # By columns and kind: "coloured", "unicode" (no colour), "ascii" (neither).
    terminals: dict[tuple[int, str], str]
    # Pages of one user: what a dry run says, and one that has nothing to do.
    one: str
    well: str
    # And what a run says that has done something.
    done: str


def on_a_terminal(rotate: Rotate, columns: int, *arguments: str, **environment: str) -> str:
    """What a run writes on a terminal so wide."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [str(binary()), *arguments], env=rotate.environment | environment, cwd=rotate.home,
        stdin=subprocess.DEVNULL, stdout=follower, stderr=subprocess.DEVNULL)
    os.close(follower)
    written = b""
    try:
        while chunk := os.read(leader, 4096):
            written += chunk
    except OSError:
        pass  # how a terminal tells that nobody has it open any more
    finally:
        os.close(leader)
        process.wait(HANG)
    return re.sub(r"\r+\n", "\n", written.decode())
