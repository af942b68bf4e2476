"""What one run works with is read once, and what was read is what its fingerprints say."""

from __future__ import annotations

from pathlib import Path

import pytest
from khoi_deployment import Deployment

import ingest.catalogue
from ingest.reference import Reference
from ingest.register_files.mistakes import Mistake
from ingest.vietnam import today
from khoi.deployment import context as contexts
from khoi.deployment import registers
from khoi.deployment.context import StillChanging, load_context
from khoi.deployment.fingerprint import declared_fingerprints


def test_the_fingerprints_are_those_of_what_was_read(deployment: Deployment) -> None:
    home = deployment.home
    context = load_context(home)
    assert context.declared == declared_fingerprints(home, home.reference(), context.day)
    assert context.day == today()
    (home.config / "forms" / "note.yaml").write_text("form: 1", encoding="utf-8")
    assert context.declared != declared_fingerprints(home, context.reference, context.day)


def test_a_form_saved_while_it_is_read_is_read_again(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    home = deployment.home
    source = Path(ingest.catalogue.__file__).parents[1] / "forms" / "30_member_status.yaml"
    own = home.config / "forms" / source.name
    texts = [source.read_text("utf-8"), source.read_text("utf-8").replace("Official members", "Full members")]
    load, saves = ingest.catalogue.load_catalogue, [*texts]

    def saved_meanwhile(*overlays: Path, layouts: Path | None = None) -> ingest.catalogue.Catalogue:
        catalogue = load(*overlays, layouts=layouts)
        if saves:
            own.write_text(saves.pop(0), "utf-8")
        return catalogue

    monkeypatch.setattr(ingest.catalogue, "load_catalogue", saved_meanwhile)
    context = load_context(home)
    assert "Full members" in str(context.catalogue.by_name["member_status"])
    assert context.declared == declared_fingerprints(home, context.reference, context.day)
    saves[:] = [text + "\n" * number for number, text in enumerate(texts * 3)]
    with pytest.raises(StillChanging):
        load_context(home)


def test_a_rule_saved_after_the_forms_were_read_stops_the_run(deployment: Deployment) -> None:
    context = load_context(deployment.home)
    (deployment.home.config / "rules" / "own.yaml").write_text("topic: t\nrules: []\n", "utf-8")
    with pytest.raises(StillChanging):
        _ = context.rules


def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often forms, registers and rules are read from here on."""
    loads = {"forms": 0, "registers": 0, "rules": 0}
    forms, read, rules = ingest.catalogue.load_catalogue, registers.read_reference, contexts.load_rules

    def load_forms(*overlays: Path, layouts: Path | None = None) -> ingest.catalogue.Catalogue:
        loads["forms"] += 1
        return forms(*overlays, layouts=layouts)

    def load_registers(folder: Path) -> tuple[Reference, list[Mistake]]:
        loads["registers"] += 1
        return read(folder)

    def load_all_rules(*given: object) -> object:
        loads["rules"] += 1
        return rules(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest.catalogue, "load_catalogue", load_forms)
    monkeypatch.setattr(registers, "read_reference", load_registers)
    monkeypatch.setattr(contexts, "load_rules", load_all_rules)
    monkeypatch.setattr("quality.catalogue.load_rules", load_all_rules)
    return loads


@pytest.mark.slow
@pytest.mark.long
def test_a_publishing_run_reads_forms_registers_and_rules_once(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from khoi import stages

    deployment.write("ZZ-001", "2021H1", 20, 2)
    loads = counted(monkeypatch)
    assert stages.run(deployment.home, settle_seconds=0).changed
    assert loads == {"forms": 1, "registers": 1, "rules": 1}
    assert not stages.run(deployment.home, settle_seconds=0).changed
    deployment.write("ZZ-002", "2021H1", 20, 2)
    loads.update(dict.fromkeys(loads, 0))  # writing a workbook reads the forms
    assert stages.run(deployment.home, settle_seconds=0).changed
    assert loads == {"forms": 0, "registers": 0, "rules": 0}, "the next runs take up what the first has read"
    register = deployment.home.seeds / "organizations.csv"
    register.write_text(register.read_text("utf-8") + "\n", "utf-8")
    assert not stages.run(deployment.home, settle_seconds=0).changed
    assert loads == {"forms": 1, "registers": 1, "rules": 0}, "a run that finds nothing to do reads no rule"
