"""Two small declared forms: a matrix of two versions, a list that is counted and summed."""

from __future__ import annotations

from typing import Any

MATRIX: dict[str, Any] = {
    "form": "meals",
    "kind": "matrix",
    "domain": "kitchen",
    "due": ["H1", "H2"],
    "label": {"vi": "Bữa ăn", "en": "Meals"},
    "measure": "meals_served",
    "items": {
        "NOON": {"label": {"vi": "Bữa trưa", "en": "Noon"}, "members": {"time": "noon"}},
        "ALL": {"label": {"vi": "Cộng", "en": "All"}, "role": "total", "nature": "stock"},
    },
    "columns": {
        "value": {"label": {"vi": "Số", "en": "Number"}},
        "GUESTS": {"label": {"vi": "Khách", "en": "Guests"}, "role": "of_which", "members": {"eater": "guest"}},
    },
    "versions": [
        {
            "version": "v1",
            "valid_from": "2000-01-01",
            "valid_to": "2020-06-30",
            "authority": "QĐ 1",
            "sheet": "B1",
            "title": "Bữa ăn",
            "rows": [{"item": "NOON", "ordinal": "1", "aliases": ["Ăn trưa"]}, {"item": "ALL"}],
            "columns": [{"column": "value"}],
            "ignored": [{"label": "Ghi chú", "reason": "lời"}],
        },
        {
            "version": "v2",
            "valid_from": "2020-07-01",
            "authority": "QĐ 2",
            "sheet": "B1",
            "sheet_aliases": ["Biểu 1"],
            "title": "Bữa ăn",
            "rows": [{"item": "ALL", "label": "Tổng cộng"}],
            "columns": [{"column": "value"}, {"column": "GUESTS"}],
        },
    ],
}
LIST: dict[str, Any] = {
    "form": "guests",
    "kind": "list",
    "domain": "kitchen",
    "due": ["H2"],
    "sender": ["committee"],
    "label": {"vi": "Khách", "en": "Guests"},
    "fields": {
        "KIND": {"label": {"vi": "Loại", "en": "Kind"}, "type": "code", "code_list": "guest_kind"},
        "HEADS": {"label": {"vi": "Số người", "en": "Heads"}, "type": "count"},
    },
    "summed_by": "KIND",
    "aggregates": {
        "OLD": {"label": {"vi": "Cao tuổi", "en": "Old"}, "where": {"KIND": ["OLD", "VERY_OLD"]}},
        "BY_KIND": {"label": {"vi": "Theo loại", "en": "By kind"}, "by": "KIND", "where": {"KIND": ["*"]}},
    },
    "versions": [
        {
            "version": "v1",
            "valid_from": "2000-01-01",
            "authority": "QĐ 3",
            "sheet": "B2",
            "title": "Khách",
            "columns": [{"column": "KIND"}, {"column": "HEADS"}],
        }
    ],
}
