"""A deployment with boto3, with ../profile/config as ~/.aws/config."""

import boto3


def session() -> boto3.Session:
    """A session that holds the key of this moment. botocore asks a credential_process once for a
    session's life, since the key has no end: what runs for longer than a build makes a new one now and
    then, for instance for each job."""
    return boto3.Session(profile_name="deploy")


if __name__ == "__main__":
    print(session().client("sts").get_caller_identity()["Arn"])
