"""Client certificates: demanded, shown, refused; and what is refused before anything is sent."""
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

from authority import CLIENT, DAY, OLD, PKCS8, SERVER, keep, localhost, make, once, root_path, stranger
from harness import got, holds, run, same, test
from matrix import COUNTS, add, ask, refused, url
from servers import answer_with
from tls_server import BODY, TLS12, TLS13, Secure, context

VERSIONS = {"tls12": TLS12, "tls13": TLS13}


@once
def clients():
    """The authority whose clients the servers want to see."""
    return make("clients' root", ca=True)


def client(name="joe", parent=None, usage=(CLIENT,), **more):
    return make(name, parent or clients(), sans=(), usage=usage, **more)


def shows(made, form=PKCS8, whole=False):
    """The options for a certificate and key in files of their own; with those above it where `whole` is set."""
    chain = made.chain() if whole else [made]
    return "--cert", keep(b"".join(one.pem for one in chain)), "--key", keep(made.key_pem(form))


def row(name, options, says=None, demands=True):
    """In both versions of TLS; `says`: refused with this sentence. `options` makes the options; who was shown is the name."""
    COUNTS["bad" if says else "good"] += 2

    def run_row(version):
        site = Secure(context(localhost().chain(), lowest=version, highest=version, asks=clients(), demands=demands))
        with site:
            line = ask(site, *options())
            if says:
                refused(line, "tls", says)
                same("requests", site.requests, 0)
            else:
                got(line, BODY)
                same("shown", site.seen[0].shown, "joe" if options() else None)

    for name_of, version in VERSIONS.items():
        add("client", f"{name}_{name_of}", lambda version=version: run_row(version), f"Refused: {says}" if says else "Accepted.")


row("good", lambda: shows(client()))
row("good_in_one_file", lambda: ("--cert", keep((made := client()).key_pem() + made.pem)))
row("with_its_intermediate", lambda: shows(client(parent=make("clients' middle", clients(), ca=True)), whole=True))
for kind in ("p256", "p384", "ed25519", "rsa2048"):
    row(f"key_{kind}", lambda kind=kind: shows(client(kind=kind)))
for kind in ("p256", "rsa2048"):
    row(f"old_form_of_key_{kind}", lambda kind=kind: shows(client(kind=kind), OLD))
row("none_where_it_is_optional", lambda: (), demands=False)
row("expired", lambda: shows(client(since=-9 * DAY, until=-DAY)), "does not accept our client certificate: it has expired or is not valid yet")
row("of_another_authority", lambda: shows(client(parent=stranger())), "does not accept our client certificate: its issuer is unknown there")
row("without_its_intermediate", lambda: shows(client(parent=make("clients' middle", clients(), ca=True))),
    "does not accept our client certificate: its issuer is unknown there")
row("for_servers_only", lambda: shows(client(usage=(SERVER,))), "does not accept our client certificate: it is of a kind that is not accepted there")
row("none", lambda: (), "asks for a client certificate")


@test
def what_is_wrong_with_it_is_said_before_anything_is_sent():
    """Each mistake has its sentence, with the option's name, and nothing of the key is in it."""
    good, other = client(), client()
    locked = good.key_pem(encryption=BestAvailableEncryption(b"pw"))
    lines = good.key_pem().splitlines()
    half = b"\n".join(lines[:len(lines) // 2])
    cases = [
        (b"", "holds no certificate"),
        (good.pem, "holds no private key"),
        (good.key_pem(), "holds no certificate"),
        (good.pem + other.key_pem(), "the private key does not belong to the first certificate"),
        (good.pem + good.key_pem() + other.key_pem(), "more than one private key"),
        (good.pem + locked, "the private key is encrypted"),
        (good.pem + half, "section 2 of the PEM text is damaged"),
        (good.pem[:-40] + good.key_pem(), "is damaged"),
        (client(kind="p521").pem + client(kind="p521").key_pem(), "of a kind that is not supported"),
        (client(kind="rsa1024").pem + client(kind="rsa1024").key_pem(), "of a kind that is not supported"),
        (b"\xff\xfe" + good.pem, "UTF-8"),
    ]
    with Secure(context(localhost().chain(), asks=clients())) as site:
        for text, says in cases:
            for options in ((), ("--json",)):
                ran = run("GET", url(site), *options, "--cacert", root_path(), "--cert", keep(text))
                said = (ran.out + ran.err).decode()
                same("exit status", ran.status, 1)
                holds(f"it says {says!r}", says in said and "REQTASK_OPT_CLIENT_CERT_PEM" in said or "UTF-8" in says, said)
                for line in text.splitlines():
                    holds("nothing of the text is shown", line.startswith(b"--") or line.decode("latin-1") not in said, said)
        same("connections", site.connections, 0)


@test
def the_key_is_not_shown_where_the_certificate_is():
    """Neither in what the tool says of a success nor of a failure."""
    for made in (client(), client(parent=stranger())):
        with Secure(context(localhost().chain(), asks=clients())) as site:
            ran = run("GET", url(site), "--json", "--cacert", root_path(), *shows(made))
            for line in made.key_pem().splitlines()[1:-1]:
                holds("the key stays where it is", line not in ran.out + ran.err, line)


@test
def only_whom_the_request_is_for_sees_it():
    """It goes along with a redirect on the same origin, not with one to another; nor back from there."""
    for version in VERSIONS.values():
        asking = {"lowest": version, "highest": version, "asks": clients(), "demands": False}
        with Secure(context(localhost().chain(), **asking)) as other, Secure(context(localhost().chain(), **asking)) as first:
            routes = {b"/same": f"Location: {url(first)}end", b"/other": f"Location: {url(other)}end", b"/back": f"Location: {url(other)}back"}
            for site, back in ((first, None), (other, f"Location: {url(first)}end")):
                site.take_over = _redirecting({**routes, **({b"/back": back} if back else {})})
            for path, expected in (("same", [(first, "joe"), (first, "joe")]), ("other", [(first, "joe"), (other, None)]),
                                   ("back", [(first, "joe"), (other, None), (first, None)])):
                first.seen.clear()
                other.seen.clear()
                ran = run("GET", url(first) + path, "--json", "--cacert", root_path(), *shows(client()))
                got(ran.line, BODY)
                for site in (first, other):
                    same(f"what {'the first' if site is first else 'the other'} saw, {path}", [seen.shown for seen in site.seen],
                         [shown for at, shown in expected if at is site])


def _redirecting(routes):
    def talk(wire, tls, _raw):
        path = tls.seen.line.split(b" ")[1]
        where = routes.get(path)
        wire.send(answer_with(b"", "302 Found", where, "Connection: close") if where else answer_with(BODY, "200 OK", "Connection: close"))

    return talk
