"""TLS before a proxy that speaks plain HTTP, with a certificate that is its own authority."""

import datetime
import ipaddress
import pathlib
import select
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .proxy import Proxy


def _certify(file: pathlib.Path) -> None:
    """Key and certificate for 127.0.0.1, in one file, by this host's own clock."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        .sign(key, hashes.SHA256()))
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))


class TLSFront:
    """Listens on loopback until it is closed. `url` is rotate's endpoint, `bundle` its CA's."""

    def __init__(self, proxy: Proxy, folder: pathlib.Path):
        self.bundle = folder / "certificate.pem"
        _certify(self.bundle)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.bundle)
        self._behind = int(proxy.url.rpartition(":")[2])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with self._context.wrap_socket(client, server_side=True) as caller, \
                    socket.create_connection(("127.0.0.1", self._behind)) as proxy:
                self._carry(caller, proxy)
        except OSError:
            pass  # either side has gone

    @staticmethod
    def _carry(caller: ssl.SSLSocket, proxy: socket.socket) -> None:
        while True:
            ready = [caller] if caller.pending() else select.select([caller, proxy], [], [])[0]
            for side in ready:
                data = side.recv(65536)
                if not data:
                    return
                (proxy if side is caller else caller).sendall(data)
