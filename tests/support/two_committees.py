"""The rows: two committees, three periods, a merger, a split, hand-overs, a missing workbook."""

from __future__ import annotations

PERIODS = ("2021H1", "2021H2", "2022H1")
AUTHORITY = "test"
Row = dict[str, object]

# committee, code, name, type, valid from, valid to
ORGANIZATIONS = [
    ("AA", "AA-1", "Tổ chức số 1", "DBCS", "2010-01-01", ""),
    ("AA", "AA-2", "Tổ chức số 2", "DBCS", "2010-01-01", "2021-06-30"),
    ("AA", "AA-3", "Tổ chức số 3", "CBCS", "2010-01-01", "2021-06-30"),
    ("AA", "AA-4", "Tổ chức số 4", "DBCS", "2010-01-01", ""),
    ("AA", "AA-5", "Tổ chức số 5", "CBCS", "2010-01-01", "2021-12-31"),
    ("AA", "AA-5", "Tổ chức số 5 (mới)", "CBCS", "2022-01-01", ""),
    ("AA", "AA-6", "Tổ chức số 6", "CBCS", "2022-01-01", ""),
    ("AA", "AA-7", "Tổ chức số 7", "CBCS", "2022-01-01", ""),
    ("BB", "BB-1", "Tổ chức số 1", "DBCS", "2010-01-01", ""),
    ("BB", "BB-2", "Tổ chức số 2", "CBCS", "2010-01-01", ""),
]

# id, type, day, committee, from, to, external body, unit, members moved
EVENTS = [
    ("E1", "merged", "2021-07-01", "AA", "AA-2", "AA-1", "", "organization", 50),
    ("E2", "handed_over", "2021-07-01", "AA", "AA-3", "", "HUYEN", "organization", 30),
    ("E3", "handed_over", "2021-07-01", "AA", "AA-4", "", "HUYEN", "subordinate_cell", 10),
    ("E4", "received", "2022-01-01", "AA", "", "AA-6", "HUYEN", "organization", 12),
    ("E5", "split", "2022-01-01", "AA", "AA-5", "AA-7", "", "organization", 8),
]

# organization, period, opening, admitted, died, expelled; what is not listed did not send a workbook
BALANCES = [
    ("AA-1", "2021H1", 98, 2, 0, 0),
    ("AA-2", "2021H1", 50, 0, 0, 0),
    ("AA-3", "2021H1", 30, 0, 0, 0),
    ("AA-4", "2021H1", 40, 0, 0, 0),
    ("AA-5", "2021H1", 20, 0, 0, 0),
    ("AA-1", "2021H2", 150, 5, 0, 0),
    ("AA-4", "2021H2", 30, 0, 1, 0),
    ("AA-5", "2021H2", 20, 2, 0, 0),
    ("AA-1", "2022H1", 155, 3, 0, 0),
    ("AA-4", "2022H1", 29, 0, 0, 1),
    ("AA-5", "2022H1", 14, 1, 0, 0),
    ("AA-6", "2022H1", 12, 1, 0, 0),
    ("AA-7", "2022H1", 8, 0, 0, 0),
    ("BB-1", "2021H1", 59, 1, 0, 0),
    ("BB-2", "2021H1", 25, 0, 0, 0),
    ("BB-1", "2021H2", 60, 1, 0, 0),
    ("BB-1", "2022H1", 61, 1, 0, 0),
    ("BB-2", "2022H1", 25, 1, 0, 0),
]

MEASURES = [
    ("members_total", "Tổng số đảng viên", "Members", "additive", "stock", "", ""),
    ("members_opening", "Đảng viên đầu kỳ", "Members at the opening", "additive", "stock", "", ""),
    ("members_admitted", "Kết nạp", "Admitted", "additive", "flow", "", ""),
    ("members_expelled_cases", "Vụ khai trừ", "Expulsion cases", "additive", "flow", "", ""),
    ("orgs_handed_over", "Tổ chức bàn giao", "Organizations handed over", "additive", "flow", "", ""),
    ("members_excellent", "Xuất sắc", "Members rated excellent", "additive", "flow", "", ""),
    ("members_rated", "Được xếp loại", "Members rated", "additive", "flow", "", ""),
    ("members_excellent_pct", "Tỷ lệ xuất sắc", "Excellent", "ratio", "", "members_excellent", "members_rated"),
    ("members_admitted_pct", "Tỷ lệ kết nạp", "Admitted", "ratio", "", "members_admitted", "members_opening"),
]
TERMS = [
    ("members_total", "membership_change.CLOSE", 1),
    ("members_opening", "membership_change.OPEN", 1),
    ("members_admitted", "membership_change.IN_ADMIT", 1),
    ("members_expelled_cases", "discipline_cases.FORM.KTR", 1),
    ("orgs_handed_over", "register.ORGANIZATIONS.handed_over", 1),
    ("members_excellent", "ratings.DV.HTXS", 1),
    ("members_rated", "ratings.DV.RATED", 1),
]

CODES = {
    "organization_type": ["DBCS", "CBCS"],
    "sector": ["XA"],
    "yes_no": ["CO", "KHONG"],
    "discipline_subject": ["DV", "DVDB", "TCD"],
    "discipline_form": ["KT", "CC", "CACH", "KTR"],
    "discipline_level": ["L_CB", "L_DUCS"],
    "violation": ["DDLS", "KHAC"],
    "decision_status": ["DECIDED", "PROPOSED"],
    "transfer_direction": ["IN", "OUT"],
    "transfer_scope": ["NGOAI_TINH", "TRONG_TINH"],
    "change_type": [
        *(
            "INC",
            "IN_ADMIT",
            "IN_TR",
            "IN_TR_EXT",
            "IN_TR_INT",
            "IN_TR_OWN",
            "IN_RESTORE",
            "DEC",
            "OUT_DEATH",
        ),
        *("OUT_EXPEL", "OUT_REMOVE", "OUT_RESIGN", "OUT_TR", "OUT_TR_EXT", "OUT_TR_INT", "OUT_TR_OWN"),
    ],
    "member_status": ["ALL", "OFFICIAL", "PROBATIONARY"],
    "rating_subject": ["TCCSD", "CBTT", "TTLD", "DV", "CBLD"],
    "rating_level": [
        "ELIGIBLE",
        "RATED",
        "HTXS",
        "HTT",
        "HTNV",
        "KHT",
        "CXL",
        "OLD1",
        "OLD1_EXEMPLARY",
        "OLD2",
        "OLD3",
        "OLD4",
    ],
}
