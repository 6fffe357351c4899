"""The C driver from Python: tasks whose events a test waits for, one by one. Nothing here sleeps."""
import itertools
import json
import os
import pathlib
import subprocess
import threading

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = TOP / "build" / "servers" / "driver"
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
# Numbers of include/reqtask.h.
READ_IDLE_MS, DECODE, IDLE_CONNECTIONS, TUNNEL = "u14", "u26", "u32", "u35"
PROXY, NO_PROXY = "s1002", "s1003"
LIMIT_S = 25
CLEAN = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}


def build():
    """Compiles the driver against the library of "make library"."""
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    folders = [TOP / "ffi-tests" / "harness", TOP / "examples" / "c"]
    sources = [folders[0] / "harness.c", folders[0] / "recorder.c", folders[1] / "sha256.c", folders[1] / "text.c"]
    lib = TOP / "build" / "lib"
    subprocess.run([os.environ.get("CC", "cc"), *FLAGS, f"-I{TOP}/include", *[f"-I{f}" for f in folders],
                    str(TOP / "tests" / "servers" / "driver.c"), *map(str, sources), f"-L{lib}", "-lreqtask",
                    f"-Wl,-rpath,{lib}", "-lpthread", "-o", str(PROGRAM)], check=True)


class Task:
    """One request under way."""

    def __init__(self, driver, name):
        self.driver = driver
        self.name = name
        self.events = []
        self.changed = threading.Condition()

    def wait(self, what, good):
        """The first event for which `good` holds; the end of the task ends the wait, too."""
        at = 0
        with self.changed:
            while True:
                for event in self.events[at:]:
                    if good(event):
                        return event
                    if event["event"] == "complete":
                        raise AssertionError(f"{self.name} ended before {what}: {event}")
                at = len(self.events)
                if not self.changed.wait(LIMIT_S):
                    raise AssertionError(f"{self.name}: {what} did not come in {LIMIT_S} s; last: {self.events[-2:]}")

    def headers(self):
        return self.wait("headers", lambda e: e["event"] == "headers")

    def received(self, length):
        """Waits until so many bytes of the body have been delivered; needs tell=chunks."""
        return self.wait(f"{length} bytes", lambda e: e["event"] == "chunk" and e["at"] + e["len"] >= length)

    def sent(self, length):
        return self.wait(f"{length} bytes sent", lambda e: e["event"] == "progress" and e["sent"] >= length)

    def done(self):
        return self.wait("completion", lambda e: e["event"] == "complete")

    def abort(self):
        self.driver.say("abort", self.name)


class Driver:
    """One process of the driver. Use as a context: its end checks what the recorders have seen."""

    def __init__(self, *client_options):
        self.process = subprocess.Popen([str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=CLEAN)
        self.lock = threading.Lock()  # guards standard input and `tasks`
        self.tasks = {}
        self.stray = []
        self.numbers = itertools.count()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.client("main", *client_options)

    def _read(self):
        for line in self.process.stdout:
            if not line.startswith(b"{"):
                self.stray.append(line.decode(errors="replace"))
                continue
            event = json.loads(line)
            with self.lock:
                task = self.tasks[event["id"]]
            with task.changed:
                task.events.append(event)
                task.changed.notify_all()

    def say(self, *words):
        with self.lock:
            self.process.stdin.write("\t".join(map(str, words)).encode() + b"\n")
            self.process.stdin.flush()

    def client(self, name, *options):
        self.say("client", name, *options)

    def go(self, method, url, *options, client="main"):
        """Starts a request."""
        name = f"{method} {url} #{next(self.numbers)}"
        task = Task(self, name)
        with self.lock:
            self.tasks[name] = task
        self.say("go", client, name, method, url, *options)
        return task

    def get(self, url, *options, **more):
        """A whole GET and its completion."""
        return self.go("GET", url, *options, **more).done()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            self.process.stdin.close()
        except OSError:
            pass
        try:
            status = self.process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "killed: it did not end"
        self.reader.join(5)
        if kind is None and (status != 0 or self.stray):
            raise AssertionError(f"the driver ended with {status}: {''.join(self.stray)}")
