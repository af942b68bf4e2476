"""The dbt project as a deployment runs it: the product's models, and beside them the seeds the deployment goes by.

A copy below ``build/``, because the product may be installed where nobody writes or on another drive, and because dbt
reads only plain CSV in files of one folder, while a deployment's seeds lie in two places (`ingest.reference`).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from ingest.durable import holds, write_text
from khoi.deployment.fingerprint import sources_fingerprint
from khoi.deployment.home import Home
from khoi.deployment.product import DBT_PROJECT

if TYPE_CHECKING:
    from ingest.reference import Reference

_STAMP = "sources.txt"
_PRODUCED = shutil.ignore_patterns("target", "logs", ".user.yml")


def project_folder(home: Home) -> Path:
    """The deployment's copy of the dbt project; its seeds stand in ``../seeds`` as they do in a checkout."""
    return home.build / "dbt" / DBT_PROJECT.name


def prepare_project(home: Home, reference: Reference) -> Path:
    """Bring the copy up to date: the models where the product's have changed, the seeds always; returns its folder."""
    folder = project_folder(home)
    with FileLock(folder.parent / ".lock"):
        stamp, sources = folder.parent / _STAMP, sources_fingerprint(DBT_PROJECT)
        if not holds(stamp, sources):
            if stamp.exists():
                # Of what it kept dbt reads again what changed, not what uses it, as a test whose macro is ours since.
                (home.build / "target" / "partial_parse.msgpack").unlink(missing_ok=True)
            stamp.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(DBT_PROJECT, folder, ignore=_PRODUCED, copy_function=shutil.copyfile)
            write_text(stamp, sources)
        _write_seeds(reference, folder.parent / "seeds")
    return folder


def _write_seeds(reference: Reference, folder: Path) -> None:
    """The seeds as they were read, so that dbt and Python cannot read one file differently."""
    for name, frame in reference.as_declared().items():
        path, text = folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n")
        if not holds(path, text):  # untouched, dbt does not parse it again
            write_text(path, text)
