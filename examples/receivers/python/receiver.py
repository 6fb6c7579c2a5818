"""Takes callbacks, with the standard library: CALLBACK_SECRET=whsec_... PORT=8080 python3 receiver.py"""

import base64
import hashlib
import hmac
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

TOLERANCE_SECONDS = 5 * 60
MAX_BODY_BYTES = 1024 * 1024

# One, or while a rotation lasts both, separated by a space.
SECRETS = os.environ.get("CALLBACK_SECRET", "").split()
if not SECRETS:
    raise SystemExit("Set CALLBACK_SECRET to your signing secret, whsec_...")

seen, seen_lock = set(), Lock()  # Yours: a table with a unique key, which outlives the process.


def is_genuine(headers, body: bytes) -> bool:
    callback_id = headers.get("webhook-id")
    timestamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if callback_id is None or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    message = f"{callback_id}.{timestamp}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in SECRETS]
    expected = [b"v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)) for key in keys]
    return any(hmac.compare_digest(a.encode(), b) for a in given for b in expected)


class Receiver(BaseHTTPRequestHandler):
    timeout = 15  # seconds without a byte, after which a connection is closed

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,12}", length) or int(length) > MAX_BODY_BYTES:
            return self.send_error(413)
        body = self.rfile.read(int(length))
        if not is_genuine(self.headers, body):
            return self.send_error(401)
        callback_id = self.headers["webhook-id"]
        with seen_lock:
            is_new = callback_id not in seen
            seen.add(callback_id)
        self.send_response(204)  # Answer first: what takes long would be taken for a failure, and sent again.
        self.end_headers()
        if is_new:
            print("callback", callback_id, body.decode(), flush=True)


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
