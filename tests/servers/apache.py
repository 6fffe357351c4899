"""Apache httpd with the event MPM, Debian's package."""
import os
import pathlib
import signal

from server import Process, Server, Skip, program, until

MODULES = pathlib.Path("/usr/lib/apache2/modules")
WANTED = ["mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "alias", "dir", "mime", "filter", "deflate",
          "brotli", "headers", "ssl", "socache_shmcb", "proxy", "proxy_http", "rewrite", "env"]

CONFIGURATION = """
ServerRoot {place}
DefaultRuntimeDir {place}
PidFile {place}/pid
Mutex fcntl:{place}
ErrorLog {place}/error.log
ServerName localhost
{user}
{modules}
{listen}
StartServers 2
ServerLimit 4
ThreadsPerChild 50
MaxRequestWorkers 200
LogFormat "%{{remote}}p %>s %{{SSL_SESSION_RESUMED}}x %U%q" line
CustomLog {log} line
KeepAlive On
KeepAliveTimeout 60
MaxKeepAliveRequests 0
GracefulShutdownTimeout 20
TypesConfig /dev/null
AddType text/plain .txt
DocumentRoot {root}
<Directory {root}>
  Require all granted
  AllowOverride None
</Directory>
DirectoryIndex index.html
AddOutputFilterByType BROTLI_COMPRESS;DEFLATE text/plain
DeflateAlterETag NoChange
<Location /private>
  AuthType Basic
  AuthName here
  AuthUserFile {place}/users
  Require valid-user
</Location>
Alias /limited/echo {root}/small.txt
<Location /limited>
  LimitRequestBody 65536
</Location>
<Location /b/>
  SetEnv no-gzip 1
  SetEnv no-brotli 1
</Location>
RewriteEngine On
RewriteRule ^/moved$ /small.txt [R=301,L]
RewriteRule ^/moved307$ /b/echo [R=307,L]
RewriteRule ^/moved303$ /b/echo [R=303,L]
SSLSessionCache shmcb:{place}/ssl(512000)
ProxyPass /b/ http://127.0.0.1:{origin}/b/ flushpackets=on
<Location /b10/>
  SetEnv force-proxy-request-1.0 1
  SetEnv proxy-nokeepalive 1
  ProxyPass http://127.0.0.1:{origin}/b/ flushpackets=on
</Location>
{hosts}
"""


class Apache(Server):
    name = "apache"
    # It answers 100 by itself and asks nobody.
    lacks = frozenset({"unmet expectation", "rude"})

    def __init__(self, content, origin):
        super().__init__(content, origin)
        self.binary = program("apache2", "httpd")
        if not MODULES.is_dir():
            raise Skip(f"Apache's modules are not in {MODULES}")
        built_in = {"so", "http", "log_config", "unixd"}
        modules = [m for m in WANTED if m not in built_in and (MODULES / f"mod_{m}.so").exists()]
        self.codings = ["gzip"] + (["br"] if "brotli" in modules else [])
        inherit = "RewriteEngine On\nRewriteOptions Inherit"
        secure = f"SSLEngine On\nSSLCertificateFile {self.certificate}\nSSLCertificateKeyFile {self.key}"
        hosts = [(self.http, ""), (self.tls12, secure + "\nSSLProtocol TLSv1.2"), (self.tls13, secure + "\nSSLProtocol TLSv1.3"),
                 (self.short, "KeepAliveTimeout 100ms\nMaxKeepAliveRequests 5")]
        # SHA-1 is what htpasswd -s makes: of "pass".
        self.write("users", "user:{SHA}nU4eI71bcnBGqeO0t9tXvY1u5oQ=\n")
        self.configuration = self.write("httpd.conf", CONFIGURATION.format(
            place=self.place, log=self.log, root=content.root, origin=origin.port,
            user="User www-data\nGroup www-data" if os.getuid() == 0 else "",
            modules="\n".join(f"LoadModule {m}_module {MODULES}/mod_{m}.so" for m in modules),
            listen="\n".join(f"Listen 127.0.0.1:{port}" for port, _ in hosts),
            hosts="\n".join(f"<VirtualHost 127.0.0.1:{port}>\n{inherit}\n{more}\n</VirtualHost>" for port, more in hosts)))

    def launch(self):
        return Process(self.place, self.binary, "-f", self.configuration, "-D", "FOREGROUND")

    def graceful(self):
        """New children; the old ones end what they have begun. A signal that comes meanwhile may be lost."""
        log = self.place / "error.log"
        before = log.read_text().count("resuming normal operations")
        self.process.signal(signal.SIGUSR1)
        until("Apache's restart", lambda: log.read_text().count("resuming normal operations") > before)

    def quit(self):
        self.process.signal(signal.SIGWINCH)
