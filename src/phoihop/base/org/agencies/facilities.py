"""Kinds of facilities. The words name no illness and no trade: a kind is shown to many people."""

from phoihop.kernel.refusals import Bilingual, Refusal

POINT = "point"
FACILITY_KINDS = {
    "clinic": Bilingual("Phòng khám, cơ sở y tế", "Clinic or health facility"),
    "treatment": Bilingual("Cơ sở điều trị", "Treatment facility"),
    POINT: Bilingual("Điểm cấp phát thuốc", "Dispensing point"),
    "testing": Bilingual("Điểm tư vấn, xét nghiệm", "Counselling and testing site"),
    "rehabilitation": Bilingual("Cơ sở cai nghiện", "Rehabilitation centre"),
    "shelter": Bilingual("Nơi tạm lánh, hỗ trợ", "Shelter or support centre"),
    "community": Bilingual("Điểm hỗ trợ tại cộng đồng", "Community support point"),
}


def facility_kind(code: str) -> Bilingual:
    """What a kind of facility is called. Refusal("unknown-facility-kind")."""
    try:
        return FACILITY_KINDS[code]
    except KeyError:
        raise Refusal(
            "unknown-facility-kind", "Không có loại cơ sở này.", "There is no such kind of facility."
        ) from None
