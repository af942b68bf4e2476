"""The rules themselves: `khoi rules list`, `show`, `audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from khoi.cli.output import FINDINGS, AsJson, as_json, out, refuse, table
from khoi.deployment.home import Home

if TYPE_CHECKING:
    from quality.audit.report import RulesAudit

rules = typer.Typer(no_args_is_help=True, help="Quy tắc kiểm tra: xem, rà soát / the rules: list, show, audit")

_LIST = {
    "rule_id": "Mã",
    "kind": "Loại",
    "severity": "Mức",
    "title_vi": "Quy tắc",
    "title_en": "Rule",
    "valid_from": "Từ",
    "valid_to": "Đến",
}
_WHERE = {"period_code": "Kỳ", "organization_type": "Loại hình"}
_SIGHTS = {
    "unseen": "không quy tắc nào thấy / unseen",
    "beyond_slack": "chỉ thấy khi lệch nhiều / beyond slack",
    "noticed": "thấy, chưa chỉ ra ô / noticed",
    "located": "chỉ ra được ô / located",
}
_SHOWN_SPOTS, _SHOWN_REMEDIES = 8, 5


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(rules, name="rules")


@rules.command("list")
def list_rules(json: AsJson = False) -> None:
    """Danh sách quy tắc / all rules."""
    from khoi.cli.declared import declared_rules

    frame = declared_rules(Home.from_environment())
    if json:
        as_json(frame)
    else:
        out.print(f"{len(frame)} quy tắc / rules")
        table(frame, _LIST)


@rules.command("show")
def show(
    rule_id: Annotated[str, typer.Argument(help="Mã quy tắc, ví dụ R001A / rule id")], json: AsJson = False
) -> None:
    """Một quy tắc, bằng lời / one rule in words."""
    from khoi.cli.declared import rule_told

    told = rule_told(Home.from_environment(), rule_id)
    if json:
        as_json(told)
        return
    out.print(f"{told['id']} {told['title']['vi']} / {told['title']['en']}", style="bold")
    for heading, text in _paragraphs(told):
        out.print(f"  {heading}: {text}")


def _paragraphs(told: dict[str, Any]) -> list[tuple[str, str]]:
    validity = f"{told['valid_from'] or '…'} – {told['valid_to'] or '…'}"
    lines = [
        ("Nội dung", told["words_vi"]),
        ("In words", told["words_en"]),
        ("Biểu thức / expression", told.get("expression", "")),
        ("Mức / severity", told["severity"]),
        ("Hiệu lực / validity", validity),
        ("Căn cứ / authority", told["authority"]),
        ("Vì sao", told["reason_vi"]),
        ("Why", told["reason"]),
        ("Thông báo", told["message"]["vi"]),
        ("Message", told["message"]["en"]),
    ]
    examples = [f"{one.pop('outcome')}: {one}" for one in told.get("examples", [])]
    return [line for line in lines if line[1]] + [("Ví dụ / example", example) for example in examples]


@rules.command("audit")
def audit(
    period: Annotated[
        str | None, typer.Option("--period", help="Kỳ; bỏ trống: kỳ báo cáo cuối / period; else the last one")
    ] = None,
    json: AsJson = False,
) -> None:
    """Rà soát quy tắc: mâu thuẫn, thừa, điểm mù, nên thêm gì / contradictions, redundancies, blind spots, remedies."""
    from khoi.figures.names import chosen as known_name
    from quality.audit.report import audit_rules
    from quality.catalogue import load_rules

    home = Home.from_environment()
    catalogue, reference = home.catalogue(), home.reference()
    periods = sorted(
        reference["reporting_periods"]["period_code"].unique(), key=lambda code: reference.period_ends[code]
    )
    if not periods:
        refuse(
            "reporting_periods.csv chưa có kỳ nào; hãy ghi kỳ báo cáo trước / no period is registered yet; enter one"
        )
    chosen = periods[-1] if period is None else known_name("period", period, periods)
    found = audit_rules([chosen], load_rules(catalogue, reference, home.config / "rules"), catalogue, reference)
    if json:
        as_json({"period_code": chosen, **{name: getattr(found, name) for name in found.__dataclass_fields__}})
    else:
        _print_audit(found)
    raise typer.Exit(FINDINGS if len(found.contradictions) else 0)


def _print_audit(found: RulesAudit) -> None:
    counted = found.blind_spots.groupby([*_WHERE, "sight"], sort=True).size().unstack(fill_value=0)
    counted = counted.reindex(columns=list(_SIGHTS), fill_value=0).reset_index()
    if found.contradictions.empty:
        out.print("Không có quy tắc mâu thuẫn / no contradictions")
    else:
        columns = {**_WHERE, "cell_code": "Ô chỉ có thể bằng 0 / cell", "rules": "Quy tắc / rules"}
        table(found.contradictions, columns, "Mâu thuẫn / contradictions")
    redundant = {**_WHERE, "rule_id": "Quy tắc / rule", "because": "Đã có trong / follows from"}
    table(found.redundancies, redundant, "Quy tắc đã nằm trong quy tắc khác / redundant rules")
    table(counted, {**_WHERE, **_SIGHTS}, "Một số sai duy nhất thì / a single error is")
    dim = found.blind_spots[found.blind_spots["sight"].isin(["unseen", "noticed"])]
    dim = dim.assign(twins=[len(twins.split(", ")) if twins else 0 for twins in dim["twins"]])
    for sight, spots in dim.groupby("sight", sort=False):
        columns = {**_WHERE, "cell_code": "Ô / cell", "label_vi": "Nhãn", "label_en": "Label"}
        if sight == "noticed":
            columns |= {"rules": "Quy tắc / rules", "twins": "Ô không phân biệt được / twins"}
        first = spots.sort_values([*_WHERE, "cell_code"]).groupby(list(_WHERE), sort=True).head(_SHOWN_SPOTS)
        table(first, columns, f"{_SIGHTS[str(sight)]} ({len(spots)}; --json: tất cả / all)")
    best = found.remedies.groupby(list(_WHERE), sort=True).head(_SHOWN_REMEDIES)
    remedies = {
        **_WHERE,
        "rule": "Hỏi thêm / ask for",
        "noticed": "Thấy thêm / noticed",
        "located": "Chỉ ra thêm / located",
    }
    table(best, remedies, "Quy tắc nên thêm, tốt nhất trước / new rules, best first")
