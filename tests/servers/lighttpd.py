"""lighttpd, Debian's package."""
import pathlib
import signal

from server import Process, Server, program

MODULES = [pathlib.Path("/usr/lib/lighttpd"), pathlib.Path("/usr/lib64/lighttpd")]

CONFIGURATION = """
server.modules = ({modules})
server.document-root = "{root}"
server.bind = "127.0.0.1"
server.port = {http}
server.errorlog = "{place}/error.log"
server.upload-dirs = ("{place}")
accesslog.filename = "{log}"
accesslog.format = "%{{remote}}p %s - %r"
index-file.names = ("index.html")
mimetype.assign = (".txt" => "text/plain")
deflate.mimetypes = ("text/plain")
deflate.allowed-encodings = ("gzip")
deflate.max-loadavg = "1000"
server.max-keep-alive-requests = 10000
server.stream-response-body = 2
server.max-request-size = 65536
server.feature-flags = ("server.graceful-shutdown-timeout" => 20)
url.redirect = ("^/moved$" => "/small.txt", "^/moved307$" => "/b/echo", "^/moved303$" => "/b/echo")
$HTTP["url"] == "/moved307" {{ url.redirect-code = 307 }}
$HTTP["url"] == "/moved303" {{ url.redirect-code = 303 }}
$HTTP["url"] =~ "^/b/" {{ proxy.server = ("" => (("host" => "127.0.0.1", "port" => {origin}))) }}
$HTTP["url"] =~ "^/limited/" {{ server.max-request-size = 64 }}
$HTTP["url"] =~ "^/private/" {{
  auth.backend = "plain"
  auth.backend.plain.userfile = "{place}/users"
  auth.require = ("" => ("method" => "basic", "realm" => "here", "require" => "valid-user"))
}}
$SERVER["socket"] == "127.0.0.1:{short}" {{ server.max-keep-alive-idle = 1 server.max-keep-alive-requests = 5 }}
{secure}
"""

SECURE = """
$SERVER["socket"] == "127.0.0.1:{port}" {{
  ssl.engine = "enable"
  ssl.pemfile = "{certificate}"
  ssl.privkey = "{key}"
  ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "{version}", "MaxProtocol" => "{version}")
}}
"""


class Lighttpd(Server):
    name = "lighttpd"
    lacks = frozenset({"old backend", "resumption", "reload", "rude", "unmet expectation"})
    idle_s = 1.0
    facts = {"long target": {414, 431, 400}, "long field": {431, 400}}

    def __init__(self, content, origin):
        super().__init__(content, origin)
        secure = any((folder / "mod_openssl.so").exists() for folder in MODULES)
        if not secure:
            self.lacks = self.lacks | {"https"}
        coder = any((folder / "mod_deflate.so").exists() for folder in MODULES)
        self.codings = ["gzip"] if coder else []
        self.write("users", "user:pass\n")
        names = ["mod_auth", "mod_authn_file", "mod_redirect", "mod_proxy", "mod_accesslog"] + (["mod_openssl"] if secure else []) + (["mod_deflate"] if coder else [])
        hosts = [(self.tls12, "TLSv1.2"), (self.tls13, "TLSv1.3")] if secure else []
        self.configuration = self.write("lighttpd.conf", CONFIGURATION.format(
            place=self.place, log=self.log, root=content.root, origin=origin.port, http=self.http, short=self.short,
            modules=", ".join(f'"{name}"' for name in names),
            secure="".join(SECURE.format(port=port, version=version, certificate=self.certificate, key=self.key) for port, version in hosts)))

    def launch(self):
        return Process(self.place, program("lighttpd"), "-D", "-f", self.configuration)

    def read_log(self):
        # "%r" is the whole request line.
        lines = super().read_log()
        return [[*line[:3], line[3].split(" ")[1] if " " in line[3] else line[3]] for line in lines]

    def quit(self):
        self.process.signal(signal.SIGINT)
