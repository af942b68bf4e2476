"""Mail saved as a file (.eml): its attachments, those of mail forwarded inside it too."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import default

from ingest.reading.container import Sniffed
from ingest.reading.limits import Limits
from ingest.reading.mail_head import is_mail, without_from_line

_DEEPEST = 30


class Mail:
    """The standard library takes a mail apart; names may be written in any of the ways that mail has for them."""

    name = "eml"

    def claims(self, file: Sniffed) -> bool:
        """True for a text that begins with the headers of a mail."""
        return file.package is None and not file.streams and is_mail(file.content)

    def members(self, file: Sniffed, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
        """Every part that has a name; text and pictures of the mail itself have none."""
        content = without_from_line(file.content.lstrip(b"\xef\xbb\xbf\r\n"))
        yield from _attached(email.message_from_bytes(content, policy=default), 0)


def _attached(message: Message, depth: int) -> Iterator[tuple[str, bytes | None]]:
    if message.is_multipart():
        if depth < _DEEPEST:
            for part in message.get_payload():
                if isinstance(part, Message):
                    yield from _attached(part, depth + 1)
        return
    name = _name(message)
    if name:
        payload = message.get_payload(decode=True)
        yield name, payload if isinstance(payload, bytes) else None


def _name(part: Message) -> str:
    """The name of an attachment; programs write it encoded where the standard does not allow it."""
    try:
        name = part.get_filename() or ""
        return str(make_header(decode_header(name))) if "=?" in name else name
    except (ValueError, LookupError, UnicodeError):
        return "?" if isinstance(part, EmailMessage) and part.is_attachment() else ""


ENVELOPE = Mail()
