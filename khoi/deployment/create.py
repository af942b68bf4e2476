"""A new deployment: the registers to be filled in, the inbox, and what to do next."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ingest.durable import move
from khoi.deployment.home import PRIVATE, Home

GUIDE = "LAM-GI-TIEP.md"

_GUIDE_TEXT = """# Làm gì tiếp / What next

1. Đặt biến KHOI_HOME tới thư mục này (set KHOI_HOME to this folder).
2. Điền sổ đăng ký: `khoi registers edit` ghi ra một tệp Excel, sửa xong chạy `khoi registers edit --from TỆP`; hoặc sửa
   các tệp CSV trong `config/seeds/` (fill in the registers, in one workbook or as CSV).
3. `khoi template --period 2026H2 --out bieu-mau`: tạo biểu mẫu trống cho từng tổ chức (blank workbooks).
4. Chép tệp các tổ chức gửi về vào `inbox/`, rồi chạy `khoi run` (put what is sent into the inbox, then run).
5. Mở `reports/quality/index.html` (open the quality pages).

Biểu mẫu riêng đặt ở `config/forms/`, quy tắc riêng ở `config/rules/` (own forms and rules as YAML).
Tệp theo mẫu biểu của chính đảng bộ: `khoi layout suggest TỆP` đề xuất khai báo, đặt vào `config/layouts/`
(a form of the committee's own: let khoi propose its declaration).
"""


class DeploymentExists(FileExistsError):
    """The folder already holds a deployment."""


def create_deployment(home: Home, registers: Mapping[str, bytes] | None = None) -> Path:
    """Make the folders, copy the lists that every deployment shares, write empty registers; returns the guide's path.

    ``registers``: the contents of seeds that start with more than that, by name. The seeds appear as a whole or not
    at all, so an interrupted call is made again. Raises DeploymentExists where the folder has a configuration
    already: nothing is ever overwritten.
    """
    from ingest.reference import SEED_COLUMNS, SEEDS_DIR

    seeds = home.seeds
    if seeds.exists():
        raise DeploymentExists(f"{seeds} đã có; không ghi đè / exists already; nothing was overwritten")
    home.create()
    home.config.mkdir(mode=PRIVATE, exist_ok=True)
    for name in ("forms", "rules", "layouts", "gate"):
        (home.config / name).mkdir(exist_ok=True)
    guide = home.root / GUIDE
    guide.write_text(_GUIDE_TEXT, encoding="utf-8")
    unfinished = seeds.with_name(".seeds")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name, columns in SEED_COLUMNS.items():
        shared = SEEDS_DIR / f"{name}.csv"
        if registers and name in registers:
            (unfinished / shared.name).write_bytes(registers[name])
        elif shared.is_file():
            shutil.copyfile(shared, unfinished / shared.name)
        else:
            (unfinished / shared.name).write_text(",".join(columns) + "\n", encoding="utf-8")
    move(unfinished, seeds)
    return guide
