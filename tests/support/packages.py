"""Workbooks as bytes, part by part: small honest ones and what hostile or careless senders make of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from compound import compound
from python_calamine import CalamineWorkbook

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

CONTENT_TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def sheet_xml(rows: str) -> str:
    """A worksheet part around its rows."""
    return f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def parts_of(**sheets: str) -> dict[str, str]:
    """The parts of a workbook: sheet name -> its rows as XML."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(sheets, start=1)
    )
    targets = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    relations = f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": f'{relations}<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{relations}{targets}</Relationships>",
        **{f"xl/worksheets/sheet{number}.xml": sheet_xml(rows) for number, rows in enumerate(sheets.values(), start=1)},
    }


def packed(parts: Mapping[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP package of ``parts``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


ONE_ROW = '<row r="1"><c r="A1"><v>57</v></c><c r="B1" t="inlineStr"><is><t>đảng viên</t></is></c></row>'


def workbook(rows: str = ONE_ROW, **more: str | bytes) -> bytes:
    """A workbook of one sheet ``S``; ``more`` parts are added or replaced (``__`` stands for ``/``)."""
    added = {name.replace("__", "/"): content for name, content in more.items()}
    return packed({**parts_of(S=rows), **added})


def ole2(*streams: str) -> bytes:
    """An OLE2 file with empty streams of these names."""
    return compound(dict.fromkeys(streams, b""))


def opens(content: bytes) -> bool:
    """True where the fast reader opens the bytes: a test workbook is refused for its fault, not for being none."""
    CalamineWorkbook.from_filelike(io.BytesIO(content))
    return True
