"""What goes wrong with doses, logs and clocks, by name: how urgent it is and what a person does then.

An incident is found in the facts, never kept as a state: the same facts give the same incidents, each with
the same ``identity``, in whatever order they arrived. What people answered is kept beside it, under that
identity.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from phoihop.kernel.refusals import Bilingual


class Severity(IntEnum):
    """How soon somebody must look: at once, the same day, or when there is time."""

    AT_ONCE = 1
    SAME_DAY = 2
    IN_TIME = 3


class Kind(StrEnum):
    """What happened."""

    DOUBLE_DOSE = "double-dose"
    POSSIBLE_DOUBLE = "possible-double"
    AFTER_STOP = "after-stop"
    OUTSIDE_PERMIT = "outside-permit"
    PERMIT_MISMATCH = "permit-mismatch"
    UNACCOUNTED = "unaccounted"
    KEY_CLASH = "key-clash"
    FORKED_LOG = "forked-log"
    OLD_LOG = "old-log"
    BROKEN_CHAIN = "broken-chain"
    MISSING_EVENTS = "missing-events"
    UNKNOWN_DEVICE = "unknown-device"
    BAD_SIGNATURE = "bad-signature"
    MISDATED = "misdated"
    UNCERTAIN_DATE = "uncertain-date"
    FAR_CLOCK = "far-clock"
    GIVEN_AGAIN = "given-again"
    BOTTLE_IN_DOUBT = "bottle-in-doubt"
    UNBOOKED = "unbooked"


# After these a client gets no new permit before a doctor has answered; the prescriber is told at once.
NEED_A_DOCTOR = frozenset({Kind.DOUBLE_DOSE, Kind.POSSIBLE_DOUBLE})
TELL_PRESCRIBER = NEED_A_DOCTOR | {Kind.AFTER_STOP}

# After these a device gets no new permits: two of it may be at work.
STOP_DEVICE = frozenset({Kind.FORKED_LOG, Kind.OLD_LOG})


@dataclass(frozen=True, slots=True)
class Meaning:
    """A kind's urgency, what it says and what a person does."""

    severity: Severity
    says: Bilingual
    do: Bilingual


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that a person must look at. ``keys`` name the facts it was found in, sorted; with the kind
    they are its identity. ``clients``, ``device`` and ``days`` say whom and what it concerns."""

    kind: Kind
    keys: tuple[str, ...]
    clients: tuple[str, ...] = ()
    device: str = ""
    days: tuple[date, ...] = ()

    @property
    def identity(self) -> str:
        """What answers are kept under: it stays when more facts arrive."""
        return f"{self.kind}:{'+'.join(self.keys)}"

    @property
    def severity(self) -> Severity:
        return MEANINGS[self.kind].severity


def _meaning(severity: Severity, says: tuple[str, str], do: tuple[str, str]) -> Meaning:
    return Meaning(severity, Bilingual(*says), Bilingual(*do))


MEANINGS = {
    Kind.DOUBLE_DOSE: _meaning(
        Severity.AT_ONCE,
        ("Người bệnh đã nhận hai liều trong một ngày.", "The client was given two doses on one day."),
        (
            "Gọi người bệnh và bác sĩ ngay; theo dõi quá liều; bác sĩ trả lời trước khi cấp tiếp.",
            "Call client and doctor now; watch for overdose; a doctor answers before the next permit.",
        ),
    ),
    Kind.POSSIBLE_DOUBLE: _meaning(
        Severity.SAME_DAY,
        (
            "Có thể người bệnh đã nhận hai liều trong một ngày; giờ của thiết bị không chắc chắn.",
            "The client may have been given two doses on one day; a device's time is not certain.",
        ),
        (
            "So với sổ giấy của hai nơi; bác sĩ ghi kết luận trước khi cấp tiếp.",
            "Compare the paper lists of both places; a doctor records the finding before the next permit.",
        ),
    ),
    Kind.AFTER_STOP: _meaning(
        Severity.AT_ONCE,
        ("Liều được cấp sau khi y lệnh đã dừng.", "A dose was given after its order was stopped."),
        ("Báo bác sĩ kê đơn ngay.", "Tell the prescriber now."),
    ),
    Kind.OUTSIDE_PERMIT: _meaning(
        Severity.SAME_DAY,
        ("Liều được cấp ngoài giấy phép liều.", "A dose was given outside any permit."),
        (
            "Người phụ trách hỏi lý do và ghi lại; bác sĩ xem nếu liều khác y lệnh.",
            "The person in charge asks why and records it; a doctor looks at a dose unlike the order.",
        ),
    ),
    Kind.PERMIT_MISMATCH: _meaning(
        Severity.SAME_DAY,
        (
            "Liều không khớp với giấy phép mà nó nêu.",
            "A dose does not agree with the permit that it names.",
        ),
        (
            "Kiểm tra thiết bị và y lệnh; báo quản trị nếu thiết bị sai.",
            "Check the device and the order; tell the administrator if the device is at fault.",
        ),
    ),
    Kind.UNACCOUNTED: _meaning(
        Severity.SAME_DAY,
        (
            "Thiết bị được khôi phục; không rõ các liều của những ngày này.",
            "A device was restored; the doses of these days are not known.",
        ),
        (
            "Nhập mọi dòng của sổ giấy mà thiết bị không có, rồi xác nhận với trung tâm.",
            "Enter every line of the paper list that the device lacks, then confirm to the centre.",
        ),
    ),
    Kind.KEY_CLASH: _meaning(
        Severity.SAME_DAY,
        (
            "Hai bản ghi khác nhau có cùng một khóa; cả hai được giữ.",
            "Two different records carry one key; both are kept.",
        ),
        (
            "So với phiếu giấy; ghi bản nào đúng. Ngừng thiết bị nếu không giải thích được.",
            "Compare with the paper slip; record which is right. Stop the device if nobody can explain it.",
        ),
    ),
    Kind.FORKED_LOG: _meaning(
        Severity.AT_ONCE,
        ("Hai thiết bị đang dùng cùng một danh tính.", "Two devices work under one identity."),
        (
            "Tìm cả hai, đồng bộ cả hai, thu hồi; cấp thiết bị mới.",
            "Find both, synchronise both, withdraw them; enrol a new device.",
        ),
    ),
    Kind.OLD_LOG: _meaning(
        Severity.AT_ONCE,
        (
            "Bản cũ của một thiết bị đã khôi phục vẫn hoạt động.",
            "The former self of a restored device is still at work.",
        ),
        (
            "Tìm cả hai, đồng bộ cả hai, thu hồi; cấp thiết bị mới.",
            "Find both, synchronise both, withdraw them; enrol a new device.",
        ),
    ),
    Kind.BROKEN_CHAIN: _meaning(
        Severity.SAME_DAY,
        (
            "Nhật ký thiết bị không nối liền: một bản ghi đã bị thay.",
            "A device's log does not join: a record was replaced.",
        ),
        (
            "So với sổ giấy; quản trị kiểm tra thiết bị.",
            "Compare with the paper list; the administrator examines the device.",
        ),
    ),
    Kind.MISSING_EVENTS: _meaning(
        Severity.SAME_DAY,
        ("Thiếu bản ghi của thiết bị.", "Records of a device are missing."),
        (
            "Đồng bộ lại; nếu vẫn thiếu, nhập từ sổ giấy.",
            "Synchronise again; if they stay missing, enter them from the paper list.",
        ),
    ),
    Kind.UNKNOWN_DEVICE: _meaning(
        Severity.SAME_DAY,
        ("Bản ghi từ thiết bị chưa đăng ký.", "A record came from a device that is not enrolled."),
        (
            "Quản trị tìm thiết bị; đăng ký hoặc thu hồi.",
            "The administrator finds the device, and enrols or withdraws it.",
        ),
    ),
    Kind.BAD_SIGNATURE: _meaning(
        Severity.SAME_DAY,
        ("Bản ghi có chữ ký không đúng.", "A record's signature is wrong."),
        (
            "Không tính bản ghi này; quản trị tìm nguyên nhân.",
            "The record does not count; the administrator looks for the cause.",
        ),
    ),
    Kind.MISDATED: _meaning(
        Severity.IN_TIME,
        (
            "Ngày nơi cấp ghi khác ngày thật của liều.",
            "The day that the site stated is not the dose's true day.",
        ),
        ("Sửa giờ của thiết bị.", "Set the device's clock right."),
    ),
    Kind.UNCERTAIN_DATE: _meaning(
        Severity.IN_TIME,
        ("Không chắc chắn ngày của liều.", "The day of a dose is not certain."),
        (
            "So với sổ giấy; sửa giờ của thiết bị.",
            "Compare with the paper list; set the device's clock right.",
        ),
    ),
    Kind.FAR_CLOCK: _meaning(
        Severity.IN_TIME,
        ("Giờ của thiết bị sai hơn 12 giờ.", "A device's clock is wrong by more than 12 hours."),
        ("Sửa giờ rồi đồng bộ.", "Set the clock right, then synchronise."),
    ),
    Kind.GIVEN_AGAIN: _meaning(
        Severity.IN_TIME,
        (
            "Một phần liều bị nôn đã được cấp bù trong ngày.",
            "Part of a vomited dose was given again that day.",
        ),
        (
            "Bác sĩ được nêu tên xác nhận đã quyết định cấp bù.",
            "The doctor who is named confirms having decided it.",
        ),
    ),
    Kind.BOTTLE_IN_DOUBT: _meaning(
        Severity.SAME_DAY,
        (
            "Điều ghi về một chai mang về không khớp, hoặc không rõ là chai nào; vẫn tính là đã uống.",
            "What is said of a take-home bottle does not agree or fits no bottle; it counts as taken.",
        ),
        (
            "Xem lại chai, nhãn và phiếu; hỏi người nhận và người bệnh; bác sĩ xem nếu ngày đó đã cấp liều.",
            "Look at bottle, label and slip; ask receiver and client; a doctor looks if that day had a dose.",
        ),
    ),
    Kind.UNBOOKED: _meaning(
        Severity.SAME_DAY,
        (
            "Bản ghi nêu lô hoặc nơi mà sổ kho không có, hoặc sổ không đủ; chưa ghi vào sổ kho.",
            "A record names a batch or place that the stock book lacks, or more than it holds; not booked.",
        ),
        (
            "Nhập lô còn thiếu vào sổ kho; bản ghi sẽ tự vào sổ ở lần đồng bộ sau.",
            "Book the missing batch; the record enters the book by itself at the next synchronisation.",
        ),
    ),
}
