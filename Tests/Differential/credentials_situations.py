"""Situations in which this program and botocore must find the same credentials."""

import dataclasses
import datetime
import hashlib
import json
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

SECRET = "SecretSecretSecretSecretSecret1234567890"
TOKEN = "TokenTokenTokenTokenTokenToken0987654321"
ROLE = "arn:aws:iam::111122223333:role/"
STS = {"AWS_ENDPOINT_URL_STS": "http://127.0.0.1/sts", "AWS_DEFAULT_REGION": "eu-west-1"}
CONFIG = ".aws/config"
CREDENTIALS = ".aws/credentials"
KEY = f"aws_access_key_id = AKIAFILE\naws_secret_access_key = {SECRET}\n"


@dataclasses.dataclass
class Situation:
    name: str
    #: The access key id that is found, or "none" (no source is configured), or "error".
    expect: str
    env: dict = dataclasses.field(default_factory=dict)
    files: dict = dataclasses.field(default_factory=dict)
    profile: str | None = None
    routes: dict = dataclasses.field(default_factory=dict)
    #: Files under the home directory (JSON) that both sides must leave in the same state.
    watch: list = dataclasses.field(default_factory=list)
    #: What botocore makes of it where this program differs on purpose, and the reason.
    botocore: str | None = None
    because: str = ""
    expiration: str = ""
    #: The credentials that are found have ended.
    ended: bool = False
    #: The host that both sides say they could not reach.
    host: str | None = None

    def __post_init__(self):
        self.expiration = self.expiration or iso(3600)


def iso(seconds):
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    return (now + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def document(key, token="Token", **changes):
    fields = {"Version": 1, "Code": "Success", "AccessKeyId": key, "SecretAccessKey": SECRET,
              token: TOKEN, "Expiration": iso(3600), **changes}
    return json.dumps({name: None if value is NULL else value
                       for name, value in fields.items() if value is not None})


#: JSON's null. (None leaves a field out.)
NULL = ...


def process(text, status=0, errors=""):
    """A config file whose credential_process prints this, by a script in the home directory."""
    return {CONFIG: "[default]\ncredential_process = /bin/sh '{home}/print it'\n",
            "print it": f"cat <<'END'\n{text}\nEND\necho '{errors}' >&2\nexit {status}\n"}


def imds(key="ASIAROLE", base="http://169.254.169.254", token=(200, "T"), role="deploy", **changes):
    path = f"{base}/latest/meta-data/iam/security-credentials/"
    return {f"PUT {base}/latest/api/token": [token], f"GET {path}": [(200, role)],
            f"GET {path}{role}": [(200, document(key, **changes))]}


ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": SECRET}
TASK = {"GET http://169.254.170.2/creds": [(200, document("ASIATASK"))]}
TASK_URI = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/creds"}
S = Situation

ORDER = [
    S("nothing", "none"),
    S("environment first", "AKIAENV", ENVIRONMENT | TASK_URI, {CREDENTIALS: f"[default]\n{KEY}"}),
    S("environment with a token", "AKIAENV", ENVIRONMENT | {"AWS_SESSION_TOKEN": TOKEN}),
    S("the older name of the token", "AKIAENV",
      ENVIRONMENT | {"AWS_SESSION_TOKEN": "x", "AWS_SECURITY_TOKEN": TOKEN}),
    S("blank older name", "AKIAENV",
      ENVIRONMENT | {"AWS_SESSION_TOKEN": TOKEN, "AWS_SECURITY_TOKEN": ""}),
    S("blank key", "AKIAFILE", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": SECRET},
      {CREDENTIALS: f"[default]\n{KEY}"}),
    S("secret alone", "AKIAFILE", {"AWS_SECRET_ACCESS_KEY": SECRET},
      {CREDENTIALS: f"[default]\n{KEY}"}),
    S("key alone", "error", {"AWS_ACCESS_KEY_ID": "AKIAENV"}, {CREDENTIALS: f"[default]\n{KEY}"}),
    S("blank secret", "error", {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": ""}),
    S("environment with an end", "AKIAENV",
      ENVIRONMENT | {"AWS_CREDENTIAL_EXPIRATION": iso(7200)}),
    S("environment that ended", "error",
      ENVIRONMENT | {"AWS_CREDENTIAL_EXPIRATION": iso(-60)}),
    S("AWS_PROFILE and environment", "AKIAENV", ENVIRONMENT | {"AWS_PROFILE": "a"},
      {CREDENTIALS: f"[a]\n{KEY}"}),
    S("--profile and environment", "AKIAFILE", ENVIRONMENT, {CREDENTIALS: f"[a]\n{KEY}"}, "a"),
    S("--profile default", "AKIAFILE", ENVIRONMENT, {CREDENTIALS: f"[default]\n{KEY}"}, "default"),
    S("AWS_DEFAULT_PROFILE and AWS_PROFILE", "AKIAFILE",
      {"AWS_DEFAULT_PROFILE": "a", "AWS_PROFILE": "b"},
      {CREDENTIALS: f"[a]\n{KEY}[b]\naws_access_key_id = B\naws_secret_access_key = b\n"}),
    S("unknown --profile", "error", {}, {CREDENTIALS: f"[default]\n{KEY}"}, "nobody"),
    S("unknown AWS_PROFILE and environment", "error", ENVIRONMENT | {"AWS_PROFILE": "nobody"}),
    S("white space for keys", "AKIAFILE", {"AWS_ACCESS_KEY_ID": " \t", "AWS_SECRET_ACCESS_KEY": " "},
      {CREDENTIALS: f"[default]\n{KEY}"}, botocore=" \t",
      because="a key of white space can't sign, and the next source may"),
    S("white space for a token", "AKIAENV", ENVIRONMENT | {"AWS_SECURITY_TOKEN": " ", "AWS_SESSION_TOKEN": TOKEN},
      botocore="AKIAENV", because="botocore sends the white space"),
    S("white space for a profile", "AKIAFILE", {"AWS_PROFILE": " "}, {CREDENTIALS: f"[default]\n{KEY}"},
      botocore="error", because="blank variables count as not set"),
    S("a line end behind the key", "AKIAENV",
      {"AWS_ACCESS_KEY_ID": "AKIAENV\n", "AWS_SECRET_ACCESS_KEY": f"{SECRET}\r\n"}, botocore="AKIAENV\n",
      because="botocore makes a header of it that it then can't send"),
    S("a line end within the key", "error", {"AWS_ACCESS_KEY_ID": "AKIA\nENV", "AWS_SECRET_ACCESS_KEY": SECRET},
      botocore="AKIA\nENV", because="botocore makes a header of it that it then can't send"),
    S("blank AWS_PROFILE", "AKIAFILE", {"AWS_PROFILE": ""}, {CREDENTIALS: f"[default]\n{KEY}"},
      botocore="error", because="blank variables count as not set"),
    S("credentials file before config file", "AKIAFILE", {},
      {CREDENTIALS: f"[default]\n{KEY}",
       CONFIG: "[default]\naws_access_key_id = C\naws_secret_access_key = c\n"}),
    S("config file alone", "AKIAFILE", {}, {CONFIG: f"[default]\n{KEY}"}),
    S("credentials file before credential_process", "AKIAFILE", {},
      {CREDENTIALS: f"[default]\n{KEY}", CONFIG: "[default]\ncredential_process = false\n"}),
    S("credential_process before config file", "ASIAPROC", {},
      {**process(document("ASIAPROC", "SessionToken")),
       CONFIG: process("")[CONFIG] + KEY}),
    S("config file before container", "AKIAFILE", TASK_URI, {CONFIG: f"[default]\n{KEY}"}),
    S("container before instance", "ASIATASK", TASK_URI, routes=TASK | imds()),
    S("EC2 file before boto 2 file", "AKIAFILE", {"AWS_CREDENTIAL_FILE": "~/ec2"},
      {"ec2": f"AWSAccessKeyId=AKIAFILE\nAWSSecretKey={SECRET}\n",
       ".boto": "[Credentials]\naws_access_key_id = B\naws_secret_access_key = b\n"}),
    S("EC2 file that is gone", "error", {"AWS_CREDENTIAL_FILE": "{home}/ec2"}),
    S("EC2 file of something else", "none", {"AWS_CREDENTIAL_FILE": "{home}/ec2"},
      {"ec2": "x = y\n"}),
    S("boto 2 file", "AKIAFILE", {}, {".boto": f"[Credentials]\n{KEY}"}),
    S("boto 2 file without a token", "AKIAFILE", {},
      {".boto": f"[Credentials]\n{KEY}aws_session_token = {TOKEN}\n"}),
    S("BOTO_CONFIG", "AKIAFILE", {"BOTO_CONFIG": "~/x"},
      {"x": f"[Credentials]\n{KEY}", ".boto": "[\n"}),
    S("BOTO_CONFIG that is gone", "none", {"BOTO_CONFIG": "~/x"}, {".boto": f"[Credentials]\n{KEY}"}),
    S("boto 2 file with half a key", "error", {}, {".boto": "[Credentials]\naws_access_key_id = A\n"}),
]

FILES = [
    S("variables and ~ in paths", "AKIAFILE",
      {"AWS_SHARED_CREDENTIALS_FILE": "~/$SUB/${SUB}/keys", "SUB": "s"},
      {"s/s/keys": f"[default]\n{KEY}"}),
    S("a variable that is not set", "AKIAFILE",
      {"AWS_SHARED_CREDENTIALS_FILE": "{home}/$NOTSET/keys"}, {"$NOTSET/keys": f"[default]\n{KEY}"}),
    S("the files switched off", "none",
      {"AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_CONFIG_FILE": "/nonexistent"},
      {CREDENTIALS: f"[default]\n{KEY}"}),
    S("profile sections", "AKIAFILE", {"AWS_PROFILE": "a b"},
      {CONFIG: f"[profile 'a b']\n{KEY}"}),
    S("a section without the word profile", "error", {"AWS_PROFILE": "a"}, {CONFIG: f"[a]\n{KEY}"}),
    S("the word profile in the credentials file", "error", {"AWS_PROFILE": "a"},
      {CREDENTIALS: f"[profile a]\n{KEY}"}),
    S("[profile default] after [default]", "AKIAFILE", {},
      {CONFIG: f"[default]\naws_access_key_id = B\naws_secret_access_key = b\n[profile default]\n{KEY}"}),
    S("[default] after [profile default]", "AKIAFILE", {},
      {CONFIG: f"[profile default]\naws_access_key_id = B\naws_secret_access_key = b\n[default]\n{KEY}"}),
    S("sections differ by case", "error", {"AWS_PROFILE": "A"}, {CREDENTIALS: f"[a]\n{KEY}"}),
    S("names ignore case", "AKIAFILE", {}, {CREDENTIALS: f"[default]\n{KEY.upper().replace(SECRET.upper(), SECRET)}"}),
    S("colons, spaces and comments", "AKIAFILE", {},
      {CREDENTIALS: f"; c\n[default] # c\n  # c\n\n aws_access_key_id:AKIAFILE  \n"
                    f" aws_secret_access_key  :   {SECRET}\t\n"}),
    S("line ends of Windows", "AKIAFILE", {}, {CREDENTIALS: f"[default]\n{KEY}".replace("\n", "\r\n")}),
    S("line ends of old Macs", "AKIAFILE", {}, {CREDENTIALS: f"[default]\n{KEY}".replace("\n", "\r")}),
    S("no line end at the end", "AKIAFILE", {}, {CREDENTIALS: f"[default]\n{KEY}".rstrip()}),
    S("[DEFAULT] stands behind", "AKIAFILE", {"AWS_PROFILE": "a"},
      {CREDENTIALS: f"[a]\naws_access_key_id = AKIAFILE\n[DEFAULT]\naws_secret_access_key = {SECRET}\n"}),
    S("half of the key in each file", "error", {},
      {CREDENTIALS: "[default]\naws_access_key_id = A\n",
       CONFIG: f"[default]\naws_secret_access_key = {SECRET}\n"}),
    S("a secret with = and #", "AKIAFILE", {},
      {CREDENTIALS: "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = a=b#c;d/e+f\n"}),
    S("nested sections", "AKIAFILE", {}, {CONFIG: f"[default]\ns3 =\n  a = b\n\n  # c\n  c = d\n{KEY}"}),
    S("a nested section with a line that is nothing", "error", {},
      {CONFIG: f"[default]\ns3 =\n  a\n{KEY}"}),
    S("a section twice", "error", ENVIRONMENT, {CONFIG: "[default]\n[default]\n"}),
    S("a setting twice", "error", ENVIRONMENT, {CONFIG: "[default]\na = b\nA = c\n"}),
    S("a line that is nothing", "error", ENVIRONMENT, {CONFIG: "[default]\nwords\n"}),
    S("no section", "error", ENVIRONMENT, {CREDENTIALS: KEY}),
    S("a byte-order mark", "error", ENVIRONMENT, {CREDENTIALS: f"\ufeff[default]\n{KEY}"}),
    S("a session token", "AKIAFILE", {}, {CREDENTIALS: f"[default]\n{KEY}aws_session_token = {TOKEN}\n"}),
    S("both names of the token", "AKIAFILE", {},
      {CREDENTIALS: f"[default]\n{KEY}aws_session_token = x\naws_security_token = {TOKEN}\n"}),
    S("the region of the profile", "AKIAFILE", {},
      {CREDENTIALS: f"[default]\n{KEY}region = eu-north-1\n", CONFIG: "[default]\nregion = x\n"}),
    S("a directory in the file's place", "none", {"AWS_SHARED_CREDENTIALS_FILE": "{home}"}),
]

PROCESS = [
    S("a process", "ASIAPROC", {}, process(document("ASIAPROC", "SessionToken"))),
    S("a process without an end", "AKIAPROC", {},
      process(document("AKIAPROC", "SessionToken", SessionToken=None, Expiration=None))),
    S("a process in the credentials file", "ASIAPROC", {},
      {CREDENTIALS: process("")[CONFIG], "print it": process(document("ASIAPROC", "SessionToken"))["print it"]}),
    S("a process that fails", "error", {}, process("", 2, f"no {SECRET}")),
    S("a process that is not there", "error", {}, {CONFIG: "[default]\ncredential_process = /nonexistent\n"}),
    S("a process of version 2", "error", {}, process(document("A", "SessionToken", Version=2))),
    S("a process without a version", "error", {}, process(document("A", "SessionToken", Version=None))),
    S("a process without a secret", "error", {}, process(document("A", "SessionToken", SecretAccessKey=None))),
    S("a process that prints words", "error", {}, process("words")),
    S("a process whose credentials ended", "error", {},
      process(document("A", "SessionToken", Expiration=iso(-5)))),
    S("an open quotation", "error", {}, {CONFIG: "[default]\ncredential_process = sh -c 'x\n"}),
    S("no shell", "error", {}, {CONFIG: "[default]\ncredential_process = false || true\n"}),
    S("an agent that lives on with the output", "ASIAPROC", {},
      {CONFIG: process("")[CONFIG],
       "print it": process(document("ASIAPROC", "SessionToken"))["print it"].replace("cat", "sleep 2 &\ncat")}),
    *(S(f"the end {end}", "ASIAPROC", {}, process(document("ASIAPROC", "SessionToken", Expiration=end)))
      for end in ("2099-01-31T23:59:59+02", "2099-01-31T23:59Z", "20990131T235959Z", "20990131T2359+0530",
                  "2099-01-31 23:59:59 +0000", "2099-01-31t23:59:59z", "2099-01-31T23:59:59.5Z",
                  "Sat, 31 Jan 2099 23:59:59 GMT", "31 Jan 2099 23:59:59 -0500")),
    *(S(f"the end {end}", "error", {}, process(document("ASIAPROC", "SessionToken", Expiration=end)))
      for end in ("2099-01-31T23:59:59", "2099-01-31", "2099-02-30T00:00:00Z", "soon", "", 4070908799, {})),
    S("offsets in the end", "ASIAPROC", {},
      process(document("ASIAPROC", "SessionToken", Expiration="2099-01-01T01:30:00.123+05:30"))),
]

CONTAINER = [
    S("a task", "ASIATASK", TASK_URI, routes=TASK),
    S("relative before full", "ASIATASK",
      TASK_URI | {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"}, routes=TASK),
    S("a pod", "ASIAPOD",
      {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
       "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token",
       "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this"},
      {"token": TOKEN}, routes={"GET http://169.254.170.23/v1/credentials": [(200, document("ASIAPOD"))]}),
    S("a token of the environment", "ASIALOCAL",
      {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.1.2.3/x",
       "AWS_CONTAINER_AUTHORIZATION_TOKEN": f"Bearer {TOKEN}"},
      routes={"GET http://127.1.2.3/x": [(200, document("ASIALOCAL"))]}),
    S("the loopback address of IPv6", "ASIALOCAL", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[::1]/x"},
      routes={"GET http://[::1]/x": [(200, document("ASIALOCAL"))]}),
    S("localhost", "ASIALOCAL", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/x"},
      routes={"GET http://localhost/x": [(200, document("ASIALOCAL"))]}),
    S("another host", "error", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.169.254/x"}),
    S("a user that looks like a host", "error",
      {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1@169.254.169.254/x"}),
    S("a token with a line end", "error",
      TASK_URI | {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token"}, {"token": f"{TOKEN}\n"},
      routes=TASK),
    S("a token file that is gone", "error",
      TASK_URI | {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token"}, routes=TASK),
    S("third time lucky", "ASIATASK", TASK_URI,
      routes={"GET http://169.254.170.2/creds": [(500, "x"), (200, "no json"), *TASK["GET http://169.254.170.2/creds"]]}),
    S("a task that has none", "error", TASK_URI),
    S("a task without a token", "error", TASK_URI,
      routes={"GET http://169.254.170.2/creds": [(200, document("A", Token=None))]}),
    S("a task's that ended", "error", TASK_URI,
      routes={"GET http://169.254.170.2/creds": [(200, document("A", Expiration=iso(-9)))]}, ended=True),
]

#: Each source has one field for the token, and one or two that it needs beside the key. What stands in
#: any other field is nobody's business.
STRAY = {"Version": "1", "Code": 0, "LastUpdated": 5, "Type": ["x"], "AccountId": {}, "more": None}
ENVELOPES = [
    S("a process that prints a Token", "ASIAPROC", {}, process(document("ASIAPROC", "Token"))),
    S("a process that prints both", "ASIAPROC", {},
      process(document("ASIAPROC", "SessionToken", Token="an id token"))),
    S("a process with other fields of any type", "ASIAPROC", {},
      process(document("ASIAPROC", "SessionToken", Token={}, Code=0, Type=["x"], AccountId=NULL))),
    S("a process with no SessionToken in words", "ASIAPROC", {},
      process(document("ASIAPROC", "SessionToken", SessionToken=NULL, Expiration=NULL))),
    S("a process with a blank SessionToken", "ASIAPROC", {},
      process(document("ASIAPROC", "SessionToken", SessionToken=""))),
    S("a process with a number for a SessionToken", "error", {},
      process(document("ASIAPROC", "SessionToken", SessionToken=5))),
    S("a process with an object for a SessionToken", "error", {},
      process(document("ASIAPROC", "SessionToken", SessionToken={})), botocore="ASIAPROC",
      because="botocore takes an empty object for none, and a full one for a token"),
    S("a process of version 1.0", "ASIAPROC", {}, process(document("ASIAPROC", "SessionToken", Version=1.0))),
    *(S(f"a process of version {version!r}", "error", {},
        process(document("A", "SessionToken", Version=version)))
      for version in ("1", "", 0, 1.5, [], {}, False, NULL)),
    *(S(f"a task with {name}", "ASIATASK", TASK_URI,
        routes={"GET http://169.254.170.2/creds": [(200, document("ASIATASK", **changes))]})
      for name, changes in {
          "a stray SessionToken": {"SessionToken": "stray"}, "an object there": {"SessionToken": {}},
          "other fields of any type": STRAY, "no Token in words": {"Token": NULL},
          "a blank Token": {"Token": ""}}.items()),
    *(S(f"a task with {name}", "error", TASK_URI,
        routes={"GET http://169.254.170.2/creds": [(200, document("ASIATASK", **changes))]})
      for name, changes in {
          "a number for a Token": {"Token": 5}, "no end in words": {"Expiration": NULL},
          "a number for an end": {"Expiration": 4070908799},
          "a SessionToken alone": {"Token": None, "SessionToken": TOKEN}}.items()),
    *(S(f"an instance with {name}", "ASIAROLE", routes=imds(**changes))
      for name, changes in {
          "a stray SessionToken": {"SessionToken": "stray"}, "an object there": {"SessionToken": {}},
          "other fields of any type": STRAY, "no Token in words": {"Token": NULL}}.items()),
    S("an instance with a SessionToken alone", "none", routes=imds(Token=None, SessionToken=TOKEN)),
    S("an instance whose role ends in a line end", "ASIAROLE",
      routes=imds() | {"GET http://169.254.169.254/latest/meta-data/iam/security-credentials/": [(200, "deploy\n")]}),
]

ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
CREDS = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
HICCUPS = {
    "PUT http://169.254.169.254/latest/api/token": [(500, ""), (503, ""), "close", (200, "T")],
    f"GET {CREDS}": [(500, ""), "close", (200, ""), (200, "deploy")],
    f"GET {CREDS}deploy": [(503, "x"), (200, "half a docu"), (200, document("ASIAROLE"))]}
INSTANCE = [
    S("an instance", "ASIAROLE", routes=imds()),
    S("switched off", "none", {"AWS_EC2_METADATA_DISABLED": "True"}, routes=imds()),
    S("not quite switched off", "ASIAROLE", {"AWS_EC2_METADATA_DISABLED": "1"}, routes=imds()),
    S("version 1", "ASIAROLE", routes=imds(token=(403, ""))),
    S("version 1 by 405", "ASIAROLE", routes=imds(token=(405, ""))),
    S("version 1 after a hang", "ASIAROLE", routes=imds(token="hang")),
    S("version 1 switched off", "error", {"AWS_EC2_METADATA_V1_DISABLED": "true"},
      routes=imds(token=(404, ""))),
    S("version 1 switched off in the profile", "error", {},
      {CONFIG: "[default]\nec2_metadata_v1_disabled = true\n"}, routes=imds(token=(404, ""))),
    S("a bad request", "none", routes=imds(token=(400, ""))),
    S("no service", "none", {ENDPOINT: "http://127.0.0.1:81"}),
    S("another endpoint", "ASIAROLE", {ENDPOINT: "http://127.0.0.1/x/"},
      routes=imds(base="http://127.0.0.1/x")),
    S("IPv6", "ASIAROLE", {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"},
      routes=imds(base="http://[fd00:ec2::254]")),
    S("IPv6 by its older name", "ASIAROLE", {"AWS_IMDS_USE_IPV6": "true"},
      routes=imds(base="http://[fd00:ec2::254]")),
    S("a bad mode", "error", {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "v4"}, routes=imds()),
    S("a bad endpoint", "error", {ENDPOINT: "not a url"}, routes=imds()),
    S("a second attempt", "ASIAROLE", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"},
      routes=imds() | {CREDS: [(500, "")], f"GET {CREDS}": [(500, ""), (200, "deploy")]}),
    S("no second attempt", "none", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1"},
      routes=imds() | {f"GET {CREDS}": [(500, ""), (200, "deploy")]}),
    S("a hiccup at each question", "ASIAROLE", routes=HICCUPS, botocore="none",
      because="botocore asks once, where newer SDKs ask four times"),
    S("a hiccup at each question, four attempts", "ASIAROLE", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "4"},
      routes=HICCUPS),
    S("a service that answers late", "ASIAROLE",
      routes=imds() | {f"GET {CREDS}": ["hang", (200, "deploy")], f"GET {CREDS}deploy": [
          "hang", (200, document("ASIAROLE"))]}, botocore="none", because="botocore asks once"),
    S("a service that answers late and wants a token", "ASIAROLE",
      routes=imds() | {"PUT http://169.254.169.254/latest/api/token": ["hang", (200, "T")],
                       f"GET {CREDS}": [(401, ""), (200, "deploy")]},
      botocore="none", because="botocore asks once"),
    S("no token for a while", "ASIAROLE", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"},
      routes=imds(token=(500, ""))),
    S("no role", "none", routes={"PUT http://169.254.169.254/latest/api/token": [(200, "T")]}),
    S("a role that can't be assumed", "none",
      routes=imds() | {f"GET {CREDS}deploy": [(200, '{"Code": "X", "Message": "m"}')]}),
    S("a role that answers words", "none", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1"}, routes=imds() | {f"GET {CREDS}deploy": [(200, "words")]}),
    S("stale credentials", "ASIAROLE", routes=imds(Expiration=iso(-600))),
]

BASE = f"[profile base]\n{KEY}"
ROLES = [
    S("a role", "ASIAA", STS, {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n"
      f"external_id = x1\nrole_session_name = me\nduration_seconds = 1800\n{BASE}"}),
    S("a role without a region", "ASIAA", {"AWS_ENDPOINT_URL_STS": STS["AWS_ENDPOINT_URL_STS"]},
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n{BASE}"}, botocore="error",
      because="botocore wants a region with a URL, and takes the global endpoint without one"),
    S("a source in the credentials file", "ASIAA", STS,
      {CONFIG: f"[profile p]\nrole_arn = {ROLE}a\nsource_profile = base\n", CREDENTIALS: f"[base]\n{KEY}"}, "p"),
    S("a role before the profile's own key", "ASIAA", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = default\n{KEY}"}),
    S("the environment before a role", "AKIAENV", STS | ENVIRONMENT,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n{BASE}"}),
    S("a role by the environment", "ASIAA", STS | ENVIRONMENT,
      {CONFIG: f"[profile p]\nrole_arn = {ROLE}a\ncredential_source = Environment\n"}, "p"),
    S("a role by a task", "ASIAA", STS | TASK_URI,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\ncredential_source = EcsContainer\n"}, routes=TASK),
    S("a role by an instance", "ASIAA", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\ncredential_source = Ec2InstanceMetadata\n"}, routes=imds()),
    S("an unknown source", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\ncredential_source = environment\n"}),
    S("a source that has nothing", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\ncredential_source = Environment\n"}),
    S("two sources", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\ncredential_source = Environment\nsource_profile = base\n{BASE}"}),
    S("no source", "error", STS, {CONFIG: f"[default]\nrole_arn = {ROLE}a\n{KEY}"}),
    S("an unknown profile as source", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n"}),
    S("an empty profile as source", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n[profile base]\nregion = x\n"}),
    S("a chain of roles", "ASIAC", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}c\nsource_profile = b\n"
               f"[profile b]\nrole_arn = {ROLE}b\nsource_profile = base\nexternal_id = y1\n{BASE}"}),
    S("a role whose source has a key and a role", "ASIAC", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}c\nsource_profile = b\n"
               f"[profile b]\nrole_arn = {ROLE}b\nsource_profile = base\n{KEY}{BASE}"}),
    S("a circle", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = b\n"
               f"[profile b]\nrole_arn = {ROLE}b\nsource_profile = default\n"}),
    S("a circle of one", "error", STS, {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = default\n"}),
    S("a circle further down", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = b\n"
               f"[profile b]\nrole_arn = {ROLE}b\nsource_profile = b\n"}),
    S("a process as source", "ASIAA", STS,
      {**process(document("ASIAPROC", "SessionToken")),
       CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n"
               "[profile base]\ncredential_process = sh '{home}/print it'\n"}),
    S("a role that is denied", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}denied\nsource_profile = base\n{BASE}"}),
    S("a duration that is no number", "error", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\nduration_seconds = 1h\n{BASE}"},
      botocore="ASIAA", because="botocore takes a bad number for none, and the role ends early"),
    S("web identity", "ASIAW", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}w\nweb_identity_token_file = {{home}}/t\nrole_session_name = n1\n",
       "t": TOKEN}),
    S("web identity of the environment", "ASIAW",
      STS | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t", "AWS_ROLE_ARN": f"{ROLE}w",
             "AWS_ROLE_SESSION_NAME": "pod"}, {"t": TOKEN}),
    S("web identity of both", "ASIAW",
      STS | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t", "AWS_ROLE_ARN": f"{ROLE}w"},
      {CONFIG: f"[default]\nrole_arn = {ROLE}x\nweb_identity_token_file = /nonexistent\n", "t": TOKEN}),
    S("web identity of the environment, put aside by --profile", "none",
      STS | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t", "AWS_ROLE_ARN": f"{ROLE}w"},
      {CONFIG: "[profile p]\nregion = x\n", "t": TOKEN}, "p"),
    S("web identity before the profile's key", "ASIAW",
      STS | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t", "AWS_ROLE_ARN": f"{ROLE}w"},
      {CREDENTIALS: f"[default]\n{KEY}", "t": TOKEN}),
    S("web identity as source", "ASIAA", STS,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = w\n"
               f"[profile w]\nrole_arn = {ROLE}w\nweb_identity_token_file = {{home}}/t\n", "t": TOKEN}),
    S("web identity without a role", "error", STS | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t"}, {"t": TOKEN}),
    S("web identity without its token", "error",
      STS | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t", "AWS_ROLE_ARN": f"{ROLE}w"}),
    S("web identity that is denied", "error",
      STS | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t", "AWS_ROLE_ARN": f"{ROLE}denied"}, {"t": TOKEN}),
]

MFA = STS | {"TEST_MFA_CODE": "123456"}
MFA_CONFIG = {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/m\n{BASE}"}
MFA_NAMED = {CONFIG: MFA_CONFIG[CONFIG].replace(
    "mfa_serial", "external_id = a\"b\\c\nduration_seconds = 900\nrole_session_name = me\nmfa_serial")}


def session(seconds, **arguments):
    """A session in the AWS CLI's cache."""
    arguments = {"RoleArn": f"{ROLE}a", "SerialNumber": "arn:aws:iam::1:mfa/m", **arguments}
    name = hashlib.sha1(json.dumps(arguments, sort_keys=True).encode()).hexdigest()
    return {f".aws/cli/cache/{name}.json": json.dumps({"Credentials": {
        "AccessKeyId": "ASIACACHED", "SecretAccessKey": SECRET, "SessionToken": TOKEN,
        "Expiration": iso(seconds).replace("Z", "UTC")}})}


CODES = [
    S("an MFA code", "ASIAA", MFA, MFA_CONFIG),
    S("an MFA code that nobody gives", "error", STS | {"TEST_MFA_CODE": ""}, MFA_CONFIG,
      routes={}),
    S("an MFA session of the AWS CLI", "ASIACACHED", MFA, {**MFA_CONFIG, **session(3600)}),
    S("an MFA session that is nearly over", "ASIAA", MFA, {**MFA_CONFIG, **session(800)}),
    S("an MFA session with a name", "ASIACACHED", MFA,
      {**MFA_NAMED, **session(3600, ExternalId='a"b\\c', DurationSeconds=900, RoleSessionName="me")}),
    S("an MFA session of something else", "ASIAA", MFA,
      {**MFA_CONFIG, **session(3600, ExternalId="other")}),
]

SSO = {"AWS_ENDPOINT_URL_SSO": "http://127.0.0.1/sso", "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1/oidc"}
START = "https://example.awsapps.com/start"
LEGACY = (f"[default]\nsso_start_url = {START}\nsso_region = eu-west-1\n"
          "sso_account_id = 111122223333\nsso_role_name = De+ploy\n")
SESSION = ("[default]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = Deploy\n"
           f"[sso-session s]\nsso_start_url = {START}\nsso_region = eu-west-1\n")


def cached(name):
    return f".aws/sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json"


def sign_in(seconds, **more):
    return json.dumps({"accessToken": TOKEN, "expiresAt": iso(seconds), "startUrl": START,
                       "region": "eu-west-1", **more})


def portal(role, status=200):
    body = {"roleCredentials": {
        "accessKeyId": "ASIASSO", "secretAccessKey": SECRET, "sessionToken": TOKEN,
        "expiration": (int(time.time()) + 3600) * 1000 + 7}}
    route = f"GET http://127.0.0.1/sso/federation/credentials?role_name={role}&account_id=111122223333"
    return {route: [(status, json.dumps(body) if status == 200 else "{}")]}


RENEWABLE = {"clientId": "c", "clientSecret": "s", "refreshToken": "r"}
RENEWED = {"POST http://127.0.0.1/oidc/token": [
    (200, json.dumps({"accessToken": f"new{TOKEN}", "expiresIn": 7200, "refreshToken": "r2"}))]}
SIGN_IN = [
    S("SSO of the older form", "ASIASSO", SSO, {CONFIG: LEGACY, cached(START): sign_in(600)},
      routes=portal("De%2Bploy")),
    S("SSO of the older form, ended", "error", SSO, {CONFIG: LEGACY, cached(START): sign_in(-1)},
      routes=portal("De%2Bploy")),
    S("SSO by a session", "ASIASSO", SSO, {CONFIG: SESSION, cached("s"): sign_in(3600)},
      routes=portal("Deploy")),
    S("SSO before the credentials file", "ASIASSO", SSO,
      {CONFIG: SESSION, CREDENTIALS: f"[default]\n{KEY}", cached("s"): sign_in(3600)}, routes=portal("Deploy")),
    S("SSO that is renewed", "ASIASSO", SSO,
      {CONFIG: SESSION, cached("s"): sign_in(-60, registrationExpiresAt=iso(9999), **RENEWABLE)},
      routes=portal("Deploy") | RENEWED, watch=[cached("s")]),
    S("SSO that is renewed early", "ASIASSO", SSO,
      {CONFIG: SESSION, cached("s"): sign_in(800, registrationExpiresAt=iso(9999), **RENEWABLE)},
      routes=portal("Deploy") | RENEWED, watch=[cached("s")]),
    S("SSO whose renewal is refused", "error", SSO,
      {CONFIG: SESSION, cached("s"): sign_in(-60, registrationExpiresAt=iso(9999), **RENEWABLE)},
      routes=portal("Deploy") | {"POST http://127.0.0.1/oidc/token": [(400, "{}")]}, watch=[cached("s")]),
    S("SSO whose early renewal is refused", "ASIASSO", SSO,
      {CONFIG: SESSION, cached("s"): sign_in(800, registrationExpiresAt=iso(9999), **RENEWABLE)},
      routes=portal("Deploy") | {"POST http://127.0.0.1/oidc/token": [(400, "{}")]}, watch=[cached("s")]),
    S("SSO whose registration ended", "error", SSO,
      {CONFIG: SESSION, cached("s"): sign_in(-60, registrationExpiresAt=iso(-9), **RENEWABLE)},
      routes=portal("Deploy") | RENEWED),
    S("SSO without a sign-in", "error", SSO, {CONFIG: SESSION}, routes=portal("Deploy")),
    S("SSO with a damaged sign-in", "error", SSO, {CONFIG: SESSION, cached("s"): "{}"}, routes=portal("Deploy")),
    S("SSO that the portal refuses", "error", SSO, {CONFIG: SESSION, cached("s"): sign_in(3600)},
      routes=portal("Deploy", 401)),
    S("SSO without the role", "error", SSO, {CONFIG: SESSION, cached("s"): sign_in(3600)},
      routes=portal("Deploy", 403)),
    S("SSO without a region", "error", SSO, {CONFIG: LEGACY.replace("sso_region", "x")}),
    S("SSO without an account", "error", SSO, {CONFIG: LEGACY.replace("sso_account_id", "x")}),
    S("SSO without its section", "error", SSO, {CONFIG: SESSION.replace("[sso-session s]", "[sso-session t]")}),
    S("SSO whose section lacks the region", "error", SSO,
      {CONFIG: SESSION.replace("sso_region", "x").replace("[sso", "sso_region = eu-west-1\n[sso"),
       cached("s"): sign_in(3600)}, routes=portal("Deploy")),
    S("SSO that differs from its section", "error", SSO,
      {CONFIG: SESSION.replace("[sso", "sso_region = eu-west-2\n[sso"), cached("s"): sign_in(3600)}),
    S("SSO with other fields of any type", "ASIASSO", SSO,
      {CONFIG: SESSION, cached("s"): sign_in(3600, registrationExpiresAt=123, clientId=5, scopes=["x"])},
      routes=portal("Deploy")),
    S("SSO by the profile's services", "ASIASSO", {},
      {CONFIG: SESSION.replace("[sso-session", "services = x\n[services x]\nsso =\n"
                               "  endpoint_url = http://127.0.0.1/sso\n[sso-session"),
       cached("s"): sign_in(3600)}, routes=portal("Deploy")),
    S("SSO by a URL and FIPS", "ASIASSO", SSO | {"AWS_USE_FIPS_ENDPOINT": "true"},
      {CONFIG: SESSION, cached("s"): sign_in(3600)}, routes=portal("Deploy")),
    S("SSO as source", "ASIAA", SSO | STS,
      {CONFIG: SESSION.replace("default", "profile sso") + f"[default]\nrole_arn = {ROLE}a\nsource_profile = sso\n",
       cached("s"): sign_in(3600)}, routes=portal("Deploy")),
]

LOGIN = {"AWS_ENDPOINT_URL_SIGNIN": "http://127.0.0.1/signin"}
SESSION_NAME = "arn:aws:iam::111122223333:user/me"
LOGIN_CONFIG = {CONFIG: f"[default]\nlogin_session = {SESSION_NAME}\nregion = eu-west-1\n"}
LOGIN_FILE = f"{hashlib.sha256(SESSION_NAME.encode()).hexdigest()}.json"
LOGIN_CACHE = f".aws/login/cache/{LOGIN_FILE}"
PEM = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption()).decode()


def login(seconds, **changes):
    fields = {"accessToken": {"accessKeyId": "ASIAOLD", "secretAccessKey": SECRET,
                              "sessionToken": TOKEN, "accountId": "1", "expiresAt": iso(seconds)},
              "refreshToken": "r", "clientId": "c", "dpopKey": PEM, "else": [1, True, {"a": None}]}
    fields.update(changes)
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def sign_in_again(status=200, body=None):
    body = body or {"accessToken": {"accessKeyId": "ASIANEW", "secretAccessKey": SECRET,
                                    "sessionToken": TOKEN},
                    "expiresIn": 900, "refreshToken": "r2", "tokenType": "urn:aws:params:oauth:x"}
    return {"POST http://127.0.0.1/signin/v1/token": [(status, json.dumps(body))]}


CONSOLE = [
    S("a console sign-in", "ASIAOLD", LOGIN, {**LOGIN_CONFIG, LOGIN_CACHE: login(7200)}),
    S("a console sign-in with seven minutes left", "ASIAOLD", LOGIN,
      {**LOGIN_CONFIG, LOGIN_CACHE: login(420)}, watch=[LOGIN_CACHE]),
    S("a console sign-in that is renewed", "ASIANEW", LOGIN,
      {**LOGIN_CONFIG, LOGIN_CACHE: login(100)}, routes=sign_in_again(), watch=[LOGIN_CACHE]),
    S("a console sign-in that ended", "ASIANEW", LOGIN,
      {**LOGIN_CONFIG, LOGIN_CACHE: login(-100)}, routes=sign_in_again(), watch=[LOGIN_CACHE]),
    S("a console sign-in elsewhere", "ASIAOLD", LOGIN | {"AWS_LOGIN_CACHE_DIRECTORY": "~/$D", "D": "x"},
      {**LOGIN_CONFIG, f"x/{LOGIN_FILE}": login(7200)}),
    S("a console sign-in after the credentials file", "AKIAFILE", LOGIN,
      {**LOGIN_CONFIG, LOGIN_CACHE: login(7200), CREDENTIALS: f"[default]\n{KEY}"}),
    S("a console sign-in whose renewal is refused", "error", LOGIN,
      {**LOGIN_CONFIG, LOGIN_CACHE: login(100)},
      routes=sign_in_again(400, {"error": "TOKEN_EXPIRED", "message": "m"}), watch=[LOGIN_CACHE]),
    S("no console sign-in", "error", LOGIN, LOGIN_CONFIG),
    S("a console sign-in without its key", "error", LOGIN,
      {**LOGIN_CONFIG, LOGIN_CACHE: login(7200, dpopKey=None)}),
    S("a console sign-in with a damaged key", "error", LOGIN,
      {**LOGIN_CONFIG, LOGIN_CACHE: login(100, dpopKey="AAAA")}, routes=sign_in_again()),
]

ONCE = {"AWS_MAX_ATTEMPTS": "1"}
FIPS, DUAL = {"AWS_USE_FIPS_ENDPOINT": "true"}, {"AWS_USE_DUALSTACK_ENDPOINT": "true"}
SSO_FILES = {CONFIG: SESSION.replace("eu-west-1", "us-east-2"),
             cached("s"): sign_in(3600, region="us-east-2")}
# No host can be reached here: each side says which one it wanted.
VARIANTS = [
    S("SSO over FIPS", "error", ONCE | FIPS, SSO_FILES, host="portal.sso-fips.us-east-2.amazonaws.com"),
    S("SSO over both stacks", "error", ONCE | DUAL, SSO_FILES, host="portal.sso.us-east-2.api.aws"),
    S("SSO over both", "error", ONCE | FIPS | DUAL, SSO_FILES, host="portal.sso-fips.us-east-2.api.aws"),
    S("SSO over FIPS by the profile", "error", ONCE,
      SSO_FILES | {CONFIG: SSO_FILES[CONFIG].replace("[sso", "use_fips_endpoint = true\n[sso")},
      host="portal.sso-fips.us-east-2.amazonaws.com"),
    S("SSO over FIPS, and blanks", "error", ONCE | FIPS | {"AWS_USE_DUALSTACK_ENDPOINT": ""}, SSO_FILES,
      host="portal.sso-fips.us-east-2.amazonaws.com"),
    S("a console sign-in over FIPS", "error", ONCE | FIPS, {**LOGIN_CONFIG, LOGIN_CACHE: login(100)},
      host="signin-fips.eu-west-1.amazonaws.com"),
    S("a console sign-in over both stacks", "error", ONCE | DUAL, {**LOGIN_CONFIG, LOGIN_CACHE: login(100)},
      host="signin.eu-west-1.api.aws"),
    S("a role over FIPS", "error", ONCE | FIPS | {"AWS_DEFAULT_REGION": "eu-west-1"},
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n{BASE}"},
      host="sts-fips.eu-west-1.amazonaws.com"),
    S("a role without a region, anywhere", "error", ONCE,
      {CONFIG: f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n{BASE}"}, host="sts.amazonaws.com"),
    S("web identity over both", "error",
      ONCE | FIPS | DUAL | {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/t",
                            "AWS_ROLE_ARN": f"{ROLE}w"}, {"t": TOKEN},
      host="sts-fips.eu-west-1.api.aws"),
]

# Those with the least time left come first.
ALL = (CONSOLE + ORDER + FILES + PROCESS + CONTAINER + ENVELOPES + INSTANCE + ROLES + CODES + SIGN_IN
       + VARIANTS)
