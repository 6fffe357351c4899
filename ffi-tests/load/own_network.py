"""Runs a program beside a scripted server of its own, in a network and with an /etc/hosts of their own.

    unshare --net --mount python3 own_network.py SERVER FOLDER PROGRAM
"""
import os
import shutil
import subprocess
import sys

server, folder, program = sys.argv[1:]
hosts = os.path.join(folder, "hosts")
shutil.copy("/etc/hosts", hosts)
subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
process = subprocess.Popen([server, "--ca", os.path.join(folder, "own-ca.pem")],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
ready = process.stdout.readline().strip()
result = subprocess.run([program], env={**os.environ, "REQTASK_TEST_SERVER": ready, "LOAD_OWN_NETWORK": "1"})
process.stdin.close()
process.wait(timeout=20)
sys.exit(result.returncode)
