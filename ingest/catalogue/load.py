"""Reading the declarations and picking the versions in force."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import ValidationError

from ingest.catalogue.model import Form, FormVersion, Sender

FORMS_DIR = Path(__file__).resolve().parent.parent / "forms"
COVER_FORM = "cover"


class CatalogueError(ValueError):
    """A declaration that cannot be used; the message names the file and what to change."""


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
    """All form declarations, in the order of the workbook's sheets."""

    forms: tuple[Form, ...]
    fingerprint: str

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


def load_catalogue(*overlays: Path) -> Catalogue:
    """Read the package's declarations and those of ``overlays`` (a file of the same name replaces ours).

    Raises CatalogueError naming the file where a declaration is not valid.
    """
    files: dict[str, Path] = {}
    for folder in (FORMS_DIR, *overlays):
        files.update({path.name: path for path in sorted(folder.glob("*.yaml"))})
    digest = hashlib.sha256()
    forms = []
    for name in sorted(files):
        text = files[name].read_bytes()
        digest.update(name.encode() + b"\0" + text)
        forms.append(_parse(files[name], text))
    return Catalogue(tuple(forms), digest.hexdigest()[:16])


def _parse(path: Path, text: bytes) -> Form:
    try:
        return Form.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise CatalogueError(f"{path}: {error}") from error
