"""Pinned keys: good, backup and bad ones, in both versions of TLS, on redirects and through a proxy."""
from authority import localhost, make, middle, once, root, root_path, stranger
from harness import got, run, same, test
from matrix import COUNTS, add, ask, refused, url
from servers import Server, Site, answer_with
from tls_server import BODY, TLS12, TLS13, Secure, context

NOT_PINNED = "the certificate of localhost is not trusted: its public key is not one of those pinned, but "


@once
def spare():
    return make("spare")


def row(name, pins, good, chain=lambda: localhost().chain(), trust=True, says=NOT_PINNED):
    COUNTS["good" if good else "bad"] += 2

    def run_row(version):
        with Secure(context(chain(), lowest=version, highest=version)) as site:
            line = ask(site, "--pinnedpubkey", pins(), trust=trust)
            if good:
                got(line, BODY)
            else:
                refused(line, "certificate", says)
                same("requests", site.requests, 0)

    for version_name, version in (("tls12", TLS12), ("tls13", TLS13)):
        add("pins", f"{name}_{version_name}", lambda version=version: run_row(version), "Accepted." if good else "Refused as certificate.")


row("the_key", lambda: localhost().pin(), True)
row("the_key_after_a_backup", lambda: f"{spare().pin()};{localhost().pin()}", True)
row("the_key_before_a_backup", lambda: f"{localhost().pin()};{spare().pin()}", True)
row("none", lambda: "", True)
row("a_renewed_certificate_with_the_same_key", lambda: localhost().pin(), True, chain=lambda: renewed().chain())
for kind in ("rsa2048", "p384", "ed25519"):
    made = once(lambda kind=kind: make("localhost", middle(), kind=kind))
    row(f"key_{kind}", lambda made=made: made().pin(), True, chain=lambda made=made: made().chain())
row("a_backup_only", lambda: spare().pin(), False)
row("the_key_of_the_authority", lambda: middle().pin(), False)
row("the_key_of_the_root", lambda: root().pin(), False)
row("many_others", lambda: ";".join([spare().pin(), root().pin(), middle().pin(), stranger().pin()]), False)
row("a_certificate_sent_along_that_has_the_key", lambda: spare().pin(), False, chain=lambda: [*localhost().chain(), spare()])
row("the_key_without_trust", lambda: localhost().pin(), False, trust=False, says="its issuer is unknown")
row("the_key_of_another_name", lambda: other_name().pin(), False, chain=lambda: other_name().chain(), says="it is not valid for the name localhost")


@once
def other_name():
    return make("other", middle(), sans=("DNS:other.test",))


@once
def renewed():
    return make("localhost", middle(), key=localhost().key)


@test
def a_refusal_tells_the_pin_that_would_do():
    """In the form of the option."""
    with Secure(context(localhost().chain())) as site:
        line = ask(site, "--pinnedpubkey", spare().pin())
        same("sentence", line["error"], f"certificate: {NOT_PINNED}{localhost().pin()}")
        got(ask(site, "--pinnedpubkey", line["error"].split(", but ")[1]), BODY)


@test
def what_is_wrong_with_them_is_said_before_anything_is_sent():
    """Form, base64, length."""
    good = spare().pin()
    with Secure(context(localhost().chain())) as site:
        for text, says in ((good.replace("//", "/"), "pin 1 does not begin with"), (good + ";", "pin 2 does not begin with"),
                           (good[:-1], "pin 1 is not base64"), ("sha256//AAAA", "pin 1 has 3 bytes"), (f"{good};/etc/key.pem", "pin 2 does not begin with")):
            refused(ask(site, "--pinnedpubkey", text), "invalid", says, "REQTASK_OPT_PINNED_KEYS")
        same("connections", site.connections, 0)


@test
def they_hold_for_the_server_that_a_redirect_leads_to():
    """From http and from https; and both servers' pins together are enough."""
    with Secure(context(other_key().chain())) as end:
        away = answer_with(b"", "302 Found", f"Location: {url(end)}")
        with Secure(context(localhost().chain()), answer=away) as first, Site({None: away}) as plain:
            for start, server_pin in ((url(first), localhost().pin()), (plain.url(), spare().pin())):
                ran = run("GET", start, "--json", "--cacert", root_path(), "--pinnedpubkey", server_pin)
                refused(ran.line, "certificate", NOT_PINNED)
                same("requests at the end", end.requests, 0)
            ran = run("GET", url(first), "--json", "--cacert", root_path(), "--pinnedpubkey", f"{localhost().pin()};{other_key().pin()}")
            got(ran.line, BODY)


@once
def other_key():
    return make("localhost", middle())


@test
def plain_http_is_not_held_to_them():
    """There is no key; whoever wants none of it says so by another option."""
    with Site({None: answer_with(b"fine")}) as site:
        ran = run("GET", site.url(), "--json", "--pinnedpubkey", spare().pin())
        got(ran.line, b"fine")


@test
def they_hold_through_a_proxy():
    """For the server behind the tunnel."""
    with Secure(context(localhost().chain())) as site:

        def tunnel(wire, _number):
            wire.until(b"\r\n\r\n")
            wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
            _relay(wire.sock, site.port)

        with Server(tunnel) as proxy:
            through = ("--proxy", proxy.url())
            got(ask(site, *through, "--pinnedpubkey", localhost().pin()), BODY)
            refused(ask(site, *through, "--pinnedpubkey", spare().pin()), "certificate", NOT_PINNED)
            same("requests", site.requests, 1)


def _relay(near, port):
    import socket
    import threading

    with socket.create_connection(("127.0.0.1", port)) as far:

        def pump(source, sink):
            try:
                while piece := source.recv(65536):
                    sink.sendall(piece)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        other_way = threading.Thread(target=pump, args=(far, near))
        other_way.start()
        pump(near, far)
        other_way.join()
