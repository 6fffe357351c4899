"""HAProxy, Debian's package: it serves nothing itself, so that all bodies are the origin's."""
import signal

from server import Process, Server, program, until

CONFIGURATION = """
global
  master-worker
  hard-stop-after 30s
  stats socket {place}/stats mode 600
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout http-request 10s
  log stdout format raw local0
  log-format "%cp %ST %[ssl_fc_is_resumed] %HU"
  compression algo gzip
  compression type text/plain
frontend long
  bind 127.0.0.1:{http}
  bind 127.0.0.1:{tls12} ssl crt {place}/both.pem ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2
  bind 127.0.0.1:{tls13} ssl crt {place}/both.pem ssl-min-ver TLSv1.3
  timeout http-keep-alive 30s
{rules}
frontend short
  bind 127.0.0.1:{short}
  timeout http-keep-alive 100ms
  http-after-response set-header Connection close if {{ rand(5) eq 0 }}
{rules}
backend origin
  server origin 127.0.0.1:{origin} maxconn 500
userlist users
  user user insecure-password pass
"""

RULES = """
  http-request deny status 413 if { path_beg /limited /rude } { req.hdr_val(content-length) gt 65536 }
  http-request auth realm here if { path_beg /private } !{ http_auth(users) }
  http-request set-path /small.txt if { path_beg /private }
  http-request redirect code 301 location /small.txt if { path /moved }
  http-request redirect code 307 location /b/echo if { path /moved307 }
  http-request redirect code 303 location /b/echo if { path /moved303 }
  http-request redirect code 301 location /folder/ if { path /folder }
  default_backend origin
"""


class HaProxy(Server):
    name = "haproxy"
    lacks = frozenset({"ranges", "multipart", "folder", "old backend", "rude"})
    codings = ["gzip"]
    facts = {"long target": {400, 414}}

    def __init__(self, content, origin):
        super().__init__(content, origin)
        with open(self.certificate) as certificate, open(self.key) as key:
            self.write("both.pem", certificate.read() + key.read())
        self.configuration = self.write("haproxy.cfg", CONFIGURATION.format(
            place=self.place, origin=origin.port, http=self.http, tls12=self.tls12, tls13=self.tls13, short=self.short, rules=RULES))
        self.log = self.place / "output.txt"

    def launch(self):
        return Process(self.place, program("haproxy"), "-W", "-f", self.configuration)

    def graceful(self):
        """The master starts a new worker; the old one ends when its connections have. A signal that comes meanwhile may be lost."""
        loaded = self.process.text().count("Loading success")
        self.process.signal(signal.SIGUSR2)
        until("HAProxy's new worker", lambda: self.process.text().count("Loading success") > loaded)

    def quit(self):
        self.process.signal(signal.SIGUSR1)
