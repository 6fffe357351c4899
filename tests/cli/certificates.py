"""A certificate authority for one run of the tests, made by the openssl program."""
import atexit
import functools
import shutil
import ssl
import subprocess
import tempfile
import threading

_lock = threading.Lock()


def _openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@functools.cache
def _folder():
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "root.key", "-out",
             "root.pem", "-days", "2", "-subj", "/CN=test root")
    return folder


def root():
    """Path of the authority's certificate, for --cacert."""
    with _lock:
        return _folder() + "/root.pem"


@functools.cache
def _leaf(name, *more):
    folder = _folder()
    _openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key", "-out",
             name + ".csr", "-subj", "/CN=" + name)
    with open(f"{folder}/{name}.ext", "w") as file:
        file.write(f"subjectAltName={','.join('DNS:' + n for n in (name, *more))}\nbasicConstraints=CA:FALSE\n")
    _openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "2",
             "-extfile", name + ".ext", "-out", name + ".pem")
    return f"{folder}/{name}.pem", f"{folder}/{name}.key"


def pair(name, *more):
    """Paths of a certificate for this name, and for others, and of its key."""
    with _lock:
        return _leaf(name, *more)


def context(name, *more):
    """A server's TLS context with a certificate for this name, and for others."""
    certificate, key = pair(name, *more)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    return made
