"""Where received bytes lie, by their hash; nothing else, and nothing is loaded for it.

Reading processes are told the place of what they take out of mails and archives as this function: were it at home in
`ingest.receive`, each of them would load pandas to find it.
"""

from __future__ import annotations

from pathlib import Path


def landed_path(landed: Path, file_hash: str, name: str) -> Path:
    """Where the bytes of a file are kept: by hash, with the extension it came with."""
    extension = Path(name).suffix.lower()
    safe = extension if extension.isascii() and extension[1:].isalnum() and len(extension) <= 6 else ""
    return landed / file_hash[:2] / f"{file_hash}{safe}"
