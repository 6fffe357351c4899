"""What takes an eye on the server: connections kept, limited and closed in a race; streams event by event; aborts; many at once."""
import random
import time

from case import case, count, field
from content import FILES, SEED, sha
from driver import DECODE, IDLE_CONNECTIONS, READ_IDLE_MS
from harness import holds, same


@case()
def reuse(x):
    """Twenty requests, one connection, by the server's own log."""
    client, tag = x.client(), x.tag()
    events = [x.get(x.url("/small.txt", tag), client=client) for _ in range(20)]
    for event in events:
        x.body_is(event, FILES["small.txt"])
    same("reused, as we say", [event["reused"] for event in events], [0] + [1] * 19)
    same("connections, as it says", len({line[0] for line in x.server.log_lines(tag, 20)}), 1)


@case(ways="http", lack="short")
def requests_per_connection(x):
    """The server ends a connection after some requests, and we go on without a failure."""
    client, tag = x.client(), x.tag()
    for _ in range(23):
        x.body_is(x.get(x.short("/small.txt", tag), client=client), FILES["small.txt"])
    ports = {line[0] for line in x.server.log_lines(tag, 23)}
    if x.server.name in ("nginx", "apache", "lighttpd"):
        holds("connections", len(ports) >= 4, len(ports))


@case(ways="http", lack="short")
def idle_race(x):
    """The server closes an idle connection just when we use it again: no GET fails, no POST is done twice."""
    chance = random.Random(SEED)
    idle = x.server.idle_s
    lanes = [(x.client(), x.tag()) for _ in range(13)]
    seconds = {client: [] for client, _ in lanes}
    for turn in range(max(2, int(1.2 / idle))):
        gets = [x.go("GET", x.short("/small.txt", tag), client=client) for client, tag in lanes]
        for task in gets:
            x.body_is(task.done(), FILES["small.txt"])
        # The moment is what is tested: just before, at, and just after the server's own.
        time.sleep(max(0.0, idle + chance.uniform(-0.006, 0.006)))
        for client, _ in lanes[:3]:
            tag = x.tag()
            seconds[client].append((tag, x.go("POST", x.short("/b/echo", tag), f"body={x.content.tiny}", client=client)))
        for _, posts in seconds.items():
            for tag, task in posts[turn:]:
                event = task.done()
                holds("a POST was answered, or failed by the connection", event["status"] in ("REQTASK_OK", "REQTASK_E_IO"), event)
                count("race POST" if event["status"] == "REQTASK_OK" else "race POST, failed")
                holds("not done twice", len(x.server.read_lines(tag)) <= 1)
        count("race GET", len(lanes) - 3)


@case()
def events_one_by_one(x):
    """Each event of a stream is here before the server gets the next to send, the headers before the first."""
    for path in ("/b/stream", "/gz/stream") if x.server.name == "node" else ("/b/stream",):
        tag = x.tag()
        task = x.go("GET", x.url(path, tag), "tell=chunks")
        if x.server.early_headers:
            task.headers()
        sent = b""
        for number in range(8):
            piece = f"id: {number}\ndata: event {number} of {tag}\n\n".encode()
            sent += piece
            x.origin.feed(tag, piece)
            task.received(len(sent))
        x.origin.feed(tag, None)
        event = x.body_is(task.done(), sent)
        holds("chunks", event["chunks"] >= 8, event["chunks"])
        count("events", 8)
        same("type", field(event, "content-type")[0].split(";")[0], "text/event-stream")


@case()
def abort_is_seen(x):
    """An abort in mid-stream reaches the server, which stops what it does for us."""
    tag = x.tag()
    task = x.go("GET", x.url("/b/stream", tag), "tell=chunks")
    x.origin.feed(tag, b"data: first\n\n")
    task.received(13)
    task.abort()
    same("its end", task.done()["status"], "REQTASK_E_ABORTED")
    x.origin.gone(tag, x.server.sees_silent_abort)
    x.server.log_lines(tag)
    count("aborted")
    x.small()


@case()
def silence_times_out(x):
    """A stream that falls silent ends by its limit; the server sees it."""
    tag = x.tag()
    task = x.go("GET", x.url("/b/stream", tag), f"{READ_IDLE_MS}=300")
    x.origin.feed(tag, b"data: first\n\n")
    event = task.done()
    same("its end", event["status"], "REQTASK_E_TIMEOUT")
    x.origin.gone(tag, x.server.sees_silent_abort)
    x.small()


@case()
def cut(x):
    """A body that ends before its length is a failure that says so, never a success."""
    event = x.get(x.url("/b/cut"), f"{DECODE}=0")  # Caddy ends what it has coded as if it were whole
    same("its end", (event["status"], event["phase"]), ("REQTASK_E_IO", 7))
    holds("a sentence", len(event["message"]) > 10, event["message"])
    x.small()


@case(ways="http", lack="slow")
def slow(x):
    """A head that comes byte by byte, and a server that limits its rate."""
    x.body_is(x.get(x.url("/b/slow")), b"0123456789" * 2)
    if x.server.name == "nginx":
        x.body_is(x.get(x.url("/slow/text.txt")), FILES["text.txt"])


@case()
def sixty_four_at_once(x):
    """64 requests at once on one client, some with a body: each has its own bytes."""
    client = x.client()
    tasks = []
    for number in range(64):
        if number % 8 == 7:
            tasks.append((x.go("GET", x.url("/b/chunked"), client=client), "text.txt"))
        else:
            name = ["text.txt", "small.txt"][number % 2]
            tasks.append((x.go("GET", x.url("/" + name), client=client), name))
    for task, name in tasks:
        x.body_is(task.done(), FILES[name])
    count("at once", 64)


@case()
def held_back(x):
    """A reader that pauses: the server is slowed down, and nothing is lost."""
    task = x.go("GET", x.url("/large.bin"), "tell=chunks")
    task.received(1)
    x.driver.say("pause", task.name)
    x.small()
    x.driver.say("resume", task.name)
    x.body_is(task.done(), FILES["large.bin"])


@case(ways="https", lack="resumption")
def resumption(x):
    """A new connection resumes the session of the one before, by the server's own log."""
    client, tag = x.client(f"{IDLE_CONNECTIONS}=0"), x.tag()
    for _ in range(4):
        x.body_is(x.get(x.url("/small.txt", tag), client=client), FILES["small.txt"])
    lines = x.server.log_lines(tag, 4)
    same("connections", len({line[0] for line in lines}), 4)
    resumed = [line[2] in ("r", "1", "Resumed") for line in lines]
    # Node gives two tickets with the first session and none with those that are resumed.
    expected = [False, True, True, x.server.name != "node" or x.way == "TLS 1.2"]
    same("resumed", resumed, expected)
    count("resumed", sum(expected))


@case(lack="hints")
def interim_and_trailers(x):
    """102 and 103 before the answer are not the answer; trailers after it do no harm."""
    x.body_is(x.get(x.url("/b/hints")), FILES["small.txt"])
    x.body_is(x.get(x.url("/b/trailers")), b"with trailers\n")
    x.small()


def streaming(x, client):
    """A stream whose first event has arrived."""
    tag = x.tag()
    task = x.go("GET", x.url("/b/stream", tag), "tell=chunks", client=client)
    x.origin.feed(tag, b"data: before\n\n")
    task.received(14)
    return tag, task


def finish(x, tag, task):
    x.origin.feed(tag, b"data: after\n\n")
    x.origin.feed(tag, None)
    event = task.done()
    same("the stream is whole", (event["status"], event["sha256"]), ("REQTASK_OK", sha(b"data: before\n\ndata: after\n\n")))


@case(last=True, lack="reload")
def reload_in_mid_stream(x):
    """The server is told to start anew: streams that run end whole, and no request in between fails."""
    client = x.client()
    tag, task = streaming(x, client)
    x.small(client)
    x.server.graceful()
    for _ in range(20):
        x.small(client)
    finish(x, tag, task)
    x.small(client)
    count("graceful")


@case(last=True, lack="quit")
def quit_in_mid_stream(x):
    """The server ends gracefully: the stream ends whole, and later requests find its successor."""
    client = x.client()
    tag, task = streaming(x, client)
    x.small(client)
    x.server.quit()
    x.server.until_deaf()
    finish(x, tag, task)
    # It may wait for connections that other clients keep.
    x.server.process.kill()
    x.server.start()
    x.small(client)
    count("graceful")


@case(last=True, lack="kill")
def killed_in_mid_stream(x):
    """kill -9: the stream fails at once and says why; later requests find the server that is started next."""
    for way, base in list(x.server.bases())[::2]:
        x.way, x.base = way, base
        client = x.client()
        x.small(client)
        tag, task = streaming(x, client)
        silent = x.go("GET", x.url("/b/stream", x.tag()), client=client) if x.server.early_headers else None
        if silent:
            silent.headers()
        x.server.process.kill()
        x.server.until_deaf()
        event = task.done()
        same("its end", (event["status"], event["phase"]), ("REQTASK_E_IO", 7))
        holds("a sentence", len(event["message"]) > 10, event["message"])
        if silent:
            same("the other's end", silent.done()["status"], "REQTASK_E_IO")
        refused = x.get(x.url("/small.txt"), client=client)
        same("meanwhile", refused["status"], "REQTASK_E_CONNECT")
        x.origin.feed(tag, None)
        x.server.start()
        x.small(client)
        count("killed")
