"""Redirects: the limits of the command line, and what the Fetch standard says about methods, bodies and secrets."""
import tempfile

from harness import failed, get, got, run, same, test, values
from servers import Site, answer_with

ARRIVED = answer_with(b"arrived")


def to(place, status="302 Found"):
    return answer_with(b"moved", status, b"Location: " + (place if isinstance(place, bytes) else place.encode()))


def steps(count):
    """/1 leads to /2 and so on; the last one arrives. `count` redirects in all."""
    return {**{f"/{n}": to(f"/{n + 1}") for n in range(1, count + 1)}, f"/{count + 1}": ARRIVED}


@test
def redirects_are_followed_by_default():
    """Up to ten of them."""
    with Site(steps(10)) as site:
        got(get(site.url("/1")), b"arrived")
        got(get(site.url("/1"), "--follow"), b"arrived")
    with Site(steps(11)) as site:
        failed(get(site.url("/1")), "redirect")


@test
def max_redirs_is_exact():
    """N are followed; one more is a failure."""
    with Site(steps(3)) as site:
        got(get(site.url("/1"), "--max-redirs", 3), b"arrived")
        failed(get(site.url("/1"), "--max-redirs", 2), "redirect")
        got(get(site.url("/3"), "--max-redirs", 1), b"arrived")
    with Site(steps(15)) as site:
        got(get(site.url("/1"), "--max-redirs", 15), b"arrived")


@test
def max_redirs_zero_allows_none():
    """A redirect is then a failure, an answer that is none is not."""
    with Site(steps(1)) as site:
        line = get(site.url("/1"), "--max-redirs", 0)
        failed(line, "redirect")
        same("requests", len(site.requests), 1)
        got(get(site.url("/2"), "--max-redirs", 0), b"arrived")


@test
def no_follow_hands_back_the_redirect():
    """As a success, with its location and body, whatever --max-redirs says."""
    with Site(steps(1)) as site:
        for more in ((), ("--max-redirs", 5), ("--max-redirs", 0)):
            line = get(site.url("/1"), "--no-follow", *more)
            got(line, b"moved", 302)
            same("location", values(line, "location"), ["/2"])


@test
def a_loop_ends():
    """As too many redirects."""
    with Site({None: to("/again")}) as site:
        failed(get(site.url()), "redirect")
        same("requests", len(site.requests), 11)


@test
def locations_are_resolved():
    """Relative, with dot segments, query only, blanks, non-ASCII, a fragment."""
    cases = {"next": b"/a/next", "../up": b"/up", "./x/../y": b"/a/y", "?q=1": b"/a/start?q=1", "/b c": b"/b%20c",
             "/caf\u00e9": b"/caf%C3%A9", "/x#frag": b"/x"}
    for location, target in cases.items():
        with Site({"/a/start": lambda r, w, place=location: ARRIVED if b"?" in r.target else to(place), None: ARRIVED}) as site:
            got(get(site.url("/a/start")), b"arrived")
            same(f"target for {location}", site.requests[1].target, target)


@test
def methods_and_bodies_by_the_fetch_standard():
    """301 and 302 turn POST into GET, 303 turns everything but HEAD into GET, 307 and 308 repeat method and body."""
    table = [("POST", 301, b"GET"), ("POST", 302, b"GET"), ("PUT", 302, b"PUT"), ("PUT", 303, b"GET"), ("DELETE", 303, b"GET"),
             ("POST", 307, b"POST"), ("POST", 308, b"POST"), ("DELETE", 307, b"DELETE"), ("HEAD", 303, b"HEAD"), ("GET", 301, b"GET")]
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"payload")
        file.flush()
        for method, status, then in table:
            data = ("--data-file", file.name) if method in ("POST", "PUT") else ()
            # A HEAD answer has no body, so these announce none.
            with Site({"/to": answer_with(b"", f"{status} Moved", "Location: /end"), "/end": answer_with(b"")}) as site:
                ran = run("--json", method, site.url("/to"), "-H", "Content-Type: text/plain", *data)
                same(f"{method} {status}", (ran.line["error"], ran.line["status"]), (None, 200))
                second = site.requests[1]
                same(f"method after {method} {status}", second.method, then)
                kept = bool(data) and second.method == method.encode()
                same(f"body after {method} {status}", second.body, b"payload" if kept else b"")
                if data and not kept:
                    same("content-type goes with the body", second.values(b"content-type"), [])


@test
def secrets_stay_with_their_origin():
    """authorization and cookie are dropped on the way to another origin and kept on the same one."""
    secrets = ("-H", "Authorization: Bearer s", "-H", "Cookie: c=1", "-H", "X-Plain: p")
    with Site({None: ARRIVED}) as other, Site({"/out": to(other.url("/in")), "/stay": to("/here"), "/here": ARRIVED}) as site:
        got(get(site.url("/out"), *secrets), b"arrived")
        there = other.requests[0]
        same("secrets at another origin", there.values(b"authorization") + there.values(b"cookie"), [])
        same("others", there.values(b"x-plain"), [b"p"])
        got(get(site.url("/stay"), *secrets), b"arrived")
        here = site.requests[-1]
        same("secrets at the same origin", (here.values(b"authorization"), here.values(b"cookie")), ([b"Bearer s"], [b"c=1"]))


@test
def redirects_that_lead_nowhere():
    """Without a location they are an answer; to another scheme they are a failure; to a strange host never a crash."""
    with Site({"/none": answer_with(b"bare", "302 Found")}) as site:
        got(get(site.url("/none")), b"bare", 302)
    for place in ("ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://foo.1.2.3.4.5/", "http://[::1/", "javascript:0"):
        with Site({None: to(place)}) as site:
            failed(get(site.url()), "redirect", "resolve", "invalid", "protocol")


@test
def a_redirect_without_framing_does_not_hang():
    """It says that it goes on until the connection closes, and the server keeps it open."""

    def open_ended(_request, wire):
        wire.send(b"HTTP/1.1 302 Found\r\nLocation: /end\r\n\r\n")
        wire.wait_for_end()

    with Site({"/start": open_ended, "/end": ARRIVED}) as site:
        got(get(site.url("/start"), "--timeout-ms", 5000), b"arrived")


@test
def header_and_chunks_are_of_the_final_answer():
    """The bodies of redirects are not counted."""
    with Site({"/1": answer_with(b"x" * 5000, "302 Found", "Location: /2", "X-Old: 1"), "/2": ARRIVED}) as site:
        line = get(site.url("/1"))
        got(line, b"arrived")
        same("headers", (values(line, "x-old"), line["chunks"]), ([], 1))
