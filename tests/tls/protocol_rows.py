"""What is wrong besides certificates: old protocols, weak ciphers, broken handshakes, broken records, missing goodbyes."""
import ssl

from authority import localhost, make, middle, root
from harness import failed, got, same
from matrix import COUNTS, add, ask, bad, good, refused
from tls_server import ANSWER, BODY, TLS12, TLS13, Cutting, Raw, Secure, context


def chain():
    return localhost().chain()


def rsa():
    return make("localhost", middle(), kind="rsa2048").chain()


good("tls12_only", chain, highest=TLS12)
good("tls13_only", chain, lowest=TLS13)
for cipher in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"):
    good(f"tls12_{cipher.lower()}", chain, highest=TLS12, ciphers=cipher)
good("tls12_rsa_with_ecdhe", rsa, highest=TLS12, ciphers="ECDHE-RSA-AES128-GCM-SHA256")

OLD = "speaks neither TLS 1.2 nor TLS 1.3"
for name, version in (("tls10", ssl.TLSVersion.TLSv1), ("tls11", ssl.TLSVersion.TLSv1_1)):
    bad(f"{name}_only", chain, OLD, word="tls", lowest=version, highest=version)
NO_CIPHER = "accepts none of our cipher suites, curves and signatures"
for name, ciphers in (("cbc", "ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA"), ("static_rsa", "AES128-GCM-SHA256:AES256-SHA"),
                      ("dhe", "DHE-RSA-AES128-GCM-SHA256"), ("null", "NULL-SHA256:ECDHE-RSA-NULL-SHA"), ("anonymous", "ADH-AES128-GCM-SHA256:AECDH-AES128-SHA")):
    bad(f"tls12_{name}_only", rsa, NO_CIPHER, word="tls", highest=TLS12, ciphers=ciphers + ":@SECLEVEL=0")


def raw(name, data, says, **more):
    """A server that answers the first bytes with these."""
    COUNTS["bad"] += 1

    def row():
        with Raw(data, **more) as site:
            refused(ask(site), "tls", says)

    add("raw", name, row, f"Refused as tls: {says}")


def alert(number):
    return b"\x15\x03\x03\x00\x02\x02" + bytes([number])


raw("plain_http", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "does not answer in TLS")
raw("ssh", b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer in TLS")
raw("noise", bytes((7 * n * n + 13) % 251 for n in range(512)), "does not answer in TLS")
raw("zeros", bytes(512), "does not answer in TLS")
raw("closed_at_once", b"", "closed the connection during the TLS handshake")
raw("reset_at_once", b"", "the connection broke during the TLS handshake", reset=True)
raw("half_a_record", b"\x16\x03\x03\x01\x00" + bytes(20), "closed the connection during the TLS handshake")
raw("record_too_large", b"\x16\x03\x03\xff\xff" + bytes(70000), "does not answer in TLS")
raw("application_data_first", b"\x17\x03\x03\x00\x02hi", "TLS handshake")
raw("alert_handshake_failure", alert(40), NO_CIPHER)
raw("alert_insufficient_security", alert(71), NO_CIPHER)
raw("alert_protocol_version", alert(70), OLD)
raw("alert_unrecognised_name", alert(112), "localhost is not a name of that server")
raw("alert_no_application_protocol", alert(120), "does not speak HTTP/1.1")
raw("alert_internal_error", alert(80), "ended the TLS handshake with the alert InternalError")
raw("alert_access_denied", alert(49), "ended the TLS handshake with the alert AccessDenied")
raw("alert_unknown", alert(200), "ended the TLS handshake with the alert")


def stalled():
    """From the client's first byte on."""
    with Raw(None) as site:
        line = ask(site, "--timeout-ms", 300)
        failed(line, "timeout")


def cut(count, stalls):
    """After so many bytes of the server's."""
    with Secure(context(chain())) as behind, Cutting(behind, count, stalls) as site:
        line = ask(site, *(["--timeout-ms", 300] if stalls else []))
        if stalls:
            failed(line, "timeout")
        else:
            refused(line, "tls", "localhost closed the connection during the TLS handshake")
        same("requests", behind.requests, 0)


COUNTS["bad"] += 1
add("handshake", "stalled_at_once", stalled, stalled.__doc__)
for bytes_through in (1, 5, 60, 122, 200, 700):
    for ends_by in ("cut", "stall"):
        COUNTS["bad"] += 1
        add("handshake", f"{ends_by}_after_{bytes_through}", lambda n=bytes_through, s=ends_by == "stall": cut(n, s), cut.__doc__)


def goodbye(name, answer, says_goodbye, expected, received=BODY):
    """How a connection ends: with TLS's goodbye (close_notify) or without. `expected` is None where that is fine."""
    COUNTS["bad" if expected else "good"] += 1

    def row():
        def talk(wire, tls, _raw):
            wire.send(answer)
            if says_goodbye:
                tls.unwrap()

        for version in (TLS12, TLS13):
            with Secure(context(chain(), lowest=version, highest=version), talk=talk) as site:
                line = ask(site)
                if expected is None:
                    got(line, received)
                else:
                    refused(line, *expected)
                    same("what came", line["body_len"], len(received))

    add("goodbye", name, row, "Accepted." if expected is None else f"Refused: {expected}")


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecure\r\n6\r\n hello\r\n"
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\n\r\n" + BODY
CUT_OFF = ("io", "TLS did not say goodbye")
goodbye("length_without", ANSWER, False, None)
goodbye("length_with", ANSWER, True, None)
goodbye("chunked_without", CHUNKED + b"0\r\n\r\n", False, None)
goodbye("chunked_with", CHUNKED + b"0\r\n\r\n", True, None)
goodbye("until_close_with", UNTIL_CLOSE, True, None)
goodbye("until_close_without", UNTIL_CLOSE, False, CUT_OFF)
goodbye("short_length_without", ANSWER[:-1], False, CUT_OFF, BODY[:-1])
goodbye("short_length_with", ANSWER[:-1], True, ("io",), BODY[:-1])
goodbye("no_last_chunk_without", CHUNKED, False, CUT_OFF)
goodbye("no_last_chunk_with", CHUNKED, True, ("io",))
goodbye("half_a_head_without", b"HTTP/1.1 200 OK\r\nA:", False, CUT_OFF, b"")


def broken_record(name, record, says):
    """After the handshake and half an answer, this comes where a record should be."""
    COUNTS["bad"] += 1

    def row():
        def talk(wire, _tls, raw):
            wire.send(ANSWER[:-6])
            raw.sendall(record)
            while raw.recv(65536):
                pass

        for version in (TLS12, TLS13):
            with Secure(context(chain(), lowest=version, highest=version), talk=talk) as site:
                line = ask(site)
                refused(line, "tls", says)
                same("what came before", line["body_len"], 6)

    add("record", name, row, f"Refused: {says}")


READING = "reading the body"
broken_record("not_encrypted", b"\x17\x03\x03\x00\x06 hello", READING)
broken_record("damaged", b"\x17\x03\x03\x00\x20" + b"\x5a" * 32, READING)
broken_record("noise", bytes((5 * n * n + 3) % 241 for n in range(600)), READING)
broken_record("too_large", b"\x17\x03\x03\x7f\xff" + bytes(40000), READING)
broken_record("plain_alert", alert(80), READING)


def sni_and_alpn():
    """A name is sent, an address is not, and HTTP/1.1 is offered."""
    with Secure(context(make("all", middle(), sans=("DNS:localhost", "DNS:a.example.test", "IP:127.0.0.1")).chain(), alpn=["h2", "http/1.1"])) as site:
        for host, name in (("localhost", "localhost"), ("127.0.0.1", None), ("a.example.test", "a.example.test"), ("A.Example.Test.", "a.example.test")):
            line = ask(site, host=host) if not host.endswith(".") else ask(site, "--resolve", f"a.example.test.:{site.port}=127.0.0.1", host=host)
            got(line, BODY)
            same("server name", site.seen[-1].asked_for, name)
            same("protocol", site.seen[-1].alpn, "http/1.1")


def alpn_is_not_needed():
    """A server that knows nothing of ALPN, and one that knows only h2 but does not insist."""
    for protocols in (None, ["h2"]):
        with Secure(context(chain(), alpn=protocols)) as site:
            got(ask(site), BODY)
            same("protocol", site.seen[0].alpn, None)


COUNTS["good"] += 2
add("hello", "sni_and_alpn", sni_and_alpn, sni_and_alpn.__doc__)
add("hello", "alpn_is_not_needed", alpn_is_not_needed, alpn_is_not_needed.__doc__)
