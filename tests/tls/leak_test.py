"""No setting of one request reaches another of the same client: not by a kept connection, not by a resumed session."""
from authority import localhost, make, root_path
from client_test import clients, client, keep
from harness import holds, run, same, test
from matrix import COUNTS, url
from servers import answer_with
from tls_server import ANSWER, BODY, TLS12, TLS13, Secure, context

CLOSES = answer_with(BODY, "200 OK", "Connection: close")


def steps():
    """What each of the requests of one run sets, who the server sees, and whether it may be let in."""
    joe, ann = client("joe"), client("ann")
    good, bad = localhost().pin(), make("spare").pin()
    none, is_joe, is_ann = "", keep(joe.pem + joe.key_pem()), keep(ann.pem + ann.key_pem())
    return [(none, none, None, True), (none, none, None, True), (none, bad, None, False), (none, good, None, True), (none, bad, None, False),
            (is_joe, none, "joe", True), (none, none, None, True), (is_ann, none, "ann", True), (is_joe, none, "joe", True), (is_joe, bad, None, False),
            (is_joe, good, "joe", True), (none, good, None, True), (none, none, None, True), (is_ann, good, "ann", True), (is_joe, good, "joe", True)]


def alternate(version, answer):
    """Runs all of them on one client; the server's connections, one for each handshake that was tried."""
    wanted, words = steps(), []
    with Secure(context(localhost().chain(), lowest=version, highest=version, asks=clients(), demands=False), answer=answer) as site:
        for cert, pins, _, _ in wanted:
            words += ["--next"] if words else []
            words += ["GET", url(site), "--cert", cert, "--pinnedpubkey", pins]
        ran = run(*words, "--json", "--cacert", root_path())
        for number, (line, (_, _, _, let_in)) in enumerate(zip(ran.lines, wanted, strict=True)):
            same(f"request {number} went well", line["ok"], let_in)
            holds("or its key was not pinned", let_in or "not one of those pinned" in line["error"], line["error"])
        same("requests", site.requests, sum(step[3] for step in wanted))
        return wanted, list(site.seen)


@test
def sessions_are_resumed_only_under_the_same_settings():
    """Each request has a connection of its own: whom the server sees, and that a session is resumed where one may be, and only there."""
    for version in (TLS12, TLS13):
        wanted, seen = alternate(version, CLOSES)
        same("connections", len(seen), len(wanted))
        before = set()
        for number, ((cert, pins, who, let_in), one) in enumerate(zip(wanted, seen)):
            if not let_in:
                continue
            same(f"shown by request {number}", one.shown, who)
            same(f"request {number} resumed a session", one.resumed, (cert, pins) in before)
            before.add((cert, pins))
        holds("some were resumed", sum(one.resumed or 0 for one in seen) >= 4)


@test
def connections_are_kept_only_for_the_same_settings():
    """Each setting has its own connection, which its later requests use again."""
    for version in (TLS12, TLS13):
        wanted, seen = alternate(version, ANSWER)
        kinds = [(cert, pins, who) for cert, pins, who, let_in in wanted if let_in]
        let_in = [one for one in seen if one.requests]
        same("connections that carried requests", len(let_in), len(set(kinds)))
        first_seen = list(dict.fromkeys(kinds))
        same("whom they showed", [one.shown for one in let_in], [who for _, _, who in first_seen])
        same("requests on each", [one.requests for one in let_in], [kinds.count(kind) for kind in first_seen])


COUNTS["alternations"] = 4 * len(steps())
