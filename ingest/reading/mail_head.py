"""Whether a text begins as mail does: lines of headers, some of which every mail has."""

from __future__ import annotations

import re

_HEAD = 16_384
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:")
_FROM_LINE = re.compile(rb"From [^\r\n]*\r?\n")
_OF_MAIL = (b"mime-version", b"from", b"date", b"subject", b"received", b"message-id", b"return-path", b"content-type")
_LEAST = 2


def without_from_line(content: bytes) -> bytes:
    """``content`` without the line that mailboxes put in front of a mail."""
    start = _FROM_LINE.match(content)
    return content[start.end() :] if start else content


def is_mail(content: bytes) -> bool:
    """True where the first line is a header and at least two headers are those of mail."""
    head = without_from_line(content[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n"))
    if not _HEADER.match(head):
        return False
    lines = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0].splitlines()
    names = {match[0][:-1].lower() for line in lines if (match := _HEADER.match(line))}
    return len(names & set(_OF_MAIL)) >= _LEAST
