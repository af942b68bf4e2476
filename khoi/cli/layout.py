"""Forms of a committee's own: `khoi layout suggest`, `list`, `check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khoi.cli.output import FINDINGS, AsJson, as_json, number, out, refuse, table
from khoi.deployment.home import Home

layouts = typer.Typer(no_args_is_help=True, help="Mẫu biểu riêng của đảng bộ / forms of a committee's own.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(layouts, name="layout")


@layouts.command()
def suggest(
    file: Annotated[Path, typer.Argument(help="Tệp theo mẫu riêng / a file of that form", exists=True, dir_okay=False)],
    name: Annotated[str | None, typer.Option("--name", help="Tên mẫu / name of the layout")] = None,
    committee: Annotated[str | None, typer.Option("--committee", help="Mã đảng bộ / committee")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Kỳ, nếu tệp không ghi rõ / period")] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Ghi vào tệp / write to a file")] = None,
    json: AsJson = False,
) -> None:
    """Đề xuất khai báo cho một mẫu riêng, kèm căn cứ / propose a declaration, with the evidence."""
    from khoi.layouts import declaration_text, suggest_layout

    suggestion = suggest_layout(Home.from_environment(), file, period, committee)
    text = declaration_text(suggestion, name or file.stem, committee)
    if to is not None:
        if to.exists():
            refuse(f"{to} đã có; không ghi đè / exists already; nothing was overwritten")
        to.write_text(text, encoding="utf-8")
    if json:
        fields = [
            {
                "header": list(one.field.path), "place": one.field.place, "cell": one.cell, "score": one.score,
                "reason": one.reason, "refusal": one.refusal, "evidence": one.evidence,
            }
            for one in (*suggestion.members, *suggestion.mappings)
        ]  # fmt: skip
        as_json({"sheet": suggestion.table.sheet, "rows": suggestion.table.rows, "fields": fields})
    elif to is None:
        typer.echo(text, nl=False)
    raise typer.Exit(FINDINGS if suggestion.refused else 0)


@layouts.command("list")
def listed(json: AsJson = False) -> None:
    """Các mẫu riêng đã khai báo / the declared layouts."""
    from khoi.cli.declared import declared_layouts

    frame = declared_layouts(Home.from_environment())
    if json:
        as_json(frame)
        return
    columns = {
        "layout": "Mẫu", "label_vi": "Tên", "committees": "Đảng bộ", "valid_from": "Từ", "valid_to": "Đến",
        "rows": "Dòng", "cells": "Số mục", "forms": "Biểu",
    }  # fmt: skip
    table(frame, columns)


@layouts.command()
def check(
    file: Annotated[Path, typer.Argument(help="Một tệp / a file", exists=True, dir_okay=False)], json: AsJson = False
) -> None:
    """Một tệp theo mẫu riêng nào, gồm những tổ chức nào / which layout a file is, and whose figures it has."""
    from ingest.receive import read_files

    home = Home.from_environment()
    read = read_files([file], home.catalogue(), home.reference())
    columns = ["layout", "committee_code", "organization_code", "period_code", "read_state"]
    if json:
        as_json({"submissions": read.submissions[columns], "findings": read.findings})
    else:
        names = {"layout": "Mẫu", "organization_code": "Tổ chức", "period_code": "Kỳ", "read_state": "Kết quả"}
        table(read.submissions, names)
        for finding in read.findings.itertuples():
            out.print(" ".join(filter(None, map(number, (finding.sheet, finding.cell, finding.message_vi)))))
    raise typer.Exit(0 if read.submissions["layout"].notna().all() and read.findings.empty else FINDINGS)
