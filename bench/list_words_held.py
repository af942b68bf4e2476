"""A third set of words of invented lists, held out: written in one go before the reader was mended with it in mind.

It was written by somebody who had seen `khoi/layouts/headings.yaml` once, from how offices head such lists; none of its
words is added to the program because it stands here, and what stays open is only counted
(`python -m bench.list_forms --words held`).
"""

from __future__ import annotations

Paths = list[tuple[str, ...]]

HELD: dict[str, dict[str, Paths]] = {
    "discipline_cases": {
        "CASE_NO": [
            ("Số QĐ",),
            ("QĐ số",),
            ("Quyết định thi hành kỷ luật", "Số"),
            ("Số quyết định thi hành kỷ luật",),
            ("Số/ký hiệu văn bản",),
            ("Quyết định kỷ luật số",),
            ("Mã số hồ sơ",),
        ],
        "SUBJECT": [
            ("Đối tượng bị thi hành kỷ luật",),
            ("Diện đối tượng",),
            ("Đối tượng (đảng viên, tổ chức)",),
            ("ĐV hay TCĐ",),
            ("Đối tượng bị KL",),
        ],
        "DISCIPLINE_FORM": [
            ("Hình thức KL",),
            ("Hình thức thi hành kỷ luật",),
            ("Kết quả xử lý", "Hình thức kỷ luật"),
            ("Mức độ kỷ luật",),
            ("HT kỷ luật",),
            ("Đã kỷ luật bằng hình thức",),
        ],
        "DISCIPLINE_LEVEL": [
            ("Cấp ký QĐ",),
            ("Cấp thi hành",),
            ("Cơ quan ban hành quyết định",),
            ("Thẩm quyền quyết định",),
            ("Kết quả xử lý", "Cấp xử lý"),
            ("Cấp ủy, UBKT ra quyết định",),
        ],
        "VIOLATION": [
            ("Nội dung VP",),
            ("Vi phạm về nội dung",),
            ("Nhóm hành vi vi phạm",),
            ("Lý do kỷ luật",),
            ("Lĩnh vực, nội dung vi phạm",),
            ("Sai phạm về",),
        ],
        "COMMITTEE_MEMBER": [
            ("CUV",),
            ("Cấp uỷ viên",),
            ("Tham gia cấp ủy",),
            ("Có phải cấp ủy viên không",),
            ("Cấp ủy (có/không)",),
        ],
        "DECIDED_ON": [
            ("Ngày QĐ",),
            ("Quyết định thi hành kỷ luật", "Ngày"),
            ("Ngày, tháng, năm quyết định",),
            ("Thời gian kỷ luật",),
            ("Ngày ban hành",),
            ("Ngày tháng QĐ",),
        ],
        "DECISION_STATUS": [
            ("Tình trạng giải quyết",),
            ("Đã quyết định/đề nghị",),
            ("Trạng thái hồ sơ",),
            ("Tình trạng vụ",),
        ],
    },
    "transfers": {
        "DIRECTION": [
            ("Hình thức chuyển",),
            ("Chuyển đến/chuyển đi",),
            ("Loại hình chuyển",),
            ("Chuyển SHĐ (đi/đến)",),
            ("Đến/đi",),
            ("Hướng chuyển",),
        ],
        "SCOPE": [
            ("Phạm vi chuyển SHĐ",),
            ("Trong/ngoài tỉnh",),
            ("Địa bàn chuyển",),
            ("Phạm vi (trong tỉnh, ngoài tỉnh)",),
            ("Diện chuyển",),
        ],
        "COUNTERPART": [
            ("Mã TCĐ nơi đi/đến",),
            ("Mã số tổ chức đảng nơi đi, nơi đến",),
            ("Mã đơn vị nơi chuyển",),
            ("Mã đảng bộ nơi chuyển đi/chuyển đến",),
            ("Nơi đi/nơi đến (ghi mã)",),
        ],
        "MEMBERS": [
            ("SL ĐV",),
            ("Số lượng",),
            ("Số người",),
            ("Tổng số ĐV chuyển",),
            ("Đảng viên",),
            ("Số đảng viên chuyển sinh hoạt",),
        ],
    },
    "party_badges": {
        "BADGE_YEARS": [
            ("Huy hiệu Đảng (năm)",),
            ("Loại HHĐ",),
            ("Loại HH Đảng",),
            ("Năm tuổi Đảng",),
            ("Mốc Huy hiệu",),
            ("Huy hiệu loại",),
        ],
        "PROPOSED": [
            ("Số lượng ĐV đề nghị",),
            ("Đề nghị xét tặng",),
            ("Số ĐV được đề nghị tặng",),
            ("Trong kỳ", "Đề nghị"),
            ("SL đề nghị",),
            ("Số đảng viên đề nghị",),
        ],
        "AWARDED": [
            ("Số lượng đã trao",),
            ("Được tặng",),
            ("Đã trao tặng trong kỳ",),
            ("Trong kỳ", "Đã trao"),
            ("SL đã tặng",),
            ("Số đảng viên được trao",),
        ],
    },
}
ORGANIZATION: Paths = [
    ("Chi bộ/Đảng bộ",),
    ("TCCSĐ",),
    ("Tổ chức CSĐ",),
    ("Tên tổ chức đảng, đơn vị",),
    ("Thuộc chi bộ, đảng bộ",),
    ("Nơi sinh hoạt",),
]
PERSONS: Paths = [("Họ và tên đảng viên",), ("Tên đảng viên",), ("Đ/c",), ("Họ tên người vi phạm",)]
OTHERS: Paths = [("Nhận xét",), ("Ghi thêm",), ("Người theo dõi hồ sơ",), ("Hoàn cảnh",), ("Ý kiến của cấp ủy",)]
SAID: dict[str, dict[str, list[str]]] = {
    "discipline_subject": {"DV": ["ĐV chính thức", "đ/v chính thức"], "DVDB": ["Dự bị"], "TCD": ["TC đảng"]},
    "discipline_form": {"KT": ["Khiển trách ĐV"], "CC": ["KL cảnh cáo"], "KTR": ["Khai trừ khỏi Đảng"]},
    "discipline_level": {"L_CB": ["CB"], "L_DUCS": ["ĐU cơ sở", "ĐUCS"], "L_UBKTCS": ["UBKT ĐUCS"]},
    "violation": {
        "DDLS": ["Đạo đức lối sống"],
        "DSKHH": ["Vi phạm DS-KHHGĐ"],
        "TTN": ["Thiếu trách nhiệm trong quản lý"],
    },
    "yes_no": {"CO": ["có là CUV"], "KHONG": ["Không phải"]},
    "decision_status": {"DECIDED": ["Đã QĐ"], "PROPOSED": ["Đang đề nghị"]},
    "transfer_direction": {"IN": ["CĐ đến"], "OUT": ["CĐ đi"]},
    "transfer_scope": {"TRONG_TINH": ["Trong tỉnh"], "NGOAI_TINH": ["Ngoài tỉnh"]},
    "badge_years": {"N30": ["30 năm"], "N40": ["40 năm"], "N50": ["50 năm"], "N55": ["HHĐ 55 năm"]},
}
