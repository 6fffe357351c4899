"""TLS from the command line: whom --cacert makes trusted, and what is refused."""
import os

import certificates
from harness import failed, get, got, holds, run, same, test
from servers import Server, Site, answer_with, then_close

OK = {None: answer_with(b"fine")}


@test
def cacert_makes_a_root_trusted():
    """With it the request succeeds; without it the certificate is refused and nothing is sent."""
    with Site(OK, tls=certificates.context("localhost")) as site:
        url = site.url(scheme="https", host="localhost")
        got(get(url, "--cacert", certificates.root()), b"fine")
        failed(get(url), "certificate")
        same("requests", len(site.requests), 1)


@test
def cacert_is_for_all_requests():
    """Wherever it stands; the connection is reused."""
    with Site(OK, tls=certificates.context("localhost")) as site:
        url = site.url(scheme="https", host="localhost")
        ran = run("--json", "GET", url, "--next", "GET", url, "--cacert", certificates.root())
        same("all went well", [line["error"] for line in ran.lines], [None, None])
        same("connections", [r.connection for r in site.requests], [1, 1])


@test
def a_certificate_for_another_name_is_refused():
    """As `certificate`."""
    with Site(OK, tls=certificates.context("other.example")) as site:
        failed(get(site.url(scheme="https", host="localhost"), "--cacert", certificates.root()), "certificate")


@test
def no_tls_where_tls_should_be():
    """Plain HTTP, noise, and hanging up in the handshake."""
    for noise in (answer_with(b"plain"), os.urandom(400), b""):

        def talk(wire, _number, noise=noise):
            wire.exactly(1)
            wire.send(noise)

        with Server(talk) as server:
            line = get(server.url(scheme="https"), "--timeout-ms", 8000)
            holds("it fails", not line["ok"], noise)
            failed(line, "tls", "io")


@test
def a_cut_tls_body_is_not_complete():
    """Until the connection closes, but TLS did not say goodbye: somebody may have cut it."""
    with Site({None: then_close(b"HTTP/1.1 200 OK\r\n\r\nall?")}, tls=certificates.context("localhost")) as site:
        line = get(site.url(scheme="https", host="localhost"), "--cacert", certificates.root())
        failed(line, "io", "tls")
        same("what came", line["body_len"], 4)


@test
def https_is_not_followed_to_http():
    """A redirect from https to http is refused."""
    with Site(OK) as plain, Site({None: answer_with(b"", "302 Found", "Location: " + plain.url())},
                                 tls=certificates.context("localhost")) as site:
        failed(get(site.url(scheme="https", host="localhost"), "--cacert", certificates.root()), "redirect")
        same("requests in the clear", plain.requests, [])
