"""A proxy before a real server that is down, slow, or sends half of an answer, when a test says so."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass
class Proxy:
    """`fault` is "" (none), "down", "slow", "cut" (the connection ends within the answer), "short" (half of the rows)
    or "html". The next `times` requests suffer it; `after` requests pass before."""

    url: str = ""
    target: str = ""
    fault: str = ""
    times: int = 1_000_000
    after: int = 0
    requests: int = 0
    closed: threading.Event = field(default_factory=threading.Event)

    def suffer(self, fault: str, times: int = 1_000_000, after: int = 0) -> None:
        """Begin to fail."""
        self.fault, self.times, self.after, self.requests = fault, times, after, 0

    def fault_now(self) -> str:
        """What is wrong with this request."""
        self.requests += 1
        return self.fault if self.after < self.requests <= self.after + self.times else ""


@contextmanager
def faulty_proxy(target: str) -> Iterator[Proxy]:
    """A proxy in front of `target` on a free port."""
    proxy = Proxy(target=target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fault = proxy.fault_now()
            if fault == "down":
                self.close_connection = True
                return
            if fault == "slow":
                proxy.closed.wait(30)
                self.close_connection = True
                return
            headers = {key: value for key, value in self.headers.items() if key.lower() != "host"}
            answer = httpx.get(proxy.target + self.path, headers=headers, timeout=30)
            self._send(answer, fault)

        def _send(self, answer: httpx.Response, fault: str) -> None:
            body, status = answer.content, answer.status_code
            if fault == "short":
                rows = json.loads(body)
                body = json.dumps(rows[: -(-len(rows) // 2)]).encode()
            if fault == "html":
                body, status = b"<html>Bad gateway</html>", 502
            self.send_response(status)
            self.send_header("Content-Type", answer.headers.get("content-type", "application/json"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if fault == "cut" else body)
            self.close_connection = fault == "cut"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.closed.set()
        server.shutdown()
        server.server_close()
