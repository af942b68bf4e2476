"""What can go wrong between the lake and a reader."""

from __future__ import annotations

from pathlib import Path


class WarehouseError(Exception):
    """A question that cannot be answered, or a build that failed; the message says what to do next."""


class NewerPublication(WarehouseError):
    """What was published was written by a newer khoi, whose records may mean what this edition does not know."""


def require_known(path: Path, schema: int, known: int) -> None:
    """Raises NewerPublication where the record at ``path`` has a later schema than the one ``known`` here."""
    if schema > known:
        raise NewerPublication(
            f"{path}: do bản khoi mới hơn ghi (cấu trúc {schema}, bản này {known}); hãy dùng bản khoi đó; bản này "
            f"không đọc và không công bố đè lên / written by a newer khoi (schema {schema}, this one knows {known}); "
            "use that khoi; this one neither reads it nor publishes over it"
        )


class BuildError(WarehouseError):
    """dbt did not finish; nothing was published. ``failures`` names node and reason, ``log`` is dbt's log."""

    def __init__(self, failures: list[str], log: str) -> None:
        self.failures = failures
        self.log = log
        listed = "\n".join(f"  - {failure}" for failure in failures) or "  - (dbt không cho biết / dbt did not say)"
        super().__init__(
            "Không dựng được kho dữ liệu; bản đã công bố vẫn nguyên vẹn.\n"
            f"The warehouse was not built; what is published is untouched.\n{listed}\nNhật ký / log: {log}"
        )
