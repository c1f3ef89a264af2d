"""Words that stand around every chart, in both languages."""

from phoihop.engines.indicators.disclosing import STEP, State
from phoihop.interfaces.dashboards.charts.limits import Standing
from phoihop.kernel.refusals import Bilingual

TARGET = Bilingual("Chỉ tiêu", "Target")
COMPLETENESS = Bilingual("Đầy đủ số liệu", "Completeness")
REPORTS = Bilingual("Báo cáo đã nộp", "Reports in")
EXPECTED = Bilingual("Dự báo", "Forecast")
WHOLE = Bilingual("Toàn bộ", "The whole")
SIZE = Bilingual("Mẫu số", "Denominator")
NUMERATOR = Bilingual("Tử số", "Numerator")
UNCLEAR = Bilingual("chưa rõ", "not known")
NONE = Bilingual("không có", "none")
OUTSIDE = Bilingual("ngoài các nhóm", "outside the bands")
LIMITS_95 = Bilingual("Giới hạn 95 %", "95 % limits")
LIMITS_998 = Bilingual("Giới hạn 99,8 %", "99,8 % limits")
OUTSIDE_95 = Bilingual("ngoài giới hạn 95 %", "outside the 95 % limits")
OUTSIDE_998 = Bilingual("ngoài giới hạn 99,8 %", "outside the 99,8 % limits")
COMPARED = Bilingual("So với toàn bộ", "Beside the whole")
BAND = Bilingual("Nhóm", "Band")
SOURCE = Bilingual("Nguồn", "Source")
BELOW_TARGET = Bilingual("dưới mức", "too low")
NO_BAND = Bilingual("chưa có số liệu hoặc được ẩn", "no figure, or hidden")
NOT_COMPARED = Bilingual("không so sánh được", "cannot be compared")
HOANG_SA = Bilingual("Quần đảo\nHoàng Sa\n(TP. Đà Nẵng)", "Hoàng Sa\narchipelago\n(Đà Nẵng)")
TRUONG_SA = Bilingual("Quần đảo\nTrường Sa\n(tỉnh Khánh Hòa)", "Trường Sa\narchipelago\n(Khánh Hòa)")

STANDINGS = {
    Standing.FAR_BELOW: Bilingual(
        "thấp hơn rõ rệt (ngoài giới hạn 99,8 %)", "clearly lower (outside the 99,8 % limits)"
    ),
    Standing.BELOW: Bilingual("thấp hơn (ngoài giới hạn 95 %)", "lower (outside the 95 % limits)"),
    Standing.WITHIN: Bilingual("trong khoảng ngẫu nhiên", "within what chance allows"),
    Standing.ABOVE: Bilingual("cao hơn (ngoài giới hạn 95 %)", "higher (outside the 95 % limits)"),
    Standing.FAR_ABOVE: Bilingual(
        "cao hơn rõ rệt (ngoài giới hạn 99,8 %)", "clearly higher (outside the 99,8 % limits)"
    ),
}
STATES = {
    None: Bilingual("chưa có số liệu", "no figure"),
    State.SHOWN: Bilingual("chính xác", "exact"),
    State.ROUNDED: Bilingual(f"làm tròn đến {STEP}", f"rounded to {STEP}"),
    State.BAND: Bilingual("chỉ nêu khoảng", "a range only"),
    State.SMALL: Bilingual("ẩn: quá ít người", "hidden: few people"),
    State.PROTECTING: Bilingual("ẩn để bảo vệ số khác", "hidden to protect another figure"),
    State.WITHHELD: Bilingual("ẩn để bảo vệ số khác", "hidden to protect another figure"),
}

# What the script says. In the page as JSON, so that no word stands in a script.
SCRIPT = {
    "table": Bilingual("Mọi số liệu có trong bảng bên dưới.", "Every figure is in the table below."),
    "made": Bilingual("Ảnh tạo ngày", "Picture made on"),
}
