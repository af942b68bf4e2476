"""How large an honest workbook may be; measured on some 4,000 real ones, refusing every bomb that was tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Every bound of reading one file. Bytes, counts and seconds."""

    file_bytes: int = 50_000_000
    zip_entries: int = 5_000
    inflated_bytes: int = 1_000_000_000
    part_bytes: int = 300_000_000
    sheets: int = 2_000
    cells: int = 5_000_000
    rectangle_cells: int = 20_000_000
    envelope_files: int = 500
    envelope_bytes: int = 500_000_000
    envelope_depth: int = 4
    wall_seconds: float = 30.0
    cpu_seconds: int = 20
    memory_bytes: int = 2_000_000_000
    copy_seconds: float = 30.0
    copy_memory_bytes: int = 2_000_000_000
    batch_files: int = 64
    worker_deaths_at_start: int = 5
