"""What the pages are made of: one set-wise query per subject, on the marts of a published warehouse."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from khoi.warehouse.renewal import Renewal

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

_LOCAL = "strftime({column} at time zone 'Asia/Ho_Chi_Minh', '%d/%m/%Y %H:%M')"

_COMMITTEES = """
    select committee_code, any_value(name_vi order by valid_from desc) as name_vi,
        any_value(name_en order by valid_from desc) as name_en
    from marts.dim_committees group by committee_code order by committee_code
"""
_PERIODS = "select period_code, label_vi, label_en from marts.dim_periods order by period_code"
_ORGANIZATIONS = """
    select organization_code, committee_code, name, strftime(valid_from, '%d/%m/%Y') as valid_from,
        strftime(valid_to, '%d/%m/%Y') as valid_to
    from marts.dim_organizations order by organization_code, dim_organizations.valid_from
"""
_COMPLETENESS = f"""
    select committee_code, period_code, organization_code, organization_name, is_committee_itself, state, timeliness,
        is_counted,
        strftime(due_on, '%d/%m/%Y') as due_on, file_hash, file_name,
        {_LOCAL.format(column="received_at")} as received, versions_received
    from marts.rpt_completeness order by committee_code, organization_code, period_code
"""
_SUBMISSIONS = f"""
    select file_hash, file_name, committee_code, organization_code, period_code, submission_no, submission_state,
        is_current, {_LOCAL.format(column="received_at")} as received
    from marts.fct_submissions order by fct_submissions.received_at desc, file_hash
"""
# A finding is open while it concerns the version that is shown for its organization and period, or no file at all;
# the others belong to versions that a later one has replaced.
_FINDINGS = """
    select f.finding_id, f.rule_id, f.engine, f.severity, f.outcome, f.committee_code, f.organization_code,
        f.period_code, f.file_hash, f.file_name, f.sheet, f.cell, f.cells, f.observed, f.expected, f.suggested,
        f.message_vi, f.message_en, f.finding_key, f.answer_state,
        r.title_vi as rule_vi, r.title_en as rule_en, c.label_vi as cell_vi,
        f.file_hash is null or s.file_hash is null or s.file_hash = f.file_hash as is_open
    from marts.fct_findings as f
    left join marts.dim_rules as r on f.rule_id = r.rule_id
    left join marts.dim_cells as c on f.cell_code = c.cell_code
    left join marts.rpt_completeness as s
        on f.committee_code = s.committee_code and f.organization_code = s.organization_code
        and f.period_code = s.period_code
    order by case f.severity when 'hard' then 0 when 'soft' then 1 else 2 end, f.rule_id, f.sheet, f.cell, f.finding_id
"""


# How many figures of every form of a workbook that counts are there, zero and missing: a million rows for a country, so
# what they come to is asked of all committees, and themselves of those whose pages are laid out.
_FORMS = """
    select committee_code, organization_code, period_code, form,
        count(*) filter (state = 'value')::integer as filled, count(*) filter (state = 'zero')::integer as zero,
        count(*) filter (state in ('missing', 'unreadable'))::integer as missing
    from marts.fct_observations where state != 'not_applicable' and {chosen} group by all
"""
_AMONG = "committee_code in (select unnest($1))"
_FORM_MARKS = """
    select committee_code, concat_ws(' ', count(*), sum(hash(forms)), bit_xor(hash(forms))) as mark
    from ({forms}) as forms where committee_code is not null group by committee_code
"""
_FORMS_OF = f"select * from ({_FORMS.format(chosen=_AMONG)}) order by all"
_FORM_LABELS = """
    select form, any_value(label_vi order by valid_from desc) as label_vi,
        any_value(label_en order by valid_from desc) as label_en
    from marts.dim_form_versions group by form order by any_value(sheet order by valid_from desc), form
"""


@dataclass(frozen=True)
class QualityTables:
    """One frame per subject; dates and times are text as people read them, in Vietnamese time.

    ``as_of``: when the last file of all came, ``arrivals``: the last one of each committee. ``known_organizations``:
    the codes of all organizations, whatever part the frames are. ``forms`` is empty until `with_forms` is asked for;
    ``form_marks``: by committee what it would come to, of the publication's ``build``.
    """

    committees: pd.DataFrame
    periods: pd.DataFrame
    organizations: pd.DataFrame
    completeness: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame
    forms: pd.DataFrame
    form_marks: dict[str, str]
    build: str | None
    form_labels: pd.DataFrame
    as_of: str | None
    arrivals: dict[str, str]
    known_organizations: frozenset[str]

    def home_of(self, frame: pd.DataFrame) -> pd.Series:
        """The committee that has each row's organization on its pages; nothing for an organization that none has."""
        homes = self.organizations.drop_duplicates("organization_code", keep="last")
        return frame["organization_code"].map(homes.set_index("organization_code")["committee_code"])

    def is_known(self, frame: pd.DataFrame) -> pd.Series:
        """Whether each row's organization is one of the register."""
        # As objects: of strings of Arrow `isin` takes a hundred times as long where the codes are many.
        return frame["organization_code"].astype(object).isin(self.known_organizations)

    def of(self, committees: Collection[str | None]) -> QualityTables:
        """The rows that the pages of ``committees`` need; None: what belongs to no committee."""
        wanted = {code for code in committees if code is not None}

        def part(frame: pd.DataFrame) -> pd.DataFrame:
            chosen = frame["committee_code"].isin(wanted) | self.home_of(frame).isin(wanted)
            return frame[chosen | frame["committee_code"].isna()] if None in committees else frame[chosen]

        return replace(
            self,
            committees=self.committees[self.committees["committee_code"].isin(wanted)],
            organizations=self.organizations[self.home_of(self.organizations).isin(wanted)],
            **{name: part(getattr(self, name)) for name in ("completeness", "submissions", "findings")},
        )

    def with_forms(self, connection: duckdb.DuckDBPyConnection) -> QualityTables:
        """The same with the ``forms`` of its committees."""
        codes = [str(code) for code in self.committees["committee_code"]]
        return replace(self, forms=connection.execute(_FORMS_OF, [codes]).df())


def read_quality_tables(
    connection: duckdb.DuckDBPyConnection, known_build: str | None = None, known_marks: Mapping[str, str] | None = None
) -> QualityTables:
    """Read everything the pages show. Raises duckdb.CatalogException where a mart is missing.

    ``known_marks``: the ``form_marks`` of the build ``known_build``, which need not be asked again where its rows are.
    """
    renewal = Renewal.read(connection)
    others = renewal.others_since(known_build, "fct_observations")
    local = _LOCAL.format(column="max(received_at)")
    latest = connection.execute(f"select {local} from marts.fct_submissions").fetchone()
    arrivals = connection.execute(
        f"select committee_code, {local} from marts.fct_submissions where committee_code is not null group by all"
    ).fetchall()
    organizations = connection.execute(_ORGANIZATIONS).df()
    return QualityTables(
        committees=connection.execute(_COMMITTEES).df(),
        periods=connection.execute(_PERIODS).df(),
        organizations=organizations,
        completeness=connection.execute(_COMPLETENESS).df(),
        submissions=connection.execute(_SUBMISSIONS).df(),
        findings=connection.execute(_FINDINGS).df(),
        forms=connection.execute(_FORMS_OF, [[]]).df(),
        form_marks=_form_marks(connection, known_marks or {}, others),
        build=renewal.build,
        form_labels=connection.execute(_FORM_LABELS).df(),
        as_of=latest[0] if latest else None,
        arrivals={str(code): str(moment) for code, moment in arrivals if moment},
        known_organizations=frozenset(organizations["organization_code"]),
    )


def _form_marks(
    connection: duckdb.DuckDBPyConnection, known: Mapping[str, str], others: Collection[str] | None
) -> dict[str, str]:
    """By committee what its forms come to; ``known``: of the committees that are none of ``others``."""
    same = {} if others is None else {code: mark for code, mark in known.items() if code not in others}
    some = None if others is None else sorted(others)
    asked = _FORM_MARKS.format(forms=_FORMS.format(chosen="true" if some is None else _AMONG))
    found = connection.execute(asked, [] if some is None else [some]).fetchall()
    return same | {str(code): str(mark) for code, mark in found}


def rows(frame: pd.DataFrame) -> list[Row]:
    """The frame as one dict a row, with None for what is empty."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def rows_by(frame: pd.DataFrame, *columns: str) -> dict[Any, list[Row]]:
    """The rows of ``frame`` by the values of ``columns`` (a tuple where there are several), in their order."""
    grouped: dict[Any, list[Row]] = {}
    for row in rows(frame):
        key = row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns)
        grouped.setdefault(key, []).append(row)
    return grouped
