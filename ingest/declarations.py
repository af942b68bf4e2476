"""YAML declarations, of ours and of a deployment: read strictly, every fault told with file and line.

YAML itself lets the second of two equal keys win and expands nested aliases without end; here a key given twice, an
alias bomb and a file in another encoding are refused, and what does not fit its model is told at its line.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.told import Told

_LARGEST = 200_000
"""Nodes a declaration may have once its aliases are expanded; ours have fewer than 3,000."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Label(BaseModel):
    """What people read: Vietnamese first, English second."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    vi: str
    en: str


class DeclarationError(Told, ValueError):
    """A declaration that cannot be used; the message names file, line and what to change."""

    def __init__(self, path: Path, line: int | None, vi: str, en: str) -> None:
        where = f"{path}, dòng / line {line}" if line else str(path)
        super().__init__(f"{where}: {vi} / {en}")


def read_declaration(path: Path, content: bytes | None = None) -> Any:
    """The content of one YAML file. Raises DeclarationError."""
    try:
        text = (path.read_bytes() if content is None else content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DeclarationError(
            path, line, "tệp không lưu bằng UTF-8; lưu lại bằng UTF-8", "not saved as UTF-8; save it as UTF-8"
        ) from error
    except OSError as error:
        raise DeclarationError(
            path, None, f"không đọc được tệp ({error.strerror})", "the file cannot be read"
        ) from error
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise DeclarationError(path, None, "tệp rỗng; ghi khai báo hoặc xóa tệp", "empty; declare or delete it")
        _count(path, node, {})
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        _told(path, error)
    except RecursionError as error:
        raise DeclarationError(path, None, "lồng nhau quá sâu", "nested too deeply") from error


def declaration_files(folder: Path) -> list[Path]:
    """The declarations of a folder, by name.

    Raises DeclarationError for one whose ending would keep it unread, and for what is no file that can be read.
    """
    for path in sorted(folder.glob("*.*")):
        if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml":
            raise DeclarationError(
                path, None, "đổi đuôi tệp thành .yaml để được đọc", "rename it to .yaml, else it is not read"
            )
    found = sorted(folder.glob("*.yaml"))
    for path in found:
        if not path.is_file() or not os.access(path, os.R_OK):
            raise DeclarationError(
                path,
                None,
                "không phải tệp đọc được (thư mục, liên kết hỏng, không có quyền); xóa hoặc thay bằng tệp",
                "is no file that can be read (a folder, a broken link, no permission); remove it or put the file there",
            )
    return found


def told_invalid(path: Path, error: ValidationError) -> DeclarationError:
    """What does not fit its model, each fault with its line, as one error."""
    faults = []
    first = None
    for fault in error.errors(include_url=False, include_context=False):
        line = line_of(path, fault["loc"])
        first = first or line
        at = ".".join(str(part) for part in fault["loc"])
        given = fault.get("input")
        shown = f" ({str(given)[:60]!r})" if isinstance(given, str | int | float | bool) else ""
        faults.append(f"{at or '-'} [{line or '?'}]: {fault['msg']}{shown}")
    return DeclarationError(path, first, "khai báo không hợp lệ, sửa các chỗ sau", "not valid: " + "; ".join(faults))


def line_of(path: Path, keys: Sequence[Any]) -> int | None:
    """The line of the deepest node that ``keys`` (of mappings and lists) lead to; None where the file is no YAML."""
    try:
        node = yaml.compose(path.read_bytes().decode("utf-8-sig"), Loader=_Loader)
    except (OSError, ValueError, yaml.YAMLError):
        return None
    line = None
    for key in keys:
        found = _child(node, key)
        if found is None:
            continue  # a name pydantic adds for the member of a union
        line, node = found
    return line or (node.start_mark.line + 1 if node is not None else None)


def _child(node: Any, key: Any) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark.line + 1, node.value[key]
    return None


def _count(path: Path, node: Any, known: dict[int, int]) -> int:
    """The nodes below ``node`` with aliases expanded; a key given twice and a bomb are told."""
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = _LARGEST  # an alias to what it stands in has no end
    total = 1
    if isinstance(node, yaml.MappingNode):
        _keys_once(path, node)
        total += sum(_count(path, key, known) + _count(path, value, known) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        total += sum(_count(path, one, known) for one in node.value)
    if total >= _LARGEST:
        raise DeclarationError(
            path, node.start_mark.line + 1, "bí danh (&, *) lồng nhau quá lớn", "aliases (&, *) expand beyond measure"
        )
    known[id(node)] = total
    return total


def _keys_once(path: Path, node: yaml.MappingNode) -> None:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if key.value in seen:
            raise DeclarationError(
                path,
                line,
                f"khóa «{key.value}» đã có ở dòng {seen[key.value]}; giữ một",
                f"the key “{key.value}” stands already on line {seen[key.value]}; keep one",
            )
        if isinstance(key.value, str):
            seen[key.value] = line


def _told(path: Path, error: yaml.YAMLError) -> NoReturn:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    line = mark.line + 1 if mark is not None else None
    raise DeclarationError(
        path, line, "không phải YAML hợp lệ; xem thụt dòng, dấu tab, dấu ngoặc", f"not valid YAML: {problem}"
    ) from error
