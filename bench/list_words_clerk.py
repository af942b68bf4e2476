"""A set of words of lists kept back: as a provincial clerk retitles and abbreviates them (28 November 2026).

Written before whoever wrote it had read the words of the program (`khoi/layouts/headings.yaml`) in that round; no word
of it was added there. It is looked at again when all is done.
"""

from __future__ import annotations

CLERK: dict[str, dict[str, list[tuple[str, ...]]]] = {
    "discipline_cases": {
        "CASE_NO": [("Số QĐ",), ("Quyết định", "Số"), ("Số văn bản",), ("Số hồ sơ vụ việc",), ("QĐ số",)],
        "SUBJECT": [
            ("Đối tượng",),
            ("Đối tượng bị kỷ luật",),
            ("Là ĐV/TCĐ",),
            ("Loại đối tượng",),
            ("ĐV hay tổ chức",),
        ],
        "DISCIPLINE_FORM": [
            ("Hình thức",),
            ("Hình thức KL",),
            ("Kỷ luật", "Hình thức"),
            ("Mức KL",),
            ("Hình thức xử lý",),
        ],
        "DISCIPLINE_LEVEL": [
            ("Cấp ra quyết định",),
            ("Cấp quyết định",),
            ("Kỷ luật", "Cấp QĐ"),
            ("Cấp ban hành",),
            ("Cấp thi hành KL",),
        ],
        "VIOLATION": [("Nội dung vi phạm",), ("Vi phạm",), ("Lỗi vi phạm",), ("ND vi phạm chính",), ("Vi phạm về",)],
        "COMMITTEE_MEMBER": [("Cấp ủy viên",), ("Là CUV",), ("Có phải cấp ủy viên",), ("CUV các cấp",)],
        "DECIDED_ON": [("Ngày QĐ",), ("Quyết định", "Ngày"), ("Ngày ban hành",), ("Ngày ký",), ("Ngày ra QĐ KL",)],
        "DECISION_STATUS": [("Trạng thái",), ("Tình trạng",), ("Đã QĐ/ĐN",), ("Kết quả xử lý",)],
    },
    "transfers": {
        "DIRECTION": [("Chuyển đi/đến",), ("Loại chuyển",), ("Chuyển SHĐ",), ("Đi hay đến",)],
        "SCOPE": [("Phạm vi",), ("Phạm vi chuyển",), ("Trong/ngoài tỉnh",), ("Địa bàn",)],
        "COUNTERPART": [
            ("Nơi đi/nơi đến",),
            ("Tổ chức đảng nơi chuyển",),
            ("Đảng bộ liên quan",),
            ("TCĐ nơi đi (đến)",),
        ],
        "MEMBERS": [("Số ĐV",), ("Số lượng",), ("Số đ/c",), ("Số người",)],
    },
    "party_badges": {
        "BADGE_YEARS": [("Loại HH",), ("Huy hiệu",), ("Tuổi Đảng",), ("Mức huy hiệu",)],
        "PROPOSED": [("Số đề nghị",), ("Đề nghị tặng",), ("Số lượng", "Đề nghị"), ("Số ĐN xét",)],
        "AWARDED": [("Số được tặng",), ("Đã trao",), ("Số lượng", "Được tặng"), ("Đã có QĐ tặng",)],
    },
}
ORGANIZATION: list[tuple[str, ...]] = [
    ("Đơn vị",),
    ("Tên TCCSĐ",),
    ("Cơ sở đảng",),
    ("Chi bộ, đảng bộ",),
    ("Thuộc TCĐ",),
]
OTHERS: list[tuple[str, ...]] = [
    ("Ghi chú",),
    ("Tóm tắt sự việc",),
    ("Ghi chú thêm",),
    ("Diễn giải",),
    ("Ý kiến khác",),
]
PERSONS: list[tuple[str, ...]] = [("Họ tên",), ("Họ, tên ĐV",), ("Tên ĐV",), ("Họ và tên đ/c",)]
SAID: dict[str, dict[str, list[str]]] = {
    "discipline_subject": {
        "DV": ["ĐV", "ĐVCT"],
        "DVDB": ["ĐVDB", "ĐV dự bị"],
        "TCD": ["TCĐ", "Tập thể (tổ chức đảng)"],
    },
    "discipline_form": {
        "KT": ["K.trách", "Kỷ luật khiển trách"],
        "CC": ["C.cáo", "KL cảnh cáo"],
        "CACH": ["Cách chức vụ trong Đảng"],
        "KTR": ["Khai trừ ra khỏi Đảng", "K.trừ"],
    },
    "discipline_level": {
        "L_CB": ["CB", "Chi bộ QĐ"],
        "L_DUCS": ["ĐUCS", "Đảng ủy CS"],
        "L_UBKTCS": ["UBKT ĐUCS", "UBKT ĐU cơ sở"],
        "L_CU2": ["BTV cấp trên trực tiếp"],
        "L_UBKT2": ["UBKT cấp trên TT"],
    },
    "violation": {
        "DDLS": ["Đạo đức lối sống", "VP đạo đức"],
        "DSKHH": ["VP DS-KHHGĐ", "KHHGĐ"],
        "TTN": ["Thiếu tinh thần trách nhiệm"],
        "DATDAI": ["Quản lý đất đai"],
        "KDL": ["19 điều ĐV không được làm"],
        "KHAC": ["Khác"],
    },
    "yes_no": {"CO": ["x", "Có là CUV"], "KHONG": ["Không phải", "K"]},
    "decision_status": {"DECIDED": ["Đã có QĐ", "Đã ban hành"], "PROPOSED": ["Đang đề nghị", "Chờ QĐ"]},
    "transfer_direction": {"IN": ["Chuyển đến", "Tiếp nhận"], "OUT": ["Chuyển đi", "Giới thiệu đi"]},
    "transfer_scope": {
        "TRONG_TINH": ["Nội tỉnh", "Trong tỉnh"],
        "NGOAI_TINH": ["Ngoài tỉnh", "Đi tỉnh khác"],
        "TRONG_DANG_BO": ["Cùng Đảng bộ"],
    },
    "badge_years": {
        "N30": ["30 năm", "HH 30 năm"],
        "N40": ["40 năm", "HH 40"],
        "N50": ["50 năm", "50 năm tuổi đảng"],
        "N60": ["60 năm"],
    },
}
