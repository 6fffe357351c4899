"""Certificates, good and bad: time, name, trust, use, limits, strength."""
import socket

import authority
from authority import CLIENT, DAY, SERVER, localhost, make, middle, root, stranger
from matrix import bad, good
from tls_server import TLS12, TLS13


def under(*names, **more):
    """A certificate below the intermediate authority, for these names."""
    return lambda: make("somebody", middle(), sans=names, **more).chain()


def below(**authority_as):
    """One for localhost below an authority like this, which is below the root."""
    return lambda: make("localhost", make("middle", root(), ca=True, **authority_as)).chain()


@authority.once
def own_root():
    """As developers make it for themselves."""
    return make("localhost")


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError as error:
        print(f"skip  good.ipv6_address: {error}")
        return False


HOST = "a.example.test"

good("usual", lambda: localhost().chain())
for kind in ("p256", "p384", "ed25519", "rsa2048", "rsa4096"):
    good(f"key_{kind}", under("DNS:localhost", kind=kind))
    good(f"key_{kind}_tls12", under("DNS:localhost", kind=kind), highest=TLS12)
good("signed_by_rsa", below(kind="rsa2048"))
good("signed_by_the_root", lambda: [make("localhost", root())])
good("root_sent_along", lambda: [*localhost().chain(), root()])
good("one_that_has_nothing_to_do_with_it_sent_along", lambda: [*localhost().chain(), stranger()])
good("out_of_order", lambda: [localhost(), root(), middle()])
good("two_intermediates", lambda: make("localhost", make("lower", make("upper", root(), ca=True), ca=True)).chain())
good("expires_tomorrow", under("DNS:localhost", until=DAY))
good("began_a_minute_ago", under("DNS:localhost", since=-DAY / 1440))
good("no_usage_said", under("DNS:localhost", usage=()))
good("client_and_server_usage", under("DNS:localhost", usage=(CLIENT, SERVER)))
good("no_basic_constraints", under("DNS:localhost", basic=False))
good("self_signed_and_trusted", lambda: [own_root()], options=lambda: ("--cacert", authority.keep(own_root().pem)))
good("ip_address", under("IP:127.0.0.1"), host="127.0.0.1")
if has_ipv6():
    good("ipv6_address", under("IP:::1"), host="[::1]", listen="::1")
good("two_hundred_names", under(*[f"DNS:h{n}.test" for n in range(200)], "DNS:localhost"))
good("common_name_differs", under("DNS:localhost"))
good("wildcard", under("DNS:*.example.test"), host=HOST)
good("name_in_capitals", under("DNS:A.EXAMPLE.TEST"), host=HOST)
good("host_in_capitals", under("DNS:localhost"), host="LOCALHOST")
good("idn", under("DNS:xn--bcher-kva.test"), host="xn--bcher-kva.test")
good("names_permitted", below(permitted=["DNS:localhost"]))
good("subdomains_permitted", lambda: make("a", make("m", root(), ca=True, permitted=["DNS:example.test"]), sans=[f"DNS:{HOST}"]).chain(), host=HOST)
good("others_excluded", below(excluded=["DNS:example.test"]))
good("ip_permitted", lambda: make("a", make("m", root(), ca=True, permitted=["IP:127.0.0.0/8"]), sans=["IP:127.0.0.1"]).chain(), host="127.0.0.1")

bad("expired", under("DNS:localhost", since=-60 * DAY, until=-DAY), "it expired on 2")
bad("expired_a_minute_ago", under("DNS:localhost", until=-DAY / 1440), "it expired on 2")
bad("not_yet_valid", under("DNS:localhost", since=2 * DAY), "it is not valid before 2")
bad("expired_intermediate", below(since=-60 * DAY, until=-DAY), "it expired on 2")
bad("intermediate_not_yet_valid", below(since=2 * DAY), "it is not valid before 2")

WRONG_NAME = "it is not valid for the name "
bad("another_name", under("DNS:other.test"), WRONG_NAME + "localhost")
bad("another_ip_address", under("IP:127.0.0.2"), WRONG_NAME + "127.0.0.1", host="127.0.0.1")
bad("ip_address_as_a_name", under("DNS:127.0.0.1"), WRONG_NAME + "127.0.0.1", host="127.0.0.1")
bad("name_for_an_ip_address", under("DNS:localhost"), WRONG_NAME + "127.0.0.1", host="127.0.0.1")
bad("common_name_only", lambda: make("localhost", middle(), sans=()).chain(), WRONG_NAME + "localhost")
bad("subdomain_only", under("DNS:www.localhost"), WRONG_NAME + "localhost")
bad("our_name_as_a_subdomain", under("DNS:localhost.evil.test"), WRONG_NAME + "localhost")
bad("wildcard_alone", under("DNS:*"), WRONG_NAME + "localhost")
bad("wildcard_for_two_labels", under("DNS:*.test"), WRONG_NAME + HOST, host=HOST)
bad("wildcard_for_no_label", under("DNS:*.a.example.test"), WRONG_NAME + HOST, host=HOST)
bad("wildcard_in_the_middle", under("DNS:a.*.test"), WRONG_NAME + HOST, host=HOST)
bad("wildcard_in_a_label", under("DNS:a*.example.test"), WRONG_NAME + "ab.example.test", host="ab.example.test")
bad("wildcard_for_an_ip_address", under("DNS:*.0.0.1"), WRONG_NAME + "127.0.0.1", host="127.0.0.1")

UNKNOWN = "its issuer is unknown"
bad("self_signed", lambda: [make("localhost")], UNKNOWN)
bad("self_signed_authority", lambda: [make("localhost", ca=True)], "that of a certificate authority")
bad("below_a_root_that_nobody_trusts", lambda: [make("localhost", stranger()), stranger()], UNKNOWN)
bad("below_a_root_of_the_same_name", lambda: [make("localhost", make("trusted root", ca=True, kind="p384"))], "its signature is wrong")
bad("intermediate_missing", lambda: [localhost()], UNKNOWN)
bad("nothing_trusted", lambda: localhost().chain(), UNKNOWN, trust=False)
bad("damaged_signature", lambda: authority.damaged(make("localhost", middle())).chain(), "its signature is wrong")

bad("client_usage_only", under("DNS:localhost", usage=(CLIENT,)), "it was not issued for servers")
bad("an_authority_as_a_server", lambda: [middle()], "that of a certificate authority")
bad("issued_by_a_server", lambda: make("localhost", make("somebody", root())).chain(), "belongs to no authority")
bad("issued_by_one_without_basic_constraints", lambda: make("localhost", make("somebody", root(), basic=False, key_usage=False)).chain(), "belongs to no authority")
bad("unknown_critical_extension", under("DNS:localhost", unknown_critical=True), "critical extension")

bad("name_excluded", below(excluded=["DNS:localhost"]), "may not vouch for that name")
bad("name_not_permitted", below(permitted=["DNS:example.test"]), "may not vouch for that name")
bad("ip_address_excluded", lambda: make("a", make("m", root(), ca=True, excluded=["IP:127.0.0.0/8"]), sans=["IP:127.0.0.1"]).chain(),
    "may not vouch for that name", host="127.0.0.1")
bad("path_too_long", lambda: make("localhost", make("lower", middle(), ca=True)).chain(), "more authorities below it than it may")

TOO_WEAK = "a key that is too weak (RSA of less than 2048 bits)"
bad("rsa_1024", under("DNS:localhost", kind="rsa1024"), TOO_WEAK)
bad("rsa_1024_tls12", under("DNS:localhost", kind="rsa1024"), TOO_WEAK, highest=TLS12)
bad("rsa_1024_authority", below(kind="rsa1024"), TOO_WEAK)
bad("sha1", lambda: authority.signed_by_sha1().chain(), "signed in a way that is too weak or not known (SHA-1")
bad("p521_in_tls13", under("DNS:localhost", kind="p521"), "accepts none of our cipher suites, curves and signatures", word="tls", lowest=TLS13)
