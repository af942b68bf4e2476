"""What can go wrong between the lake and a reader."""

from __future__ import annotations


class WarehouseError(Exception):
    """A question that cannot be answered, or a build that failed; the message says what to do next."""


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
