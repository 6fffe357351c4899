"""nginx as the load wants it: kept connections and closes, chunked and coded bodies, files, redirects, streams that never end."""
import os
import random
import shutil
import socket
import subprocess
import time

PORTS = 4
CONF = """
worker_processes 1;
daemon off;
master_process off;
pid {at}/pid;
error_log stderr crit;
worker_rlimit_nofile {files};
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  sendfile on;
  # One descriptor for all streams of a file.
  open_file_cache max=100;
  tcp_nodelay on;
  default_type text/plain;
  keepalive_timeout 600;
  keepalive_requests 1000000000;
  reset_timedout_connection on;
  client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;
  uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
  server {{
    {listen}
    root {at}/files;
    location = /hello {{ return 200 hello; }}
    location = /close {{ keepalive_timeout 0; return 200 hello; }}
    location = /nothing {{ return 444; }}
    location = /moved {{ return 302 /hello; }}
    location = /text {{ gzip on; gzip_min_length 1; gzip_types text/plain; }}
    location = /drip {{ limit_rate_after 1000; limit_rate 1; alias {at}/files/big; }}
  }}
}}
"""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Nginx:
    """Runs until it is left; `ports` are open when it is entered."""

    def __init__(self, folder, files):
        self.folder, self.files, self.ports, self.process = folder, files, free_ports(PORTS), None

    def __enter__(self):
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        os.makedirs(os.path.join(self.folder, "files"))
        self.file("file", b"f" * 3000)
        words = random.Random(7)
        self.file("text", bytes(words.choice(b"abcdefgh \n") for _ in range(20000)))
        self.file("big", b"b" * 300000)
        listen = "\n    ".join(f"listen 127.0.0.1:{p} backlog=16384;" for p in self.ports)
        conf = os.path.join(self.folder, "nginx.conf")
        with open(conf, "w", encoding="ascii") as out:
            out.write(CONF.format(at=self.folder, files=self.files, connections=self.files - 100, listen=listen))
        self.process = subprocess.Popen([program, "-c", conf, "-p", self.folder])
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.ports[-1]), 5).close()
                return self
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.01)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)

    def file(self, name, content):
        with open(os.path.join(self.folder, "files", name), "wb") as out:
            out.write(content)
