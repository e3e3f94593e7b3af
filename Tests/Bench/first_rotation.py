"""What most teams have: a straightforward boto3 script for one rotation, with the calls that rotate
makes (the benchmark compares the two lists). It has none of the care: no recovery, no lease, no log.
"""

import json
import sys

import boto3

user, region = sys.argv[1], "ap-northeast-2"
iam = boto3.client("iam")
ssm = boto3.client("ssm", region_name=region)
boto3.client("sts", region_name=region).get_caller_identity()
path = f"/deploy/{user}"


def put(name, value, kind="String"):
    return ssm.put_parameter(Name=f"{path}/{name}", Value=value, Type=kind, Overwrite=True)


def observe():
    iam.list_access_keys(UserName=user)
    ssm.get_parameters(Names=[f"{path}/record", f"{path}/AWS_ACCESS_KEY_ID"])
    iam.get_user(UserName=user)


observe()
put("record", json.dumps({"inFlight": True}))
ssm.get_parameter_history(Name=f"{path}/record")
observe()
key = iam.create_access_key(UserName=user)["AccessKey"]
sts = boto3.client(
    "sts", region_name=region, aws_access_key_id=key["AccessKeyId"],
    aws_secret_access_key=key["SecretAccessKey"])
for _ in range(3):
    sts.get_caller_identity()
credentials = {
    "Version": 1, "AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
put("credentials", json.dumps(credentials), "SecureString")
ssm.get_parameter(Name=f"{path}/credentials", WithDecryption=True)
sts.get_caller_identity()
put("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
put("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"], "SecureString")
put("record", json.dumps({"published": key["AccessKeyId"]}))
