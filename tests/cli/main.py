"""Runs every test of this directory, three at a time, and prints one line for each."""
import sys

sys.dont_write_bytecode = True

import harness  # noqa: E402
import args_test, body_test, cookies_test, credentials_test, head_test, human_test, injection_test, json_test, proxy_test, readme_test, redirect_test, scripted_test, session_test, tls_test  # noqa: E401,E402,F401

if __name__ == "__main__":
    sys.exit(harness.main(sys.argv[1:]))
