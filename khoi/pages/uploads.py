"""Files that a browser posts, bounded in number and bytes before they are looked at.

Belongs here: the form of a request. Does not belong here: what is in a file, which is for a process that may die
(`ingest.reading`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

Taken = Sequence[tuple[str, BinaryIO]]
"""The name that a browser gives and the content of each file."""

_FORM_BYTES = 100_000
"""What the words of a form take besides the files."""
_PATIENCE = 10
"""So many times the bound is heard out and thrown away before the line is cut.

A browser that is not heard out says that the connection broke, and never shows why.
"""


class TooMuch(ValueError):
    """More files or bytes than are taken at once, or a form that is none; the message says which, in both languages."""


@asynccontextmanager
async def dropped_files(request: Request, most_files: int, most_bytes: int) -> AsyncIterator[Taken]:
    """The files of a form, in the order in which they were chosen; closed, and with that gone, when the block ends.

    Raises TooMuch.
    """
    body = _Bounded(request, most_bytes + _FORM_BYTES)
    try:
        given = await Request(request.scope, body.receive).form(max_files=most_files, max_fields=10)
    except _OverBound:
        await body.hear_out()
        millions = most_bytes // 1_000_000
        raise TooMuch(f"Nhiều hơn {millions} MB một lần / more than {millions} MB at once") from None
    except HTTPException:
        await body.hear_out()
        raise TooMuch(
            f"Không nhận được: mỗi lần tối đa {most_files} tệp, gửi từ chính trang này / "
            f"not taken: at most {most_files} files at once, sent from this page"
        ) from None
    try:
        files = [one for one in given.getlist("workbook") if isinstance(one, UploadFile)]
        # A form that is sent without a choice holds one file without a name.
        yield [(one.filename, one.file) for one in files if one.filename]
    finally:
        await given.close()


class _OverBound(Exception):
    """More bytes came than the bound."""


class _Bounded:
    """The body of a request, of which no more than ``most`` bytes are handed on."""

    def __init__(self, request: Request, most: int) -> None:
        self._next = request.receive
        self._most = most
        self._read = 0
        self._is_over = False

    async def receive(self) -> Message:
        """The next part of the body. Raises _OverBound."""
        message = await self._take()
        if self._read > self._most:
            raise _OverBound
        return message

    async def hear_out(self) -> None:
        """Read what is left and keep nothing of it."""
        while not self._is_over and self._read < _PATIENCE * self._most:
            await self._take()

    async def _take(self) -> Message:
        message = await self._next()
        self._read += len(message.get("body", b""))
        self._is_over = message["type"] != "http.request" or not message.get("more_body", False)
        return message
