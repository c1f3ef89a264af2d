"""Why a device does not do what a person asks of it."""

from enum import StrEnum

from phoihop.kernel.refusals import Bilingual


class Why(StrEnum):
    """The reason, for programs; ``REFUSALS`` has the words for people."""

    MUST_SYNCHRONISE = "must-synchronise"
    INACTIVE = "inactive"
    CLOCK = "clock"
    DAY_NOT_OPEN = "day-not-open"
    DAY_NOT_COUNTED = "day-not-counted"
    USED = "used"
    REVOKED = "revoked"
    OTHER_DAY = "other-day"
    NO_PERMIT = "no-permit"
    OTHER_AMOUNT = "other-amount"
    NOT_FOR_THIS_DEVICE = "not-for-this-device"
    NOT_GENUINE = "not-genuine"


REFUSALS = {
    Why.MUST_SYNCHRONISE: Bilingual(
        "Thiết bị vừa được khôi phục hoặc mới. Hãy đồng bộ trước khi cấp liều.",
        "This device was restored or is new. Synchronise before giving doses.",
    ),
    Why.INACTIVE: Bilingual(
        "Thiết bị này không phải thiết bị đang cấp liều của điểm. Hãy dùng thiết bị kia hoặc nhận bàn giao.",
        "This is not the site's active device. Use the other one, or take a hand-over from it.",
    ),
    Why.CLOCK: Bilingual(
        "Không tin được giờ của thiết bị. Hãy sửa giờ hoặc đồng bộ.",
        "The device's clock cannot be believed. Set it right, or synchronise.",
    ),
    Why.DAY_NOT_OPEN: Bilingual(
        "Ngày làm việc chưa mở. Hãy mở ngày trước.",
        "The business day is not open. Open it first.",
    ),
    Why.DAY_NOT_COUNTED: Bilingual(
        "Ngày trước chưa kiểm đếm. Hãy đếm thuốc và khóa ngày trước khi mở ngày mới.",
        "The day before was not counted. Count the stock and close that day first.",
    ),
    Why.USED: Bilingual(
        "Người này đã có liều cho ngày hôm nay. Không cấp thêm; nếu nghi ngờ, gọi bác sĩ.",
        "This person already has today's dose. Give no more; if in doubt, call the doctor.",
    ),
    Why.REVOKED: Bilingual(
        "Giấy phép liều của người này đã bị thu hồi. Hãy gọi cơ sở điều trị.",
        "This person's permit was revoked. Call the treatment facility.",
    ),
    Why.OTHER_DAY: Bilingual(
        "Giấy phép liều không dành cho ngày này.",
        "The permit is not for this day.",
    ),
    Why.NO_PERMIT: Bilingual(
        "Điểm này không có giấy phép liều cho người này. Hãy đồng bộ, hoặc xin trung tâm chuyển quyền cấp.",
        "This site holds no permit for this person. Synchronise, or ask the centre to move the right here.",
    ),
    Why.OTHER_AMOUNT: Bilingual(
        "Liều khác với giấy phép. Chỉ cấp đúng liều đã ghi; muốn đổi cần y lệnh mới.",
        "The dose differs from the permit. Give what it says; a change needs a new order.",
    ),
    Why.NOT_FOR_THIS_DEVICE: Bilingual(
        "Bàn giao này không dành cho thiết bị này, hoặc đã dùng. Hãy tạo lời mời mới.",
        "This hand-over is not for this device, or was used. Make a new invitation.",
    ),
    Why.NOT_GENUINE: Bilingual(
        "Chữ ký không đúng. Không nhận.",
        "The signature is wrong. Not taken.",
    ),
}
