"""The names of the checks that stand in code; `quality/rules/*.yaml` says how each is told and how severe it is."""

from __future__ import annotations

REQUIRED = "required"
NOT_YET = "not_yet"
DATE_IN_PERIOD = "date_in_period"
DATE_UNTIL_PERIOD_END = "date_until_period_end"
COUNT = "count"
UNIQUE = "unique"
OBSERVATIONS = "observations"
EMPTY_CELLS = "empty_cells"
EMPTY_FORM = "empty_form"
BLANK_FORM = "blank_form"
DERIVED_CELL = "derived_cell"
REGISTERED_OTHERWISE = "registered_otherwise"
UNKNOWN_COUNTERPART = "unknown_counterpart"
OWN_COUNTERPART = "own_counterpart"
SHARED_RECORD = "shared_record"
SEED = "seed"
EVENT_PERIOD = "event_period"
EVENT_MEMBERS = "event_members"
EVENT_CONTRADICTED = "event_contradicted"
TWO_FILES = "two_files"
LATE = "late"
LOCKED_PERIOD = "locked_period"
FORMER_DIFFERS = "former_differs"
FEWER_FORMS = "fewer_forms"
CORRECTION_OUTDATED = "correction_outdated"
CORRECTION_IMPOSSIBLE = "correction_impossible"
CORRECTION_EXPIRED = "correction_expired"
COUNT_OUTLIER = "count_outlier"
STOCK_OUTLIER = "stock_outlier"
PEER_OUTLIER = "peer_outlier"
MOVED_LEVEL = "moved_level"
MOVED_LEVELS = "moved_levels"
EXCHANGED_ROWS = "exchanged_rows"
WRITTEN_FOR_ALL = "written_for_all"
COPIED_PERIOD = "copied_period"
COPIED_SHEET = "copied_sheet"
COPIED_NEIGHBOUR = "copied_neighbour"
HEAPS = "heaps"

CHECKS = frozenset(
    {
        *(
            REQUIRED,
            NOT_YET,
            DATE_IN_PERIOD,
            DATE_UNTIL_PERIOD_END,
            COUNT,
            UNIQUE,
            OBSERVATIONS,
            SEED,
            EVENT_PERIOD,
            EVENT_MEMBERS,
            EVENT_CONTRADICTED,
        ),
        *(EMPTY_CELLS, EMPTY_FORM, BLANK_FORM, DERIVED_CELL, REGISTERED_OTHERWISE),
        *(UNKNOWN_COUNTERPART, OWN_COUNTERPART, SHARED_RECORD, TWO_FILES, LATE, LOCKED_PERIOD),
        *(FORMER_DIFFERS, FEWER_FORMS, CORRECTION_OUTDATED, CORRECTION_IMPOSSIBLE, CORRECTION_EXPIRED),
        *(
            COUNT_OUTLIER,
            STOCK_OUTLIER,
            PEER_OUTLIER,
            MOVED_LEVEL,
            MOVED_LEVELS,
            EXCHANGED_ROWS,
            WRITTEN_FOR_ALL,
            COPIED_PERIOD,
            COPIED_SHEET,
            COPIED_NEIGHBOUR,
            HEAPS,
        ),
    }
)
