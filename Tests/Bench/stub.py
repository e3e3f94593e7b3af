"""A stand-in for IAM, STS and SSM that answers in a fraction of a millisecond.

moto serves about 250 requests a second and closes each connection, which would measure moto. This
stub checks no signature and knows only what one rotation asks. It holds connections open as AWS does.

    python stub.py PORT-FILE     serves until it is ended; POST /reset forgets, GET /calls counts
"""

import asyncio
import collections
import datetime
import email.utils
import json
import pathlib
import sys
import time
import urllib.parse

ACCOUNT = "123456789012"


class Stub:
    def __init__(self):
        self.reset()

    def reset(self) -> None:
        self.keys: list[tuple[str, str, str]] = []  # id, status, creation date
        self.parameters: dict[str, list[dict]] = collections.defaultdict(list)
        self.calls: collections.Counter[str] = collections.Counter()

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, str]:
        if path == "/reset":
            self.reset()
            return 200, "text/plain", ""
        if path == "/calls":
            return 200, "application/json", json.dumps(self.calls)
        if target := headers.get("x-amz-target"):
            operation = target.rpartition(".")[2]
            self.calls[operation] += 1
            status, result = getattr(self, operation)(json.loads(body))
            return status, "application/x-amz-json-1.1", json.dumps(result)
        parameters = dict(urllib.parse.parse_qsl(body.decode()))
        operation = parameters["Action"]
        self.calls[operation] += 1
        space = "iam.amazonaws.com/doc/2010-05-08"
        if operation == "GetCallerIdentity":
            space = "sts.amazonaws.com/doc/2011-06-15"
        result = getattr(self, operation)(parameters, headers)
        return 200, "text/xml", (
            f'<{operation}Response xmlns="https://{space}/"><{operation}Result>{result}'
            f"</{operation}Result><ResponseMetadata><RequestId>0a1b2c3d</RequestId>"
            f"</ResponseMetadata></{operation}Response>")

    # IAM and STS

    def ListAccessKeys(self, parameters, _):
        members = "".join(
            f"<member><UserName>{parameters['UserName']}</UserName><AccessKeyId>{key}</AccessKeyId>"
            f"<Status>{status}</Status><CreateDate>{created}</CreateDate></member>"
            for key, status, created in self.keys)
        return (f"<AccessKeyMetadata>{members}</AccessKeyMetadata>"
                "<IsTruncated>false</IsTruncated>")

    def CreateAccessKey(self, parameters, _):
        key = f"AKIASTUB{len(self.keys):012d}"
        created = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.keys.append((key, "Active", created))
        return (f"<AccessKey><UserName>{parameters['UserName']}</UserName>"
                f"<AccessKeyId>{key}</AccessKeyId><Status>Active</Status>"
                f"<SecretAccessKey>{'s' * 40}</SecretAccessKey>"
                f"<CreateDate>{created}</CreateDate></AccessKey>")

    def GetUser(self, parameters, _):
        name = parameters["UserName"]
        return (f"<User><Path>/</Path><UserName>{name}</UserName><UserId>AIDASTUB00000000</UserId>"
                f"<Arn>arn:aws:iam::{ACCOUNT}:user/{name}</Arn>"
                "<CreateDate>2026-01-01T00:00:00Z</CreateDate></User>")

    def GetAccessKeyLastUsed(self, parameters, _):
        return ("<UserName>deployer</UserName><AccessKeyLastUsed><ServiceName>N/A</ServiceName>"
                "<Region>N/A</Region></AccessKeyLastUsed>")

    def GetCallerIdentity(self, _, headers):
        managed = any(key in headers.get("authorization", "") for key, _, _ in self.keys)
        name, user_id = ("deployer", "AIDASTUB00000000") if managed else ("rotator", "AIDAROTATOR")
        return (f"<Arn>arn:aws:iam::{ACCOUNT}:user/{name}</Arn><UserId>{user_id}</UserId>"
                f"<Account>{ACCOUNT}</Account>")

    # SSM

    def PutParameter(self, request):
        versions = self.parameters[request["Name"]]
        versions.append({
            "Name": request["Name"], "Type": request.get("Type", "String"),
            "Value": request["Value"], "Version": len(versions) + 1, "DataType": "text",
            "LastModifiedDate": time.time(),
            "ARN": f"arn:aws:ssm:ap-northeast-2:{ACCOUNT}:parameter{request['Name']}"})
        return 200, {"Version": len(versions), "Tier": "Standard"}

    def GetParameter(self, request):
        name, _, version = request["Name"].partition(":")
        versions = self.parameters.get(name)
        if not versions:
            return 400, {"__type": "ParameterNotFound"}
        return 200, {"Parameter": versions[int(version or 0) - 1]}

    def GetParameters(self, request):
        found = [self.parameters[name][-1] for name in request["Names"] if name in self.parameters]
        missing = [name for name in request["Names"] if name not in self.parameters]
        return 200, {"Parameters": found, "InvalidParameters": missing}

    def GetParameterHistory(self, request):
        versions = self.parameters.get(request["Name"])
        if not versions:
            return 400, {"__type": "ParameterNotFound"}
        return 200, {"Parameters": versions}


class Connection(asyncio.Protocol):
    def __init__(self, stub: Stub):
        self.stub, self.buffer = stub, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            length = int(headers.get("content-length", 0))
            if len(self.buffer) < end + 4 + length:
                return
            body = self.buffer[end + 4:end + 4 + length]
            self.buffer = self.buffer[end + 4 + length:]
            status, kind, text = self.stub.answer(first.split(" ")[1], headers, body)
            self.transport.write((
                f"HTTP/1.1 {status} X\r\nDate: {email.utils.formatdate(usegmt=True)}\r\n"
                f"Content-Type: {kind}\r\nx-amzn-RequestId: 0a1b2c3d\r\n"
                f"Content-Length: {len(text.encode())}\r\n\r\n{text}").encode())


async def serve(port_file: pathlib.Path) -> None:
    stub = Stub()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(stub), "127.0.0.1", 0)
    fresh = port_file.with_suffix(".new")
    fresh.write_text(str(server.sockets[0].getsockname()[1]))
    fresh.rename(port_file)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(pathlib.Path(sys.argv[1])))
