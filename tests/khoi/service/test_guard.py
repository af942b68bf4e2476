"""Who gets through to the UI: the token, the host, the origin, and nothing that changes anything by GET."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from khoi.service.guard import Guard

TOKEN, PORT = "s3cret-token", 3000
COOKIE = {"cookie": f"khoi_{PORT}={TOKEN}"}
BEARER = {"authorization": f"Bearer {TOKEN}"}
OURS = "http://127.0.0.1:3000"


def ask(
    path: str = "/", query: str = "", method: str = "GET", kind: str = "http", **headers: str
) -> tuple[int | str, dict[str, str], str]:
    """Status, headers and text of what is answered; "through" where the request reached the application."""
    sent: list[dict[str, Any]] = []
    reached = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    given = {"host": "127.0.0.1:3000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": kind,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        **({"method": method} if kind == "http" else {}),
    }
    asyncio.run(Guard(application, TOKEN, PORT)(scope, receive, send))
    if reached:
        assert not sent
        return "through", {}, ""
    if kind == "websocket":
        return str(sent[0]["type"]), {}, ""
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, sent[1]["body"].decode()


def test_without_the_token_nothing_is_shown_and_the_answer_says_where_it_stands() -> None:
    status, _, told = ask()
    assert status == 403
    assert "address.txt" in told
    assert TOKEN not in told


@pytest.mark.parametrize("wrong", ["", "x", TOKEN[:-1], TOKEN + "x", "đ"])
def test_a_wrong_token_is_none(wrong: str) -> None:
    assert ask(query=f"token={wrong}")[0] == 403
    assert ask(authorization=f"Bearer {wrong}")[0] == 403
    assert ask(cookie=f"khoi_{PORT}={wrong}")[0] == 403


def test_the_address_with_its_token_sets_a_cookie_of_this_page_only_and_leaves_the_token_out() -> None:
    status, headers, _ = ask("/runs", query=f"a=1&token={TOKEN}&b=")
    assert (status, headers["location"]) == (303, "/runs?a=1&b=")
    assert TOKEN in headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(headers["set-cookie"].split("; "))
    assert ask("/runs", **COOKIE)[0] == "through"
    assert ask("/runs", **BEARER)[0] == "through"


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "///evil.example"])
def test_the_redirect_never_leaves_the_service(path: str) -> None:
    location = ask(path, query=f"token={TOKEN}")[1]["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("host", ["evil.example:3000", "127.0.0.1", "127.0.0.1:3001", "10.0.0.1:3000", ""])
def test_another_name_of_this_machine_is_refused(host: str) -> None:
    assert ask(host=host, **COOKIE)[0] == 403


def test_localhost_is_this_machine() -> None:
    assert ask(host="localhost:3000", **COOKIE)[0] == "through"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:3001", "https://127.0.0.1:3000"])
def test_a_request_from_another_page_is_refused(origin: str) -> None:
    assert ask("/graphql", method="POST", origin=origin, **COOKIE)[0] == 403
    assert ask("/graphql", kind="websocket", origin=origin, **COOKIE)[0] == "websocket.close"


def test_the_pages_of_the_ui_itself_are_answered() -> None:
    assert ask("/graphql", method="POST", origin=OURS, sec_fetch_site="same-origin", **COOKIE)[0] == "through"
    assert ask("/graphql", kind="websocket", origin=OURS, **COOKIE)[0] == "through"
    assert ask("/graphql", kind="websocket", origin=OURS)[0] == "websocket.close"


def test_a_picture_on_any_page_starts_nothing() -> None:
    """An `<img>` sends no origin; a browser says where it comes from, and GET changes nothing anyhow."""
    assert ask("/assets", sec_fetch_site="cross-site", sec_fetch_mode="no-cors", **COOKIE)[0] == 403
    for path in ("/graphql", "/graphql/", "/x/graphql"):
        assert ask(path, query="query=mutation%7BstartSchedule%7D", **COOKIE)[0] == 403
        assert ask(path, query=f"query=mutation%7Bx%7D&token={TOKEN}")[0] == 403
    assert ask("/graphql", **COOKIE)[0] == "through"


def test_a_link_from_elsewhere_may_lead_to_a_page() -> None:
    fetched = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    assert ask("/runs", query=f"token={TOKEN}", **fetched)[0] == 303
    assert ask("/graphql", method="POST", **fetched, **COOKIE)[0] == 403


def test_a_broken_cookie_is_no_token() -> None:
    assert ask(cookie="\x01=;;;")[0] == 403
