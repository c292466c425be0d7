"""A proxy before a real server that is down, slow, or sends half of an answer, when a test says so."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

ANSWERS: dict[str, tuple[int, dict[str, Any], dict[str, str]]] = {
    "busy": (429, {"message": "Too Many Requests"}, {"Retry-After": "7"}),
    "very busy": (429, {"message": "Too Many Requests"}, {"Retry-After": "3600"}),
    "unavailable": (503, {"message": "upstream not available"}, {}),
    "no connection": (503, {"code": "PGRST000", "message": "Could not connect with the database"}, {}),
    "no server": (400, {"code": "PGRST001", "message": "Could not connect with the database due to an error"}, {}),
    "no cache": (503, {"code": "PGRST002", "message": "Could not query the database for the schema cache"}, {}),
    "no pool": (504, {"code": "PGRST003", "message": "Timed out acquiring connection from connection pool"}, {}),
    "timeout": (500, {"code": "57014", "message": "canceling statement due to statement timeout"}, {}),
    "revoked": (401, {"message": "Invalid API key", "hint": "Double check your Supabase `apikey`"}, {}),
    "moved": (308, {}, {"Location": "https://elsewhere.example/rest/v1/pedidos"}),
}
"""Status, body and headers as the gateway and PostgREST answer
(https://docs.postgrest.org/en/stable/references/errors.html, https://supabase.com/docs/guides/api/rest)."""


@dataclass
class Proxy:
    """`fault` is "" (none), "down", "slow", "cut" (the connection ends within the answer), "short" (half of the rows),
    "html", "empty" (no rows) or one of ANSWERS. The next `times` requests suffer it; `after` requests pass before.

    `root` answers where the project is asked to describe its tables; the server behind does, where it is None.
    """

    url: str = ""
    target: str = ""
    fault: str = ""
    times: int = 1_000_000
    after: int = 0
    requests: int = 0
    root: dict[str, Any] | None = None
    asked: list[str] = field(default_factory=list)
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
            proxy.asked.append(self.path)
            if fault == "down":
                self.close_connection = True
                return
            if fault == "slow":
                proxy.closed.wait(30)
                self.close_connection = True
                return
            if fault in ANSWERS:
                status, body, extra = ANSWERS[fault]
                self._answer(status, json.dumps(body).encode(), extra)
                return
            if proxy.root is not None and self.path.rstrip("/") == "/rest/v1":
                self._answer(200, json.dumps(proxy.root).encode(), {})
                return
            headers = {key: value for key, value in self.headers.items() if key.lower() != "host"}
            answer = httpx.get(proxy.target + self.path, headers=headers, timeout=30)
            self._send(answer, fault)

        def _send(self, answer: httpx.Response, fault: str) -> None:
            body, status = answer.content, answer.status_code
            if fault == "short":
                rows = json.loads(body)
                body = json.dumps(rows[: -(-len(rows) // 2)]).encode()
            if fault == "empty" and status == 200:
                body = b"[]"
            if fault == "html":
                body, status = b"<html>Bad gateway</html>", 502
            self._answer(status, body, {"Content-Type": answer.headers.get("content-type", "")}, fault == "cut")

        def _answer(self, status: int, body: bytes, headers: dict[str, str], cut: bool = False) -> None:
            self.send_response(status)
            for name, value in ({"Content-Type": "application/json"} | headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = cut

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
