"""The text of a report file, page by page, told apart by content and not by its name."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from ingest.documents.mend import Paragraph, mended

MOST_BYTES = 50_000_000
_PACKAGE = b"PK\x03\x04"
_ENCODINGS = ("utf-8-sig", "cp1258")


class DocumentError(ValueError):
    """A report that cannot be read; the message says what it is and what to do."""


def read_document(path: Path) -> list[Paragraph]:
    """The paragraphs of a report, mended, in reading order; footnotes stand where their marks do.

    A .docx or .odt has no pages until it is printed: everything is page 1 there unless the file holds page breaks.
    Raises DocumentError where the file is none of .docx, .odt, .pdf and .txt, or holds no text (a scan).
    """
    if not path.is_file():
        raise DocumentError(f"{path.name}: không phải tệp thường / not a regular file")
    if path.stat().st_size > MOST_BYTES:
        raise DocumentError(f"{path.name}: lớn hơn 50 MB / larger than 50 MB")
    content = path.read_bytes()
    pages = list(_pages(content, path.name))
    paragraphs = mended(pages, has_paragraphs=content.startswith(_PACKAGE))
    if not paragraphs:
        raise DocumentError(
            f"{path.name}: không có chữ nào đọc được; nếu là bản chụp, hãy gửi bản gốc .docx / "
            "no text in it; if it is a scan, take the original .docx"
        )
    return paragraphs


def _pages(content: bytes, name: str) -> Iterator[str]:
    if content.startswith(b"%PDF"):
        yield from _pdf(content, name)
    elif content.startswith(_PACKAGE):
        yield from _package(content, name)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(
            f"{name}: văn bản Word kiểu cũ (.doc) hoặc có mật khẩu; hãy lưu lại thành .docx / "
            "an old or encrypted Word file; save it as .docx"
        )
    else:
        yield from _plain(content, name).split("\f")


def _plain(content: bytes, name: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:4096]:
        raise DocumentError(f"{name}: không phải văn bản / not a text")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", errors="replace")


def _pdf(content: bytes, name: str) -> Iterator[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(f"{name}: tệp PDF có mật khẩu / the PDF is encrypted")
        for page in reader.pages:
            yield page.extract_text() or ""
    except DocumentError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise DocumentError(f"{name}: tệp PDF hỏng / the PDF is broken") from error


def _package(content: bytes, name: str) -> Iterator[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = set(package.namelist())
    except zipfile.BadZipFile as error:
        raise DocumentError(f"{name}: tệp hỏng / the file is broken") from error
    if "word/document.xml" in parts:
        yield from _word(content, name)
    elif "content.xml" in parts:
        yield from _open_document(content, name)
    else:
        raise DocumentError(f"{name}: không phải .docx, .odt, .pdf hay .txt / none of .docx, .odt, .pdf, .txt")


def _word(content: bytes, name: str) -> Iterator[str]:
    """Body in reading order, a cell of a table as a paragraph, footnotes inline after their marks.

    A page begins at each printed break.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(BytesIO(content))
    except (OpcError, KeyError, ValueError, SyntaxError) as error:
        raise DocumentError(f"{name}: tệp Word hỏng / the Word file is broken") from error
    notes = _word_notes(document)
    page: list[str] = []
    for block in document.element.body.iter(_w("p")):
        text = ""
        for node in block.iter():
            if node.tag == _w("lastRenderedPageBreak") or (node.tag == _w("br") and node.get(_w("type")) == "page"):
                yield "\n\n".join([*page, text] if text else page)
                page, text = [], ""
            elif node.tag == _w("t"):
                text += node.text or ""
            elif node.tag in (_w("tab"), _w("br")):
                text += " "
            elif node.tag == _w("footnoteReference"):
                text += notes.get(node.get(_w("id")) or "", "")
        if text.strip():
            page.append(text)
    yield "\n\n".join(page)


def _word_notes(document: object) -> dict[str, str]:
    """Footnote id -> its text in brackets, as it is read in place of the mark."""
    from lxml import etree

    for relation in document.part.rels.values():  # type: ignore[attr-defined]
        if relation.reltype.endswith("/footnotes"):
            root = etree.fromstring(relation.target_part.blob)
            return {
                note.get(_w("id")): f" ({text})"
                for note in root.iter(_w("footnote"))
                if (text := "".join(part.text or "" for part in note.iter(_w("t"))).strip())
            }
    return {}


def _w(tag: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{tag}"


def _open_document(content: bytes, name: str) -> Iterator[str]:
    from lxml import etree

    with zipfile.ZipFile(BytesIO(content)) as package:
        root = etree.fromstring(package.read("content.xml"), etree.XMLParser(resolve_entities=False, huge_tree=False))
    text_namespace = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    lines = []
    for block in root.iter(f"{text_namespace}p", f"{text_namespace}h"):
        if any(parent.tag == f"{text_namespace}note-body" for parent in block.iterancestors()):
            continue
        for citation in list(block.iter(f"{text_namespace}note-citation")):
            citation.text = " ("
        for body in block.iter(f"{text_namespace}note-body"):
            body.tail = (body.tail or "") + ""
            body.append(etree.Element("end"))
            body[-1].tail = ")"
        for space in block.iter(f"{text_namespace}s", f"{text_namespace}tab", f"{text_namespace}line-break"):
            space.tail = " " + (space.tail or "")
        lines.append("".join(block.itertext()))
    yield "\n\n".join(line for line in lines if line.strip())
