"""Characters nobody sees, or that no table and no page can hold, made visible wherever a sender's text is shown."""

from __future__ import annotations

_HIDDEN = {
    code: f"\\u{code:04x}"
    for code in [
        *(*range(0x20), *range(0x7F, 0xA0), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        *range(0xD800, 0xE000),  # bytes of a file name that are not UTF-8: no table and no page can hold them
    ]
}


def shown(text: str) -> str:
    """``text`` with control, zero-width and direction-turning characters made visible."""
    return text.translate(_HIDDEN)
