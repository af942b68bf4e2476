"""The folder that is handed out: the figures as Parquet, CSV and Excel, and a README that says what they are.

The files say of a masked figure only that it is masked: whether it is small itself or protects another stays unsaid,
since that would narrow both down.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.durable import replacing, write_text
from khoi.deployment.home import Home
from khoi.exports.csv_file import write_csv
from khoi.exports.notes import Notes
from khoi.exports.parquet_file import write_parquet
from khoi.exports.workbook_file import write_workbook
from khoi.sharing.layer import Figure, Layer
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.versions import published_version

if TYPE_CHECKING:
    import duckdb

COLUMNS = {
    "kind": "committee: của đảng bộ; year: cộng các kỳ; province: cộng các đảng bộ của tỉnh; like_for_like: chỉ các tổ "
    "chức so sánh được với kỳ compared_with / committee; year: periods added; province: committees added; "
    "like_for_like: only organizations comparable with the period compared_with",
    "area": "Mã đảng bộ hoặc tên tỉnh / code of the committee, or the province",
    "period_code": "Kỳ / period",
    "compared_with": "Kỳ so sánh, của like_for_like / the other period, of like_for_like",
    "measure_code": "Mã chỉ tiêu / measure",
    "label_vi": "Tên chỉ tiêu / name in Vietnamese",
    "label_en": "Tên chỉ tiêu bằng tiếng Anh / name in English",
    "unit_vi": "Đơn vị tính / unit in Vietnamese",
    "unit_en": "Đơn vị tính bằng tiếng Anh / unit in English",
    "value": "Số liệu; trống khi được che / the figure; empty where it is masked",
    "masked": "Được che / is masked",
    "organizations_counted": "Số tổ chức đã tính; trống: không cho biết / organizations counted; empty: not told",
    "organizations_expected": "Số tổ chức phải báo cáo / organizations due to report",
}
_RATIOS = "select measure_code, numerator_measure, denominator_measure from dim_measures where not is_additive"
_LABELS = "select measure_code, label_vi, label_en, unit_vi, unit_en from dim_measures"
_README = """SỐ LIỆU DÙNG ĐỂ CHIA SẺ / FIGURES FOR SHARING

Lần công bố / publication: {number} ({version})
Số liệu / figures: {figures}; được che / masked: {masked}; ngưỡng / threshold: {below}

TIẾNG VIỆT
- Mỗi dòng của figures.csv (.xlsx, .parquet) là một số liệu của một đảng bộ hoặc một tỉnh trong một kỳ. Không có dòng
  của riêng một tổ chức cơ sở đảng: ở đó hầu hết số đếm đều nhỏ.
- Số đếm từ 1 đến {last} được che: ô value trống, masked là true. Một số số liệu khác cũng được che, để cộng trừ các
  tổng, các phần, các năm và phần chênh lệch do sắp xếp tổ chức không suy ngược lại được. Tệp không cho biết số nào được
  che vì lẽ gì.
- Ai biết mọi số còn lại, các quy tắc của biểu mẫu và các lần chia sẻ trước chỉ khoanh được một số đếm nhỏ trong khoảng
  rộng từ {below} trở lên. Chưa tính đến hiểu biết riêng của người đọc, và việc số đếm là số nguyên.
- Tỷ lệ được che khi tử số hoặc mẫu số được che. Số đếm bằng 0 không được che.
- like_for_like (so sánh được) chỉ có dòng khi việc sắp xếp tổ chức làm thay đổi số liệu của kỳ. Phần chênh lệch với số
  đã báo cáo có thể là của một vài tổ chức; chỉ những số đếm nhỏ trong đó được bảo vệ.
- organizations_counted, organizations_expected: số tổ chức đã tính và phải báo cáo; trống khi con số ấy nhỏ, hoặc chỉ
  chênh một số nhỏ so với con số đã cho biết.{given_back_vi}

ENGLISH
- A row is one figure of a committee or a province in a period. There is no row of a single grassroots organization:
  nearly all its counts are small.
- Counts of 1 to {last} are masked: value is empty, masked is true. Some other figures are masked as well, so that
  adding and subtracting totals, parts, years and what reorganisations moved does not give them back. The files do not
  tell which is masked for which reason.
- Who knows all that is left, the rules of the forms and the earlier shares can place a small count only within a range
  of {below} or more. What a reader knows besides, and that counts are whole numbers, is not reckoned with.
- A ratio is masked where its numerator or denominator is. Counts of 0 are not masked.
- like_for_like has rows only where reorganisations change the figures of the period. What it differs by from the figure
  reported may be of a few organizations; only the small counts in it are protected.
- organizations_counted and organizations_expected: organizations counted and due; empty where the number is small, or
  differs by a small number from one that is told.{given_back_en}

CỘT / COLUMNS
{columns}
"""


def write_files(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    layer: Layer,
    masked: frozenset[tuple[str, ...]],
    folder: Path,
    below: int,
    given_back: int = 0,
) -> tuple[int, int]:
    """Write the folder; how many figures it has, and how many of them are masked. Raises WarehouseError where not."""
    import pyarrow as pa

    rows = _rows(connection, layer, masked)
    types = {"value": pa.float64(), "masked": pa.bool_(), **dict.fromkeys(list(COLUMNS)[-2:], pa.int64())}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    table = pa.Table.from_pylist(rows, schema=schema)
    version = published_version(home)
    told = ("", 0, "") if version is None else (version.version, version.number, version.published_at)
    notes = Notes("mart", f"khoi share --below {below}", told[1], told[0], told[2], ())
    left_out = sum(row["masked"] for row in rows)
    readme = _readme(notes, len(rows), left_out, below, given_back)
    try:
        with replacing(folder / "figures.parquet") as path:
            write_parquet(table, path, notes)
        with replacing(folder / "figures.csv") as path:
            write_csv(table, path)
        with replacing(folder / "figures.xlsx") as path:
            write_workbook(table, path, notes, COLUMNS)
        write_text(folder / "README.txt", readme)
    except OSError as error:
        raise WarehouseError(
            f"{folder}: không ghi được ({error.strerror}); đóng tệp nếu đang mở, hoặc chọn nơi khác\n"
            f"{folder}: cannot be written ({error.strerror}); close the files if they are open, or choose another place"
        ) from error
    return len(rows), left_out


def _rows(
    connection: duckdb.DuckDBPyConnection, layer: Layer, masked: frozenset[tuple[str, ...]]
) -> list[dict[str, Any]]:
    """The figures and their ratios, one row each, in the order of kind, area, period and measure."""
    labels = {code: texts for code, *texts in connection.execute(_LABELS).fetchall()}
    shown = {one.key: _row(one, None if one.key in masked else one.value) for one in layer.figures}
    ratios = connection.execute(_RATIOS).fetchall()
    for *place, _ in sorted({(*one.key[:4], "") for one in layer.figures}):
        for measure, over, under in ratios:
            side, base = shown.get((*place, over)), shown.get((*place, under))
            if side and base:
                shown[*place, measure] = _ratio(measure, side, base)
    named = dict(zip(("label_vi", "label_en", "unit_vi", "unit_en"), range(4), strict=True))
    return [
        {**row, **{name: labels[row["measure_code"]][number] for name, number in named.items()}}
        for _, row in sorted(shown.items())
        if row["masked"] or row["value"] is not None
    ]


def _row(figure: Figure, value: float | None) -> dict[str, Any]:
    names = ("kind", "area", "period_code", "compared_with", "measure_code")
    return {
        **dict(zip(names, figure.key, strict=True)),
        "value": value,
        "masked": value is None,
        "organizations_counted": figure.counted,
        "organizations_expected": figure.expected,
    }


def _ratio(measure: str, over: Mapping[str, Any], under: Mapping[str, Any]) -> dict[str, Any]:
    """In percent, of two figures that both stand there: so it tells nothing that they do not."""
    is_masked = over["masked"] or under["masked"]
    value = None if is_masked or not under["value"] else 100 * over["value"] / under["value"]
    return {**over, "measure_code": measure, "value": value, "masked": is_masked}


def _readme(notes: Notes, figures: int, masked: int, below: int, given_back: int) -> str:
    vi = en = ""
    if given_back:
        vi = f"\n- CHÚ Ý: {given_back} số đếm nhỏ suy ra được từ các lần chia sẻ trước, khi ngưỡng còn thấp hơn."
        en = f"\n- NOTE: {given_back} small counts follow from earlier shares, made with a lower threshold."
    return _README.format(
        number=notes.number,
        version=notes.version,
        figures=figures,
        masked=masked,
        below=below,
        last=below - 1,
        given_back_vi=vi,
        given_back_en=en,
        columns="\n".join(f"- {name}: {text}" for name, text in COLUMNS.items()),
    )
