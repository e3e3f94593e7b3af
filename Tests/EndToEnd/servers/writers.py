"""Who put which version of a parameter: AWS says so in the history, and no writer can say otherwise.

moto says "N/A" of every version, and ministack the account's root. The proxy sees who signs what goes
through it, and knows that whatever doesn't was put by somebody else.
"""

import json

SOMEBODY = "user/somebody-else"


class Writers:
    """Notes each PutParameter that a server confirmed, and names the writers in its histories."""

    def __init__(self, server):
        self._server = server
        self._arns: dict[str, str | None] = {}
        self._put: dict[tuple[str, str, int], tuple[str | None, str]] = {}

    def answered(self, call, status: int, body: bytes) -> bytes:
        if status != 200 or call.service != "ssm":
            return body
        if call.operation == "PutParameter":
            place = call.region, call.parameters["Name"], json.loads(body)["Version"]
            self._put[place] = self._arn(call.access_key_id), call.parameters["Value"]
        elif call.operation == "GetParameterHistory":
            answer = json.loads(body)
            for version in answer["Parameters"]:
                version["LastModifiedUser"] = self._writer(call, version)
            return json.dumps(answer).encode()
        return body

    def _writer(self, call, version: dict) -> str:
        place = call.region, call.parameters["Name"], version["Version"]
        arn, value = self._put.get(place, (None, ""))
        # Of a parameter that was deleted and put anew the numbers begin again.
        readable = version["Type"] != "SecureString" or call.parameters.get("WithDecryption")
        if place not in self._put or (readable and version["Value"] != value):
            account = self._server.client("sts").get_caller_identity()["Account"]
            return f"arn:aws:iam::{account}:{SOMEBODY}"
        return arn or version.get("LastModifiedUser", "N/A")

    def _arn(self, access_key_id: str) -> str | None:
        """Nil for whoever isn't a user: a role's session, or the server's root."""
        if access_key_id not in self._arns:
            user = self._server.user_of(access_key_id)
            iam = self._server.client("iam")
            self._arns[access_key_id] = user and iam.get_user(UserName=user)["User"]["Arn"]
        return self._arns[access_key_id]
