"""The report for people, and Ctrl-C."""
import os
import pty
import re
import signal
import subprocess
import threading
import time

from harness import TOOL, holds, run, same, test
from servers import Site, answer_with


def stall(_request, wire):
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst piece")
    wire.wait_for_end()


@test
def the_report_has_all_its_parts():
    """Status, headers, chunks with their times, the waterfall."""
    with Site({None: answer_with(b"hello there", "200 OK", "X-One: 1")}) as site:
        ran = run("GET", site.url())
        text = ran.out.decode()
        for part in (r"^GET http://127\.0\.0\.1:\d+/$", r"^HTTP/1\.1 200  after \d+\.\d{3} ms, from 127\.0\.0\.1:%d$" % site.port,
                     r"^x-one: 1$", r"^#1 +\d+\.\d{3} ms +11 B  hello there$", r"^11 bytes in 1 chunk, sha256 [0-9a-f]{64}$",
                     r"^  connect +\|[ #]{40}\| +\d+\.\d{3} ms$", r"^  wait +\|[ #]{40}\| +\d+\.\d{3} ms$",
                     r"^  total \d+\.\d{3} ms, \d+ bytes sent, \d+ received$"):
            holds(f"a line like {part}", re.search(part, text, re.M), text)
        holds("no escape sequence", "\033" not in text)


@test
def a_reused_connection_is_said():
    """And then there is no line for connecting."""
    with Site({None: answer_with(b"x")}) as site:
        text = run("GET", site.url(), "--next", "GET", site.url()).out.decode()
        second = text[text.rindex("GET http"):]
        holds("it is said", "connection reused" in second and "  connect" not in second, second)


@test
def a_failure_is_told():
    """With its word and its phase; the exit status is 1."""
    ran = run("GET", "http://127.0.0.1:1/")
    same("exit status", ran.status, 1)
    holds("the sentence", re.search(rb"^failed while connecting: connect: .", ran.out, re.M), ran.out)


@test
def a_server_cannot_write_to_the_terminal():
    """Control characters in headers, bodies and URLs are shown as dots."""
    evil = b"\033[2J\x9b\xc2\x9b\x07\x7f"
    with Site({None: answer_with(b"body" + evil, "200 OK", b"X-Evil: a\tb\xc2\x9bc\x9bd")}) as site:
        out = run("GET", site.url().encode() + evil).out
        holds("no control character", not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|(?<![\xc2-\xf4])\x9b", out), out)


@test
def the_report_shows_no_password():
    """Of a URL, in success and in failure, on either stream."""
    with Site({None: answer_with(b"x")}) as site:
        for url in (site.url().replace("//", "//joe:hush@"), "http://joe:hush@127.0.0.1:1/", "http://joe:hush/hush@h/", "ftp://joe:hush@h/"):
            ran = run("GET", url, "--proxy", "", "--next", "GET", "http://h.test/", "--proxy", "http://joe:hush@127.0.0.1:1")
            holds("no password is shown", b"hush" not in ran.out + ran.err, ran.out + ran.err)


@test
def colour_is_for_terminals():
    """A pseudo-terminal gets escape sequences, a pipe does not."""
    with Site({None: answer_with(b"x")}) as site:
        leader, follower = pty.openpty()
        with subprocess.Popen([TOOL, "GET", site.url()], stdout=follower) as process:
            os.close(follower)
            text = b""
            while True:
                try:
                    piece = os.read(leader, 4096)
                except OSError:  # how Linux reports that the other end is closed
                    break
                if not piece:
                    break
                text += piece
            same("exit status", process.wait(), 0)
        os.close(leader)
        holds("colour", b"\033[" in text and b"200" in text, text)


def interrupt(site, *options):
    """Presses Ctrl-C when the stalled answer has begun; returns output, exit status and the seconds it took."""
    words = [TOOL, "GET", site.url("/stall"), "--next", "GET", site.url("/never"), *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        started.wait(20)
        if not options:
            while b"first piece" not in process.stdout.readline():
                pass
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        return out, process.returncode, time.monotonic() - began


started = threading.Event()


@test
def ctrl_c_aborts():
    """The transfer ends at once as `aborted`, what follows is not started, and the exit status is 1."""

    def tell(request, wire):
        started.set()
        stall(request, wire)

    with Site({"/stall": tell, None: answer_with(b"x")}) as site:
        out, status, seconds = interrupt(site)
        holds("the report", b"failed while reading the body: aborted: " in out, out)
        same("exit status", status, 1)
        holds("at once", seconds < 2, seconds)
        started.clear()
        out, status, seconds = interrupt(site, "--json")
        lines = out.splitlines()
        same("lines", len(lines), 2)
        holds("both aborted", all(b'"ok":false,"error":"aborted: ' in line for line in lines), out)
        same("exit status", status, 1)
        same("the second was not sent", [r.target for r in site.requests], [b"/stall"] * 2)
