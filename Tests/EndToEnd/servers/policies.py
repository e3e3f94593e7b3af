"""A judge of IAM policies between rotate and a server, for what the servers don't look at.

moto compares every policy with the resource "*" and knows no condition; ministack knows no paths in
a user's ARN, judges GetParameters by "*", and neither asks KMS. This one decides as IAM documents it:
each operation by the resource types of the Service Authorization Reference, each SecureString under a
customer key also as the Encrypt or Decrypt that Parameter Store sends in the caller's name.
"""

import re

from .proxy import Exchange, Proxy
from .server import Server


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def matches(pattern: str, text: str) -> bool:
    parts = {"*": ".*", "?": "."}
    return re.fullmatch("".join(parts.get(c, re.escape(c)) for c in pattern), text) is not None


def allows(statement: dict, action: str, resource: str, context: dict) -> bool:
    if not any(matches(a.lower(), action.lower()) for a in listed(statement["Action"])):
        return False
    if not any(matches(r, resource) for r in listed(statement["Resource"])):
        return False
    for operator, tests in statement.get("Condition", {}).items():
        same = matches if operator == "StringLike" else lambda wanted, found: wanted == found
        assert operator in ("StringEquals", "StringLike", "ForAnyValue:StringEquals"), operator
        for key, wanted in tests.items():
            found = listed(context.get(key, []))
            if not any(same(w, f) for w in listed(wanted) for f in found):
                return False
    return True


def permits(statements: list[dict], action: str, resource: str, context: dict) -> bool:
    return any(allows(statement, action, resource, context) for statement in statements)


class PolicyJudge:
    """Lets the calls of one signer pass only as its policies allow, and notes what it refused."""

    def __init__(self, proxy: Proxy, signer: str, documents: list[dict], keys: dict[str, str]):
        """`keys`: KMS keys' ids, each by what names it in a configuration (an alias)."""
        self.server: Server = proxy.server
        self.signer, self.keys = signer, keys
        self.statements = [s for document in documents for s in listed(document["Statement"])]
        self.asked: list[tuple[str, str, dict]] = []
        self.refused: list[tuple[str, str]] = []
        self._key_of: dict[tuple[str, str], str] = {}
        self._arns: dict[str, str] = {}
        proxy.on("*", self._judge, times=1 << 30)

    def _judge(self, exchange: Exchange) -> None:
        call = exchange.call
        if call.access_key_id == self.signer:
            for action, resource, context in self._requests(call):
                self.asked.append((action, resource, context))
                if not permits(self.statements, action, resource, context):
                    self.refused.append((action, resource))
                    code = {"iam": "AccessDenied", "sns": "AuthorizationError"}.get(
                        call.service, "AccessDeniedException")
                    status = 400 if call.service == "ssm" else 403
                    return exchange.send(exchange.error(
                        status, code, f"not authorized to perform: {action} on {resource}"))
        if gap := exchange.proxy.gap(call):
            return exchange.send(exchange.error(*gap))
        exchange.send(exchange.forward())

    def _requests(self, call):
        """What is asked for: action, resource, context."""
        if call.service == "sts":
            return []  # GetCallerIdentity and GetSessionToken: no policy decides about these
        if call.service == "sns":
            return [(f"sns:{call.operation}", call.parameters["TopicArn"], {})]
        if call.service == "iam":
            return [(f"iam:{call.operation}", self._iam_resource(call), {})]
        names = call.parameters.get("Names") or [call.parameters["Name"]]
        asked = []
        for name in names:
            # The resource of `name:3` is the parameter: a version is none of its own.
            name = name.split(":")[0]
            arn = f"arn:aws:ssm:{call.region}:{self._account()}:parameter{name}"
            asked.append((f"ssm:{call.operation}", arn, {}))
            if call.operation == "PutParameter" and call.parameters["Type"] == "SecureString":
                self._key_of[call.region, name] = call.parameters.get("KeyId", "")
                asked += self._kms("kms:Encrypt", call.region, name, arn)
            if call.parameters.get("WithDecryption"):
                asked += self._kms("kms:Decrypt", call.region, name, arn)
        return asked

    def _kms(self, action: str, region: str, name: str, arn: str):
        alias = self._key_of.get((region, name))
        if not alias:
            return []  # AWS's own key needs no permission of the caller's
        return [(action, f"arn:aws:kms:{region}:{self._account()}:key/{self.keys[alias]}", {
            "kms:ViaService": f"ssm.{region}.amazonaws.com", "kms:ResourceAliases": [alias],
            "kms:EncryptionContext:PARAMETER_ARN": arn})]

    def _account(self) -> str:
        if "account" not in self._arns:
            self._arns["account"] = self.server.client("sts").get_caller_identity()["Account"]
        return self._arns["account"]

    def _iam_resource(self, call) -> str:
        iam = self.server.client("iam")
        user = call.parameters.get("UserName")
        if call.operation in ("ListUsers", "ListVirtualMFADevices"):
            return "*"
        if call.operation == "CreateVirtualMFADevice":
            path, name = call.parameters["Path"], call.parameters["VirtualMFADeviceName"]
            return f"arn:aws:iam::{self._account()}:mfa{path}{name}"
        if call.operation == "DeleteVirtualMFADevice":
            return call.parameters["SerialNumber"]
        if call.operation == "SimulatePrincipalPolicy":
            return call.parameters["PolicySourceArn"]
        if call.operation == "GetGroup":
            return iam.get_group(GroupName=call.parameters["GroupName"])["Group"]["Arn"]
        if call.operation == "GetAccessKeyLastUsed":
            user = iam.get_access_key_last_used(
                AccessKeyId=call.parameters["AccessKeyId"])["UserName"]
        if user not in self._arns:
            self._arns[user] = iam.get_user(UserName=user)["User"]["Arn"]
        return self._arns[user]
