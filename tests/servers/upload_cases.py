"""Bodies that go up: what arrives, what is refused before it has been sent, and what is said meanwhile."""
from case import case, count
from content import UPLOAD, sha
from harness import holds, same


@case()
def uploads(x):
    """Nothing, a few bytes and megabytes arrive as they are; progress reaches the last byte."""
    for method, path, data in (("POST", x.content.tiny, b"x=1"), ("PUT", x.content.upload, UPLOAD), ("POST", x.content.upload, UPLOAD)):
        told = x.echo(method, x.url("/b/echo"), f"body={path}")
        same("what arrived", (told["method"], told["length"], told["sha256"]), (method, len(data), sha(data)))
        count("compared", len(data))
    same("an empty POST", x.echo("POST", x.url("/b/echo"))["length"], 0)
    task = x.go("POST", x.url("/b/echo"), f"body={x.content.upload}", "tell=progress")
    task.sent(len(UPLOAD))
    x.good(task.done())


@case()
def hundred_continue(x):
    """The server that is asked says 100, and the body follows."""
    for path, data in ((x.content.tiny, b"x=1"), (x.content.upload, UPLOAD)):
        told = x.echo("POST", x.url("/b/echo"), f"body={path}", "h=expect: 100-continue")
        same("what arrived", (told["length"], told["sha256"]), (len(data), sha(data)))


@case(lack="unmet expectation")
def expectation_refused(x):
    """417 comes instead of 100: the body is not sent, and the next request is in step."""
    event = x.go("POST", x.url("/b/refuse"), f"body={x.content.upload}", "h=expect: 100-continue").done()
    holds("its status", event["status"] == "REQTASK_OK" and event["http"] in x.server.may("unmet expectation"), event)
    if x.server.refuses_before_body:
        holds("the body was not sent", event["bytes_sent"] < 5000, event["bytes_sent"])
    x.small()


@case(lack="413")
def too_large_expected(x):
    """413 to one that asked first: the body is not sent."""
    event = x.good(x.go("POST", x.url("/limited/echo"), f"body={x.content.upload}", "h=expect: 100-continue").done(), 413)
    if x.server.limits_before_body:
        holds("the body was not sent", event["bytes_sent"] < 5000, event["bytes_sent"])
    x.small()


def early(x, url):
    for _ in range(4):
        client = x.client()
        x.good(x.go("POST", url, f"body={x.content.huge}", client=client).done(), 413)
        count("early 413")
        x.small(client)


@case(lack="413")
def too_large(x):
    """413 in the middle of an upload is an answer, not an error."""
    early(x, x.url("/limited/echo"))


@case(lack="rude")
def too_large_reset(x):
    """The same from a server that closes with our bytes unread, which resets the connection."""
    early(x, x.url("/rude/echo"))


@case()
def upload_aborted(x):
    """An upload ends where it is aborted; the client is as good as before."""
    event = x.go("POST", x.url("/b/echo"), f"body={x.content.huge}", "tell=abort").done()
    same("its end", event["status"], "REQTASK_E_ABORTED")
    count("aborted")
    x.small()
