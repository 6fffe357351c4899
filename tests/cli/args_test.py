"""The command line: what is refused, and which request an option belongs to."""
import tempfile

from harness import get, got, holds, run, same, test
from servers import Site, answer_with

OK = {None: answer_with(b"fine")}


def refused(*args):
    ran = run(*args)
    same(f"exit status of {args}", ran.status, 2)
    same("standard output", ran.out, b"")
    holds("one sentence on standard error", ran.err.startswith(b"reqtask: ") and ran.err.count(b"\n") == 1, ran.err)
    return ran


@test
def a_wrong_command_line_is_refused():
    """Exit status 2 and a sentence, and nothing is sent."""
    with Site(OK) as site:
        url = site.url()
        refused()
        refused("GET")
        refused("GET", url, "--frobnicate")
        refused("GET", url, "-X")
        refused("GET", url, "extra")
        refused("--next", "GET", url)
        refused("GET", url, "--next")
        refused("GET", url, "--next", "GET")
        refused("GET", url, "--json=1")
        refused("GET", url, "--key", "k.pem")
        for option in ("-H", "--data-file", "--max-redirs", "--timeout-ms", "--proxy", "--cacert", "--resolve", "--cert", "--key", "--pinnedpubkey"):
            refused("GET", url, option)
        same("requests that were sent", site.requests, [])


@test
def numbers_are_read_strictly():
    """Digits only, and no more than 64 bits."""
    for option in ("--timeout-ms", "--max-redirs"):
        for text in ("", "x", "1x", " 1", "1 ", "+1", "-1", "0x10", "1.5", "1e3", "18446744073709551616", b"\xff"):
            refused("GET", "http://127.0.0.1/", option, text)
    with Site(OK) as site:
        got(get(site.url(), "--timeout-ms", "0020000", "--max-redirs", "007"), b"fine")


@test
def options_may_stand_anywhere():
    """Before METHOD, between METHOD and URL, behind."""
    with Site(OK) as site:
        url = site.url()
        for words in (("--json", "-H", "a: 1", "GET", url), ("GET", "-H", "a: 1", url, "--json"),
                      ("GET", "--json", url, "-H", "a: 1")):
            ran = run(*words)
            same("exit status", ran.status, 0)
            got(ran.line, b"fine")
            same("the header", site.requests[-1].values(b"a"), [b"1"])


@test
def headers_and_body_belong_to_one_request():
    """-H and --data-file before the first METHOD are the first request's; behind --next they are the next one's."""
    with Site(OK) as site, tempfile.NamedTemporaryFile() as body:
        body.write(b"abc")
        body.flush()
        url = site.url()
        run("-H", "a: 1", "--data-file", body.name, "POST", url, "-H", "b: 2", "--next", "GET", url, "--next",
            "-H", "c: 3", "GET", url, "--json")
        first, second, third = site.requests
        same("first", (first.values(b"a"), first.values(b"b"), first.values(b"c"), first.body), ([b"1"], [b"2"], [], b"abc"))
        same("second", (second.values(b"a"), second.values(b"b"), second.values(b"c"), second.body), ([], [], [], b""))
        same("third", (third.values(b"a"), third.values(b"b"), third.values(b"c"), third.body), ([], [], [b"3"], b""))


@test
def settings_hold_from_where_they_stand():
    """--compressed, and with it the other settings, for this request and all later ones, not for earlier ones."""
    with Site(OK) as site:
        url = site.url()
        get_twice = ("GET", url, "--next", "GET", url)

        def offered(*words):
            del site.requests[:]
            run("--json", *words)
            return [bool(r.values(b"accept-encoding")) for r in site.requests]

        same("before the first", offered("--compressed", *get_twice), [True, True])
        same("behind the first", offered("GET", url, "--compressed", "--next", "GET", url), [True, True])
        same("behind the last", offered(*get_twice, "--compressed"), [False, True])
        same("nowhere", offered(*get_twice), [False, False])


@test
def follow_and_no_follow_hold_until_changed():
    """--no-follow, then --follow again for a later request."""
    routes = {"/a": answer_with(b"", "302 Found", "Location: /b"), "/b": answer_with(b"there")}
    with Site(routes) as site:
        url = site.url("/a")
        ran = run("--json", "GET", url, "--no-follow", "--next", "GET", url, "--next", "GET", url, "--follow")
        same("statuses", [line["status"] for line in ran.lines], [302, 302, 200])
        same("all went well", ran.status, 0)


@test
def json_and_cookies_are_for_all_requests():
    """--json and --cookies behind the last request hold for the first one too."""
    routes = {"/set": answer_with(b"", "200 OK", "Set-Cookie: k=v"), None: answer_with(b"")}
    with Site(routes) as site:
        ran = run("GET", site.url("/set"), "--next", "GET", site.url("/"), "--cookies", "--json")
        same("lines", len(ran.lines), 2)
        same("the cookie", site.requests[1].values(b"cookie"), [b"k=v"])


@test
def caps_help_and_version():
    """Each prints and ends with 0, without any request."""
    caps = run("--caps")
    same("exit status", caps.status, 0)
    names = caps.out.decode().strip().split(",")
    known = ["multi", "tunnel", "deflate", "br", "zstd"]
    same("caps are known, in order", names, [k for k in known if k in names])
    holds("caps have what every build has", {"multi", "tunnel", "deflate", "br"} <= set(names), names)
    for option, begin in (("--help", b"reqtask METHOD URL"), ("--version", b"reqtask 0.")):
        ran = run(option)
        same("exit status", ran.status, 0)
        holds(f"{option} prints what it should", ran.out.startswith(begin), ran.out)


@test
def exit_status_is_one_when_any_request_failed():
    """Whatever its place."""
    with Site(OK) as site:
        for words in (("GET", "nonsense", "--next", "GET", site.url()), ("GET", site.url(), "--next", "GET", "nonsense")):
            ran = run("--json", *words)
            same("exit status", ran.status, 1)
            same("ok", sorted(line["ok"] for line in ran.lines), [False, True])


@test
def a_404_is_no_failure():
    """An HTTP answer is a success whatever its status."""
    with Site({None: answer_with(b"gone", "404 Not Found")}) as site:
        got(get(site.url()), b"gone", 404)
