"""What the suite measures, each in a process of its own: the product, the least there is, what people would write.

    python -m bench.contenders NAME FOLDER [ARGUMENT]

``bench.suite`` calls it. FOLDER is a deployment (KHOI_HOME) or, for copying, a folder of workbooks.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path


def workbooks(folder: Path) -> list[Path]:
    """Every file below ``folder``, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def read_bare(folder: Path, _: str) -> None:
    """Every sheet of every file of the inbox as Python rows."""
    from bench.ingest import bare_calamine

    bare_calamine(workbooks(folder / "inbox"))


def _judged_frames(folder: Path, engine: str) -> None:
    """pandas with ``engine``, a frame a sheet, its numbers held by a pandera schema: no number is negative."""
    import pandas as pd
    import pandera.pandas as pandera

    natural = pandera.DataFrameSchema({".*": pandera.Column(float, pandera.Check.ge(0), nullable=True, regex=True)})
    for path in workbooks(folder / "inbox"):
        try:
            sheets = pd.read_excel(path, sheet_name=None, header=None, engine=engine)
        except Exception:
            continue  # what cannot be opened is passed over, as the floor does
        for frame in sheets.values():
            numbers = frame.apply(pd.to_numeric, errors="coerce").astype(float)
            numbers.columns = [f"c{number}" for number in range(numbers.shape[1])]
            try:
                natural.validate(numbers, lazy=True)
            except pandera.errors.SchemaErrors:
                continue


def read_with_openpyxl(folder: Path, _: str) -> None:
    """pandas + openpyxl + pandera."""
    _judged_frames(folder, "openpyxl")


def read_with_calamine(folder: Path, _: str) -> None:
    """pandas + calamine + pandera."""
    _judged_frames(folder, "calamine")


def inbox_to_lake(folder: Path, _: str) -> None:
    """Receive, normalise and check, as `khoi run` does."""
    from ingest.receive import ArrivalTerms
    from khoi import stages
    from khoi.deployment.context import load_context
    from khoi.deployment.home import Home

    home = Home(folder)
    context = load_context(home)  # once for all stages
    stages.receive(home, context=context, settle_seconds=0, terms=ArrivalTerms(vouched="bench.suite"))
    stages.normalise(home, context=context)
    stages.check(home, context=context, is_normalised=True)


def run(folder: Path, full: str) -> None:
    """`khoi run`; ``full``: everything again."""
    from ingest.receive import ArrivalTerms
    from khoi import stages
    from khoi.deployment.home import Home

    stages.run(Home(folder), settle_seconds=0, terms=ArrivalTerms(vouched="bench.suite"), full=bool(full))


def build(folder: Path, _: str) -> None:
    """dbt over the checked lake, everything, with its tests."""
    from khoi import stages
    from khoi.deployment.home import Home

    stages.build(Home(folder), full=True)


def sql_of_the_marts(folder: Path, built: str) -> None:
    """The models' own SQL as dbt left it compiled, one after another in dbt's order, into the seeds of ``built``."""
    import duckdb

    from khoi.deployment.home import Home
    from khoi.warehouse.build import project_folder

    target = folder / "build" / "target"
    os.chdir(project_folder(Home(folder)))  # The lake is named from there, so that a home may be moved.
    with duckdb.connect(built) as connection:
        for path, sql in _in_order(target):
            connection.execute(f"create or replace table {path.parts[0]}.{path.stem} as {sql}")


_READ = re.compile(r'"\w+"\."\w+"\."(\w+)"')


def _in_order(target: Path) -> Iterator[tuple[Path, str]]:
    """The models that are tables and their SQL, each after what it reads; the first folder is the schema."""
    compiled, run = (target / folder / "khoi" / "models" for folder in ("compiled", "run"))
    found = (path.relative_to(run) for path in sorted(run.rglob("*.sql")))
    made = [path for path in found if not any(part.endswith(".yml") for part in path.parts)]  # there lie tests of it
    waiting = {path.stem: (path, (compiled / path).read_text(encoding="utf-8")) for path in made}
    while waiting:
        for name, (path, sql) in list(waiting.items()):
            if not waiting.keys() & set(_READ.findall(sql)):
                yield path, sql
                del waiting[name]


def hash_inbox(folder: Path, _: str) -> None:
    """The sum of every file of the inbox: the least that shows that nothing changed."""
    for path in workbooks(folder / "inbox"):
        hashlib.sha256(path.read_bytes()).digest()


def blank_workbooks(folder: Path, period: str) -> None:
    """`khoi template` of every organization due in ``period``, into ``templates/``."""
    from khoi.deployment.home import Home
    from khoi.exchange.blank_workbooks import write_blank_workbooks

    write_blank_workbooks(Home(folder), period, None, folder / "templates")


def returned_copies(folder: Path, _: str) -> None:
    """Every marked copy again."""
    from khoi import stages
    from khoi.deployment.home import Home

    stages.return_copies(Home(folder), full=True)


def copy_bytes(folder: Path, to: str) -> None:
    """The same bytes written again, and nothing else."""
    for number, path in enumerate(workbooks(folder)):
        (Path(to) / f"{number}{path.suffix}").write_bytes(path.read_bytes())


def save_with_openpyxl(folder: Path, to: str) -> None:
    """Each workbook opened by openpyxl and saved: what a script that fills or marks it costs at least."""
    from openpyxl import load_workbook

    for number, path in enumerate(workbooks(folder)):
        if path.suffix == ".xlsx":
            load_workbook(path).save(Path(to) / f"{number}.xlsx")


CONTENDERS: dict[str, Callable[[Path, str], None]] = {
    work.__name__: work
    for work in (
        read_bare,
        read_with_openpyxl,
        read_with_calamine,
        inbox_to_lake,
        run,
        build,
        sql_of_the_marts,
        hash_inbox,
        blank_workbooks,
        returned_copies,
        copy_bytes,
        save_with_openpyxl,
    )
}


def main(name: str, folder: str, argument: str = "") -> None:
    """Do one work; where it copies, the folder it copies to is made anew."""
    if name in ("copy_bytes", "save_with_openpyxl"):
        shutil.rmtree(argument, ignore_errors=True)
        Path(argument).mkdir(parents=True)
    CONTENDERS[name](Path(folder), argument)


if __name__ == "__main__":
    main(*sys.argv[1:])
