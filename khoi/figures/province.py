"""Comparing a province over the years: its committees end, succeed each other and are joined with others.

A province is what its committees were on a period's last day. Organizations bound by events, across committees, are
one family: what a merger adds or a succession renames stays inside it, so no share is needed to compare its ends.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from khoi.figures.basis import Basis
from khoi.figures.compare import described, named, ratio_of
from khoi.figures.comparison import Break, Change, Comparison, Side, change
from khoi.figures.names import chosen as known_name
from khoi.figures.names import known_codes
from khoi.figures.parts import Part
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from khoi.figures.compare import Measure

_SQL = Path(__file__).with_name("province.sql")
_LAST_DAY = "9998-12-31"
_EXPECTED = """
select headlines.period_code, cast(sum(headlines.organizations_expected) as integer)
from rpt_committee_measures as headlines
inner join bridge_committee_periods as committee_periods using (committee_code, period_code)
inner join dim_committees as committees using (committee_key)
where committees.province = ? and headlines.measure_code = ? group by all
"""
_BREAKS = """
select breaks.note_vi, breaks.note_en
from dim_measure_breaks as breaks
where breaks.measure_code = $measure
    and breaks.changed_on > (select period_end from dim_periods where period_code = $period_from)
    and breaks.changed_on <= (select period_end from dim_periods where period_code = $period_to)
order by breaks.changed_on
"""

# part code -> group, Vietnamese, English, in the order in which they are told
_PARTS = {
    "stayed": ("organic", "Thay đổi của các tổ chức ở lại", "Change of the organizations that stayed"),
    "joined": ("reorganisation", "Vào theo hợp nhất, số kỳ đầu", "Came with other provinces, as of the first period"),
    "joined_since": ("organic", "Thay đổi của các tổ chức mới vào", "Change of those that came"),
    "new": ("reorganisation", "Tổ chức chưa có ở kỳ đầu", "Organizations not there at the first period"),
    "moved_away": ("reorganisation", "Chuyển sang tỉnh khác", "Went to another province"),
    "ended": ("reorganisation", "Tổ chức không còn ở kỳ sau", "Organizations not there at the second period"),
}


def compare_province(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    period_from: str,
    period_to: str,
    province: str,
    *,
    basis: str = "as-was",
) -> Comparison:
    """The figures of all committees of ``province`` at two periods, restated on ``basis``, and the parts of the change.

    as-is and as-of take the families that have an organization in the province on that day, wherever they reported
    before; like-for-like those that reported in the province at both ends. A ratio's sides are restated, never the
    ratio; across a changed definition nothing is restated. Raises WarehouseError for an unknown name and where one end
    has no figures.
    """
    chosen = Basis.parse(basis)
    names = named(connection, measure, period_from, period_to, None)
    place = known_name("province", province, known_codes(connection, "dim_committees", "province"))
    asked = (place, names.period_from, names.period_to, chosen, basis)
    found = described(connection, names.measure)
    if found.over is None or found.under is None:
        return _additive(connection, found, *asked)
    over, under = (_additive(connection, described(connection, code), *asked) for code in (found.over, found.under))
    comparison = ratio_of(found, over, under)
    if comparison is None:
        raise WarehouseError(f"{measure}: một kỳ không có mẫu số / one end has no denominator")
    return comparison


def _additive(
    connection: duckdb.DuckDBPyConnection,
    measure: Measure,
    province: str,
    period_from: str,
    period_to: str,
    basis: Basis,
    text: str,
) -> Comparison:
    end_names = {"measure": measure.code, "period_from": period_from, "period_to": period_to}
    as_of = _LAST_DAY if basis.as_of is None else basis.as_of.isoformat()
    families = connection.execute(
        _SQL.read_text(encoding="utf-8"), {**end_names, "province": province, "as_of": as_of}
    ).df()
    expected = dict(connection.execute(_EXPECTED, [province, measure.code]).fetchall())
    earlier, later = (
        _side(period, families[f"inside_{end}"], int(families[f"organizations_{end}"].sum()), expected.get(period, 0))
        for period, end in ((period_from, "from"), (period_to, "to"))
    )
    reported = change(earlier.value, later.value)
    crossed = connection.execute(_BREAKS, end_names).fetchall()
    restated = None if crossed and basis.kind != "as-was" else _restated(families, basis, reported)
    return Comparison(
        committee=province,
        measure=measure.code,
        label_vi=measure.label_vi,
        label_en=measure.label_en,
        unit_vi=measure.unit_vi,
        unit_en=measure.unit_en,
        side_from=earlier,
        side_to=later,
        as_reported=reported,
        like_for_like=restated if basis.kind == "like-for-like" else None,
        parts=_parts(families),
        basis=text,
        restated=restated,
        breaks=tuple(Break(measure.code, False, vi, en) for vi, en in crossed),
    )


def _side(period: str, inside: pd.Series, counted: int, expected: int) -> Side:
    if inside.isna().all():
        raise WarehouseError(f"{period}: tỉnh không có số liệu của kỳ này / the province has no figures at this period")
    return Side(period, float(inside.sum()), counted, expected)


def _restated(families: pd.DataFrame, basis: Basis, reported: Change) -> Change | None:
    """The change on ``basis``; None where no family is on it."""
    if basis.kind == "as-was":
        return reported
    if basis.kind == "like-for-like":
        both = families[families["inside_from"].notna() & families["inside_to"].notna()]
        columns = ["inside_from", "inside_to"]
    else:
        both = families[families["is_of_the_day"]]
        columns = ["all_from", "all_to"]
    sums = both[columns].sum()
    return change(float(sums.iloc[0]), float(sums.iloc[1])) if len(both) else None


def _parts(families: pd.DataFrame) -> tuple[Part, ...]:
    """What the reported difference is made of; every family is in one row, so the parts add up to it."""
    earlier, later = families["inside_from"], families["inside_to"]
    elsewhere_from = (families["all_from"] - earlier.fillna(0)).where(families["all_from"].notna())
    elsewhere_to = (families["all_to"] - later.fillna(0)).where(families["all_to"].notna())
    stayed, came, left = earlier.notna() & later.notna(), earlier.isna() & later.notna(), earlier.notna() & later.isna()
    known_before, known_after = elsewhere_from.notna(), elsewhere_to.notna()
    values = {
        "stayed": (later - earlier)[stayed].sum(),
        "joined": elsewhere_from[came & known_before].sum(),
        "joined_since": (later - elsewhere_from)[came & known_before].sum(),
        "new": later[came & ~known_before].sum(),
        "moved_away": -earlier[left & known_after].sum(),
        "ended": -earlier[left & ~known_after].sum(),
    }
    return tuple(Part(code, group, vi, en, float(values[code])) for code, (group, vi, en) in _PARTS.items())
