"""Caddy, Debian's package."""
import json
import signal
import subprocess

from server import Process, Server, free_port, program

CONFIGURATION = """
{{
  auto_https off
  admin localhost:{admin}
  grace_period 20s
  log {{
    output file {place}/error.log
    exclude http.log.access
  }}
  servers {{
    protocols h1
  }}
  servers :{short} {{
    protocols h1
    timeouts {{
      idle 100ms
    }}
  }}
}}
(all) {{
  bind 127.0.0.1
  log {{
    output file {log}
    format json
  }}
  root * {root}
  encode zstd gzip
  redir /moved /small.txt 301
  redir /moved307 /b/echo 307
  redir /moved303 /b/echo 303
  basicauth /private/* {{
    user {password}
  }}
  @big {{
    path /limited/*
    header_regexp Content-Length ^[0-9]{{6,}}$
  }}
  respond @big "too big" 413
  handle /b/* {{
    reverse_proxy 127.0.0.1:{origin} {{
      flush_interval -1
    }}
  }}
  file_server
}}
http://:{http}, http://:{short} {{
  import all
}}
https://localhost:{tls12} {{
  tls {certificate} {key} {{
    protocols tls1.2 tls1.2
  }}
  import all
}}
https://localhost:{tls13} {{
  tls {certificate} {key} {{
    protocols tls1.3
  }}
  import all
}}
"""


# bcrypt of "pass" at its least cost; Caddy's own takes a second for each request.
PASSWORD = "$2a$04$abcdefghijklmnopqrstuufznL8bkzdtHwLhca4To/v9Lo9bA7fR6"


class Caddy(Server):
    name = "caddy"
    codings = ["gzip", "zstd"]
    # A reload ends running streams, with a last chunk as if they were whole; an expectation stops at Caddy.
    lacks = frozenset({"old backend", "rude", "reload", "unmet expectation"})
    facts = {"long": 1_200_000, "long field": {431}}  # a target of ours cannot be too long for it
    early_headers = False

    def __init__(self, content, origin):
        super().__init__(content, origin)
        self.binary = program("caddy")
        self.configuration = self.write("Caddyfile", CONFIGURATION.format(
            place=self.place, log=self.log, root=content.root, origin=origin.port, http=self.http, tls12=self.tls12,
            tls13=self.tls13, short=self.short, certificate=self.certificate, key=self.key, admin=free_port(),
            password=PASSWORD))
        self.env = {"HOME": str(self.place), "XDG_DATA_HOME": str(self.place), "XDG_CONFIG_HOME": str(self.place)}

    def launch(self):
        return Process(self.place, self.binary, "run", "--adapter", "caddyfile", "--config", self.configuration, env=self.env)

    def read_log(self):
        lines = []
        for text in self.log.read_text(errors="replace").splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            request = line.get("request", {})
            resumed = request.get("tls", {}).get("resumed", False)
            lines.append([str(request.get("remote_port")), str(line.get("status")), "r" if resumed else ".", request.get("uri", "")])
        return lines

    def graceful(self):
        subprocess.run([self.binary, "reload", "--force", "--adapter", "caddyfile", "--config", self.configuration], check=True,
                       capture_output=True, env={**self.env, "PATH": "/usr/bin:/bin"}, cwd=self.place)

    def quit(self):
        self.process.signal(signal.SIGTERM)
