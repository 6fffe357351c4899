"""Certificates made to order, fresh in every run: good ones, and bad ones of every kind that a client must tell apart."""
import atexit
import base64
import datetime
import functools
import hashlib
import ipaddress
import os
import shutil
import subprocess
import tempfile
import threading
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

warnings.simplefilter("ignore")  # about weak keys, which are made on purpose

NOW = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
DAY = datetime.timedelta(days=1)
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
PEM, NO_ENCRYPTION = serialization.Encoding.PEM, serialization.NoEncryption()
PKCS8, OLD = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL
KEYS = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "rsa1024": lambda: rsa.generate_private_key(65537, 1024),
    "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa4096": lambda: rsa.generate_private_key(65537, 4096),
}


_lock = threading.RLock()


def once(function):
    """As functools.cache, but called once also where threads meet."""
    cached = functools.cache(function)

    def locked():
        with _lock:
            return cached()

    return locked


@once
def folder():
    """Of this run; gone when it ends."""
    made = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def keep(data):
    """The path of a new file with these bytes."""
    file, path = tempfile.mkstemp(dir=folder())
    with os.fdopen(file, "wb") as out:
        out.write(data)
    return path


class Made:
    """A certificate with its key, and whose it is signed by (None: by itself)."""

    def __init__(self, certificate, key, parent):
        self.certificate, self.key, self.parent = certificate, key, parent
        self.pem = certificate.public_bytes(PEM)

    def key_pem(self, form=PKCS8, encryption=NO_ENCRYPTION):
        return self.key.private_bytes(PEM, form, encryption)

    def pin(self):
        """As --pinnedpubkey wants it."""
        spki = self.key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return "sha256//" + base64.b64encode(hashlib.sha256(spki).digest()).decode()

    def chain(self):
        """This one and those above it, without the root, as a server should send them."""
        whole, at = [], self
        while at.parent:
            whole.append(at)
            at = at.parent
        return whole or [self]


def _name(kind, value):
    if kind == "DNS":
        return x509.DNSName(value)
    return x509.IPAddress(ipaddress.ip_network(value) if "/" in value else ipaddress.ip_address(value))


def names(*texts):
    """["DNS:a", "IP:::1"] as the library wants them."""
    return [_name(*text.split(":", 1)) for text in texts]


def make(common, parent=None, kind="p256", ca=False, depth=None, since=-2 * DAY, until=90 * DAY, sans=("DNS:localhost",),
         usage=(SERVER,), permitted=None, excluded=None, unknown_critical=False, basic=True, key_usage=True, key=None):
    """A certificate. `depth` is how many authorities may stand below an authority; `since` and `until` count from now."""
    key = key or KEYS[kind]()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    made = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
    made = made.issuer_name(parent.certificate.subject if parent else subject).serial_number(x509.random_serial_number())
    made = made.not_valid_before(NOW + since).not_valid_after(NOW + until)
    if basic:
        made = made.add_extension(x509.BasicConstraints(ca, depth if ca else None), True)
    if key_usage:
        made = made.add_extension(x509.KeyUsage(not ca, False, not ca and kind.startswith("rsa"), False, False, ca, ca, False, False), True)
    if sans and not ca:
        made = made.add_extension(x509.SubjectAlternativeName(names(*sans)), False)
    if usage and not ca:
        made = made.add_extension(x509.ExtendedKeyUsage(list(usage)), False)
    if permitted or excluded:
        limits = x509.NameConstraints(names(*permitted) if permitted else None, names(*excluded) if excluded else None)
        made = made.add_extension(limits, True)
    if unknown_critical:
        made = made.add_extension(x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5.6.7"), b"\x05\x00"), True)
    signer = parent.key if parent else key
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Made(made.sign(signer, algorithm), key, parent)


@once
def root():
    """Whom the tests trust by --cacert."""
    return make("trusted root", ca=True, kind="p384")


@once
def middle():
    """An authority below it that may have none below itself."""
    return make("intermediate", root(), ca=True, depth=0)


@once
def stranger():
    """A root that nobody trusts."""
    return make("other root", ca=True)


@once
def localhost():
    """A good certificate for localhost."""
    return make("localhost", middle())


@once
def root_path():
    """For --cacert."""
    return keep(root().pem)


def damaged(made):
    """The same certificate with a signature that is wrong."""
    der = bytearray(made.certificate.public_bytes(serialization.Encoding.DER))
    der[-3] ^= 0x55
    made.pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(bytes(der)) + b"-----END CERTIFICATE-----\n"
    return made


def signed_by_sha1():
    """A certificate that is signed with SHA-1, by openssl: the Python library refuses to."""
    above = make("RSA intermediate", root(), ca=True, kind="rsa2048")
    made = make("localhost", above, kind="rsa2048")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    asked = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(made.key, hashes.SHA256())
    wishes = keep(b"subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n")
    done = subprocess.run(["openssl", "x509", "-req", "-sha1", "-days", "30", "-in", keep(asked.public_bytes(PEM)), "-CA", keep(above.pem),
                           "-CAkey", keep(above.key_pem()), "-set_serial", "7", "-extfile", wishes], check=True, capture_output=True)
    made.pem = done.stdout
    return made
