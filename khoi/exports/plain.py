"""A value of an answer as programs read it: what JSON knows, and one text for what no cell can hold."""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from decimal import Decimal
from typing import Any


def plain(value: object) -> Any:
    """A value as JSON knows it: a list or a structure by its parts, a number as one, all else as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set) or hasattr(value, "tolist"):
        parts: Any = value.tolist() if hasattr(value, "tolist") else value
        return [plain(part) for part in parts] if isinstance(parts, list | tuple | set) else plain(parts)
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | dt.time | dt.timedelta) else _number(value)


def _number(value: Any) -> Any:
    """A fraction; None for what is none, which JSON has no word for."""
    if not isinstance(value, float):
        return value
    return value if math.isfinite(value) else None


def as_text(value: object) -> str:
    """The one text of a value where only text can stand: nothing for null, lists and structures as JSON."""
    if isinstance(value, Decimal):
        return str(int(value)) if value == value.to_integral_value() else format(value, "f")
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(int(value)) if value.is_integer() else repr(value)
    told = plain(value)
    if told is None:
        return ""
    if isinstance(told, bool):
        return "true" if told else "false"
    return json.dumps(told, ensure_ascii=False) if isinstance(told, list | dict) else str(told)
