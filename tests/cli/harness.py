"""What the tests of the command-line tool share: how to run it, and how a test is declared, run and counted."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import time
import traceback

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = os.environ.get("REQTASK_TOOL", str(TOP / "build" / "reqtask"))
TESTS = []

# Proxies that the environment names must not matter; a test of exactly this sets them again.
CLEAN = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}


class Ran:
    """What one run of the tool left behind."""

    def __init__(self, done, seconds):
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr
        self.seconds = seconds

    @property
    def lines(self):
        """Standard output as JSON, one value a line; strict about UTF-8 and about stray text."""
        text = self.out.decode("utf-8")
        # Not splitlines, which takes U+0085 and others for line ends.
        return [json.loads(line) for line in text.removesuffix("\n").split("\n")] if text else []

    @property
    def line(self):
        (only,) = self.lines
        return only


def run(*args, stdin=b"", env=None, timeout=40):
    """Runs the tool; arguments may be text or bytes."""
    began = time.monotonic()
    words = [os.fsencode(TOOL)] + [a if isinstance(a, bytes) else str(a).encode() for a in args]
    done = subprocess.run(words, input=stdin, capture_output=True, timeout=timeout, env={**CLEAN, **(env or {})})
    if done.returncode not in (0, 1, 2):
        raise AssertionError(f"exit status {done.returncode}: {done.stderr!r}")
    return Ran(done, time.monotonic() - began)


def get(url, *options, **more):
    """One GET with --json, and its line."""
    ran = run("GET", url, "--json", *options, **more)
    line = ran.line
    same("exit status", ran.status, 0 if line["ok"] else 1)
    return line


def test(function):
    """Declares a test. Its docstring says what is promised."""
    TESTS.append(function)
    return function


def same(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what}: found {found!r}, expected {expected!r}")


def holds(what, condition, shown=""):
    if not condition:
        raise AssertionError(f"{what} does not hold {shown!r}")


def sha(data):
    return hashlib.sha256(data).hexdigest()


def got(line, body, status=200):
    """The transfer went well and brought this body."""
    same("error", line["error"], None)
    same("ok", line["ok"], True)
    same("status", line["status"], status)
    same("body_len", line["body_len"], len(body))
    same("body_sha256", line["body_sha256"], sha(body))


def failed(line, *words):
    """The transfer failed, for a reason that begins with one of these words."""
    same("ok", line["ok"], False)
    word, colon, sentence = line["error"].partition(": ")
    holds(f"the error is one of {words}", word in words and colon and sentence, line["error"])


def values(line, name):
    return [v for k, v in line["headers"] if k == name]


def _one(function):
    try:
        function()
        return None
    except Exception:  # a test may fail in any way; the runner must not
        return traceback.format_exc()


def main(wanted):
    chosen = [t for t in TESTS if not wanted or any(w in t.__module__ + "." + t.__name__ for w in wanted)]
    passed = failures = 0
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for function, trouble in zip(chosen, pool.map(_one, chosen)):
            name = f"{function.__module__}.{function.__name__}"
            if trouble is None:
                passed += 1
                print(f"ok    {name}")
            else:
                failures += 1
                print(f"FAIL  {name}: {function.__doc__}")
                print("      " + trouble.replace("\n", "\n      ").rstrip(), flush=True)
    print(f"{passed} passed, {failures} failed")
    return 0 if failures == 0 and passed > 0 else 1
