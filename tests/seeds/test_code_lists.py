"""The code lists: complete for what the forms name, unambiguous for a reader, dated and with an authority."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import yaml
from shared_seeds import shared_reference

from ingest.catalogue import Catalogue, load_catalogue
from ingest.catalogue.tables import form_cells
from ingest.labels import label_key
from ingest.reference import SEED_COLUMNS, SEEDS_DIR, TARGET_LIST

COMBINATIONS = {
    "discipline_subject_form": ("discipline_subject", "discipline_form"),
    "discipline_level_form": ("discipline_level", "discipline_form"),
}


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(SEEDS_DIR / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def codes() -> pd.DataFrame:
    return shared_reference()["codes"].fillna("").astype(str)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def pairs(codes: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(codes["code_list"], codes["code"], strict=True))


def test_every_list_a_form_offers_has_codes(codes: pd.DataFrame, catalogue: Catalogue) -> None:
    offered = {field.code_list for form in catalogue.forms for field in form.fields.values() if field.code_list}
    sizes = codes.groupby("code_list").size()
    offered -= {TARGET_LIST}  # follows from the register of targets, of which a new deployment has none
    assert {name: int(sizes.get(name, 0)) for name in offered if sizes.get(name, 0) < 2} == {}


def test_every_dimension_member_is_a_code_of_its_list_or_of_its_groups(
    codes: pd.DataFrame, catalogue: Catalogue
) -> None:
    members = {
        (dimension, code)
        for form in catalogue.forms
        for axis in (*form.items.values(), *form.columns.values(), *form.aggregates.values())
        for dimension, code in axis.members.items()
    }
    known = pairs(codes)
    assert len(members) > 40
    assert [m for m in sorted(members) if m not in known and (f"{m[0]}_group", m[1]) not in known] == []


def test_a_record_condition_names_codes_of_its_field(codes: pd.DataFrame, catalogue: Catalogue) -> None:
    known = pairs(codes)
    for form in catalogue.forms:
        for aggregate in form.aggregates.values():
            for field, accepted in aggregate.where.items():
                unknown = {code for code in accepted if code != "*"} - {
                    code for code_list, code in known if code_list == form.fields[field].code_list
                }
                assert not unknown, (form.form, field, unknown)


def test_a_code_stands_once_in_its_list_at_any_time(codes: pd.DataFrame) -> None:
    """A code that is renamed has a row per name, one after the other."""
    for _, rows in codes[codes.duplicated(["code_list", "code"], keep=False)].groupby(["code_list", "code"]):
        ordered = rows.sort_values("valid_from")
        ends, starts = list(ordered["valid_to"])[:-1], list(ordered["valid_from"])[1:]
        assert all(end and end < start for end, start in zip(ends, starts, strict=True))


def test_no_label_alias_or_code_means_two_codes_of_a_list(codes: pd.DataFrame) -> None:
    meanings: dict[tuple[str, str], set[str]] = {}
    for row in codes.itertuples():
        for word in (row.code, row.label_vi, *filter(None, str(row.aliases).split("|"))):
            meanings.setdefault((row.code_list, label_key(str(word))), set()).add(row.code)
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}


def test_parents_stand_in_the_list_or_in_its_groups(codes: pd.DataFrame) -> None:
    known = pairs(codes)
    for row in codes[codes["parent_code"] != ""].itertuples():
        assert {(row.code_list, row.parent_code), (f"{row.code_list}_group", row.parent_code)} & known, row


def test_codes_survive_yaml_unquoted(codes: pd.DataFrame) -> None:
    assert [code for code in codes["code"] if yaml.safe_load(f"[{code}]") != [code]] == []


def test_both_languages_and_the_authority_are_given(codes: pd.DataFrame) -> None:
    for column in ("label_vi", "label_en", "authority", "valid_from", "sort_order"):
        assert codes[codes[column].str.strip() == ""].empty, column


def test_what_all_share_is_declared_and_no_committees_own() -> None:
    shared = {path.stem for path in SEEDS_DIR.glob("*.csv")}
    assert shared <= set(SEED_COLUMNS)
    for name in shared:
        assert "committee_code" not in SEED_COLUMNS[name] or set(seed(name)["committee_code"]) == {""}, name


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in SEEDS_DIR.glob("*.csv") if "valid_to" in SEED_COLUMNS[path.stem])
)
def test_validity_runs_forward(name: str) -> None:
    for row in seed(name).itertuples():
        start = dt.date.fromisoformat(row.valid_from)
        assert row.valid_to == "" or start <= dt.date.fromisoformat(row.valid_to), row


def test_allowed_combinations_are_of_declared_codes(codes: pd.DataFrame) -> None:
    known = pairs(codes)
    allowed = seed("code_combinations")
    assert set(allowed["combination"]) == set(COMBINATIONS)
    for row in allowed.itertuples():
        left, right = COMBINATIONS[row.combination]
        assert (left, row.left_code) in known, row
        assert (right, row.right_code) in known, row


def test_every_discipline_level_and_subject_may_decide_something(codes: pd.DataFrame) -> None:
    allowed = seed("code_combinations")
    for combination, (left, _) in COMBINATIONS.items():
        declared = set(codes.loc[codes["code_list"] == left, "code"])
        assert set(allowed.loc[allowed["combination"] == combination, "left_code"]) == declared


def test_a_cell_never_removes_from_post_or_expels() -> None:
    """Domain rule 23: the cell's authority ends at reprimand and warning."""
    allowed = seed("code_combinations")
    cell = allowed[(allowed["combination"] == "discipline_level_form") & (allowed["left_code"] == "L_CB")]
    assert set(cell["right_code"]) == {"KT", "CC"}


def test_half_years_follow_one_another_without_gap() -> None:
    periods = seed("periods")
    periods = periods[periods["kind"].isin(["H1", "H2"])]
    previous = None
    for row in periods.itertuples():
        start, end = dt.date.fromisoformat(row.period_start), dt.date.fromisoformat(row.period_end)
        assert (row.period_code, start.year, end.year) == (
            f"{row.year}{row.kind}",
            int(row.year),
            int(row.year),
        )
        if previous is not None:
            assert row.previous_period_code == previous.period_code
            assert start - dt.date.fromisoformat(previous.period_end) == dt.timedelta(days=1)
        previous = row
    assert (periods["period_code"].iloc[0], periods["period_code"].iloc[-1]) == ("2017H2", "2027H2")


def test_longer_periods_begin_and_end_with_half_years() -> None:
    """Else no committee's reporting periods could tile them."""
    periods = seed("periods")
    halves = periods[periods["kind"].isin(["H1", "H2"])]
    longer = periods[~periods["kind"].isin(["H1", "H2"])]
    assert set(longer["kind"]) == {"Y", "HALF_TERM", "TERM"}
    assert set(longer["period_start"]) <= set(halves["period_start"])
    assert set(longer["period_end"]) <= set(halves["period_end"])


def test_a_parameter_has_one_value_at_a_time() -> None:
    parameters = seed("rule_parameters")
    assert parameters[parameters.duplicated(["parameter", "committee_code", "valid_from"])].empty
    assert parameters[parameters["value"] == ""].empty


def test_measures_name_cells_that_forms_or_registers_have(codes: pd.DataFrame, catalogue: Catalogue) -> None:
    """A renamed code once left a measure without its cell: the sum then silently missed a part."""
    declared = set(form_cells(catalogue, codes)["cell_code"])
    named = {cell for cell in seed("measure_terms")["cell_code"] if not cell.startswith("register.")}
    assert named - declared == set()
