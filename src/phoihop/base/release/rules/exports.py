"""When data may leave as a file: for what, how many rows, in which states, how often, how long."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual, Refusal

NAMED_ROWS = 500  # rows of a list that names people
ROWS = 20_000  # rows of any other
A_DAY = 3  # exports a person may ask for
LASTS = timedelta(hours=24)
DOWNLOADS = 3
REASON = 15  # characters
# A job that has not been heard of for so long has lost its worker.
SILENT = timedelta(seconds=60)
ATTEMPTS = 2


class State(StrEnum):
    """Where an export stands."""

    WAITING = "waiting"  # for the second person
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"
    REVOKED = "revoked"


MOVES: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.QUEUED, State.REFUSED, State.REVOKED}),
    State.QUEUED: frozenset({State.RUNNING, State.REVOKED}),
    State.RUNNING: frozenset({State.READY, State.QUEUED, State.REFUSED, State.FAILED, State.REVOKED}),
    State.READY: frozenset({State.EXPIRED, State.REVOKED}),
    State.REFUSED: frozenset(),
    State.FAILED: frozenset(),
    State.EXPIRED: frozenset(),
    State.REVOKED: frozenset(),
}
LIVE = frozenset(state for state, after in MOVES.items() if after)

PURPOSES: Mapping[str, Bilingual] = {
    "care": Bilingual("Chăm sóc người đang được phục vụ", "Care of people being served"),
    "handover": Bilingual("Bàn giao, chuyển tiếp hồ sơ", "Handing files over"),
    "report": Bilingual("Tổng hợp báo cáo", "Preparing a report"),
    "inspection": Bilingual("Kiểm tra, đối chiếu sổ sách", "Inspection, checking against the books"),
    "own-data": Bilingual("Trả lời yêu cầu của người có dữ liệu", "Answering a person about their own data"),
}
FORMATS = ("xlsx", "csv")


def may_move(before: State, after: State) -> bool:
    """Whether an export may go from one state to another."""
    return after in MOVES[before]


def check_said(*, purpose: str, reason: str) -> None:
    """Nothing, or Refusal "purpose-missing" or "reason-missing"."""
    if purpose not in PURPOSES:
        raise Refusal("purpose-missing", "Hãy chọn mục đích xuất dữ liệu.", "Choose what the export is for.")
    if len(reason.strip()) < REASON:
        raise Refusal(
            "reason-missing",
            f"Hãy ghi lý do, ít nhất {REASON} ký tự: ai cần, dùng vào việc gì, khi nào hủy.",
            f"Give a reason of {REASON} characters or more: who needs it, what for, when it is destroyed.",
        )


def check_form(*, named: bool, form: str) -> None:
    """Nothing, or Refusal("format"): of these two, only an office file can be put under a password."""
    if form not in FORMATS or (named and form != "xlsx"):
        raise Refusal(
            "format",
            "Danh sách có tên người chỉ xuất được dạng .xlsx có mật khẩu.",
            "A list that names people goes out as .xlsx with a password only.",
        )


def check_rows(*, named: bool, rows: int) -> None:
    """Nothing, or Refusal "too-many-rows" or "no-rows"."""
    cap = NAMED_ROWS if named else ROWS
    if rows > cap:
        shown = f"{cap:,}".replace(",", ".")
        raise Refusal(
            "too-many-rows",
            f"Vượt quá {shown} dòng cho một lần xuất. Hãy thu hẹp theo cơ sở hoặc thời gian.",
            f"More than {cap:,} rows in one export. Narrow it by facility or by time.",
        )
    if rows == 0:
        raise Refusal("no-rows", "Không có dòng nào để xuất.", "There is nothing to export.")


def needs_second(*, named: bool) -> bool:
    """Whether somebody else must allow it first."""
    return named
