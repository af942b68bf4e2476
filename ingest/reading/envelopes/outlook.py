"""Mail saved by Outlook (.msg): its attachments, those of mail inside it too ([MS-OXMSG])."""

from __future__ import annotations

import io
from collections.abc import Iterator

import olefile

from ingest.reading.container import Sniffed
from ingest.reading.limits import Limits

_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_"
_DATA, _MESSAGE = "__substg1.0_37010102", "__substg1.0_3701000D"
# Long name, short name, name shown; as UTF-16, and in the code page of the mail.
_NAMES = tuple(f"__substg1.0_{number}{kind}" for number in ("3707", "3704", "3001") for kind in ("001F", "001E"))
_DEEPEST = 10


class OutlookMail:
    """An attachment is a storage with its bytes and its name; a mail inside is a storage in that storage."""

    name = "msg"

    def claims(self, file: Sniffed) -> bool:
        """True for OLE2 with the properties of a message at its top."""
        return _PROPERTIES in file.streams

    def members(self, file: Sniffed, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
        """Every attachment by value; links to files elsewhere have no bytes here."""
        with olefile.OleFileIO(io.BytesIO(file.content)) as message:
            yield from _attached(message, (), limits, 0)


def _attached(
    message: olefile.OleFileIO, above: tuple[str, ...], limits: Limits, depth: int
) -> Iterator[tuple[str, bytes | None]]:
    storages = {
        path[len(above)]
        for path in message.listdir(streams=True, storages=True)
        if len(path) > len(above) and tuple(path[: len(above)]) == above
    }
    for storage in sorted(name for name in storages if name.startswith(_ATTACHMENT)):
        here = (*above, storage)
        if message.exists([*here, _MESSAGE]) and depth < _DEEPEST:
            yield from _attached(message, (*here, _MESSAGE), limits, depth + 1)
        if message.exists([*here, _DATA]):
            fits = message.get_size([*here, _DATA]) <= limits.envelope_bytes
            yield _name(message, here), message.openstream([*here, _DATA]).read() if fits else None


def _name(message: olefile.OleFileIO, here: tuple[str, ...]) -> str:
    for stream in _NAMES:
        if message.exists([*here, stream]):
            raw = message.openstream([*here, stream]).read()
            text = raw.decode("utf-16-le" if stream.endswith("001F") else "cp1258", "replace").rstrip("\0")
            if text:
                return text
    return "?"


ENVELOPE = OutlookMail()
