"""One signature of a typical SSM request: this library, botocore and the bare hashing, in one run.

    python3 Tests/Bench/signing.py

Aims: at least 20 times faster than botocore, at most 3 times the bare hashing in libcrypto.
All three count the best of many short rounds, since other work on the machine hits most long ones.
Needs botocore. Builds the release tool first. Prints one line per ratio; `--json` for machines.
"""

import json
import pathlib
import subprocess
import sys
import time

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ROOT = pathlib.Path(__file__).resolve().parents[2]
BODY = b'{"Name":"/deploy/deployer/credentials","WithDecryption":true}'
HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AmazonSSM.GetParameter",
    "User-Agent": "rotate/1.0",
}


def botocore_nanoseconds(rounds=100, repetitions=100):
    """The best round, as in the Swift tool."""
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    auth = botocore.auth.SigV4Auth(credentials, "ssm", "ap-northeast-2")
    url = "https://ssm.ap-northeast-2.amazonaws.com/"
    best = float("inf")
    for _ in range(rounds):
        requests = [AWSRequest("POST", url, HEADERS, BODY) for _ in range(repetitions)]
        start = time.perf_counter_ns()
        for request in requests:
            auth.add_auth(request)
        best = min(best, (time.perf_counter_ns() - start) / repetitions)
    return best


def main():
    # With the standard library inside, as the program is shipped.
    build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "SigningBench"]
    subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    path = subprocess.run(
        [*build, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    ours = json.loads(subprocess.run([f"{path}/SigningBench"], check=True, capture_output=True).stdout)
    theirs = botocore_nanoseconds()
    signature, hashing = ours["signature"], ours["hashing"]
    result = {
        "signature_ns": round(signature), "botocore_ns": round(theirs),
        "hashing_ns": round(hashing), "faster_than_botocore": round(theirs / signature, 1),
        "times_bare_hashing": round(signature / hashing, 2),
    }
    if "--json" in sys.argv:
        print(json.dumps(result))
        return
    print(f"signature: {signature:.0f} ns, botocore {theirs:.0f} ns, bare hashing {hashing:.0f} ns")
    print(f"  {theirs / signature:.1f} times faster than botocore (aim: at least 20)")
    print(f"  {signature / hashing:.2f} times the bare hashing (aim: at most 3)")


if __name__ == "__main__":
    main()
