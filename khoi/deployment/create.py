"""A new deployment: the registers to be filled in, the inbox, and what to do next."""

from __future__ import annotations

import shutil
from pathlib import Path

from ingest.reference import SEED_COLUMNS, SEEDS_DIR
from khoi.deployment.home import Home

# What holds for every committee is copied; what is a committee's own starts with its header only.
SHARED_SEEDS = (
    "codes",
    "code_combinations",
    "periods",
    "measures",
    "measure_terms",
    "measure_breaks",
    "rule_parameters",
)
GUIDE = "LAM-GI-TIEP.md"

_GUIDE_TEXT = """# Làm gì tiếp / What next

1. Điền sổ đăng ký trong `config/seeds/`: `committees.csv`, `organizations.csv`, `organization_events.csv`,
   `reporting_periods.csv` (fill in the registers).
2. Đặt biến KHOI_HOME tới thư mục này (set KHOI_HOME to this folder).
3. `khoi template --period 2026H2 --out bieu-mau`: tạo biểu mẫu trống cho từng tổ chức (blank workbooks).
4. Chép tệp các tổ chức gửi về vào `inbox/`, rồi chạy `khoi run` (put what is sent into the inbox, then run).
5. Mở `reports/quality/index.html` (open the quality pages).

Biểu mẫu riêng đặt ở `config/forms/`, quy tắc riêng ở `config/rules/` (own forms and rules as YAML).
Tệp theo mẫu biểu của chính đảng bộ: `khoi layout suggest TỆP` đề xuất khai báo, đặt vào `config/layouts/`
(a form of the committee's own: let khoi propose its declaration).
"""


class DeploymentExists(FileExistsError):
    """The folder already holds a deployment."""


def create_deployment(home: Home) -> Path:
    """Make the folders, copy the shared code lists, write empty registers; returns the guide's path.

    Raises DeploymentExists where the folder has a configuration already: nothing is ever overwritten.
    """
    seeds = home.config / "seeds"
    if seeds.exists():
        raise DeploymentExists(f"{seeds} đã có; không ghi đè / exists already; nothing was overwritten")
    home.create()
    for folder in (seeds, *(home.config / name for name in ("forms", "rules", "layouts", "gate"))):
        folder.mkdir(parents=True)
    for name, columns in SEED_COLUMNS.items():
        if name in SHARED_SEEDS:
            shutil.copyfile(SEEDS_DIR / f"{name}.csv", seeds / f"{name}.csv")
        else:
            (seeds / f"{name}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    guide = home.root / GUIDE
    guide.write_text(_GUIDE_TEXT, encoding="utf-8")
    return guide
