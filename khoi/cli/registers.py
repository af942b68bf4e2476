"""The registers: `khoi registers check`; what every command says where they are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from khoi.cli.output import UNUSABLE, AsJson, Commands, PlainConsole, as_json, err, out
from khoi.deployment.home import Home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.register_files.mistakes import Mistake, RegisterMistakes

_SHOWN = 12
registers = typer.Typer(no_args_is_help=True, help="Sổ đăng ký: sửa bằng Excel, kiểm tra / registers: edit, check")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(registers, name="registers")


@registers.command("edit")
def edit(
    to: Annotated[Path, typer.Option("--out", "-o", help="Nơi ghi tệp Excel / where to write the workbook")] = Path(
        "so-dang-ky.xlsx"
    ),
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Tệp đã sửa, ghi vào sổ đăng ký / the edited workbook to store", exists=True, dir_okay=False
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Sổ đăng ký thành một tệp Excel; --from TỆP: đọc lại / the registers as one workbook; --from FILE: and back."""
    home = Home.from_environment()
    home.require_registers()
    if source is None:
        _write(home, to, json)
    else:
        _store(home, source, json)


def _write(home: Home, to: Path, json: bool) -> None:
    from khoi.registers.store import edit_registers

    written, mistakes = edit_registers(home, to)
    if json:
        as_json({"written": str(written), "mistakes": [told_mistake(one) for one in mistakes]})
        return
    out.print(f"Đã ghi {written}; sửa rồi chạy: khoi registers edit --from {written} / written")
    if mistakes:
        out.print(f"{len(mistakes)} điểm cần xem đã đánh dấu trong tệp / marked in the workbook")


def _store(home: Home, source: Path, json: bool) -> None:
    from khoi.deployment.lock import locked
    from khoi.registers.store import store_workbook

    with locked(home):
        changes = store_workbook(home, source)
    if json:
        as_json({"changes": changes})
        return
    if not changes:
        out.print("Không có gì thay đổi / nothing changed")
    for change in changes:
        for sign, keys in (("+", change.added), ("~", change.changed), ("-", change.removed)):
            if keys:
                shown = ", ".join(keys[:_SHOWN]) + (" …" if len(keys) > _SHOWN else "")
                out.print(f"{change.register}.csv {sign}{len(keys)}: {shown}")


@registers.command("check")
def check(json: AsJson = False) -> None:
    """Kiểm tra từng dòng sổ đăng ký, báo hết lỗi một lần / check every line, tell all mistakes at once."""
    from khoi.deployment.registers import all_register_mistakes
    from khoi.reports.quality.registers import write_registers_page

    home = Home.from_environment()
    home.require_registers()
    mistakes = all_register_mistakes(home.seeds, home.config / "forms")
    page = write_registers_page(home.reports / "quality", home.seeds, mistakes)
    hard = [one for one in mistakes if one.severity == "hard"]
    if json:
        as_json({"mistakes": [told_mistake(one) for one in mistakes], "page": str(page)})
    else:
        print_mistakes(out, mistakes)
        soft = len(mistakes) - len(hard)
        out.print(
            f"{home.seeds}: {len(hard)} lỗi phải sửa, {soft} điểm nên xem / {len(hard)} to mend, {soft} to look at. "
            f"Trang / page: {page}",
            highlight=False,
        )
    raise typer.Exit(UNUSABLE if hard else 0)


def print_mistakes(console: PlainConsole, mistakes: Sequence[Mistake]) -> None:
    """One mistake a paragraph, place and remedy in Vietnamese, then in English; the same one on many lines is one."""
    alike: dict[tuple[object, ...], list[Mistake]] = {}
    for one in mistakes:
        place = one.place
        alike.setdefault((place.file, place.sheet, place.column, one.told("vi")), []).append(one)
    for same in alike.values():
        first, more = same[0], ", ".join(str(one.place.line) for one in same[1:])
        vi, en = (f" [cũng ở dòng {more}]", f" [also on lines {more}]") if more else ("", "")
        console.print(first.line("vi") + vi, style="red" if first.severity == "hard" else "yellow")
        console.print(f"  {first.line('en')}{en}", style="dim")


class Registered(Commands):
    """The commands; where the registers are wrong, every mistake is told on the console and on a page."""

    def refuse(self, error: Exception) -> NoReturn:
        """Tell an error that says what to do, and leave."""
        from ingest.register_files.mistakes import RegisterMistakes

        if isinstance(error, RegisterMistakes):
            _tell(error)
            raise typer.Exit(UNUSABLE)
        super().refuse(error)


def _tell(error: RegisterMistakes) -> None:
    print_mistakes(err, error.mistakes)
    number = sum(one.severity == "hard" for one in error.mistakes)
    told = f"{error.folder}: {number} lỗi phải sửa trước khi chạy / mistakes to mend first."
    if page := _page(error):
        told += f" Trang / page: {page}"
    err.print(told, style="red")


def _page(error: RegisterMistakes) -> Path | None:
    from khoi.reports.quality.registers import write_registers_page

    home = Home.from_environment()
    if error.folder != home.seeds:
        return None
    try:
        return write_registers_page(home.reports / "quality", error.folder, error.mistakes)
    except OSError:
        return None  # the console has told everything


def told_mistake(one: Mistake) -> dict[str, Any]:
    """A mistake for programs."""
    place = one.place
    return {
        "severity": one.severity,
        "kind": one.kind,
        **{"file": place.file, "sheet": place.sheet, "line": place.line, "column": place.column, "cell": place.cell},
        "observed": one.observed,
        "others": [other.told("vi") for other in one.others],
        "message_vi": one.told("vi"),
        "message_en": one.told("en"),
    }
