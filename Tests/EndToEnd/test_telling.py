"""People are told: of what was done, of what goes on (once, and then now and then), of what failed, also
where nothing could be done. Never in the way of a rotation, never with a secret or a whole key id."""

import datetime
import json
import re
import subprocess
import sys

import jsonschema
import pytest

from patience import HANG
from receivers import Receiver, Sendmail
from runner import Run
from servers.proxy import delay, refuse
from servers.server import ACCOUNT, REGION
from test_docs import ROOT, fence

KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}")
SECRET = "5Ka0RqTn2cVw8Zx1Lb7Jd4Gs6Hy3Mf9P"
SLACK_PATH = "/services/T0AAAAAAA/B0BBBBBBB/xOxBxZ1234567890abcdEFGH"


def text_of_slack(kind: str, longest: int) -> dict:
    return {
        "type": "object", "additionalProperties": False, "required": ["type", "text"],
        "properties": {
            "type": {"const": kind}, "text": {"type": "string", "minLength": 1, "maxLength": longest}}}


# What Slack takes, by https://docs.slack.dev/reference/block-kit/blocks; else it answers 400.
SLACK = jsonschema.Draft202012Validator({
    "type": "object", "additionalProperties": False, "required": ["text", "blocks"],
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 40000},
        "blocks": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"oneOf": [
            {"type": "object", "additionalProperties": False, "required": ["type", "text"],
             "properties": {"type": {"const": "header"}, "text": text_of_slack("plain_text", 150)}},
            {"type": "object", "additionalProperties": False, "required": ["type", "text"],
             "properties": {"type": {"const": "section"}, "text": text_of_slack("mrkdwn", 3000)}},
            {"type": "object", "additionalProperties": False, "required": ["type", "elements"],
             "properties": {"type": {"const": "context"}, "elements": {
                 "type": "array", "minItems": 1, "maxItems": 10,
                 "items": text_of_slack("mrkdwn", 2000)}}}]}}}})


@pytest.fixture
def receiver(moto_world):
    """Whatever a test makes people be told: Slack must take it, and nobody may learn too much."""
    with Receiver() as receiver:
        yield receiver
        secrets = moto_world.secrets()
    for delivery in receiver.all:
        if delivery.path == SLACK_PATH:
            SLACK.validate(delivery.json)
        text = delivery.body.decode()
        assert not KEY.search(text), text
        assert not [secret for secret in secrets if secret in text]


@pytest.fixture
def told(moto_world, rotate, receiver, tmp_path):
    """The program with a channel of Slack's form and a signed one, their secrets in files."""
    for name, text in {"slack": receiver.url + SLACK_PATH, "hook": SECRET + "\n"}.items():
        file = tmp_path / f"{name}.secret"
        file.write_text(text)
        file.chmod(0o600)
        rotate.vaults.add(file)
    moto_world._secrets |= {SECRET, SLACK_PATH}
    rotate.channels = {
        "chat": {"type": "slack", "url": {"file": str(tmp_path / "slack.secret")}},
        "pager": {"type": "webhook", "url": receiver.url + "/pager",
                  "secret": {"file": str(tmp_path / "hook.secret")}},
    }
    configure(rotate)
    return rotate


def configure(rotate, notify: dict | None = None, users: list | None = None, **others) -> None:
    """The channels on top of the tests' usual settings."""
    rotate.configure(users=users)
    config = json.loads(rotate.config_file.read_text())
    config["notify"] = {"channels": rotate.channels, "timeout": "60s"} | (notify or {})
    config["defaults"] |= others
    rotate.write_config(config)


def change(rotate, path: str, value) -> None:
    """One value of the configuration, by its path such as `notify.channels.chat.required`, in which
    a number counts the entries of a list."""
    config = json.loads(rotate.config_file.read_text())
    place = config
    *parents, last = path.split(".")
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    place[last] = value
    rotate.write_config(config)


def split(deliveries):
    """Those of the chat, and the events that the pager got."""
    chat = [d for d in deliveries if d.path == SLACK_PATH]
    events = [event for d in deliveries if d.path == "/pager" for event in d.json["events"]]
    return chat, events


def find(run: Run, code: str) -> dict:
    (found,) = [f for f in run.json["findings"] if f["code"] == code]
    return found


# What is told.


def test_a_whole_life(moto_world, told, receiver):
    ((old, _),) = moto_world.make_user(days=91)
    told.pass_()
    deliveries = receiver.take()
    chat, (event,) = split(deliveries)
    new = moto_world.published()[0]
    assert event["event"] == "rotation" and event["user"] == "deployer"
    assert event["keys"] == [f"…{new[-4:]}", f"…{old[-4:]}"] and event["requestId"]
    assert f"created and published …{new[-4:]}; …{old[-4:]} retires" in event["title"]
    (message,) = [delivery.json for delivery in chat]
    assert message["blocks"][0]["type"] == "header"
    assert f"…{new[-4:]}" in json.dumps(message["blocks"], ensure_ascii=False)
    told.pass_()
    assert receiver.take() == []
    for due, name in (({"days": 2}, "deactivation"), ({"days": 8}, "deletion")):
        moto_world.clock.advance(**due)
        told.pass_()
        deliveries += receiver.deliveries
        _, (event,) = split(receiver.take())
        assert event["event"] == name and event["keys"] == [f"…{old[-4:]}"]
    assert len(deliveries) == 6
    for delivery in deliveries:
        assert not KEY.search(delivery.body.decode())
        for secret in moto_world.secrets():
            assert secret not in delivery.body.decode()


def test_a_rollback_is_told(moto_world, told, receiver):
    moto_world.make_user(keys=0)
    told.pass_()
    old = moto_world.published()[0]
    moto_world.clock.advance(days=91)
    told.pass_()
    new = moto_world.published()[0]
    receiver.take()
    told.pass_("rollback", "--user", "deployer", "--yes", "--reason", "INC-42")
    _, (event,) = split(receiver.take())
    assert (event["event"], event["code"]) == ("rotation", "rollBack")
    assert event["keys"] == [f"…{old[-4:]}", f"…{new[-4:]}"]
    assert f"publish it again; …{new[-4:]} retires" in event["title"]
    # The pause that goes with it holds back what is due: that is somebody's to know.
    told.pass_(code=2)
    _, (event,) = split(receiver.take())
    assert (event["event"], event["code"]) == ("block", "paused") and "INC-42" in event["title"]


def test_who_still_uses_the_old_key(moto_world, told, receiver):
    ((old, secret),) = moto_world.make_user(days=91)
    told.pass_()
    moto_world.clock.advance(days=2)
    # moto knows the last use by its own calls.
    moto_world.iam.put_user_policy(
        UserName="deployer", PolicyName="own", PolicyDocument=json.dumps({
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}))
    moto_world.server.client("ssm", (old, secret)).describe_parameters()
    receiver.take()
    run = told.pass_()
    assert ("notice", "still-in-use") in run.findings()
    _, (event,) = split(receiver.take())
    assert event["event"] == "hold" and event["keys"] == [f"…{old[-4:]}"]
    assert f"by ssm in {REGION}" in event["title"] and "last used 20" in event["title"]
    moto_world.clock.advance(hours=1)
    told.pass_()
    assert receiver.take() == []


def test_what_goes_on_is_not_repeated_every_hour(moto_world, told, receiver):
    moto_world.make_user(keys=2, days=91)
    told.pass_(code=2)
    _, (event,) = split(receiver.take())
    assert (event["event"], event["code"]) == ("block", "two-keys-no-record")
    assert "--make-room" in event["remedy"]
    for _ in range(2):
        moto_world.clock.advance(hours=1)
        told.pass_(code=2)
    assert receiver.take() == []
    moto_world.clock.advance(hours=24)
    told.pass_(code=2)
    assert len(receiver.take()) == 2
    # The memory is a file of this host: lost, it costs one message.
    memory = told.audit_log.parent / "notified.json"
    assert memory.stat().st_mode & 0o777 == 0o600
    memory.write_text("{")
    told.pass_(code=2)
    told.pass_(code=2)
    assert len(receiver.take()) == 2
    # Over, and there again: that is another one.
    keys = list(moto_world.keys())
    moto_world.iam.delete_access_key(UserName="deployer", AccessKeyId=keys[0])
    told.pass_()
    assert [e["event"] for e in split(receiver.take())[1]] == ["rotation"]


def test_soon_overdue(moto_world, told, receiver):
    moto_world.make_user(keys=0)
    told.pass_()
    other = moto_world.add_key("deployer")[0]
    moto_world.clock.advance(days=92)
    told.pass_(code=2)
    assert "overdueSoon" not in {e["event"] for e in split(receiver.take())[1]}
    moto_world.clock.advance(days=2)
    told.pass_(code=2)
    _, events = split(receiver.take())
    published = moto_world.published()[0]
    (event,) = [e for e in events if e["event"] == "overdueSoon"]
    assert event["keys"] == [f"…{published[-4:]}"] and "older than the policy allows" in event["title"]
    moto_world.iam.delete_access_key(UserName="deployer", AccessKeyId=other)
    told.pass_()
    moto_world.clock.advance(days=1)
    told.pass_()
    assert {e["event"] for e in split(receiver.take())[1]} == {"rotation"}


def test_nothing_could_be_done(moto_world, told, receiver):
    moto_world.make_user(days=91)
    nothing = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    told.pass_(code=1, **nothing)
    _, (event,) = split(receiver.take())
    assert (event["event"], event["code"], event.get("user")) == ("failure", "no-credentials", None)
    told.pass_(code=1, **nothing)
    assert receiver.take() == []
    told.pass_(code=1, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    _, (event,) = split(receiver.take())
    assert (event["event"], event["code"]) == ("failure", "call-failed")
    told.pass_()
    _, (event,) = split(receiver.take())
    assert event["event"] == "rotation"


def test_a_run_that_does_not_begin(moto_world, told, receiver, tmp_path):
    """Something that is required isn't there: that is told, too, by whatever channel works."""
    moto_world.make_user(days=91)
    change(told, "hooks", {"beforeRotate": [{"command": [str(tmp_path / "gone")], "required": True}]})
    change(told, "heartbeat", {"url": receiver.url + "/beat"})
    run = told.run()
    assert run.code == 78 and "hook-refused" in run.stderr and moto_world.proxy.calls == []
    deliveries = receiver.take()
    chat, (event,) = split([d for d in deliveries if not d.path.startswith("/beat")])
    assert (event["event"], event["code"]) == ("block", "hook-refused") and len(chat) == 1
    assert "until then no run begins" in event["remedy"]
    assert [d.path for d in deliveries if d.path.startswith("/beat")] == ["/beat/fail"]
    # Once, not every hour; and not by a look alone.
    assert told.run("--user", "deployer").code == 78
    assert told.run("--dry-run").code == 78
    assert receiver.take() == []
    change(told, "hooks", {})
    told.pass_()
    assert [e["event"] for e in split(receiver.take())[1]] == ["rotation"]


def test_whatever_is_told_of_an_emergency_names_keys_by_their_tails(moto_world, told, receiver):
    """Its remedies name keys in commands; the report has them whole."""
    moto_world.make_user(keys=0)
    told.pass_()
    moto_world.clock.advance(days=91)
    told.pass_()
    receiver.take()
    run = told.pass_("--user", "deployer", "--compromised", "--yes", code=2)
    (whole,) = [one for one in run.user["findings"] if one["code"] == "no-room-to-replace"]
    assert KEY.search(whole["remedy"])
    (chat,), (event,) = split(receiver.take())
    assert event["code"] == "no-room-to-replace" and "--access-key-id …" in event["remedy"]
    # A command with a tail is no command: where the whole ids stand is said, in the chat as well.
    assert event["remedy"].endswith("; the whole ids: `rotate status --user deployer`")
    assert event["remedy"] in chat.json["blocks"][2]["text"]["text"]
    assert sorted(event["keys"]) == sorted(f"…{key[-4:]}" for key in moto_world.keys())


def test_a_dry_run_sends_nothing(moto_world, told, receiver):
    moto_world.make_user(keys=2, days=91)
    run = told.run("--dry-run", "--verbose")
    assert "would tell chat: deployer: no key is published yet" in run.stderr
    told.run("status")
    assert receiver.take() == []
    assert not (told.audit_log.parent / "notified.json").exists()


# Who is told.


def test_owner_and_channels_of_a_user(moto_world, told, receiver):
    for name in ("deployer", "shop", "quiet"):
        moto_world.make_user(name)
    moto_world.clock.advance(days=91)
    configure(told, users=[
        {"name": "deployer"},
        {"name": "shop", "owner": "Team <Shop> & Co", "channels": ["chat"]},
        {"name": "quiet", "channels": []}])
    told.pass_()
    (chat,), events = split(receiver.take())
    assert [event["user"] for event in events] == ["deployer"]
    text = json.dumps(chat.json)
    assert "deployer" in text and "shop" in text and "quiet" not in text
    assert "Team &lt;Shop&gt; &amp; Co" in text


def test_only_some_events(moto_world, told, receiver):
    moto_world.make_user(days=91)
    change(told, "notify.channels.chat.events", ["failure", "block"])
    told.pass_()
    chat, events = split(receiver.take())
    assert chat == [] and len(events) == 1


def test_many_users_make_one_readable_message(moto_world, told, receiver):
    for number in range(60):
        moto_world.make_user(f"user-{number:02}", keys=2, path="/many/")
    configure(told, users=[{"path": "/many/"}])
    told.pass_(code=2)
    (chat,), events = split(receiver.take())
    assert len(events) == 60
    blocks = chat.json["blocks"]
    assert len(blocks) == 50
    assert blocks[-1]["elements"][0]["text"].startswith("and 13 more")
    assert all(len(b["text"]["text"]) <= 3000 for b in blocks if b["type"] == "section")
    assert len(blocks[0]["text"]["text"]) <= 150


# The forms.


def test_the_signature_is_verified_as_documented(moto_world, told, receiver, tmp_path):
    moto_world.make_user(days=91)
    told.pass_()
    (delivery,) = [d for d in receiver.take() if d.path == "/pager"]
    recipe = fence(ROOT / "docs/notifications.md", "python", "hmac")

    def verify(body: bytes, timestamp: str, now: float) -> int:
        (tmp_path / "body").write_bytes(body)
        program = f"{recipe}\nimport sys\nsys.exit(not verify(" \
            f"open({str(tmp_path / 'body')!r}, 'rb').read(), {timestamp!r}, " \
            f"{delivery.headers['X-Rotate-Signature']!r}, {SECRET.encode()!r}, now={now}))"
        return subprocess.run([sys.executable, "-c", program], check=False).returncode

    sent = delivery.headers["X-Rotate-Timestamp"]
    assert abs(int(sent) - moto_world.clock.now().timestamp()) < 60
    assert verify(delivery.body, sent, int(sent)) == 0
    assert verify(delivery.body + b" ", sent, int(sent)) == 1
    assert verify(delivery.body, str(int(sent) + 1), int(sent)) == 1
    assert verify(delivery.body, sent, int(sent) + 3600) == 1
    assert delivery.headers["Content-Type"] == "application/json"
    message = delivery.json
    assert (message["schema"], message["account"]) == (1, ACCOUNT)
    assert datetime.datetime.fromisoformat(message["at"])


def test_a_topic_in_the_form_of_the_chat_integrations(ministack_world, rotate):
    """On ministack: moto calculates the signature of a body that it has encoded anew itself."""
    world, told = ministack_world, rotate
    world.make_user(days=91)
    sns, sqs = world.server.client("sns"), world.server.client("sqs")
    topic = sns.create_topic(Name="rotate")["TopicArn"]
    queue = sqs.create_queue(QueueName="chat")["QueueUrl"]
    arn = sqs.get_queue_attributes(
        QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps({
        "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage", "Resource": arn}})})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    told.channels = {"topic": {"type": "sns", "topicArn": topic}}
    configure(told)
    run = told.pass_()
    assert ("notice", "notify-failed") in run.findings(), "without a permission it must fail"
    assert "AuthorizationError" in find(run, "notify-failed")["message"]
    world.iam.put_user_policy(
        UserName="rotator", PolicyName="tell", PolicyDocument=json.dumps({
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}}))
    told.pass_()
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    envelope = json.loads(received["Body"])
    message = json.loads(envelope["Message"])
    assert (message["version"], message["source"]) == ("1.0", "custom")
    content, metadata = message["content"], message["metadata"]
    assert content["textType"] == "client-markdown"
    assert "created and published …" in content["title"] and len(content["title"]) <= 250
    assert metadata["threadId"] == "rotate-deployer" and metadata["eventType"] == "rotation"
    assert all(isinstance(value, str) for value in metadata["additionalContext"].values())
    assert envelope["MessageAttributes"]["severity"]["Value"] == "notice"
    assert not KEY.search(received["Body"])


def test_a_secret_from_parameter_store(moto_world, told, receiver):
    world = moto_world
    world.make_user(days=91)
    world.ssm.put_parameter(Name="/tell/url", Value=receiver.url + SLACK_PATH, Type="SecureString")
    change(told, "notify.channels", {
        "chat": {"type": "slack", "url": {"parameter": "/tell/url"}}})
    told.pass_()
    ((chat,), _) = split(receiver.take())
    assert chat.method == "POST"
    # Readable by more people than it should be: not taken for a secret.
    world.ssm.put_parameter(Name="/tell/plain", Value=receiver.url + SLACK_PATH, Type="String")
    change(told, "notify.channels.chat.url", {"parameter": "/tell/plain"})
    assert told.run("notify", "--test").code == 1


def test_a_credential_of_systemd(moto_world, told, receiver, tmp_path):
    moto_world.make_user(days=91)
    (tmp_path / "credentials.d").mkdir()
    file = tmp_path / "credentials.d" / "chat-url"
    file.write_text(receiver.url + SLACK_PATH)
    told.vaults.add(file)
    change(told, "notify.channels", {"chat": {"type": "slack", "url": {"credential": "chat-url"}}})
    run = told.pass_(code=2)
    assert "LoadCredential=chat-url" in find(run, "notify-refused")["message"]
    moto_world.clock.advance(days=2)
    told.pass_(CREDENTIALS_DIRECTORY=str(tmp_path / "credentials.d"))
    assert len(receiver.take()) == 1


def test_mail(moto_world, told, tmp_path):
    for name in ("deployer", "shop"):
        moto_world.make_user(name)
    moto_world.clock.advance(days=91)
    sendmail = Sendmail(tmp_path)
    told.channels = {"mail": {
        "type": "email", "from": "rotate@example.com", "to": ["ops@example.com", "{owner}"],
        "sendmail": str(sendmail.program)}}
    configure(told, users=[
        {"name": "deployer", "owner": "Grüße aus dem Büro\u2028Bcc: evil@example.com"},
        {"name": "shop", "owner": "shop@example.com"}])
    told.pass_()
    mails = {mail["To"]: mail for mail in sendmail.take()}
    assert set(mails) == {"ops@example.com", "ops@example.com, shop@example.com"}
    assert sendmail.arguments.read_text() == "-t -i\n"
    mail = mails["ops@example.com, shop@example.com"]
    assert mail["From"] == "rotate@example.com" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"].startswith("[rotate] shop: created and published …")
    assert mail["Date"].datetime.tzinfo and mail["Message-ID"]
    assert abs(mail["Date"].datetime.timestamp() - moto_world.clock.now().timestamp()) < 60
    assert "shop: created and published" in mail.get_content()
    other = mails["ops@example.com"]
    assert "Grüße aus dem Büro" in other.get_content() and other["Bcc"] is None
    for mail in mails.values():
        assert not mail.defects and not KEY.search(mail.get_content())
        assert all(len(line) <= 78 for line in mail.as_bytes().splitlines())


def test_a_sendmail_that_fails(moto_world, told, tmp_path):
    moto_world.make_user(days=91)
    sendmail = Sendmail(tmp_path, status=75)
    told.channels = {"mail": {
        "type": "email", "to": ["ops@example.com"], "sendmail": str(sendmail.program)}}
    configure(told)
    assert "75" in find(told.pass_(), "notify-failed")["message"]


# Channels that fail.


def test_a_channel_that_hangs(moto_world, told, receiver, tmp_path):
    """Two that hang, of which one is a program, and a rotation that is due."""
    world = moto_world
    ((old, _),) = world.make_user(days=91)
    receiver.hangs = True
    program = tmp_path / "sendmail"
    program.write_text("#!/bin/sh\nsleep 6000 & sleep 6000\n")
    program.chmod(0o755)
    told.channels["mail"] = {
        "type": "email", "to": ["ops@example.com"], "sendmail": str(program)}
    configure(told)
    change(told, "notify.timeout", "2s")
    run = told.pass_()
    assert world.published() and world.works(world.published())
    failed = [f for f in run.json["findings"] if f["code"] == "notify-failed"]
    assert len(failed) == 3 and {f["severity"] for f in failed} == {"notice"}
    # What happened once isn't lost; and where a channel is required, its failure counts.
    receiver.hangs = False
    receiver.take()
    change(told, "notify.channels.mail.required", True)
    change(told, "notify.timeout", "10s")
    run = told.pass_(code=1)
    assert ("failed", "notify-failed") in run.findings()
    _, (event,) = split(receiver.take())
    assert event["event"] == "rotation" and f"…{old[-4:]}" in event["keys"]
    left = subprocess.run(["pgrep", "-f", str(program)], capture_output=True, check=False)
    assert left.stdout == b"", "its children are ended with it"


def test_a_channel_that_never_ends_its_answer(moto_world, told, receiver):
    moto_world.make_user(days=91)
    receiver.dribbles = True
    change(told, "notify.timeout", "2s")
    run = told.pass_()
    # Its status says that the message was taken: it isn't told again.
    assert "notify-failed" not in {code for _, code in run.findings()}
    assert moto_world.works(moto_world.published()) and len(receiver.take()) == 2
    told.pass_()
    assert receiver.take() == []
    receiver.status = 500
    moto_world.clock.advance(days=91)
    run = told.pass_()
    failed = [f for f in run.json["findings"] if f["code"] == "notify-failed"]
    assert len(failed) == 2 and all("HTTP status 500" in f["message"] for f in failed)


def test_a_topic_that_hangs_or_refuses(moto_world, told, receiver):
    moto_world.make_user(days=91)
    told.channels["topic"] = {
        "type": "sns", "topicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:rotate"}
    configure(told)
    moto_world.proxy.on("Publish", delay(HANG))
    change(told, "notify.timeout", "10s")  # enough for the others
    run = told.pass_()
    assert moto_world.works(moto_world.published())
    assert "topic" in find(run, "notify-failed")["message"]
    assert len(receiver.take()) == 2, "the others are told"
    moto_world.proxy.forget()
    moto_world.proxy.on("Publish", refuse(404, "NotFound", "Topic does not exist"), times=9)
    assert "NotFound" in find(told.pass_(), "notify-failed")["message"]


@pytest.mark.parametrize("status, answer, words", [
    (404, b"no_service", "404 (no_service)"), (302, b"", "302"),
    (500, SLACK_PATH.encode(), "500"),
])
def test_a_channel_that_refuses(moto_world, told, receiver, status, answer, words):
    moto_world.make_user(days=91)
    receiver.status, receiver.answer = status, answer
    change(told, "notify.channels", {"chat": told.channels["chat"]})
    finding = find(told.pass_(), "notify-failed")
    assert words in finding["message"] and "--channel chat" in finding["remedy"]


def test_a_memory_that_cannot_be_written(moto_world, told, receiver):
    moto_world.make_user(keys=2)
    (told.audit_log.parent / "notified.json").mkdir()
    assert ("notice", "notify-memory") in told.pass_(code=2).findings()
    assert len(receiver.take()) == 2


# Bad input.


@pytest.mark.parametrize("path, value, words", [
    ("notify.channels.chat.url", "https://hooks.slack.com/services/T1/B1/inTheClear",
     ("notify.channels.chat.url", "config-secret-in-clear")),
    ("notify.channels.chat.url", {}, ("config-missing-key",)),
    ("notify.channels.chat.typ", "slack", ("typ", "type")),
    ("notify.channels.chat.type", "slak", ("slak", '"slack"')),
    ("notify.channels.chat.events", ["rotatoin"], ('"rotation"',)),
    ("notify.channels.pager.secret", "a-secret-in-clear-0123", ("config-secret-in-clear",)),
    ("notify.timeout", "5m", ("60s",)),
    ("notify.channels.mail", {"type": "email", "to": ["ops@example.com\nBcc: x@example.com"]},
     ("no address",)),
    ("notify.channels.mail", {"type": "email", "to": ["{owner}"]}, ("one address at least",)),
    ("notify.channels.topic", {"type": "sns", "topicArn": "rotate"}, ("ARN",)),
    ("defaults.channels", ["chatt"], ("config-unknown-channel", "`chat`")),
    ("defaults.owner", "two\nlines", ("defaults.owner",)),
])
def test_a_bad_configuration(moto_world, told, path, value, words):
    moto_world.make_user(days=91)
    change(told, path, value)
    run = told.run()
    assert run.code == 78, run
    for word in words:
        assert word in run.stderr
    assert "inTheClear" not in run.text
    assert moto_world.proxy.calls == []


@pytest.mark.parametrize("path, value, words", [
    ("notify.channels.mail", {"type": "email", "to": ["ops@example.com", "{ownr}"]},
     ("{ownr}", "{owner}")),
    ("notify.channels.mail", {"type": "email", "to": ["ops@example.com"], "sendmail": "/no/mail"},
     ("/no/mail",)),
    ("notify.channels.chat.url", {"file": "/no/such/file"}, ("/no/such/file", "no such file")),
    ("notify.channels.chat.url", {"file": "/etc/hostname"}, ("everybody",)),
])
def test_refused_at_the_start_but_in_nobodys_way(moto_world, told, path, value, words):
    moto_world.make_user(days=91)
    change(told, path, value)
    name = path.split(".")[2]
    run = told.pass_(code=2)
    finding = find(run, "notify-refused")
    assert finding["severity"] == "act"
    assert re.search(rf"config\.json:\d+:\d+ notify\.channels\.{name}\.", finding["message"])
    for word in words:
        assert word in finding["message"]
    assert moto_world.published() is not None
    assert f"REFUSED   {name}" in told.run("notify").stdout
    # Marked as required, it is another matter.
    moto_world.clock.advance(days=100)
    moto_world.proxy.forget()
    change(told, f"notify.channels.{name}.required", True)
    run = told.run()
    assert run.code == 78 and words[0] in run.stderr, run
    assert moto_world.proxy.calls == []


def test_an_insecure_url_is_refused(moto_world, told, tmp_path):
    moto_world.make_user(days=91)
    (tmp_path / "slack.secret").write_text("http://hooks.example.com" + SLACK_PATH)
    assert "https://" in find(told.pass_(code=2), "notify-refused")["message"]


# Trying it.


def test_the_channels_can_be_tried(moto_world, told, receiver):
    run = told.run("notify")
    assert run.code == 0 and run.stdout.count("ok  ") == 2
    assert receiver.take() == []
    run = told.run("notify", "--test")
    assert run.code == 0 and run.stdout.count("told  ") == 2, run
    chat, (event,) = split(receiver.take())
    assert event["event"] == "test" and len(chat) == 1
    run = told.run("notify", "--test", "--channel", "pager")
    assert run.code == 0 and len(receiver.take()) == 1
    receiver.status = 500
    run = told.run("notify", "--test")
    assert run.code == 1 and run.stdout.count("FAILED") == 2
    assert told.run("notify", "--test", "--channel", "pagr").code == 64
