"""What every server serves: files of known bytes in a document root, and bodies to send. All of it comes from one seed."""
import hashlib
import os
import pathlib
import random
import shutil
import tempfile

SEED = int(os.environ.get("REQTASK_TEST_SEED", "20260"))


def sha(data):
    return hashlib.sha256(data).hexdigest()


def _text(count):
    words = random.Random(SEED).choices(["alpha", "beta", "gamma", "delta", "epsilon", "zeta"], k=count // 5)
    return " ".join(words).encode()[:count]


FILES = {
    "small.txt": b"a small file\n",
    "empty.bin": b"",
    "text.txt": _text(200_000),
    "large.bin": random.Random(SEED + 1).randbytes(3_000_000),
}
UPLOAD = random.Random(SEED + 2).randbytes(4_000_000)
HUGE_UPLOAD = bytes(24_000_000)


class Content:
    """The folder of one run; everything in it is gone afterwards."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="servers-"))
        self.root = self.folder / "www"
        # Servers that start as root serve as somebody else.
        self.folder.chmod(0o755)
        (self.root / "folder").mkdir(parents=True)
        (self.root / "private").mkdir()
        for name, data in FILES.items():
            (self.root / name).write_bytes(data)
        (self.root / "folder" / "index.html").write_bytes(b"an index\n")
        (self.root / "private" / "secret.txt").write_bytes(b"a secret\n")
        # One time for all, so that Last-Modified is known and old enough to be a strong validator.
        for path in self.root.rglob("*"):
            os.utime(path, (1_700_000_000, 1_700_000_000))
        self.upload = self._body("upload.bin", UPLOAD)
        self.huge = self._body("huge.bin", HUGE_UPLOAD)
        self.tiny = self._body("tiny.bin", b"x=1")

    def _body(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def place(self, name):
        """A folder for one server's configuration and logs, writable for whoever it runs as."""
        place = self.folder / name
        place.mkdir()
        place.chmod(0o777)
        return place

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
