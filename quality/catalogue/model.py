"""The shape of a rule declaration (pydantic models of `quality/rules/*.yaml`).

Seven kinds:

* ``linear``       - a comparison of two sums of cells (`quality.catalogue.grammar`), scope record, previous or levels;
* ``combination``  - two code fields of a list form's record must be an allowed pair of `code_combinations`;
* ``counterpart``  - what one organization says it gave another must be what that one says it got;
* ``completeness`` - every organization on a period's roster has an accepted submission;
* ``submission``   - what happens between versions of one submission (late, two files, locked period);
* ``schema``       - what the pandera schemas derived from forms and seeds demand;
* ``outlier``      - what does not fit other periods and organizations although it breaks no rule (`quality.outliers`).

The last three have their check in code (named by ``check``); here stand their severity and what people read.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingest.catalogue import Label

Severity = Literal["hard", "soft", "info"]
Outcome = Literal["pass", "fail", "not_assessable"]
MissingMode = Literal["skip", "zero", "fail"]


def _in_both_languages(reason: object) -> object:
    """``reason``; one that is a bare text would be read in the wrong language by half of its readers."""
    if isinstance(reason, str):
        raise ValueError("phải ghi cả hai tiếng / write it in both languages: {vi: ..., en: ...}")
    return reason


Reason = Annotated[Label, BeforeValidator(_in_both_languages)]
"""Why a rule is there, or has another severity for a time; the handbook tells it in its reader's language."""


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class SeverityOverride(_Declared):
    """Another severity for the periods that end between two days (both included)."""

    severity: Severity
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    reason: Reason


class Missing(_Declared):
    """What a missing cell does on each side: the rule is not assessable, it counts as zero, it is a failure."""

    left: MissingMode = "skip"
    right: MissingMode = "skip"


class When(_Declared):
    """For which submissions a rule holds. An empty list is no condition.

    ``organization_type``: what the register says on the period's last day; ``form_version``: form -> versions;
    ``parameters``: rule parameter -> its values for the committee on that day; ``is_new``, ``is_ended``: whether the
    organization began, ended within the period.
    """

    organization_type: list[str] = Field(default_factory=list)
    period_kind: list[str] = Field(default_factory=list)
    form_version: dict[str, list[str]] = Field(default_factory=dict)
    parameters: dict[str, list[str]] = Field(default_factory=dict)
    is_new: bool | None = None
    is_ended: bool | None = None


class LinearExample(_Declared):
    """Cells of one submission and what the rule must say. ``prev.`` cells are the previous period's.

    A cell of the rule that is not named is zero; null is a missing cell. Without any ``prev.`` cell the
    organization has no previous submission.
    """

    outcome: Outcome
    cells: dict[str, int | None]
    organization_type: str | None = None
    period: str | None = None
    is_new: bool = False
    is_ended: bool = False


class CombinationExample(_Declared):
    """The two codes of one record (null: missing) and what the rule must say."""

    outcome: Outcome
    left: str | None
    right: str | None


class CounterpartExample(_Declared):
    """What the giver says it gave and the taker that it took, in this period and the next (null: no workbook)."""

    outcome: Outcome
    given: tuple[int | None, int | None]
    taken: tuple[int | None, int | None]


class CompletenessExample(_Declared):
    """The state of an organization's latest version, or null where none came, and what the rule must say."""

    outcome: Outcome
    state: str | None


class _Rule(_Declared):
    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    domain_rule: int | None = None
    title: Label
    severity: Severity
    severity_overrides: list[SeverityOverride] = Field(default_factory=list)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    authority: str
    reason: Reason
    message: Label

    @model_validator(mode="after")
    def _overrides_do_not_overlap(self) -> _Rule:
        spans = sorted((o.valid_from or dt.date.min, o.valid_to or dt.date.max) for o in self.severity_overrides)
        for (_, earlier_end), (later_start, _) in itertools.pairwise(spans):
            if later_start <= earlier_end:
                raise ValueError("severity_overrides overlap in time")
        return self

    def in_force(self, day: dt.date) -> bool:
        """True where the rule holds for periods that end on ``day``."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    def severity_on(self, day: dt.date) -> Severity:
        """The severity for periods that end on ``day``."""
        for override in self.severity_overrides:
            if (override.valid_from or day) <= day <= (override.valid_to or day):
                return override.severity
        return self.severity


class LinearRule(_Rule):
    """A comparison of two sums of cells of one submission, its predecessor, the register and the level below.

    A rule on a share is written in whole numbers (``100 * a <= 20 * b``); ``display_divisor`` 100 tells its sides in
    units of ``a``.
    """

    kind: Literal["linear"]
    scope: Literal["record", "previous", "levels"]
    expression: str
    when: When = Field(default_factory=When)
    missing: Missing = Field(default_factory=Missing)
    tolerance: int | str = 0
    display_divisor: int = Field(default=1, ge=1)
    examples: list[LinearExample] = Field(min_length=1)


class CombinationRule(_Rule):
    """Two code fields of one record must be a pair that `code_combinations` allows on the period's last day.

    ``only`` restricts the rule to some left codes, ``other_than`` takes some away. A left code without any
    listed pair is not assessable: what is not known is not forbidden.
    """

    kind: Literal["combination"]
    scope: Literal["record"]
    form: str
    combination: str
    left: str
    right: str
    only: list[str] = Field(default_factory=list)
    other_than: list[str] = Field(default_factory=list)
    examples: list[CombinationExample] = Field(min_length=1)


class CounterpartRule(_Rule):
    """What one organization says it gave another in a list form must be what that one says it got (domain rule 7).

    ``direction`` is the code field that is ``gives`` or ``takes``, ``counterpart`` the field with the other one's code,
    ``amount`` the number; ``only`` the field and code of the records it holds for. ``window`` is the parameter with the
    working days a gift may be under way; ``witness`` the linear rules (of who gives, of who takes) that show who errs.
    """

    kind: Literal["counterpart"]
    scope: Literal["organizations"]
    form: str
    direction: str
    gives: str
    takes: str
    counterpart: str
    amount: str
    only: tuple[str, str]
    window: str
    witness: tuple[str, str]
    examples: list[CounterpartExample] = Field(min_length=1)


class CompletenessRule(_Rule):
    """Every organization on the roster of a reporting period has an accepted submission.

    ``severity`` holds once the due date has passed, ``severity_before_due`` from the period's end to it.
    """

    kind: Literal["completeness"]
    scope: Literal["register"]
    severity_before_due: Severity
    examples: list[CompletenessExample] = Field(min_length=1)


class SubmissionRule(_Rule):
    """What happens between the versions of one submission."""

    kind: Literal["submission"]
    scope: Literal["register"]
    check: Literal["two_files", "late", "locked_period"]


class SchemaRule(_Rule):
    """What a schema demands of one column or row of one table."""

    kind: Literal["schema"]
    scope: Literal["table"]
    check: str


class OutlierRule(_Rule):
    """A question about figures that break no rule; what it looks at stands in `outliers/settings.yaml`."""

    kind: Literal["outlier"]
    scope: Literal["history"]
    severity: Literal["soft", "info"]
    check: Literal[
        "count_outlier",
        "stock_outlier",
        "peer_outlier",
        "moved_level",
        "moved_levels",
        "exchanged_rows",
        "written_for_all",
        "copied_period",
        "copied_sheet",
        "copied_neighbour",
        "heaps",
    ]


Rule = Annotated[
    LinearRule | CombinationRule | CounterpartRule | CompletenessRule | SubmissionRule | SchemaRule | OutlierRule,
    Field(discriminator="kind"),
]

# What every message of a kind may name, and what it must name to be of use to its reader.
PLACEHOLDERS: dict[str, tuple[set[str], set[str]]] = {
    "linear": ({"thing", "whole", "period", "observed", "expected", "difference", "cells"}, {"observed", "expected"}),
    "combination": ({"thing", "observed", "expected", "cells"}, {"observed", "expected"}),
    "counterpart": ({"period", "observed", "expected", "cells"}, {"observed", "expected"}),
    "completeness": ({"observed", "expected", "organization_code", "period_code", "period"}, {"organization_code"}),
    "submission": ({"observed", "expected", "organization_code", "period_code", "period"}, {"observed"}),
    "schema": ({"thing", "period", "observed", "expected", "cells"}, {"observed"}),
    "outlier": ({"thing", "period", "observed", "expected", "cells"}, {"observed"}),
}


class RuleFile(_Declared):
    """One file of declarations; ``each`` of a rule was expanded before."""

    topic: str
    rules: list[Rule]
