"""Real proxies: tinyproxy, Squid and mitmproxy for HTTP, microsocks and Dante for SOCKS5, each with a password where it can."""
import os

from server import Process, free_port, program, until

USER = "user"


class Proxy:
    """Base of the proxies."""

    name = "?"
    scheme = "http"
    has_password = False
    password = "p@ss"
    # It reads what it trusts from this file instead of passing TLS on.
    intercepts = False
    # It sees in silence that its client has gone.
    sees_silent_abort = False

    def __init__(self, content):
        self.content = content
        self.place = content.place(self.name)
        self.port = free_port()
        self.process = None

    def url(self, credentials=None, scheme=None):
        """With the right credentials unless others are given; "" gives none."""
        if credentials is None:
            credentials = f"{USER}:{self.password.replace('@', '%40')}@" if self.has_password else ""
        return f"{scheme or self.scheme}://{credentials}127.0.0.1:{self.port}"

    def write(self, name, text):
        path = self.place / name
        path.write_text(text)
        path.chmod(0o644)
        return str(path)

    def start(self):
        self.process = self.launch()
        self.process.ready(self.port)
        return self

    def stop(self):
        if self.process:
            self.process.kill()


class TinyProxy(Proxy):
    name = "tinyproxy"
    password = "pass"  # letters and digits are all that its configuration takes
    has_password = True

    def launch(self):
        path = self.write("tinyproxy.conf", f"Port {self.port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 300\n"
                          f"LogLevel Error\nBasicAuth {USER} {self.password}\nXTinyproxy No\n")
        return Process(self.place, program("tinyproxy"), "-d", "-c", path)


class Squid(Proxy):
    name = "squid"
    has_password = True

    def launch(self):
        squid = program("squid")
        # Its helper speaks a line for each line: right or wrong.
        helper = self.write("check.py", "import sys, urllib.parse\nfor line in sys.stdin:\n"
                            f"    print('OK' if urllib.parse.unquote(line.strip()) == '{USER} {self.password}' else 'ERR', flush=True)\n")
        path = self.write("squid.conf", f"""
http_port 127.0.0.1:{self.port}
pid_filename {self.place}/squid.pid
cache_log {self.place}/cache.log
access_log stdio:{self.place}/access.log
coredump_dir {self.place}
cache deny all
cache_mem 0 MB
netdb_filename none
shutdown_lifetime 0 seconds
visible_hostname localhost
auth_param basic program /usr/bin/python3 {helper}
auth_param basic children 1 startup=1
auth_param basic realm here
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
{'cache_effective_user proxy' if os.getuid() == 0 else ''}
""")
        return Process(self.place, squid, "-N", "-f", path)


class MitmProxy(Proxy):
    name = "mitmproxy"
    has_password = True
    intercepts = True

    def launch(self):
        return Process(self.place, program("mitmdump"), "-q", "--listen-host", "127.0.0.1", "-p", str(self.port),
                       "--set", f"confdir={self.place}", "--set", "stream_large_bodies=1", "--set", "connection_strategy=lazy",
                       "--set", f"proxyauth={USER}:{self.password}", "--set", "http2=false",
                       "--set", f"ssl_verify_upstream_trusted_ca={self.content.root_certificate}", env={"HOME": str(self.place)})

    def authority(self):
        path = self.place / "mitmproxy-ca-cert.pem"
        until("mitmproxy's certificate", path.exists)
        return str(path)


class MicroSocks(Proxy):
    name = "microsocks"
    scheme = "socks5"
    has_password = True
    sees_silent_abort = True

    def launch(self):
        return Process(self.place, program("microsocks"), "-i", "127.0.0.1", "-p", str(self.port), "-u", USER, "-P", self.password)


class Dante(Proxy):
    name = "dante"
    scheme = "socks5"
    sees_silent_abort = True

    def launch(self):
        user = "" if os.getuid() else "user.privileged: root\nuser.unprivileged: nobody\n"
        path = self.write("danted.conf", f"""
logoutput: {self.place}/log.txt
internal: 127.0.0.1 port = {self.port}
external: 127.0.0.1
clientmethod: none
socksmethod: none
{user}
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 protocol: tcp }}
""")
        return Process(self.place, program("danted", "sockd"), "-f", path, "-p", f"{self.place}/pid")
