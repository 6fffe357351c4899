"""Runs every row and test of this directory, three at a time, and prints one line for each."""
import sys

sys.dont_write_bytecode = True

import matrix  # noqa: E402
import certificate_rows, client_test, leak_test, pins_test, protocol_rows  # noqa: E401,E402,F401
from harness import main  # noqa: E402

if __name__ == "__main__":
    status = main(sys.argv[1:])
    if len(sys.argv) == 1:
        print(f"counted: tls_good\t{matrix.COUNTS['good']}\tTLS servers that are good, each accepted")
        print(f"counted: tls_bad\t{matrix.COUNTS['bad']}\tTLS servers that are bad, each refused with a sentence that says why")
        print(f"counted: tls_alternations\t{matrix.COUNTS['alternations']}\trequests of one client under alternating TLS settings, none under another's")
    sys.exit(status)
