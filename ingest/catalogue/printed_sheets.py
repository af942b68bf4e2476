"""Forms as they are printed whose lines are not those of our sheet: a list by codes, a matrix a line a sheet.

Belongs here: the tables of such forms, made of the declaration in `ingest/layouts/printed_forms.yaml` and of our forms;
all layouts of official forms. Does not belong here: finding one on a sheet (`ingest.layouts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.catalogue.layout import Layout, LayoutColumn, LayoutLine
from ingest.catalogue.model import Form, FormVersion
from ingest.catalogue.printed import (
    GroupsForm,
    MatrixForm,
    PrintedLine,
    PrintedTable,
    printed_forms,
    printed_layouts,
    said_sets,
)


class PrintedGroups(PrintedTable):
    """A list form of ours on sheets with a line for each code of ``code_list``: its records are these lines."""

    groups_form: GroupsForm

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of the Biểu that it is, in small letters."""
        return frozenset(self.groups_form.sheets)


class PrintedMatrix(PrintedTable):
    """A matrix form whose lines and columns stand either way round, or one line a sheet (``part``, once found)."""

    matrix_form: MatrixForm
    part: str = ""

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of the Biểu that it is, in small letters; the bare number stands for all of them."""
        given = self.matrix_form.numbers
        return frozenset(given) | ({number[:-1] for number in given} if len(given) > 1 else set())

    def said_of(self, member: str) -> tuple[frozenset[str], ...]:
        """The sets of concepts of which a column says one."""
        return said_sets(self.matrix_form.members[member])


def official_layouts(forms: Mapping[str, Form]) -> tuple[Layout, ...]:
    """One layout per edition of the official forms, the latest edition first."""
    return tuple(_with_sheets(layout, forms) for layout in printed_layouts(forms))


def _with_sheets(layout: Layout, forms: Mapping[str, Form]) -> Layout:
    edition = next(table.edition for table in layout.tables if isinstance(table, PrintedTable))
    more: list[PrintedTable] = []
    for groups in printed_forms().groups:
        more += (_groups(groups, forms[groups.form], one) for one in _versions(groups, forms, edition))
    for matrix in printed_forms().matrices:
        more += (_matrix(matrix, forms[matrix.form], one) for one in _versions(matrix, forms, edition))
    return layout.model_copy(update={"tables": [*layout.tables, *more]})


def _versions(declared: GroupsForm | MatrixForm, forms: Mapping[str, Form], edition: str) -> Iterator[FormVersion]:
    for version in forms[declared.form].versions if declared.form in forms else ():
        if version.version == edition and edition in declared.versions:
            yield version


def _groups(declared: GroupsForm, form: Form, version: FormVersion) -> PrintedGroups:
    names = [name for sheet in declared.sheets.values() for name in (sheet.main, sheet.female)]
    labels = {name: form.fields[name].label.vi for name in names}
    lines = [LayoutLine(label=form.label.vi, cells={form.form: 1})]
    return PrintedGroups(
        **_shared(declared, form, version, labels), lines=lines, printed_lines=(), groups_form=declared
    )


def _matrix(declared: MatrixForm, form: Form, version: FormVersion) -> PrintedMatrix:
    labels = {name: form.columns[name].label.vi for name in declared.members}
    lines = tuple(
        PrintedLine(
            label=form.items[item].label.vi,
            cells={f"{form.form}.{item}": 1},
            item=item,
            part_of=None,
            printed=(),
            concepts=said_sets(said),
            needed=(),
        )
        for item, said in declared.items.items()
    )
    sums = {name: tuple(parts) for name in declared.members if (parts := form.columns[name].total_of)}
    given = _shared(declared, form, version, labels) | {"member_parts": sums | declared.sums}
    return PrintedMatrix(**given, lines=list(lines), printed_lines=lines, matrix_form=declared)


def _shared(
    declared: GroupsForm | MatrixForm, form: Form, version: FormVersion, labels: Mapping[str, str]
) -> dict[str, Any]:
    """What such a table has in common with the other printed ones."""
    values = [LayoutColumn(header=[label], member=name) for name, label in labels.items()]
    return {
        "rows": "item",
        "organization": printed_forms().organization,
        "columns": [LayoutColumn(header=["Nội dung"], role="label"), *values],
        "edition": version.version,
        "form": form.form,
        "number": "",
        "vocabulary": declared.vocabulary,
        "assumed": frozenset(),
        "groups": {},
        "members": {},
        "member_parts": {},
        "beneath": {},
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "due": tuple(form.due),
    }
