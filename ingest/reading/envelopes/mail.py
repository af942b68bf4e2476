"""Mail saved as a file (.eml): its attachments, those of mail forwarded inside it too."""

from __future__ import annotations

import email
import itertools
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import default

from ingest.reading.container import Sniffed
from ingest.reading.limits import Limits
from ingest.reading.mail_head import is_mail, without_from_line

_DEEPEST = 30
_OF_THE_MAIL = frozenset({"text", "image", "audio", "video"})


class Mail:
    """The standard library takes a mail apart; names may be written in any of the ways that mail has for them."""

    name = "eml"

    def claims(self, file: Sniffed) -> bool:
        """True for a text that begins with the headers of a mail."""
        return file.package is None and not file.streams and is_mail(file.content)

    def members(self, file: Sniffed, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
        """Every part but text, pictures and sounds of the mail itself; a file without a name is called by its place."""
        content = without_from_line(file.content.lstrip(b"\xef\xbb\xbf\r\n"))
        yield from _attached(email.message_from_bytes(content, policy=default), 0, itertools.count(1))


def _attached(message: Message, depth: int, places: Iterator[int]) -> Iterator[tuple[str, bytes | None]]:
    if message.is_multipart():
        if depth < _DEEPEST:
            for part in message.get_payload():
                if isinstance(part, Message):
                    yield from _attached(part, depth + 1, places)
        return
    place = next(places)
    name = _name(message) or (f"phần {place}" if _is_a_file(message) else "")
    if name:
        payload = message.get_payload(decode=True)
        yield name, payload if isinstance(payload, bytes) else None


def _is_a_file(part: Message) -> bool:
    """True for a part that is no part of the mail's own words: some programs put a workbook there without a name."""
    return part.get_content_disposition() == "attachment" or part.get_content_maintype() not in _OF_THE_MAIL


def _name(part: Message) -> str:
    """The name of an attachment, decoded however it was written; ``?`` for one whose name cannot be read."""
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, UnicodeError):
        return "?" if isinstance(part, EmailMessage) and part.is_attachment() else ""


ENVELOPE = Mail()
