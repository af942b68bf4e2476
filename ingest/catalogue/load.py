"""Reading the declarations and picking the versions in force."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from ingest.catalogue.layout import Layout, LayoutTable, ListTable, table_codes
from ingest.catalogue.model import FLAG_LIST, VALUE_COLUMN, Form, FormVersion, Sender, cell_code
from ingest.catalogue.printed import PRINTED_FORMS_FILE
from ingest.catalogue.printed_sheets import official_layouts
from ingest.declarations import DeclarationError, declaration_files, line_of, read_declaration, told_invalid
from ingest.identity_headers import field_asks_for_person
from ingest.privacy import holds_personal_number, names_person

FORMS_DIR = Path(__file__).resolve().parent.parent / "forms"
COVER_FORM = "cover"


class CatalogueError(ValueError):
    """A declaration that cannot be used; the message names the file, the line and what to change."""


@dataclass(frozen=True)
class FormSet:
    """The forms and versions of one workbook: what is in force on a period's last day and due in it."""

    code: str
    forms: tuple[tuple[Form, FormVersion], ...]

    def version_of(self, form: str) -> str | None:
        """The version of ``form`` in this set, or None where the form is not in it."""
        return next((version.version for declared, version in self.forms if declared.form == form), None)


@dataclass(frozen=True)
class Catalogue:
    """All form declarations, in the order of the workbook's sheets, and the layouts mapped onto them.

    ``layouts``: those of the deployment, then those of official forms as they are printed.
    """

    forms: tuple[Form, ...]
    fingerprint: str
    layouts: tuple[Layout, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Form]:
        """Forms by their name."""
        return {form.form: form for form in self.forms}

    def form_set(self, period_end: dt.date, period_kind: str, sender: Sender | None = None) -> FormSet:
        """The forms due for a period, each in the version in force on its last day; of one ``sender`` or of all.

        The set's code is the latest ``valid_from`` among all forms in force, so that one code stands for
        one combination of versions. Raises CatalogueError where no cover is in force: an unknown period
        is never taken for the latest.
        """
        in_force = [(form, version) for form in self.forms if (version := form.version_at(period_end))]
        if not any(form.form == COVER_FORM for form, _ in in_force):
            raise CatalogueError(f"no form version is in force on {period_end:%Y-%m-%d}")
        code = max(version.valid_from for _, version in in_force).isoformat()
        due = tuple(
            (form, version)
            for form, version in in_force
            if period_kind in form.due and (sender is None or sender in form.sender)
        )
        return FormSet(code, due)


def load_catalogue(*overlays: Path, layouts: Path | None = None) -> Catalogue:
    """Read the package's declarations and those of ``overlays`` (a file of the same name replaces ours).

    ``layouts`` is a deployment's folder of layouts of others. Raises CatalogueError naming the file where a
    declaration is not valid.
    """
    try:
        files = form_files(*overlays)
        own = declaration_files(layouts) if layouts else []
    except DeclarationError as error:
        raise CatalogueError(str(error)) from error
    ours = tuple((files[name], files[name].read_bytes()) for name in sorted(files))
    theirs = tuple((path, path.read_bytes()) for path in own)
    return _catalogue_of(ours, theirs, PRINTED_FORMS_FILE.read_bytes())


@lru_cache(maxsize=4)
def _catalogue_of(
    ours: tuple[tuple[Path, bytes], ...], theirs: tuple[tuple[Path, bytes], ...], printed: bytes
) -> Catalogue:
    """The catalogue of these files of forms and of layouts: as long as they say the same, the same one."""
    digest = hashlib.sha256()
    forms = tuple(_parse(path, text, digest, Form) for path, text in ours)
    for (path, _), form in zip(ours, forms, strict=True):
        _asks_for_nobody(path, form)
    _one_file_a_form([path for path, _ in ours], forms)
    declared = tuple(_parse(path, text, digest, Layout) for path, text in theirs)
    for (path, _), layout in zip(theirs, declared, strict=True):
        _agrees(path, layout, forms)
    digest.update(printed)
    by_name = {form.form: form for form in forms}
    layouts = (*(_with_lists(layout, by_name) for layout in declared), *official_layouts(by_name))
    return Catalogue(forms, digest.hexdigest()[:16], layouts)


def form_files(*overlays: Path) -> dict[str, Path]:
    """Name of each declaration in force -> its file: ours, replaced by those of ``overlays``."""
    return {path.name: path for folder in (FORMS_DIR, *overlays) for path in declaration_files(folder)}


def require_code_lists(catalogue: Catalogue, files: dict[str, Path], known: Collection[str]) -> None:
    """Raise CatalogueError where a form's field is of a code list that the registers do not have.

    ``files`` as `form_files` gives them, ``known`` the names of the code lists.
    """
    wrong = []
    for form in catalogue.forms:
        for name, field in form.fields.items():
            if field.code_list is not None and field.code_list not in known:
                path = next(path for path in files.values() if read_declaration(path).get("form") == form.form)
                wrong.append(
                    f"{path}, dòng / line {line_of(path, ['fields', name, 'code_list'])}: danh mục «{field.code_list}» "
                    "không có trong codes.csv; sửa tên hoặc thêm danh mục / no such code list in codes.csv; mend the "
                    "name or add the list"
                )
    if wrong:
        raise CatalogueError("\n".join(wrong))


def _asks_for_nobody(path: Path, form: Form) -> None:
    """Raise CatalogueError where a field would take in what names a person: what a form prints is read and landed."""
    for name, field in form.fields.items():
        texts = (field.label.vi, field.label.en, name.replace("_", " "), *_printed(form, name))
        if any(field_asks_for_person(text, is_count=field.type in ("count", "flag")) for text in texts):
            raise CatalogueError(
                f"{path}, dòng / line {line_of(path, ['fields', name])}: trường «{field.label.vi}» hỏi thông tin cá "
                "nhân, kho không nhận; bỏ trường này, hoặc thay bằng mã hay số thứ tự của đảng bộ / the field asks for "
                "a person's identity, which is not taken in; remove it, or use a code or number of the committee's own"
            )


def _printed(form: Form, field: str) -> Iterator[str]:
    """What the versions of ``form`` print at a field."""
    for version in form.versions:
        printed = [(one.item, one) for one in version.rows] + [(one.column, one) for one in version.columns]
        for name, one in printed:
            if name == field:
                yield from (text for text in (one.label, *one.aliases) if text)


def _one_file_a_form(files: list[Path], forms: tuple[Form, ...]) -> None:
    """Raise CatalogueError where two files declare one form: each would read the other's sheet."""
    declared: dict[str, Path] = {}
    for path, form in zip(files, forms, strict=True):
        if form.form in declared:
            raise CatalogueError(
                f"{path}, dòng / line {line_of(path, ['form'])}: biểu «{form.form}» đã khai báo ở "
                f"{declared[form.form]}; muốn thay thì đặt cùng tên tệp / the form is already declared there; give the "
                "file the same name to replace it"
            )
        declared[form.form] = path


_Declaration = TypeVar("_Declaration", Form, Layout)


def _parse(path: Path, text: bytes, digest: hashlib._Hash, kind: type[_Declaration]) -> _Declaration:
    digest.update(path.name.encode() + b"\0" + text)
    try:
        return kind.model_validate(read_declaration(path, text))
    except ValidationError as error:
        raise CatalogueError(str(told_invalid(path, error))) from error
    except DeclarationError as error:
        raise CatalogueError(str(error)) from error


def _agrees(path: Path, layout: Layout, forms: tuple[Form, ...]) -> None:
    """Raise CatalogueError where a layout names a cell no form has, or fills a form from two tables."""
    known = fillable_cells(forms)
    by_name = {form.form: form for form in forms}
    for table in layout.tables:
        _is_of_its_kind(path, table, by_name)
    unknown = sorted(layout.cell_codes() - known.keys())
    if unknown:
        raise CatalogueError(f"{path}: no such cells: {', '.join(unknown)}; see `khoi catalogue forms`")
    seen: set[str] = set()
    for table in layout.tables:
        mine = {known[code] for code in table_codes(table)}
        if mine & seen:
            raise CatalogueError(f"{path}: one form is filled from one table, not {', '.join(sorted(mine & seen))}")
        seen |= mine


def _is_of_its_kind(path: Path, table: LayoutTable, by_name: dict[str, Form]) -> None:
    """Raise CatalogueError where a list form is filled with figures, or another form with records."""
    forms = {code.partition(".")[0] for code in table_codes(table)}
    lists = sorted(name for name in forms if name in by_name and by_name[name].kind == "list")
    if table.rows != "record":
        if lists or table.form is not None:
            raise CatalogueError(
                f"{path}: {', '.join(lists) or table.form}: a list form is declared with rows: record and its form"
            )
    elif not lists:
        raise CatalogueError(f"{path}: “{table.form}” is no list form; see `khoi catalogue forms`")
    else:
        _has_codes(path, table, by_name[lists[0]])
        _names_nobody(path, table)


def _has_codes(path: Path, table: LayoutTable, form: Form) -> None:
    """Raise CatalogueError where words are given for a field that has no list of codes."""
    worded = [column.field for column in table.columns if column.words] + [said.field for said in table.said]
    for name in worded:
        field = form.fields.get(str(name))
        if field is not None and field.type not in ("code", "flag"):
            raise CatalogueError(f"{path}: {form.form}.{name} has no list of codes, so no words stand for its codes")


def _names_nobody(path: Path, table: LayoutTable) -> None:
    """Raise CatalogueError where a declared word could name a person: what a layout declares lands as it stands."""
    for text in (*(word for column in table.columns for word in column.words), *(said.text for said in table.said)):
        # In capitals every title resembles a name ("DANH SÁCH ĐẢNG VIÊN").
        if holds_personal_number(text) or (not text.isupper() and names_person(text)):
            raise CatalogueError(
                f"{path}: «{text}» giống thông tin cá nhân, kho không nhận; bỏ đi, hoặc viết chữ thường nếu không "
                "phải tên người / it resembles what names a person and is not taken in; remove it, or write it small"
            )


def _with_lists(layout: Layout, by_name: dict[str, Form]) -> Layout:
    """The layout with what the forms say of the fields of its lists."""
    tables = [
        ListTable(**table.model_dump(), coded=_coded(by_name[str(table.form)])) if table.rows == "record" else table
        for table in layout.tables
    ]
    return layout.model_copy(update={"tables": tables})


def _coded(form: Form) -> dict[str, str]:
    lists = {name: FLAG_LIST if field.type == "flag" else field.code_list for name, field in form.fields.items()}
    return {name: code_list for name, code_list in lists.items() if code_list is not None}


def fillable_cells(forms: tuple[Form, ...]) -> dict[str, str]:
    """Code -> form of what a layout may fill: cells of matrix forms, fields of record and list forms; not the cover."""
    return {
        code: form.form
        for form in forms
        if form.form != COVER_FORM
        for code in (
            [cell_code(form.form, item, column) for item in form.items for column in form.columns]
            or [cell_code(form.form, name, VALUE_COLUMN) for name in form.fields]
        )
    }
