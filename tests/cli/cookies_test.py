"""The cookie jar over the wire: what --cookies sends to which of several hosts, by http and https. The RFC's finer points are a table in
src/http/cookies_rfc_test.rs; here it is seen that the jar is asked with the right URL, on every hop, and shared as it should be."""
import urllib.parse

from harness import holds, same, test
from hosts import hosts, leads


def sets(*cookies):
    """The query of a request whose answer sets these cookies."""
    return "?" + urllib.parse.urlencode({"field": "\n".join("Set-Cookie: " + c for c in cookies)})


def stories(h, h2, s, s2):
    """Rows of (url, cookies that must be sent with it). h and s: host -> origin of the first http and https port; h2, s2: the second."""
    return [
        # Host-only, and for a domain; ports do not matter, hosts do.
        [(h("a.test") + "/" + sets("x=1"), ""), (h2("a.test") + "/", "x=1"), (s("a.test") + "/", "x=1"), (h("sub.a.test") + "/", ""),
         (h("b.test") + "/", ""), (h("a.test.") + "/", ""), (h("127.0.0.1") + "/", ""), (h("A.TEST") + "/", "x=1")],
        [(h("sub.a.test") + "/" + sets("x=1; Domain=a.test"), ""), (h("a.test") + "/", "x=1"), (h("sub.a.test") + "/", "x=1"),
         (h("b.test") + "/", "")],
        [(h("a.test") + "/" + sets("x=1; Domain=test", "y=1; Domain=b.test", "z=1; Domain=sub.a.test"), ""), (h("a.test") + "/", ""),
         (h("b.test") + "/", ""), (h("sub.a.test") + "/", "")],
        [(h("b\u00fccher.test") + "/" + sets("x=1"), ""), (h("xn--bcher-kva.test") + "/", "x=1")],
        [(h("127.0.0.1") + "/" + sets("x=1", "y=1; Domain=0.0.1", "z=1; Domain=127.0.0.1"), ""), (h2("0x7f.1") + "/", "x=1; z=1")],
        # Paths.
        [(h("a.test") + "/p/q" + sets("x=1", "x=2; Path=/", "x=3; Path=/p/q"), ""), (h("a.test") + "/p/q/r", "x=3; x=1; x=2"),
         (h("a.test") + "/p/", "x=1; x=2"), (h("a.test") + "/px", "x=2")],
        # Secure, both ways.
        [(s("a.test") + "/" + sets("x=1; Secure", "y=1"), ""), (h("a.test") + "/", "y=1"), (s2("a.test") + "/", "x=1; y=1")],
        [(h("a.test") + "/" + sets("x=1; Secure", "__Secure-y=1; Secure", "__Host-z=1; Secure; Path=/"), ""), (s("a.test") + "/", "")],
        [(s("a.test") + "/" + sets("x=1; Secure"), ""), (h("a.test") + "/" + sets("x=evil", "x=evil; Path=/p", "x=; Max-Age=0"), ""),
         (s("a.test") + "/p", "x=1"), (h("a.test") + "/p", "")],
        [(s("sub.a.test") + "/" + sets("x=1; Secure"), ""), (h("a.test") + "/" + sets("x=evil; Domain=a.test"), ""),
         (s("sub.a.test") + "/", "x=1")],
        [(s("a.test") + "/" + sets("__Host-x=1; Secure; Path=/", "__Host-y=1; Secure", "__Secure-z=1"), ""),
         (s("a.test") + "/", "__Host-x=1"), (s("sub.a.test") + "/", "")],
        # Ends.
        [(h("a.test") + "/" + sets("x=1", "y=1; Max-Age=60"), ""), (h("a.test") + "/" + sets("x=; Max-Age=0"), "x=1; y=1"),
         (h("a.test") + "/" + sets("y=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), "y=1"), (h("a.test") + "/", "")],
        # HttpOnly and SameSite change nothing for a client that is no browser.
        [(h("a.test") + "/" + sets("x=1; HttpOnly; SameSite=Strict", "y=1; SameSite=None"), ""), (h2("a.test") + "/", "x=1; y=1")],
        # Redirects: each hop sets for itself and is sent its own.
        [(h("a.test") + leads(h("b.test") + leads(h("a.test") + "/", 302, "Set-Cookie: b=1"), 302, "Set-Cookie: a=1"), "", "", "a=1"),
         (h("b.test") + "/", "b=1")],
        [(s("a.test") + leads(s("a.test") + "/", 302, "Set-Cookie: x=1; Secure"), "", "x=1"), (h("a.test") + "/", "")],
        [(h("a.test") + leads(s("a.test") + "/", 302, "Set-Cookie: x=1; Secure", "Set-Cookie: y=1"), "", "y=1")],
    ]


@test
def the_jar_follows_the_rfc_on_the_wire():
    """Stories over several hosts, ports and schemes."""
    with hosts() as all_hosts:
        def origin(scheme, site):
            return lambda host: f"{scheme}://{host}:{site.port}"

        table = stories(*(origin(s, site) for s, sites in (("http", all_hosts.http), ("https", all_hosts.https)) for site in sites))
        for story in table:
            lines, seen = all_hosts.run([("GET", url) for url, *_ in story], "--cookies")
            same("errors", {line["error"] for line in lines}, {None})
            expected = [cookies for _, *hops in story for cookies in hops]
            same(f"cookies of {story}", [b"; ".join(r.values(b"cookie")).decode() for r in seen], expected)
    print(f"counted: cookie stories\t{len(table)}\tstories of cookies over several hosts, seen on the wire")


@test
def a_cookie_is_one_field_and_the_apps_come_first():
    """The app's cookies and the jar's share a field; after a redirect elsewhere only that place's own are sent."""
    with hosts() as all_hosts:
        a, b = (f"http://{n}:{all_hosts.http[0].port}" for n in ("a.test", "b.test"))
        asks = [("GET", a + "/" + sets("j=1")), ("GET", b + "/" + sets("k=1")),
                ("GET", a + leads(b + leads(a + "/")), "-H", "Cookie: mine=1")]
        _, seen = all_hosts.run(asks, "--cookies")
        same("cookies", [r.values(b"cookie") for r in seen], [[], [], [b"mine=1; j=1"], [b"k=1"], [b"j=1"]])


@test
def set_cookie_lines_cannot_leave_their_field():
    """Whatever bytes a server puts into a cookie come back as they were, or not at all, in a request that is whole."""
    with hosts() as all_hosts:
        site = all_hosts.http[0]
        cookies = [bytes([b]) for b in range(1, 256) if b not in b"\r\n;"]
        lines = [b"c%d=<%s>" % (n, c) for n, c in enumerate(cookies)]
        # More than 128 fields in one answer are refused, so they come in three.
        third = [lines[n::3] for n in range(3)]

        def answer(request, _wire):
            fields = third[int(request.target[2:])] if request.target[1:2] == b"s" else []
            seen.append(request)
            return b"HTTP/1.1 200 OK\r\n" + b"".join(b"Set-Cookie: " + f + b"\r\n" for f in fields) + b"Content-Length: 0\r\n\r\n"

        seen = []
        site.routes = {None: answer}
        base = f"http://a.test:{site.port}"
        results = []
        for n in range(3):
            result, _ = all_hosts.run([("GET", f"{base}/s{n}"), ("GET", base + "/get")], "--cookies")
            results.append(result)
        for n in range(3):
            # An answer with a control character in a field is no HTTP at all.
            good = results[n][0]["error"] is None
            holds("refused as what it is", good or results[n][0]["error"].startswith("protocol: "), results[n][0])
            same("the next request is well", results[n][1]["error"], None)
        for request in seen:
            same("field names", [k for k, _ in request.fields if k not in (b"host", b"user-agent", b"accept", b"cookie")], [])
        # One by one: tab and all from 0x20 on come back.
        good = [c for c in cookies if c == b"\t" or (c >= b"\x20" and c != b"\x7f")]
        third[:] = [[b"c%d=<%s>" % (n, c) for n, c in enumerate(good)][n::3] for n in range(3)]
        del seen[:]
        all_hosts.run([*(("GET", f"{base}/s{n}") for n in range(3)), ("GET", base + "/get")], "--cookies")
        sent = set(seen[-1].values(b"cookie")[0].split(b"; "))
        same("cookies sent", sent, {b"c%d=<%s>" % (n, c) for n, c in enumerate(good)} if len(good) <= 180 else sent)
        holds("as many as a jar keeps of a domain", len(sent) == min(len(good), 180), len(sent))
        holds("each as it was", sent <= {b"c%d=<%s>" % (n, c) for n, c in enumerate(good)}, sent)
