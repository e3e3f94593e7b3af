"""A proxy between rotate and a local server: it counts calls, and misbehaves where a test says so.

rotate is pointed at it with AWS_ENDPOINT_URL. The Host header is signed, so it is passed on as it is.

It always fills these gaps of the servers, by asking the server itself through the judge's client:

- moto lets Inactive keys work: such a signer gets AWS's InvalidClientTokenId here.
- ministack knows no quota: a third CreateAccessKey gets AWS's LimitExceeded here.
- neither checks an MFA code: `mfa.py` does.
- neither denies a session by the time of its issue: `sessions.py` does.
- both decrypt every version of a parameter, whatever has become of its KMS key: `kms.py` refuses.
- both tell users' names apart by their case. IAM doesn't: it finds `ci` when asked for `CI`, and answers
  with the name that it has (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html:
  "Names are not distinguished by case").
- ministack can't rename a user, and moto forgets to with its keys. `rename` does it here, as IAM does: id
  and keys stay, and the old name is nobody's.
- both let a put change a parameter's type: here it gets AWS's HierarchyTypeMismatchException.
- neither says who put a version of a parameter: `writers.py` does.

And on a test's order: paging (moto and ministack never set IsTruncated in short lists), throttles,
lost requests and replies, slow or cut-off replies, server errors, wrong clocks.
"""

import dataclasses
import datetime
import email.utils
import http.client
import http.server
import json
import re
import socket
import struct
import sys
import threading
import time
import traceback
import urllib.parse
import uuid
import xml.sax.saxutils
from collections.abc import Callable

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from patience import HANG

from .server import Server

IAM_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
# What each service calls a throttle on the wire.
THROTTLES = {"iam": "Throttling", "sts": "Throttling", "ssm": "ThrottlingException"}
UNKNOWN_KEY = {"ssm": (400, "UnrecognizedClientException")}


@dataclasses.dataclass
class Call:
    """One request that rotate sent, whether or not the server ever saw it."""

    service: str
    operation: str
    access_key_id: str
    region: str
    parameters: dict
    signed_at: str
    connection: int
    started: float
    status: int | None = None
    finished: float | None = None


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    length: int | None = None  # of the body that an answer to HEAD only announces


class Exchange:
    """One call on its way. A fault decides whether it is forwarded and what goes back."""

    def __init__(self, proxy: "Proxy", handler: "_Handler", call: Call, body: bytes):
        self.proxy, self.call = proxy, call
        self._handler, self._body = handler, body

    def forward(self) -> Reply:
        if refused := self.proxy.mfa.refused(self.call) or self.proxy.kms.refused(self.call):
            return self.error(*refused)
        if self.proxy.is_unnamed(self.call):
            name = self.call.parameters["UserName"]
            return self.error(
                404, "NoSuchEntity", f"The user with name {name} cannot be found.")
        reply = self._ask(self._handler.headers.items(), self._body)
        # ministack lists no keys of a user that it doesn't know.
        unknown = reply.status == 404 or (
            self.call.operation == "ListAccessKeys" and b"<member>" not in reply.body)
        if unknown and (body := self.proxy.spelled(self.call)):
            # The server has let this caller in, and only didn't find the name: now the judge asks.
            reply = self._ask(self.proxy.signed(body), body)
        reply.body = self.proxy.renaming(self.call, reply.body)
        return reply

    def _ask(self, headers, body: bytes) -> Reply:
        upstream = http.client.HTTPConnection(
            "127.0.0.1", self.proxy.server.port, timeout=HANG)
        try:
            upstream.putrequest(
                self._handler.command, self._handler.path, skip_host=True,
                skip_accept_encoding=True)
            for name, value in headers:
                if name.lower() not in ("connection", "proxy-connection"):
                    upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            body = answer.read()
            dropped = ("connection", "transfer-encoding", "content-length", "keep-alive")
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in dropped}
            body = self.proxy.mfa.answered(self.call, answer.status, body)
            body = self.proxy.writers.answered(self.call, answer.status, body)
            self.proxy.learn_secrets(self.call, body)
            self.proxy.sessions.answered(self.call, answer.status, body)
            length = answer.headers.get("Content-Length") if self._handler.command == "HEAD" else None
            return Reply(answer.status, headers, body, length and int(length))
        finally:
            upstream.close()

    def error(self, status: int, code: str, message: str = "made by the proxy") -> Reply:
        """An error as this call's protocol words it."""
        now = self.proxy.server.clock.now().timestamp()
        headers = {"Date": email.utils.formatdate(now, usegmt=True)}
        request_id = str(uuid.uuid4())
        if self.call.service == "ssm":
            headers |= {
                "Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": request_id}
            body = json.dumps({"__type": code, "message": message})
        else:
            headers["Content-Type"] = "text/xml"
            fault = "Sender" if status < 500 else "Receiver"
            body = (
                f'<ErrorResponse xmlns="{IAM_NAMESPACE}"><Error><Type>{fault}</Type>'
                f"<Code>{code}</Code><Message>{xml.sax.saxutils.escape(message)}</Message></Error>"
                f"<RequestId>{request_id}</RequestId></ErrorResponse>")
        return Reply(status, headers, body.encode())

    def send(self, reply: Reply, only: int | None = None) -> None:
        """Send the reply; `only` announces all of its bytes, sends that many and hangs up."""
        self.call.status = reply.status
        head = [f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, '')}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        length = reply.length if reply.length is not None else len(reply.body)
        head += [f"Content-Length: {length}", "", ""]
        body = reply.body if only is None else reply.body[:only]
        self._handler.wfile.write("\r\n".join(head).encode("latin-1") + body)
        self._handler.wfile.flush()
        if only is not None:
            self.drop()

    def drop(self) -> None:
        """Reset the connection: the caller can't tell whether the call was executed."""
        linger_zero = struct.pack("ii", 1, 0)
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
        self._handler.close_connection = True


Fault = Callable[[Exchange], None]


def drop_request(exchange: Exchange) -> None:
    exchange.drop()


def drop_reply(exchange: Exchange) -> None:
    exchange.forward()
    exchange.drop()


def truncate(exchange: Exchange) -> None:
    reply = exchange.forward()
    exchange.send(reply, only=len(reply.body) // 2)


def throttle(exchange: Exchange) -> None:
    code = THROTTLES.get(exchange.call.service, "ThrottlingException")
    exchange.send(exchange.error(400, code, "Rate exceeded"))


def refuse(status: int, code: str, message: str = "made by the proxy") -> Fault:
    """Answer with an error; the server never sees the call."""
    return lambda exchange: exchange.send(exchange.error(status, code, message))


def refuse_puts(name: str, code: str, message: str = "made by the proxy", status: int = 400) -> Fault:
    """Answer a put of this parameter with an error; every other call goes on as usual."""

    def fault(exchange: Exchange) -> None:
        call = exchange.call
        if call.parameters.get("Name") == name:
            exchange.send(exchange.error(status, code, message))
        elif refused := exchange.proxy.gap(call):
            exchange.send(exchange.error(*refused))
        else:
            exchange.send(exchange.forward())

    return fault


def fail_after(status: int, code: str) -> Fault:
    """The server executes the call, and the caller is told that it failed."""

    def fault(exchange: Exchange) -> None:
        exchange.forward()
        exchange.send(exchange.error(status, code))

    return fault


def delay(seconds: float) -> Fault:
    """Hold the call for a while before the server sees it."""

    def fault(exchange: Exchange) -> None:
        exchange.proxy.stopping.wait(seconds)
        exchange.send(exchange.forward())

    return fault


def date_shifted(**delta: float) -> Fault:
    """The reply's Date header is off by this much."""

    def fault(exchange: Exchange) -> None:
        reply = exchange.forward()
        wrong = exchange.proxy.server.clock.now() + datetime.timedelta(**delta)
        reply.headers = {k: v for k, v in reply.headers.items() if k.lower() != "date"}
        reply.headers["Date"] = email.utils.format_datetime(wrong, usegmt=True)
        exchange.send(reply)

    return fault


def garble(pattern: str, replacement: str) -> Fault:
    """The server acts, and its reply says something else."""

    def fault(exchange: Exchange) -> None:
        reply = exchange.forward()
        text, count = re.subn(pattern, replacement, reply.body.decode())
        assert count > 0, f"{pattern} is not in {text}"
        reply.body = text.encode()
        exchange.send(reply)

    return fault


def page_by_one(exchange: Exchange) -> None:
    """One list member a page, with AWS's IsTruncated and Marker, whatever the server can do."""
    reply = exchange.forward()
    text = reply.body.decode()
    members = re.findall(r"<member>.*?</member>", text, re.DOTALL)
    at = int(exchange.call.parameters.get("Marker", "0"))
    for index, member in enumerate(members):
        if index != at:
            text = text.replace(member, "", 1)
    more = at + 1 < len(members)
    text = re.sub(r"\s*<(IsTruncated|Marker)>.*?</\1>|\s*<(IsTruncated|Marker) ?/>", "", text)
    paging = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
    if more:
        paging += f"<Marker>{at + 1}</Marker>"
    result = f"</{exchange.call.operation}Result>"
    reply.body = text.replace(result, paging + result).encode()
    exchange.send(reply)


@dataclasses.dataclass
class _Rule:
    operation: str
    fault: Fault
    signer: Callable[[str], bool]
    times: int
    after: int


class Proxy:
    """Listens on loopback until it is closed. `url` is rotate's endpoint."""

    def __init__(self, server: Server):
        self.server = server
        self.mfa, self.sessions = server.mfa, server.sessions
        self.kms, self.writers = server.kms, server.writers
        self.calls: list[Call] = []
        self.secrets: set[str] = set()
        self.connections = 0
        self.stopping = threading.Event()
        self._rules: list[_Rule] = []
        self._names: dict[str, str] = {}  # of the users that were renamed, and what they were
        self._lock = threading.Lock()
        handler = type("_BoundHandler", (_Handler,), {"proxy": self})
        self._http = _HTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)
        assert not self._http.broken, "the proxy itself failed:\n" + self._http.broken[0]

    def on(
        self, operation: str, fault: Fault, times: int = 1,
        signer: Callable[[str], bool] = lambda access_key_id: True, after: int = 0,
    ) -> None:
        """The next `times` calls of an operation ("*": any) meet the fault, after so many that it
        lets pass; later orders first."""
        with self._lock:
            self._rules.insert(0, _Rule(operation, fault, signer, times, after))

    def forget(self) -> None:
        """Drop every order and every recorded call."""
        with self._lock:
            self._rules.clear()
            self.calls = []
            self.connections = 0

    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    def take(self, call: Call) -> Fault | None:
        with self._lock:
            self.calls.append(call)
            for rule in self._rules:
                if rule.times > 0 and rule.operation in ("*", call.operation) and rule.signer(
                        call.access_key_id):
                    if rule.after > 0:
                        rule.after -= 1
                        continue
                    rule.times -= 1
                    return rule.fault
        return None

    def learn_secrets(self, call: Call, body: bytes) -> None:
        if call.operation in ("CreateAccessKey", "GetSessionToken"):
            text = body.decode()
            for field in ("SecretAccessKey", "SessionToken"):
                for found in re.findall(f"<{field}>([^<]+)<", text):
                    self.secrets.add(xml.sax.saxutils.unescape(found))

    def rename(self, old: str, new: str) -> None:
        """From now on IAM knows this user under another name. The judge, past the proxy, still sees
        the old one."""
        self._names[new] = self._names.pop(old, old)

    def is_unnamed(self, call: Call) -> bool:
        """Whether the call is about a name that a user once had."""
        asked = call.parameters.get("UserName") if call.service == "iam" else None
        return asked in self._names.values() and asked not in self._names

    def renaming(self, call: Call, body: bytes) -> bytes:
        """The answer with the names that users have now."""
        if call.service in ("iam", "sts"):
            for new, old in self._names.items():
                for before in (">", "/"):
                    body = body.replace(f"{before}{old}<".encode(), f"{before}{new}<".encode())
        return body

    def spelled(self, call: Call) -> bytes | None:
        """The same call about the user that the server knows under another name, or in another
        case."""
        asked = call.parameters.get("UserName") if call.service == "iam" else None
        if asked is None:
            return None
        if asked in self._names:
            return urllib.parse.urlencode(
                call.parameters | {"UserName": self._names[asked]}).encode()
        pages = self.server.client("iam").get_paginator("list_users").paginate()
        names = [user["UserName"] for page in pages for user in page["Users"]]
        name = next((one for one in names if one.lower() == asked.lower()), asked)
        if name == asked:
            return None
        return urllib.parse.urlencode(call.parameters | {"UserName": name}).encode()

    def signed(self, body: bytes):
        """The headers of an IAM request by the judge."""
        request = botocore.awsrequest.AWSRequest(
            "POST", self.server.url + "/", data=body, headers={
                "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                "X-Amz-Date": self.server.clock.now().strftime("%Y%m%dT%H%M%SZ")})
        credentials = botocore.credentials.Credentials(*self.server.root)
        botocore.auth.SigV4Auth(credentials, "iam", "us-east-1").add_auth(request)
        return [*request.prepare().headers.items(), ("Host", f"127.0.0.1:{self.server.port}")]

    def gap(self, call: Call) -> tuple[int, str, str] | None:
        """What AWS would have refused and this server would let pass."""
        if denied := self.sessions.refused(call):
            return denied
        iam = self.server.client("iam")
        if call.operation == "PutParameter" and (refused := self._changes_type(call)):
            return refused
        if not self.server.refuses_inactive:
            owner = self.server.user_of(call.access_key_id)
            if owner is None:
                return None  # an unknown signer is the server's own to refuse
            keys = iam.list_access_keys(UserName=owner)["AccessKeyMetadata"]
            if any(k["AccessKeyId"] == call.access_key_id and k["Status"] != "Active" for k in keys):
                status, code = UNKNOWN_KEY.get(call.service, (403, "InvalidClientTokenId"))
                return status, code, "The security token included in the request is invalid."
        elif call.operation == "CreateAccessKey":
            user = call.parameters["UserName"]
            if len(iam.list_access_keys(UserName=user)["AccessKeyMetadata"]) >= 2:
                return 409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"
        return None


    def _changes_type(self, call: Call) -> tuple[int, str, str] | None:
        """A parameter keeps its type for life; moto and ministack take any."""
        ssm = self.server.client("ssm", region=call.region)
        found = ssm.get_parameters(Names=[call.parameters["Name"]])["Parameters"]
        wanted = call.parameters.get("Type")
        if not found or wanted in (None, found[0]["Type"]):
            return None
        return 400, "HierarchyTypeMismatchException", (
            f"The parameter type {wanted} differs from {found[0]['Type']}, which it has.")


class _HTTPServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, *arguments):
        self.broken: list[str] = []
        super().__init__(*arguments)

    def handle_error(self, request, client_address):
        # A caller that hung up is what the faults make happen; the rest is the proxy's own mistake.
        if not isinstance(sys.exc_info()[1], OSError):
            self.broken.append(traceback.format_exc())


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = HANG
    proxy: Proxy

    def setup(self):
        super().setup()
        with self.proxy._lock:
            self.proxy.connections += 1
            self._connection = self.proxy.connections

    def log_message(self, *_):
        pass

    def do_POST(self):
        started = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = self._call(body, started)
        exchange = Exchange(self.proxy, self, call, body)
        fault = self.proxy.take(call)
        try:
            if fault:
                fault(exchange)
            elif refused := self.proxy.gap(call):
                exchange.send(exchange.error(*refused))
            else:
                exchange.send(exchange.forward())
        finally:
            call.finished = time.monotonic()

    # rotate only posts; consumers of its keys use other services, too.
    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815

    def _call(self, body: bytes, started: float) -> Call:
        signer = re.search(
            r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", self.headers.get("Authorization", ""))
        access_key_id, region, service = signer.groups() if signer else ("", "", "")
        if target := self.headers.get("X-Amz-Target"):
            operation, parameters = target.rpartition(".")[2], json.loads(body)
        elif self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            parameters = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
            operation = parameters.get("Action", "")
        else:
            parameters, operation = {}, f"{self.command} {self.path}"
        return Call(
            service, operation, access_key_id, region, parameters,
            self.headers.get("X-Amz-Date", ""), self._connection, started)
