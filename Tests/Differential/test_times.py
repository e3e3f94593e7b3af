"""Times as sources of credentials and servers write them, held against dateutil, by which botocore
reads them, and against the standard library's reader of mail and HTTP dates."""

import datetime
import email.utils
import json
import os
import pathlib
import random
import subprocess
import warnings

import dateutil.parser
import pytest

ROOT = pathlib.Path(__file__).parents[2]
UTC = datetime.timezone.utc

#: What a time may look like, by strftime; {z} and {zc} are an offset without and with a colon.
TIMESTAMPS = [
    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S{zc}", "%Y-%m-%dT%H:%M:%S{z}", "%Y-%m-%dT%H:%M:%S{z2}",
    "%Y-%m-%dT%H:%M:%S.123456Z", "%Y-%m-%dT%H:%M:%S,5{zc}", "%Y-%m-%d %H:%M:%S{zc}", "%Y-%m-%d %H:%M:%S {z}",
    "%Y-%m-%dt%H:%M:%Sz", "%Y-%m-%dT%H:%M:%SUTC", "%Y-%m-%dT%H:%M:%S UTC", "%Y-%m-%dT%H:%M:%SGMT",
    "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M{zc}", "%Y-%m-%dT%HZ", "%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S{z}",
    "%Y%m%dT%H%MZ", "%Y%m%dT%H:%M:%SZ", "%Y-%m-%dT%H%M%SZ", "%a, %d %b %Y %H:%M:%S GMT",
    "%a, %d %b %Y %H:%M:%S {z}", "%d %b %Y %H:%M:%S GMT", " %Y-%m-%dT%H:%M:%SZ\n",
]
HEADERS = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y",
           "%a, %d %b %Y %H:%M:%S {z}", "%d %b %Y %H:%M:%S +0000"]


@pytest.fixture(scope="module")
def read():
    folder = pathlib.Path(os.environ.get("ROTATE_TOOLS", ROOT / ".build/debug"))
    if not (folder / "CredentialsJudge").exists():
        subprocess.run(["swift", "build", "--product", "CredentialsJudge"], cwd=ROOT, check=True)
    process = subprocess.Popen(
        [folder / "CredentialsJudge", "--parse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(kind, text):
        process.stdin.write(json.dumps([kind, text]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline()).get("time")

    yield ask
    process.stdin.close()
    process.wait(10)


@pytest.fixture
def chance(request):
    seed = int(os.environ.get("ROTATE_SEED", random.randrange(10**6)))
    print(f"ROTATE_SEED={seed}")
    return random.Random(seed)


def some_moment(chance):
    moment = datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(
        seconds=chance.randrange(4_102_444_800))
    minutes = chance.choice([0, 120, 330, -300, 765, -720])
    return moment.astimezone(datetime.timezone(datetime.timedelta(minutes=minutes)))


def written(form, moment):
    if "{" not in form:
        moment = moment.astimezone(UTC)
    if "{z2}" in form:
        moment = moment.astimezone(datetime.timezone(datetime.timedelta(hours=moment.hour - 12)))
    zone = moment.strftime("%z")
    return moment.strftime(form).format(z=zone, zc=f"{zone[:3]}:{zone[3:]}", z2=zone[:3])


def by_dateutil(text):
    """Seconds since 1970; None where it is no time, or none with a zone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            moment = dateutil.parser.parse(text)
            return None if moment.utcoffset() is None else moment.replace(microsecond=0).timestamp()
    except (ValueError, OverflowError, Warning):
        return None


@pytest.mark.parametrize("form", TIMESTAMPS)
def test_a_timestamp_as_botocore_reads_it(form, read, chance):
    for _ in range(40):
        text = written(form, some_moment(chance))
        assert (read("timestamp", text), text) == (by_dateutil(text), text)


def test_a_damaged_timestamp_is_refused_or_read_as_botocore_reads_it(read, chance):
    accepted = 0
    for _ in range(3000):
        text = written(chance.choice(TIMESTAMPS[:20]), some_moment(chance))
        at = chance.randrange(len(text))
        text = chance.choice([
            text[:at] + text[at + 1:], text[:at] + chance.choice("0123456789TZ+-: .") + text[at + 1:],
            text[:at] + chance.choice("0123456789+-: ") + text[at:]])
        ours = read("timestamp", text)
        accepted += ours is not None
        # A leap second and the end of a day are times that Python has no value for.
        if ours is not None and ":60" not in text and "24" not in text:
            theirs = by_dateutil(text)
            assert theirs is None or theirs == ours, text
    assert 100 < accepted < 2900


@pytest.mark.parametrize("form", HEADERS)
def test_a_date_header_as_the_standard_library_reads_it(form, read, chance):
    for _ in range(40):
        moment = some_moment(chance)
        if "%y" in form:
            # The nearest year of the two digits: within 49 years whatever the day.
            year = datetime.date.today().year
            moment = moment.replace(year=chance.randrange(year - 48, year + 48), day=min(moment.day, 28))
        text = written(form, moment)
        expected = moment if "%y" in form else email.utils.parsedate_to_datetime(text)
        if expected.tzinfo is None:
            expected = expected.replace(tzinfo=UTC)
        assert (read("date", text), text) == (expected.timestamp(), text)
