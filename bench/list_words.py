"""The words of invented lists: what offices head their columns with, and how they write codes and days.

Two sets for each form. ``TRIED`` may be looked at while the program is mended; ``KEPT`` was written before it could
propose lists at all and is only counted (`python -m bench.list_forms --words kept`). Neither is read by the program:
whoever adds a wording to `khoi/layouts/headings.yaml` does not look here.
"""

from __future__ import annotations

Paths = list[tuple[str, ...]]
Words = dict[str, dict[str, Paths]]

TRIED: Words = {
    "discipline_cases": {
        "CASE_NO": [("Số quyết định",), ("Quyết định", "Số"), ("Số QĐ kỷ luật",), ("Số hiệu vụ việc",)],
        "SUBJECT": [("Đối tượng bị kỷ luật",), ("Loại đối tượng",), ("Đối tượng",)],
        "DISCIPLINE_FORM": [("Hình thức",), ("Hình thức xử lý",), ("HÌNH THỨC KỶ LUẬT",), ("Kỷ luật", "Hình thức")],
        "DISCIPLINE_LEVEL": [("Cấp ra quyết định",), ("Cấp xử lý",), ("Kỷ luật", "Cấp quyết định")],
        "VIOLATION": [("Nội dung vi phạm",), ("Lỗi vi phạm",), ("Vi phạm về",)],
        "COMMITTEE_MEMBER": [("Cấp ủy viên",), ("Là cấp ủy viên (x)",), ("Có là CUV",)],
        "DECIDED_ON": [("Ngày ra quyết định",), ("Quyết định", "Ngày"), ("Ngày ký QĐ",)],
        "DECISION_STATUS": [("Trạng thái",), ("Tình trạng xử lý",)],
    },
    "transfers": {
        "DIRECTION": [("Đi/đến",), ("Chuyển đi hay chuyển đến",), ("Chiều chuyển",)],
        "SCOPE": [("Phạm vi chuyển",), ("Phạm vi",)],
        "COUNTERPART": [("Nơi chuyển đi hoặc đến (mã)",), ("Mã tổ chức nơi đi, nơi đến",)],
        "MEMBERS": [("Số ĐV",), ("Số lượng đảng viên",)],
    },
    "party_badges": {
        "BADGE_YEARS": [("Huy hiệu",), ("Loại huy hiệu",), ("Mức huy hiệu",)],
        "PROPOSED": [("Đề nghị",), ("Số đề nghị",), ("Số lượng", "Đề nghị")],
        "AWARDED": [("Đã trao",), ("Số đã tặng",), ("Số lượng", "Trao tặng")],
    },
}
KEPT: Words = {
    "discipline_cases": {
        "CASE_NO": [("Số, ký hiệu quyết định",), ("Số văn bản",), ("Văn bản", "Số"), ("Mã vụ việc",)],
        "SUBJECT": [("Đối tượng xử lý",), ("Loại đối tượng vi phạm",), ("Đối tượng KL",)],
        "DISCIPLINE_FORM": [
            ("Hình thức thi hành kỷ luật",),
            ("HT kỷ luật",),
            ("Mức kỷ luật",),
            ("Kết quả", "Hình thức"),
        ],
        "DISCIPLINE_LEVEL": [("Cấp thi hành",), ("Cấp có thẩm quyền ban hành",), ("Kết quả", "Cấp thi hành KL")],
        "VIOLATION": [("Nhóm nội dung vi phạm",), ("Hành vi vi phạm",), ("Dạng vi phạm",)],
        "COMMITTEE_MEMBER": [("Có phải cấp ủy viên không",), ("Tham gia cấp ủy",), ("CẤP ỦY VIÊN (có/không)",)],
        "DECIDED_ON": [("Ngày ban hành",), ("Văn bản", "Ngày"), ("Thời gian ra QĐ",), ("Ngày, tháng, năm quyết định",)],
        "DECISION_STATUS": [("Tình trạng quyết định",), ("Tình trạng hồ sơ",), ("Đã QĐ hay đề nghị",)],
    },
    "transfers": {
        "DIRECTION": [("Hướng chuyển",), ("Loại chuyển (đi, đến)",)],
        "SCOPE": [("Trong hay ngoài đảng bộ",), ("Phạm vi chuyển sinh hoạt",)],
        "COUNTERPART": [("Mã đơn vị nơi chuyển",), ("Tổ chức đảng nơi đi/nơi đến",)],
        "MEMBERS": [("Số người",), ("SL đảng viên",), ("Tổng ĐV chuyển",)],
    },
    "party_badges": {
        "BADGE_YEARS": [("Huy hiệu Đảng (năm)",), ("Số năm tuổi Đảng",), ("Loại HHĐ",)],
        "PROPOSED": [("Số đảng viên đề nghị",), ("Đã đề nghị tặng",), ("Huy hiệu", "Số đề nghị")],
        "AWARDED": [("Số đã trao",), ("Đã được tặng",), ("Huy hiệu", "Số trao")],
    },
}
# What stands in the cells, beside label, code, alias, capitals and letters without accents: words of offices' own.
# None of these is in the code lists. They are read only where a person declares them; until then they are told.
SAID: dict[str, dict[str, list[str]]] = {
    "discipline_subject": {"DV": ["ĐVCT", "ĐẢNG VIÊN CT"], "DVDB": ["ĐVDB", "đảng viên DB"], "TCD": ["TCĐ", "Tập thể"]},
    "discipline_form": {
        "KT": ["Kỷ luật khiển trách", "Bị khiển trách"],
        "CC": ["Hình thức cảnh cáo", "Cảnh cáo về Đảng"],
        "CACH": ["Cách hết chức vụ"],
        "KTR": ["Khai trừ ra khỏi Đảng"],
        "GT": ["Giải tán TCĐ"],
    },
    "discipline_level": {"L_CB": ["Chi bộ quyết định"], "L_DUCS": ["ĐUCS", "Đảng ủy"], "L_UBKT2": ["UBKT ĐUK"]},
    "violation": {"DDLS": ["Vi phạm đạo đức, lối sống"], "DSKHH": ["Sinh con thứ ba"], "TTN": ["Buông lỏng quản lý"]},
    "yes_no": {"CO": ["V", "có tham gia"], "KHONG": ["không là CUV"]},
    "decision_status": {"DECIDED": ["Đã ban hành QĐ", "Xong"], "PROPOSED": ["Đang đề nghị", "Chờ"]},
    "transfer_direction": {"IN": ["đến"], "OUT": ["đi"]},
    "transfer_scope": {"TRONG_TINH": ["cùng tỉnh"], "NGOAI_TINH": ["ra ngoài tỉnh"]},
    "badge_years": {},
}
ORGANIZATION = {
    "tried": [("Đơn vị",), ("Tổ chức đảng",), ("Tên TCCSĐ",)],
    "kept": [("Tên chi, đảng bộ",), ("Đảng bộ/chi bộ",), ("TCCSĐ trực thuộc",)],
}
PERSONS = {"tried": [("Họ và tên",), ("Họ tên đảng viên",)], "kept": [("Họ, tên đảng viên vi phạm",), ("Đồng chí",)]}
OTHERS = {
    "tried": [("Ghi chú",), ("Tóm tắt vi phạm",), ("Chức vụ",)],
    "kept": [("Diễn biến, nguyên nhân",), ("Chức vụ khi vi phạm",), ("Lưu hồ sơ tại",)],
}
TITLES = {
    "discipline_cases": ["DANH SÁCH XỬ LÝ KỶ LUẬT", "TỔNG HỢP CÁC VỤ KỶ LUẬT", "THEO DÕI THI HÀNH KỶ LUẬT TRONG ĐẢNG"],
    "transfers": ["DANH SÁCH CHUYỂN SINH HOẠT ĐẢNG", "THEO DÕI CHUYỂN SINH HOẠT"],
    "party_badges": ["BIỂU TẶNG HUY HIỆU ĐẢNG", "DANH SÁCH HUY HIỆU ĐẢNG"],
}
