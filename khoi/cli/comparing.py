"""Figures side by side: `khoi compare` (two periods, two publications), `published` and `correct`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ingest.numerals import limit_vi
from khoi.cli.committee_names import committee_names
from khoi.cli.deciding import with_role_labels
from khoi.cli.output import FINDINGS, AsJson, as_json, number, out, refuse, table
from khoi.cli.reading import published
from khoi.deployment.home import Home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khoi.figures.comparison import Change, Comparison, Side
    from khoi.figures.parts import Part
    from khoi.figures.revisions import Revisions


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (("compare", compare), ("published", publications), ("correct", correct)):
        app.command(name)(command)


_Measure = Annotated[str | None, typer.Argument(help="Mã chỉ tiêu, ví dụ members_total / measure code")]
_From = Annotated[str | None, typer.Option("--from", help="Kỳ đầu / first period")]
_To = Annotated[str | None, typer.Option("--to", help="Kỳ sau / second period")]
_Committee = Annotated[str | None, typer.Option("--committee", help="Mã đảng bộ / committee")]
_Basis = Annotated[
    str, typer.Option("--basis", help="as-was | as-is | as-of:YYYY-MM-DD | like-for-like: cơ sở so sánh / basis")
]
_Province = Annotated[
    str | None,
    typer.Option("--province", help="Mọi đảng bộ của một tỉnh, qua các lần chia tách, hợp nhất / a province"),
]
_LikeForLike = Annotated[
    bool, typer.Option("--like-for-like", help="Như --basis like-for-like / the same as that basis")
]
_Publications = Annotated[
    tuple[str, str] | None,
    typer.Option("--published", help="Hai lần công bố: vì sao số liệu thay đổi / why figures were revised"),
]
_Period = Annotated[str | None, typer.Option("--period", help="Với --published: một kỳ / one period")]


def compare(
    measure: _Measure = None,
    period_from: _From = None,
    period_to: _To = None,
    committee: _Committee = None,
    basis: _Basis = "as-was",
    province: _Province = None,
    like_for_like: _LikeForLike = False,
    publications: _Publications = None,
    period: _Period = None,
    json: AsJson = False,
) -> None:
    """So sánh hai kỳ, hoặc hai lần công bố, và các phần của chênh lệch / compare two periods or publications."""
    if publications is not None:
        _compare_publications(publications, measure, committee, period, json)
        return
    if measure is None or period_from is None or period_to is None:
        refuse(
            "Cần MEASURE --from KỲ --to KỲ, hoặc --published A B / give a measure and two periods, or two publications"
        )
    from khoi.access import code_words, note_read
    from khoi.figures.compare import compare as compared
    from khoi.figures.province import compare_province

    with published() as connection:
        names = committee_names(connection)
        if province is not None:
            basis = "like-for-like" if like_for_like else basis
            comparisons = [compare_province(connection, measure, period_from, period_to, province, basis=basis)]
        else:
            comparisons = compared(connection, measure, period_from, period_to, committee, like_for_like, basis=basis)
    asked = {"measure": measure, "from": period_from, "to": period_to, "committee": committee, "province": province}
    note_read(Home.from_environment(), "compare", code_words({**asked, "basis": basis}), len(comparisons))
    if json:
        as_json(comparisons)
        return
    for comparison in comparisons:
        _print_comparison(comparison, names.get(comparison.committee, comparison.committee))


_MOSTLY_COVERAGE = (
    "Phần do thiếu biểu lớn bằng hoặc hơn cả chênh lệch: chưa kết luận được tăng hay giảm; hãy đợi đủ biểu "
    "hoặc so sánh cùng phạm vi / what did not come moves the figure as far as its whole change: "
    "wait, or compare like for like"
)
_OTHER_ORGANIZATIONS = (
    "Hai kỳ không tính cùng những tổ chức ấy; so sánh cùng phạm vi: --like-for-like / "
    "the two periods do not count the same organizations"
)
_BASES = {
    "as-is": "Theo tổ chức hiện nay / as is",
    "as-of": "Theo tổ chức ngày / as of",
    "like-for-like": "Cùng phạm vi / like for like",
}


def _print_comparison(comparison: Comparison, name: str) -> None:
    unit = f" ({comparison.unit_vi})" if comparison.unit_vi else ""
    _say(f"\n{name} · {comparison.label_vi}{unit} / {comparison.label_en}", "bold")
    for found in comparison.breaks:
        told = "đã quy đổi / bridged" if found.bridged else "không so sánh được / not comparable"
        _say(f"  ! {found.measure}: {told}. {found.note_vi} / {found.note_en}", "yellow")
    kind, _, day = comparison.basis.partition(":")
    _print_change("Như báo cáo / as reported", comparison.as_reported)
    if kind in _BASES:
        _print_change(" ".join([_BASES[kind], day]).strip(), comparison.restated)
    for side in (comparison.side_from, comparison.side_to):
        counted = (
            f"{side.organizations_counted}/{side.organizations_expected} tổ chức có số liệu / organizations counted"
            if side.organizations_expected
            else "đảng bộ tự báo cáo / reported by the committee itself"
        )
        outside = f"; ngoài phạm vi / outside {number(side.outside)}" if side.outside else ""
        _say(f"  {side.period}: {counted}{_bounds(side)}{outside}")
    _print_parts(comparison.parts)
    if comparison.is_mostly_coverage:
        _say(f"  ! {_MOSTLY_COVERAGE}", "yellow")
    elif comparison.same_organizations is False:
        _say(f"  ≠ {_OTHER_ORGANIZATIONS}", "yellow")


def _bounds(side: Side) -> str:
    """What a headline can be while queries are open; nothing where none can move it."""
    if side.low is None or side.low == side.high == side.value:
        return ""
    return f"; có thể từ / may be {number(side.low)} – {limit_vi(side.high)}"


def _print_parts(parts: Sequence[Part]) -> None:
    for part in parts:
        if part.value:
            _say(f"    {_signed(part.value):>8}  {part.label_vi} / {part.label_en}")
    if parts:
        _say(f"    {_signed(round(sum(part.value for part in parts), 6)):>8}  cộng / sum")


def _print_change(title: str, change: Change | None) -> None:
    if change is None:
        _say(f"  {title}: –")
        return
    percent = "" if change.percent is None else f" ({number(change.percent)} %)"
    ends = f"{number(change.value_from)} → {number(change.value_to)}"
    _say(f"  {title}: {ends}, chênh lệch {number(change.difference)}{percent}")


def _say(text: str, style: str | None = None) -> None:
    out.print(text, style=style)


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value)


def _compare_publications(
    names: tuple[str, str], measure: str | None, committee: str | None, period: str | None, json: bool
) -> None:
    from khoi.access import code_words, note_read
    from khoi.figures.revisions import revisions

    home = Home.from_environment()
    found = revisions(home, *names, measure=measure, committee=committee, period=period)
    asked = {"published": "..".join(names), "measure": measure, "committee": committee, "period": period}
    note_read(home, "compare", code_words(asked), len(found.revisions))
    if json:
        as_json(found)
    else:
        _print_revisions(found)


def _print_revisions(found: Revisions) -> None:
    changed = ", ".join(found.changed) or "–"
    _say(f"{found.earlier.version} → {found.later.version}; đầu vào đã đổi / inputs changed: {changed}")
    received = found.later.workbooks_received - found.earlier.workbooks_received
    _say(f"{_signed(received)} tệp đã nhận / files received; {len(found.revisions)} số liệu đổi / figures revised")
    for revision in found.revisions:
        ends = f"{number(revision.value_from)} → {number(revision.value_to)}"
        _say(f"\n{revision.figure}: {ends} ({_signed(revision.difference)})", "bold")
        _print_parts(revision.parts)


def publications(
    figure: Annotated[
        str | None, typer.Argument(help="measure@ĐẢNG BỘ@KỲ hoặc mã số công bố; bỏ trống: mọi lần / a figure")
    ] = None,
    json: AsJson = False,
) -> None:
    """Các lần công bố, hoặc một số liệu qua các lần công bố / the publications, or one figure over them."""
    from khoi.deployment.fingerprint import changed_kinds
    from khoi.warehouse.vintages import figure_history, vintages

    home = Home.from_environment()
    if figure is not None:
        history = figure_history(home, figure)
        columns = {"version": "Lần công bố", "value": "Giá trị", "numerator": "Tử số", "denominator": "Mẫu số"}
        as_json(history) if json else table(history, columns, figure)
        return
    kept = vintages(home)
    if json:
        as_json(kept)
        return
    for before, vintage in zip([None, *kept], kept, strict=False):
        known = before.fingerprints if before else vintage.fingerprints
        changed = changed_kinds(known, vintage.fingerprints)
        _say(
            f"{vintage.version}  {vintage.workbooks_counted}/{vintage.workbooks_received} báo cáo / workbooks"
            f"  {', '.join(changed) or '–'}"
        )


def correct(json: AsJson = False) -> None:
    """Kiểm tra và liệt kê các quyết định sửa số liệu / check and list the decided corrections."""
    from khoi.exchange.corrections import judged_corrections

    home = Home.from_environment()
    found = judged_corrections(home)
    if json:
        # A record that cannot be used refuses every command; the key stays for programs that read it.
        as_json({"corrections": found.corrections, "faults": []})
    else:
        columns = {
            "correction_id": "Mã",
            "organization_code": "Tổ chức",
            "period_code": "Kỳ",
            "cell_code": "Ô",
            "observed": "Đã gửi",
            "expected_old": "Giá trị cũ",
            "new_value": "Giá trị mới",
            "by_role": "Vai trò",
            "status": "Tình trạng",
        }
        table(with_role_labels(home, found.corrections), columns, "Quyết định sửa số liệu / decided corrections")
    raise typer.Exit(FINDINGS if found.failing else 0)
