"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"

# The beginning of a file and what to call it. The first that fits counts.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%pdf", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"<html", "HTML"),
    (b"<!doctype html", "HTML"),
    (b"<table", "HTML"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"\x89png", "ảnh PNG"),
    (b"rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"pk\x05\x06", "ZIP rỗng"),
)
_STREAMS = (("WordDocument", "Word 97-2003"), ("PowerPoint Document", "PowerPoint 97-2003"))


def ole2_container(content: bytes) -> tuple[str, str]:
    """(container, what it is) of an OLE2 file: ``xls``, ``encrypted`` or ``other``."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "encrypted", "OLE2"
    for stream, name in _STREAMS:
        if stream.encode("utf-16-le") in content:
            return "other", name
    if any(stream.encode("utf-16-le") in content for stream in ("Workbook", "Book")):
        return "xls", "Excel 97-2003"
    return "other", "OLE2"


def is_ole2(content: bytes) -> bool:
    """True for the container of .xls, .doc and of encrypted workbooks."""
    return content.startswith(_OLE2)


def zip_container(names: set[str]) -> tuple[str, str]:
    """(container, what it is) of a ZIP package by its parts: ``xlsx``, ``ods`` or ``other``."""
    if "xl/workbook.xml" in names:
        return "xlsx", "Excel"
    if "mimetype" in names and "content.xml" in names:
        return "ods", "OpenDocument"
    if "xl/workbook.bin" in names:
        return "other", "Excel nhị phân (.xlsb)"
    if "word/document.xml" in names:
        return "other", "Word"
    return "other", "ZIP"


def what_it_is(content: bytes) -> str:
    """What a file that is neither ZIP nor OLE2 looks like, in words for its sender."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    if head.startswith(b"<?xml"):
        return "SpreadsheetML 2003" if b"spreadsheet" in head else "HTML" if b"<html" in head else "XML"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head:
        return "CSV / văn bản"
    return "không rõ loại"
