"""What AWS judges of sessions and neither server does: a Deny by `aws:TokenIssueTime`.

Each session is remembered with its user and the second in which it was issued. Then the user's inline
policies are asked, as they stand on the server: a Deny with `DateLessThan` matches a session that was
issued before, and no request that a long-term key signs, which carries no such time. GetCallerIdentity
works under an explicit Deny.
"""

import datetime
import json
import re


class Sessions:
    def __init__(self, server):
        self._server = server
        self._made: dict[str, tuple[str, datetime.datetime]] = {}

    def answered(self, call, status: int, body: bytes) -> None:
        if call.operation != "GetSessionToken" or status != 200:
            return
        user = self._server.user_of(call.access_key_id)
        if user is None:
            return
        made = re.search("<AccessKeyId>([^<]+)<", body.decode())[1]
        self._made[made] = user, self._server.clock.now().replace(microsecond=0)

    def refused(self, call) -> tuple[int, str, str] | None:
        if call.access_key_id not in self._made or call.operation == "GetCallerIdentity":
            return None
        user, issued = self._made[call.access_key_id]
        if not any(self._denies(statement, issued) for statement in self._statements(user)):
            return None
        code = "AccessDeniedException" if call.service == "ssm" else "AccessDenied"
        return (400 if call.service == "ssm" else 403), code, (
            f"User: {user} is not authorized to perform: {call.service}:{call.operation} with an "
            "explicit deny in an identity-based policy")

    def _statements(self, user: str):
        iam = self._server.client("iam")
        for name in iam.list_user_policies(UserName=user)["PolicyNames"]:
            document = iam.get_user_policy(UserName=user, PolicyName=name)["PolicyDocument"]
            if isinstance(document, str):
                document = json.loads(document)
            found = document["Statement"]
            yield from found if isinstance(found, list) else [found]

    @staticmethod
    def _denies(statement: dict, issued: datetime.datetime) -> bool:
        if statement["Effect"] != "Deny":
            return False
        for operator, tests in statement.get("Condition", {}).items():
            assert operator in ("DateLessThan", "DateLessThanIfExists"), operator
            line = datetime.datetime.fromisoformat(tests["aws:TokenIssueTime"])
            if not issued < line:
                return False
        return True
