"""The registers of a deployment, checked before anything rests on them: what `Home.reference` gives.

The check is as strict as it is complete and takes some tenths of a second; registers that were found sound once are not
checked again until they, the forms or the checks change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.durable import holds
from ingest.reference import TARGET_LIST, Reference, RegisterMistakes, read_reference
from khoi.deployment.product import product_path

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue
    from ingest.register_files.mistakes import Mistake


_CHECKS = (
    *("ingest/reference.py", "ingest/register_cells.py", "ingest/register_files"),
    *("quality/registers", "quality/schemas"),
)


def checked_registers(seeds: Path, forms: Path, lake: Path, catalogue: Catalogue | None = None) -> Reference:
    """The registers in ``seeds``. Raises RegisterMistakes with every mistake where one is hard.

    ``forms`` are the deployment's own forms, ``catalogue`` all of them as they were read; ``lake`` keeps the note that
    these registers were found sound.
    """
    reference, unread = read_reference(seeds)
    stamp = lake / "reference" / "registers_sound.txt"
    key = _fingerprint(reference, forms)
    if not unread and _stands(stamp, key):
        return reference
    mistakes = [*unread, *judged(reference, forms, catalogue)]
    if any(mistake.severity == "hard" for mistake in mistakes):
        raise RegisterMistakes(seeds, mistakes)
    if lake.is_dir():
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(key, encoding="utf-8")
    return reference


def all_register_mistakes(seeds: Path, forms: Path) -> list[Mistake]:
    """Everything that is wrong with the registers in ``seeds``, hard and soft, in order."""
    from ingest.register_files.mistakes import in_order

    reference, unread = read_reference(seeds)
    return in_order([*unread, *judged(reference, forms)])


def judged(reference: Reference, forms: Path, catalogue: Catalogue | None = None) -> list[Mistake]:
    """What is wrong with the content of the registers, as the checks of every command see it."""
    from ingest.catalogue import load_catalogue
    from ingest.catalogue.load import form_files, require_code_lists
    from ingest.catalogue.tables import form_cells
    from quality.registers.checked import register_mistakes

    catalogue = catalogue or load_catalogue(forms)
    if "codes" not in reference.incomplete:
        require_code_lists(catalogue, form_files(forms), {*reference["codes"]["code_list"], TARGET_LIST})
    return list(register_mistakes(reference, frozenset(form_cells(catalogue, reference["codes"])["cell_code"])))


def _fingerprint(reference: Reference, forms: Path) -> str:
    """What soundness rests on: the registers, the forms whose cells they name, the checks themselves."""
    from ingest.catalogue.load import form_files

    digest = hashlib.sha256(reference.fingerprint.encode())
    checks: Iterable[Path] = (path for part in _CHECKS for path in _sources(product_path(part)))
    for path in [*sorted(checks), *form_files(forms).values()]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _sources(path: Path) -> Iterable[Path]:
    return [path] if path.is_file() else [*path.glob("*.py"), *path.glob("*.yaml")]


def _stands(stamp: Path, key: str) -> bool:
    return holds(stamp, key)
