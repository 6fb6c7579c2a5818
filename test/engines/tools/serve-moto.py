"""Serves moto on loopback: `serve-moto.py PORT THREADS`, THREADS being one or many.

moto checks the condition of a write and writes in two steps, without a lock. With one thread the two are one, as on AWS.
"""

import sys

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

port, threads = sys.argv[1:]
run_simple("127.0.0.1", int(port), DomainDispatcherApplication(create_backend_app), threaded=threads == "many")
