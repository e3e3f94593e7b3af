"""Fake metadata services, STS and SSO, for the network namespace of the credentials tests."""

import base64
import http.server
import json
import socket
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

LOGGED_HEADERS = (
    "Accept",
    "Authorization",
    "x-aws-ec2-metadata-token",
    "x-aws-ec2-metadata-token-ttl-seconds",
    "x-amz-sso_bearer_token",
)


class Traffic:
    """The answers of one situation, and the requests that came."""

    def __init__(self, routes, expiration):
        self.routes = {route: list(answers) for route, answers in routes.items()}
        self.expiration = expiration
        self.requests = []

    def answer(self, route):
        answers = self.routes.get(route) or [(404, "")]
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Handler(http.server.BaseHTTPRequestHandler):
    def serve(self):
        traffic = self.server.traffic
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        route = f"{self.command} http://{self.headers['Host']}{self.path}"
        headers = {n.lower(): self.headers[n] for n in LOGGED_HEADERS if n in self.headers}
        if self.path.startswith("/sts"):
            self.reply(*self.sts(traffic, body, headers))
            return
        if self.path.startswith(("/oidc/", "/signin/")):
            # Botocore and this program may order the members of the object as they like.
            body = json.dumps(json.loads(body), sort_keys=True)
        if "DPoP" in self.headers:
            headers["dpop"] = proof(self.headers["DPoP"])
        traffic.requests.append([route, headers, body])
        answer = traffic.answer(route)
        if answer == "hang":
            time.sleep(10)  # whoever asked has long given up
            self.close_connection = True
        elif answer == "close":
            self.close_connection = True
        else:
            self.reply(*answer)

    do_GET = do_PUT = do_POST = serve

    def sts(self, traffic, body, headers):
        form = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
        if form.get("RoleSessionName", "").split("-")[0] in ("botocore", "rotate"):
            form["RoleSessionName"] = "(chosen)"
        # Who signs, without the date, and not how: another test holds the signatures together.
        credential = headers.get("authorization", "").partition("Credential=")[2]
        form["by"] = credential.partition("/")[0]
        traffic.requests.append(["sts", form])
        role = form["RoleArn"].rpartition("/")[2]
        if role == "denied":
            return 403, (
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
                "<RequestId>1</RequestId></ErrorResponse>"
            )
        operation = form["Action"]
        return 200, (
            f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<{operation}Result><Credentials><AccessKeyId>ASIA{role.upper()}</AccessKeyId>"
            f"<SecretAccessKey>SecretOf{role}SecretOf{role}SecretOf{role}1</SecretAccessKey>"
            f"<SessionToken>TokenOf{role}TokenOf{role}TokenOf{role}2</SessionToken>"
            f"<Expiration>{traffic.expiration}</Expiration></Credentials>"
            f"<AssumedRoleUser><Arn>{form['RoleArn']}</Arn><AssumedRoleId>A:b</AssumedRoleId>"
            f"</AssumedRoleUser></{operation}Result><ResponseMetadata><RequestId>1</RequestId>"
            f"</ResponseMetadata></{operation}Response>"
        )

    def reply(self, status, body):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def proof(token):
    """What a DPoP proof says, without what is new each time, if its signature is right."""
    parts = [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]
    header, claims = json.loads(parts[0]), json.loads(parts[1])
    x, y = (int.from_bytes(base64.urlsafe_b64decode(header["jwk"][name] + "="), "big") for name in "xy")
    r, s = (int.from_bytes(half, "big") for half in (parts[2][:32], parts[2][32:]))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    signature = utils.encode_dss_signature(r, s)
    key.verify(signature, token.rpartition(".")[0].encode(), ec.ECDSA(hashes.SHA256()))
    assert abs(claims.pop("iat") - time.time()) < 60 and len(claims.pop("jti")) >= 32
    return [header, claims]


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    traffic = Traffic({}, "")


def start():
    """Listens on port 80 of every address of the namespace."""
    server = Server(("::", 80), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
