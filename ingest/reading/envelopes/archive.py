"""ZIP archives, with the names of members as Vietnamese systems of the last thirty years wrote them."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator

from ingest.reading.container import Sniffed
from ingest.reading.limits import Limits
from ingest.reading.package import UnsafeFile

_SAYS_UTF8 = 0x800
# What marks a package of one document: such a file is that document, not an archive of files.
_DOCUMENTS = ("[Content_Types].xml", "mimetype", "Index.zip", "Index/Document.iwa", "AndroidManifest.xml")


class Archive:
    """A ZIP file that is no document of any program."""

    name = "zip"

    def claims(self, file: Sniffed) -> bool:
        """True for a ZIP file without the marks of a document."""
        package = file.package
        return package is not None and not file.main_part and not any(name in package for name in _DOCUMENTS)

    def members(self, file: Sniffed, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
        """Every file; None where its checksum is wrong or its method of compression is not read here."""
        assert file.package is not None
        for name, info in zip(file.package.names, file.package.infos, strict=True):
            if info.is_dir() or name.endswith("/"):
                continue
            try:
                yield member_name(info), file.package.read(name)
            except UnsafeFile as refused:
                if refused.finding == "too_large":
                    raise
                yield member_name(info), None


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where the entry says so or it happens to be, else the Vietnamese code page of Windows."""
    if info.flag_bits & _SAYS_UTF8:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp1258"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return info.filename


ENVELOPE = Archive()
