"""Small servers that misbehave, each on its own loopback port, for the transport's tests.

Prints one line of JSON (name -> port, and the certificates' directory) and ends when its standard
input does, so it can't outlive the tests. `GET /NAME` on the port `log` tells what NAME has read.
"""
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 300.0  # only what hangs takes as long, however busy the machine is
seen = {}
ports = {}
keep = []


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make_certificates(directory):
    def at(name):
        return os.path.join(directory, name)

    def authority(name):
        openssl("req", "-x509", *KEY, "-days", "2", "-subj", f"/CN={name}", "-keyout",
                at(f"{name}.key"), "-out", at(f"{name}.pem"))

    def server(name, alternative):
        openssl("req", *KEY, "-subj", f"/CN={name}", "-keyout", at(f"{name}.key"),
                "-out", at(f"{name}.csr"))
        with open(at(f"{name}.ext"), "w") as extensions:
            extensions.write(f"subjectAltName={alternative}\n")
        openssl("x509", "-req", "-in", at(f"{name}.csr"), "-CA", at("ca.pem"), "-CAkey",
                at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", at(f"{name}.ext"),
                "-out", at(f"{name}.pem"))

    authority("ca")
    authority("selfsigned")
    server("good", "DNS:localhost,IP:127.0.0.1")
    server("elsewhere", "DNS:elsewhere.invalid")
    return at


def read_request(connection):
    """One whole request as (head, body), or None when the client is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, value = line.split(b":", 1)
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        part = connection.recv(65536)
        if not part:
            return None
        body += part
    return head, body


def reply(body=b"", status="200 OK", *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def echo(connection, log):
    while request := read_request(connection):
        log(request)
        head, body = request
        answer = {"head": head.decode(), "body": body.decode("latin-1")}
        connection.sendall(reply(json.dumps(answer).encode(), "200 OK", "X-Empty:", "X-Echo:  yes "))


def reset(connection, log):
    log(read_request(connection))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def one_then_close(connection, log):
    log(read_request(connection))
    connection.sendall(reply(b"first"))
    if second := read_request(connection):
        log(second)


def cut(connection, log):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")


def drip(connection, log):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        connection.sendall(b".")
        time.sleep(0.05)


def large(connection, log):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(64):
        connection.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
    connection.sendall(b"0\r\n\r\n")


def endless(connection, log, status=b"200 OK"):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 " + status + b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        connection.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")


def endless_refusal(connection, log):
    endless(connection, log, b"503 Slow Down")


def long_refusal(connection, log):
    log(read_request(connection))
    page = b"<html>" + b"x" * 100_000
    connection.sendall(
        b"HTTP/1.1 503 Down\r\nContent-Length: %d\r\n\r\n" % len(page) + page)


def two_hundred_silent(connection, log):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
    time.sleep(PATIENCE)


def many_headers(connection, log):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(2000):
        connection.sendall(b"X-%d: %s\r\n" % (number, b"y" * 1000))
    connection.sendall(b"\r\n")


def small_headers(connection, log):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 3000 + b"\r\n")


def endless_interim(connection, log):
    log(read_request(connection))
    for _ in range(300):
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n" + b"X: %s\r\n" % (b"y" * 1000) + b"\r\n")


def not_http(connection, log):
    log(read_request(connection))
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def silent(connection, log):
    log(read_request(connection))
    connection.settimeout(PATIENCE)
    connection.recv(1)


def silent_handshake(connection, log):
    connection.settimeout(PATIENCE)
    while connection.recv(65536):
        pass


def interim(connection, log):
    log(read_request(connection))
    connection.sendall(b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + reply(b"late"))


def redirect(connection, log):
    while request := read_request(connection):
        log(request)
        where = f"Location: http://127.0.0.1:{ports['echo']}/elsewhere"
        connection.sendall(reply(b"", "302 Found", where))


together = threading.Barrier(3)


def barrier(connection, log):
    log(read_request(connection))
    together.wait(PATIENCE)
    connection.sendall(reply(b"together"))


def pump(source, sink):
    try:
        while part := source.recv(65536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def proxy(connection, log):
    head, body = request = read_request(connection)
    log(request)
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    if method != "CONNECT":
        connection.sendall(reply(b"by proxy " + target.encode()))
        return
    with socket.create_connection(("127.0.0.1", ports["tls"]), PATIENCE) as upstream:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")
        thread = threading.Thread(target=pump, args=(upstream, connection), daemon=True)
        thread.start()
        pump(connection, upstream)
        thread.join(PATIENCE)


def denying_proxy(connection, log):
    log(read_request(connection))
    connection.sendall(reply(b"no", "403 Forbidden"))


def tell_log(connection, log):
    head, _ = read_request(connection)
    name = head.split(b" ")[1].decode()[1:]
    connection.sendall(reply(json.dumps(seen.get(name, [])).encode(), "200 OK", "Connection: close"))


def serve(name, behave, context=None):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    ports[name] = listener.getsockname()[1]
    log_lines = seen.setdefault(name, [])

    def log(request):
        if request:
            log_lines.append(request[0].decode())

    def handle(connection):
        try:
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            connection.settimeout(PATIENCE)
            behave(connection, log)
        except (OSError, threading.BrokenBarrierError):
            pass
        finally:
            connection.close()

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def tls(at, name, only_1_1=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if only_1_1:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(at(f"{name}.pem"), at(f"{name}.key"))
    return context


def black_hole():
    """A port whose queue is full: a further connection is never answered."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    ports["blackHole"] = listener.getsockname()[1]
    keep.append(listener)
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", ports["blackHole"]))
        keep.append(filler)


def refused():
    """A port that is bound and never listens."""
    unheard = socket.socket()
    unheard.bind(("127.0.0.1", 0))
    ports["refused"] = unheard.getsockname()[1]
    keep.append(unheard)


def main():
    directory = tempfile.mkdtemp()
    try:
        at = make_certificates(directory)
        for name, behave in {
            "echo": echo, "reset": reset, "oneThenClose": one_then_close, "cut": cut, "drip": drip,
            "endless": endless, "endlessRefusal": endless_refusal, "longRefusal": long_refusal,
            "twoHundredSilent": two_hundred_silent, "large": large, "manyHeaders": many_headers,
            "smallHeaders": small_headers, "endlessInterim": endless_interim, "notHTTP": not_http, "silent": silent,
            "silentHandshake": silent_handshake, "interim": interim, "redirect": redirect,
            "barrier": barrier, "proxy": proxy, "denyingProxy": denying_proxy, "log": tell_log,
        }.items():
            serve(name, behave)
        # Each of these is asked by one more test, which counts what it has read.
        for name, behave in {"large": large, "drip": drip, "cut": cut}.items():
            serve(name + "Receipt", behave)
        for name, behave in {
            "reset": reset, "silent": silent, "notHTTP": not_http, "manyHeaders": many_headers,
            "endlessInterim": endless_interim, "large": large,
        }.items():
            serve(name + "Again", behave)
        serve("tls", echo, tls(at, "good"))
        serve("tlsOneThenClose", one_then_close, tls(at, "good"))
        serve("wrongName", echo, tls(at, "elsewhere"))
        serve("selfSigned", echo, tls(at, "selfsigned"))
        serve("tls11", echo, tls(at, "good", only_1_1=True))
        black_hole()
        refused()
        print(json.dumps({"ports": ports, "certificates": directory}), flush=True)
        sys.stdin.read()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


main()
