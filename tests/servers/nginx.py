"""nginx, Debian's package."""
import os
import pathlib
import signal

from server import Process, Server, program

COMMON = """
    root {root};
    etag on;
    error_page 404 /404.html;
    location /folder {{ }}
    location /private/ {{ auth_basic "here"; auth_basic_user_file {users}; }}
    location = /moved {{ return 301 /small.txt; }}
    location = /moved307 {{ return 307 /b/echo; }}
    location = /moved303 {{ return 303 /b/echo; }}
    location = /empty {{ return 204; }}
    location /slow/ {{ alias {root}/; limit_rate 300k; limit_rate_after 1k; }}
    location /limited {{ client_max_body_size 64k; proxy_pass http://origin; }}
    location /rude {{ client_max_body_size 64k; lingering_close off; proxy_pass http://origin; }}
    location /b/ {{ proxy_pass http://origin; proxy_http_version 1.1; proxy_buffering off; }}
    location /b10/ {{ rewrite ^/b10/(.*) /b/$1 break; proxy_pass http://origin; proxy_http_version 1.0; proxy_buffering off; }}
"""

CONFIGURATION = """
{modules}
daemon off; worker_processes 2; pid {place}/pid; error_log {place}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
  log_format line '$remote_port $status $ssl_session_reused $request_uri';
  access_log {log} line;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
  types {{ text/plain txt; text/html html; }}
  default_type application/octet-stream;
  gzip on; gzip_min_length 100; gzip_types text/plain;
  {brotli}
  client_max_body_size 64m; client_body_buffer_size 1m;
  keepalive_timeout 60s; keepalive_requests 10000;
  upstream origin {{ server 127.0.0.1:{origin}; }}
  ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_session_cache shared:s:1m;
  server {{ listen 127.0.0.1:{http}; include {place}/common.conf; }}
  server {{ listen 127.0.0.1:{tls12} ssl; ssl_protocols TLSv1.2; include {place}/common.conf; }}
  server {{ listen 127.0.0.1:{tls13} ssl; ssl_protocols TLSv1.3; include {place}/common.conf; }}
  server {{ listen 127.0.0.1:{short}; keepalive_timeout 100ms; keepalive_requests 5; include {place}/common.conf; }}
}}
"""


class Nginx(Server):
    name = "nginx"
    # It answers 100 by itself and asks nobody; interim answers of the origin go nowhere.
    lacks = frozenset({"unmet expectation", "hints"})
    sees_silent_abort = True

    def __init__(self, content, origin):
        super().__init__(content, origin)
        # The brotli filter is a package of its own.
        filters = [pathlib.Path(p) for p in ("/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so",) if pathlib.Path(p).exists()]
        included = pathlib.Path("/etc/nginx/modules-enabled")
        by_system = included.is_dir() and any("brotli" in p.name for p in included.iterdir())
        modules = "".join(f"load_module {p};" for p in filters)
        self.codings = ["gzip"] + (["br"] if filters or by_system else [])
        users = self.write("users", "user:{PLAIN}pass\n")
        self.write("common.conf", COMMON.format(root=content.root, users=users))
        self.configuration = self.write("nginx.conf", CONFIGURATION.format(
            place=self.place, log=self.log, origin=origin.port, certificate=self.certificate, key=self.key, http=self.http,
            tls12=self.tls12, tls13=self.tls13, short=self.short, modules=modules,
            user="user root;" if os.getuid() == 0 else "",
            brotli="brotli on; brotli_types text/plain; brotli_min_length 100;" if filters else ""))

    def launch(self):
        return Process(self.place, program("nginx"), "-p", str(self.place), "-e", f"{self.place}/error.log", "-c", self.configuration)

    def graceful(self):
        """New workers; the old ones end what they have begun."""
        self.process.signal(signal.SIGHUP)

    def quit(self):
        self.process.signal(signal.SIGQUIT)
