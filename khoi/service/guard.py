"""Who may talk to the orchestration UI: the person whose deployment it is, from pages of the UI itself.

The UI knows no accounts, and everybody on the machine and every page in a browser can reach a port of it. So each
request shows the token of the deployment, names the address the service was given, and comes from no other page; one
that changes something is never a GET, which a picture on any page could send.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN = "token"
"""The name of the token in the address that `khoi serve` writes down; a cookie takes its place after the first page."""

_NAMES = ("127.0.0.1", "localhost")
_READING = {"GET", "HEAD", "OPTIONS"}
_REFUSED = {
    "host": "Địa chỉ này không phải của giao diện điều phối / not the address of this service",
    "origin": "Yêu cầu đến từ trang khác nên không nhận / a request from another page is refused",
    "mutation": "Không nhận lệnh qua GET / no query or mutation is taken by GET",
    "token": "Hãy mở địa chỉ có mã mà `khoi serve` đã ghi trong dagster/address.txt của kho / "
    "open the address with its token, written down in dagster/address.txt of the deployment",
}


class Guard:
    """An ASGI application that lets through to ``application`` what may pass, and answers the rest with 403."""

    def __init__(self, application: Application, token: str, port: int) -> None:
        self._application = application
        self._token = token.encode()
        self._cookie = f"khoi_{port}"
        self._hosts = {f"{name}:{port}" for name in _NAMES}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection. What is neither a request nor a socket - starting, stopping - passes."""
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope.get("query_string", b"").decode("latin-1")
        reason = self._refused(scope, headers, query)
        if reason is not None:
            await _refuse(scope, receive, send, _REFUSED[reason])
        elif scope["type"] == "http" and scope["method"] == "GET" and TOKEN in parse_qs(query):
            await _redirect(send, _without_token(scope["path"], query), self._set_cookie())
        else:
            await self._application(scope, receive, send)

    def _refused(self, scope: Scope, headers: Mapping[str, str], query: str) -> str | None:
        """Why a request must not pass; None where it may."""
        if headers.get("host") not in self._hosts:
            return "host"
        if headers.get("origin", next(iter(self._origins))) not in self._origins:
            return "origin"
        reads = scope["type"] == "http" and scope["method"] in _READING
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") and not (
            reads and headers.get("sec-fetch-mode") == "navigate"
        ):
            return "origin"
        if reads and scope["path"].rstrip("/").endswith("/graphql") and "query" in parse_qs(query):
            return "mutation"
        return None if self._knows(headers, query) else "token"

    def _knows(self, headers: Mapping[str, str], query: str) -> bool:
        """Whether the token is shown: in the cookie, as a bearer, or in the address."""
        shown = [_cookie(headers.get("cookie", ""), self._cookie), *parse_qs(query).get(TOKEN, [])]
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            shown.append(bearer.strip())
        return any([hmac.compare_digest(one.encode("utf-8", "replace"), self._token) for one in shown])

    def _set_cookie(self) -> str:
        return f"{self._cookie}={self._token.decode()}; Path=/; HttpOnly; SameSite=Strict"


def _cookie(header: str, name: str) -> str:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _without_token(path: str, query: str) -> str:
    """The same page of this service and never of another: a path that begins with ``//`` would name a host."""
    left = urlencode([pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != TOKEN])
    path = "/" + urlsplit(path).path.lstrip("/\\")
    return f"{path}?{left}" if left else path


async def _redirect(send: Send, target: str, cookie: str) -> None:
    headers = [("location", target), ("set-cookie", cookie), ("cache-control", "no-store"), ("content-length", "0")]
    await _start(send, 303, headers)
    await send({"type": "http.response.body", "body": b""})


async def _refuse(scope: Scope, receive: Receive, send: Send, told: str) -> None:
    """403 with one sentence; a socket is closed before it is opened."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = f"{told}\n".encode()
    await _start(send, 403, [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body)))])
    await send({"type": "http.response.body", "body": body})


async def _start(send: Send, status: int, headers: list[tuple[str, str]]) -> None:
    encoded = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
