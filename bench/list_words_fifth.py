"""A fourth set of words of invented lists, for whoever mends what values and structure tell: it may be looked at.

None of its words is added to the program, so what is read of them is read by what stands in the columns
(`python -m bench.list_forms --words fifth`).
"""

from __future__ import annotations

Paths = list[tuple[str, ...]]

FIFTH: dict[str, dict[str, Paths]] = {
    "discipline_cases": {
        "CASE_NO": [("Văn bản số",), ("Số hiệu",), ("Căn cứ QĐ số",), ("QĐKL", "Số"), ("Ký hiệu",)],
        "SUBJECT": [("Ai bị xử lý",), ("Đối tượng áp dụng",), ("Cá nhân/tổ chức",), ("Diện xử lý",)],
        "DISCIPLINE_FORM": [("Kết luận xử lý",), ("Đã xử lý bằng",), ("Mức xử lý",), ("Hình thức áp dụng",)],
        "DISCIPLINE_LEVEL": [("Nơi ra quyết định",), ("Cấp có quyền",), ("Do cấp nào xử lý",), ("Cấp",)],
        "VIOLATION": [("Nguyên nhân bị xử lý",), ("Khuyết điểm",), ("Sai phạm",), ("Nội dung",)],
        "COMMITTEE_MEMBER": [("Có chân trong cấp ủy",), ("Giữ chức cấp ủy",), ("UV cấp ủy",)],
        "DECIDED_ON": [("Ký ngày",), ("QĐKL", "Ngày ký"), ("Thời điểm",), ("Hiệu lực từ",)],
        "DECISION_STATUS": [("Đã xong hay chưa",), ("Tiến độ",), ("Kết quả giải quyết",)],
    },
    "transfers": {
        "DIRECTION": [("Đến hay đi",), ("Chuyển",), ("Diễn biến",), ("Loại",)],
        "SCOPE": [("Trong hoặc ngoài tỉnh",), ("Nội/ngoại tỉnh",), ("Khu vực",)],
        "COUNTERPART": [("Mã nơi kia",), ("Đầu mối bên kia",), ("Tổ chức liên quan",)],
        "MEMBERS": [("Số ĐV chuyển",), ("Quân số",), ("Bao nhiêu đảng viên",)],
    },
    "party_badges": {
        "BADGE_YEARS": [("Hạng huy hiệu",), ("HHĐ",), ("Loại",), ("Mức tuổi Đảng",)],
        "PROPOSED": [("Đã trình",), ("Trình cấp trên", "Số người"), ("Số đề xuất",)],
        "AWARDED": [("Được nhận",), ("Thực nhận", "Số người"), ("Số được trao tặng",)],
    },
}
ORGANIZATION: Paths = [("Trực thuộc",), ("Cơ sở đảng",), ("Đơn vị quản lý",), ("Sinh hoạt tại",)]
PERSONS: Paths = [("Họ và tên ĐV",), ("Họ tên",), ("Đảng viên (họ tên)",)]
OTHERS: Paths = [("Lưu ý",), ("Ghi nhận thêm",), ("Trình bày",), ("Bổ sung",)]
SAID: dict[str, dict[str, list[str]]] = {
    "discipline_subject": {"DV": ["đảng viên CT"], "DVDB": ["ĐV dự bị"]},
    "discipline_form": {"KT": ["KL khiển trách"], "CC": ["mức cảnh cáo"], "KTR": ["Đưa ra khỏi Đảng (khai trừ)"]},
    "discipline_level": {"L_CB": ["chi bộ"], "L_DUCS": ["Đảng ủy CS"]},
    "yes_no": {"CO": ["x"], "KHONG": ["không"]},
    "decision_status": {"DECIDED": ["đã xong"], "PROPOSED": ["chưa"]},
    "transfer_direction": {"IN": ["nhận về"], "OUT": ["giới thiệu đi"]},
    "badge_years": {"N30": ["30"], "N40": ["40"], "N50": ["50 tuổi Đảng"]},
}
