"""What stands at AWS, made and judged by boto3: never by the program under test."""

import json
import re

import boto3

from servers import Proxy, Server
from servers.server import REGION

# What `rotate` needs for the default configuration. Resources are left open, since moto compares
# every policy with the resource "*".
ROTATOR_POLICY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Action": [
            "iam:ListAccessKeys", "iam:CreateAccessKey", "iam:UpdateAccessKey",
            "iam:DeleteAccessKey", "iam:GetAccessKeyLastUsed", "iam:GetUser", "iam:ListUsers",
            "iam:GetGroup", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory",
            "ssm:PutParameter", "sts:GetCallerIdentity",
        ],
        "Resource": "*",
    },
}


class World:
    """One account on one server, seen through the judge's own client, and rotate's way in to it."""

    def __init__(self, server: Server, proxy: Proxy):
        self.server, self.proxy, self.clock = server, proxy, server.clock
        self.iam, self.ssm = server.client("iam"), server.client("ssm")
        self.account = server.client("sts").get_caller_identity()["Account"]
        self._secrets: set[str] = set()
        self.rotator = self.make_principal("rotator", ROTATOR_POLICY)

    def make_principal(self, name: str, policy: dict | None) -> tuple[str, str]:
        """A user that isn't managed, with a policy of its own: whoever runs rotate."""
        self.iam.create_user(UserName=name, Path="/ops/")
        if policy:
            self.iam.put_user_policy(
                UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return self.add_key(name)

    def make_user(self, name: str = "deployer", keys: int = 1, path: str = "/", **age: float):
        """A managed user. With an age (`days=91`) the servers' clock jumps on by that much."""
        self.iam.create_user(UserName=name, Path=path)
        made = [self.add_key(name) for _ in range(keys)]
        if age:
            self.clock.advance(**age)
        return made

    def add_key(self, name: str) -> tuple[str, str]:
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        self._secrets.add(key["SecretAccessKey"])
        return key["AccessKeyId"], key["SecretAccessKey"]

    def set_status(self, name: str, access_key_id: str, status: str) -> None:
        self.iam.update_access_key(UserName=name, AccessKeyId=access_key_id, Status=status)

    def keys(self, name: str = "deployer") -> dict[str, str]:
        """The user's keys, oldest first, with their status."""
        keys = self.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] for key in sorted(
            keys, key=lambda key: key["CreateDate"])}

    def parameter(self, name: str, user: str = "deployer"):
        """A parameter's value under the user's path, or None where there is none."""
        try:
            found = self.ssm.get_parameter(Name=f"/deploy/{user}/{name}", WithDecryption=True)
        except self.ssm.exceptions.ParameterNotFound:
            return None
        return found["Parameter"]["Value"]

    def put(self, name: str, value: str, kind: str = "String", user: str = "deployer") -> None:
        """Somebody else's write."""
        self.ssm.put_parameter(
            Name=f"/deploy/{user}/{name}", Value=value, Type=kind, Overwrite=True)

    def published(self, user: str = "deployer") -> tuple[str, str] | None:
        """The key that consumers read, from the commit point."""
        if (value := self.parameter("credentials", user)) is None:
            return None
        credentials = json.loads(value)
        assert set(credentials) == {"Version", "AccessKeyId", "SecretAccessKey"}
        assert credentials["Version"] == 1
        return credentials["AccessKeyId"], credentials["SecretAccessKey"]

    def record(self, user: str = "deployer") -> dict | None:
        value = self.parameter("record", user)
        return None if value is None else json.loads(value)

    def versions(self, name: str, user: str = "deployer") -> int:
        """How many times a parameter has been written."""
        found = self.ssm.get_parameter(Name=f"/deploy/{user}/{name}")
        return found["Parameter"]["Version"]

    def works(self, key: tuple[str, str]) -> bool:
        """Whether AWS accepts the key; through the proxy, which knows Inactive where moto doesn't."""
        sts = boto3.client(
            "sts", endpoint_url=self.proxy.url, region_name=REGION,
            aws_access_key_id=key[0], aws_secret_access_key=key[1])
        try:
            return sts.get_caller_identity()["Account"] == self.account
        except sts.exceptions.ClientError:
            return False

    def snapshot(self) -> dict:
        """Everything that rotate could change."""
        users = self.iam.list_users()["Users"]
        return {
            "keys": {user["UserName"]: self.keys(user["UserName"]) for user in users},
            "parameters": {
                found["Name"]: (found["Version"], found["Value"]) for found in self._parameters()},
        }

    def _parameters(self) -> list[dict]:
        pages = self.ssm.get_paginator("get_parameters_by_path").paginate(
            Path="/", Recursive=True, WithDecryption=True)
        return [found for page in pages for found in page["Parameters"]]

    def secrets(self) -> set[str]:
        """Every secret that was ever in this world, however it came there."""
        self._secrets |= self.proxy.secrets | self.proxy.mfa.seeds
        for parameter in self._parameters():
            # A key's id is none, in whatever type somebody keeps it.
            if parameter["Type"] == "SecureString" and not re.fullmatch(
                    "AKIA[A-Z0-9]+", parameter["Value"]):
                self._secrets.add(parameter["Value"])
                try:
                    fields = json.loads(parameter["Value"])
                except ValueError:
                    continue
                self._secrets |= {
                    fields[name] for name in ("SecretAccessKey", "SessionToken") if name in fields}
        return self._secrets


def older(record: dict) -> dict:
    """A record as versions wrote it that gave it no proof."""
    record = {k: v for k, v in record.items() if k not in ("mac", "writtenAt")}
    record["published"] = {k: v for k, v in record["published"].items() if k != "credentialsAt"}
    return record
