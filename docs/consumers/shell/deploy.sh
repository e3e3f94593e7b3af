#!/bin/sh
# A deployment from a shell, with ../profile/config as ~/.aws/config.
set -eu

# Each command takes the profile, and reads the key anew:
aws --profile deploy sts get-caller-identity

# For a tool that knows nothing but the two variables, and no longer than it runs. The value is in no
# argument, and one call reads both halves.
credentials=$(aws ssm get-parameter --region ap-northeast-2 --with-decryption \
  --name /deploy/deployer/credentials --query Parameter.Value --output text)
field() { printf %s "$credentials" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
(
  AWS_ACCESS_KEY_ID=$(field AccessKeyId)
  AWS_SECRET_ACCESS_KEY=$(field SecretAccessKey)
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  unset AWS_SESSION_TOKEN AWS_PROFILE
  export AWS_REGION=ap-northeast-2 AWS_DEFAULT_REGION=ap-northeast-2
  aws sts get-caller-identity
)
