"""Credentials over redirects between real hosts: what a request carries is looked at where it arrives, for every pair of origins."""
import base64
import itertools
import tempfile

from harness import holds, same, test
from hosts import hosts, leads, origins
from proxy_test import Proxy
from servers import Site, answer_with

SECRETS = {b"authorization": b"Bearer canary", b"cookie": b"c=canary", b"proxy-authorization": b"Basic canary"}
GIVEN = [word for name, value in SECRETS.items() for word in ("-H", name + b": " + value)]


def basic(user, password):
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())


def carried(request):
    """The secrets that came along. Proxy-authorization is never for an origin."""
    same("proxy-authorization at an origin", request.values(b"proxy-authorization"), [])
    found = {n for n in (b"authorization", b"cookie") if request.values(n)}
    for name in found:
        same(name, request.values(name), [SECRETS[name]])
    holds("both or none", len(found) != 1, found)
    return bool(found)


@test
def secrets_cross_no_border():
    """Every pair of origins, every redirecting status, GET and POST: authorization and cookie arrive exactly at the same origin."""
    pairs = 0
    with hosts() as all_hosts:
        places = origins(all_hosts)
        for (label, start), (method, code) in itertools.product(places, (("GET", 302), ("POST", 307))):
            targets = [(other, url) for other, url in places if not (label[0] == "s" and other[0] == "h")]
            asks = [(method, start + leads(url + "/end", code), *GIVEN) for _, url in targets]
            lines, seen = all_hosts.run(asks)
            same("errors", [line["error"] for line in lines], [None] * len(asks))
            same("requests", len(seen), 2 * len(asks))
            for (other, url), first, second in zip(targets, seen[::2], seen[1::2]):
                holds("the first has them", carried(first), (start, url))
                same(f"secrets from {start} to {url}", carried(second), other == label)
                pairs += 1
        for code in (301, 303, 308):
            asks = [("GET", places[0][1] + leads(url + "/end", code), *GIVEN) for _, url in places]
            _, seen = all_hosts.run(asks)
            for (other, url), second in zip(places, seen[1::2]):
                same(f"secrets to {url} by {code}", carried(second), other == places[0][0])
                pairs += 1
    print(f"counted: redirect pairs\t{pairs}\tpairs of origins, with a method and a status each, between which secrets went where they may")


@test
def what_was_dropped_does_not_come_back():
    """a, b, a: also where the chain returns to the origin that the secrets were given for."""
    chains = 0
    with hosts() as all_hosts:
        wanted = ("h a 1", "h a 2", "h b 1", "s a 1", "h ip 1")
        places = [(label, url) for label, url in origins(all_hosts) if label in wanted]
        places = list(dict(reversed(places)).items())  # one of each
        asks, expected = [], []
        for chain in itertools.product(places, repeat=3):
            labels, urls = zip(*chain)
            asks.append(("GET", urls[0] + leads(urls[1] + leads(urls[2] + "/end")), *GIVEN))
            kept = [True, labels[1] == labels[0], len(set(labels)) == 1]
            expected += kept
            chains += 1
        lines, seen = all_hosts.run(asks, "--redirect-to-http")
        same("errors", {line["error"] for line in lines}, {None})
        same("secrets", [carried(request) for request in seen], expected)
    print(f"counted: redirect chains\t{chains}\tchains over three origins in which no secret came back that was dropped on the way")


@test
def https_is_not_left():
    """A fall to http is refused and nothing arrives there; where it is asked for, no secret goes along, and no referer."""
    with hosts() as all_hosts:
        http, https = (f"{s}://a.test:{site.port}" for s, site in (("http", all_hosts.http[0]), ("https", all_hosts.https[0])))
        given = [*GIVEN, "-H", "Referer: https://a.test/private", "-H", "X-Plain: p"]
        for code in (301, 302, 303, 307, 308):
            lines, seen = all_hosts.run([("GET", https + leads(http + "/end", code), *given)])
            holds("refused by name", lines[0]["error"].startswith("redirect: ") and "https to http" in lines[0]["error"], lines)
            same("requests", len(seen), 1)
            lines, seen = all_hosts.run([("GET", https + leads(http + "/end", code), *given)], "--redirect-to-http")
            same("error", lines[0]["error"], None)
            same("secrets", [carried(r) for r in seen], [True, False])
            same("referer", [r.values(b"referer") for r in seen], [[b"https://a.test/private"], []])
            same("others", seen[1].values(b"x-plain"), [b"p"])
        _, seen = all_hosts.run([("GET", http + leads(https + "/end"), "-H", "Referer: http://a.test/x")])
        same("a referer upwards stays", seen[1].values(b"referer"), [b"http://a.test/x"])


@test
def credentials_in_urls_go_to_their_host():
    """User information of a URL is for its origin; that of a location replaces it; neither is seen in a request line."""
    with hosts() as all_hosts:
        at = {name: f"{name}:{all_hosts.http[0].port}" for name in ("a.test", "b.test")}
        asks = [
            ("GET", f"http://u:p@{at['a.test']}" + leads(f"http://{at['b.test']}/1")),
            ("GET", f"http://u:p@{at['a.test']}" + leads(f"http://{at['a.test']}/2")),
            ("GET", f"http://u:p@{at['a.test']}" + leads(f"http://v:q@{at['b.test']}" + leads(f"http://{at['a.test']}/3"))),
            ("GET", f"http://u:p@{at['a.test']}" + leads(f"http://v:q@{at['a.test']}/4")),
            ("GET", f"http://u:p@{at['a.test']}" + leads("/5")),
            ("GET", f"http://{at['a.test']}" + leads(f"http://v:q@{at['a.test']}/6"), "-H", "Authorization: mine"),
            ("GET", f"http://u:p@{at['a.test']}/7", "-H", "Authorization: mine"),
            ("GET", f"http://u%3Ax:p%40%2F%0A@{at['a.test']}/8"),
            ("GET", f"http://u@{at['a.test']}/9"),
            ("GET", f"http://:p@{at['a.test']}/10"),
        ]
        lines, seen = all_hosts.run(asks)
        same("errors", {line["error"] for line in lines}, {None})
        u, v, mine = basic("u", "p"), basic("v", "q"), b"mine"
        expected = [u, None, u, u, u, v, None, u, v, u, u, mine, v, mine, basic("u:x", "p@/\n"), basic("u", ""), basic("", "p")]
        same("authorization", [(r.values(b"authorization") or [None])[0] for r in seen], expected)
        for request in seen:
            target = request.target.partition(b"?")[0]
            holds("no user information in the target", b"@" not in target and b"u:p" not in target, request.target)
            holds("nor in host", b"@" not in request.values(b"host")[0], request.fields)


@test
def fields_about_a_body_go_with_it():
    """When POST becomes GET: no body, no length, no field about the content; all others stay."""
    about = ["Content-Type: a/b", "Content-Encoding: x", "Content-Language: de", "Content-Location: /c", "Content-Digest: d", "Digest: e",
             "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT", "Content-Range: bytes 0-1/2"]
    words = [w for line in [*about, "X-Own: 1", "Accept: c/d"] for w in ("-H", line)]
    with hosts() as all_hosts, tempfile.NamedTemporaryFile() as file:
        file.write(b"secret body")
        file.flush()
        base = f"http://a.test:{all_hosts.http[0].port}"
        for there, code in itertools.product((base, f"http://b.test:{all_hosts.http[0].port}"), (301, 302, 303, 307, 308)):
            _, (first, second) = all_hosts.run([("POST", base + leads(there + "/end", code), *words, "--data-file", file.name)])
            same("the first body", first.body, b"secret body")
            kept = code in (307, 308)
            same("method", second.method, b"POST" if kept else b"GET")
            same("body", second.body, b"secret body" if kept else b"")
            same("length", second.values(b"content-length"), [b"11"] if kept else [])
            names = [line.partition(":")[0].encode() for line in about]
            same("content fields", [n for n in names if second.values(n)], names if kept else [])
            same("others", (second.values(b"x-own"), second.values(b"accept")), ([b"1"], [b"c/d"]))


@test
def host_given_by_the_app_is_for_the_first_origin():
    """A redirect elsewhere has that place's host."""
    with hosts() as all_hosts:
        base, other = (f"{n}:{all_hosts.http[0].port}" for n in ("a.test", "b.test"))
        _, seen = all_hosts.run([("GET", f"http://{base}" + leads(f"http://{base}" + leads(f"http://{other}/x")), "-H", "Host: virtual.test")])
        same("host", [r.values(b"host") for r in seen], [[b"virtual.test"], [b"virtual.test"], [other.encode()]])


@test
def proxy_credentials_are_the_proxys():
    """Those of a proxy URL go to that proxy only, whatever is redirected where; those of the app only to a proxy that reads the request."""
    with hosts() as all_hosts, Proxy() as proxy:
        https = f"https://a.test:{all_hosts.https[0].port}"
        own = basic("joe", "canary")
        with_user, without = (f"http://{user}127.0.0.1:{proxy.port}" for user in ("joe:canary@", ""))
        app = ("-H", "Proxy-Authorization: Basic mine")

        def at_the_proxy(*asks):
            del proxy.requests[:]
            _, seen = all_hosts.run(asks, "--resolve", f"a.test:{all_hosts.https[0].port}=127.0.0.1")
            for request in seen:
                same("at an origin", request.values(b"proxy-authorization"), [])
            return [r.values(b"proxy-authorization") for r in proxy.requests]

        # In absolute form the proxy's own win; without them the app's go; behind a tunnel and directly nobody sees any.
        same("absolute form", at_the_proxy(("GET", "http://h.test/1", "--proxy", with_user), ("GET", "http://h.test/2", *app),
                                           ("GET", "http://h.test/3", "--proxy", without), ("GET", "http://h.test/4", *app)),
             [[own], [own], [], [b"Basic mine"]])
        tunnelled = https.replace("a.test", "localhost")
        same("CONNECT", at_the_proxy(("GET", tunnelled + "/5", "--proxy", with_user), ("GET", tunnelled, "--proxy", without, *app)),
             [[own], []])
        same("directly", at_the_proxy(("GET", f"http://127.0.0.1:{all_hosts.http[0].port}/7", *app)), [])
        # Redirected: the proxy's own go wherever it is asked, the app's only where the origin stays the same.
        for there, expected in (("http://h.test/b", [[b"Basic mine"]] * 3), ("http://k.test/b", [[b"Basic mine"], [], []]),
                                (tunnelled, [[b"Basic mine"], []])):
            proxy.answer = answer_with(b"", "302 Found", f"Location: {there}")
            most = ("--max-redirs", 2)
            same("redirected", at_the_proxy(("GET", "http://h.test/a", "--proxy", without, *app, *most)), expected)
            same("redirected", at_the_proxy(("GET", "http://h.test/a", "--proxy", with_user, *app, *most)), [[own]] * len(expected))
