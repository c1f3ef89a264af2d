"""Why a part went to somebody: kept as a code and what it is about, said in the language of whoever reads.

What a person gives as a reason stays in their own words; these are the program's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from phoihop.base.org.agencies import duty, kind
from phoihop.kernel.refusals import Bilingual, Refusal

Kept = list[dict[str, str]]  # as a column of JSON holds them


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: ``about`` are its names, days and codes, by what they are to it."""

    code: str
    about: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> Bilingual:
        """As a sentence."""
        return _SENTENCES[self.code](dict(self.about))


def why(code: str, **about: str | date) -> Why:
    """A reason; KeyError where there is no such code."""
    _SENTENCES[code]
    return Why(code, tuple(sorted((name, str(value)) for name, value in about.items())))


def kept(reasons: Iterable[Why]) -> Kept:
    """As a column keeps them, each once."""
    return [{"code": each.code, **dict(each.about)} for each in dict.fromkeys(reasons)]


def said(rows: Kept) -> Bilingual | None:
    """What is kept, as sentences; None where there is nothing."""
    found = [Why(row["code"], tuple((k, v) for k, v in row.items() if k != "code")).words for row in rows]
    if not found:
        return None
    return Bilingual(" ".join(each.vi for each in found), " ".join(each.en for each in found))


def _day(about: Mapping[str, str]) -> str:
    return f"{date.fromisoformat(about['day']):%d/%m/%Y}"


def _from(vi: str, en: str) -> Callable[[Mapping[str, str]], Bilingual]:
    """From a day on something is so; ``old`` and ``new`` are names."""

    def sentence(about: Mapping[str, str]) -> Bilingual:
        day = _day(about)
        return Bilingual(f"Từ ngày {day}: {vi.format_map(about)}.", f"From {day} on: {en.format_map(about)}.")

    return sentence


def _plain(vi: str, en: str) -> Callable[[Mapping[str, str]], Bilingual]:
    return lambda about: Bilingual(vi.format_map(about), en.format_map(about))


def _kind(code: str) -> Bilingual:
    """What a kind of agency is called; its code where the register has it no more."""
    try:
        return kind(code).name
    except Refusal:
        return Bilingual(code, code)


def _duty(code: str) -> Bilingual:
    try:
        return duty(code).name
    except Refusal:
        return Bilingual(code, code)


def _kind_moved(about: Mapping[str, str]) -> Bilingual:
    old, new, day = _kind(about["old"]), _kind(about["new"]), _day(about)
    return Bilingual(f"Từ ngày {day}: {old.vi} → {new.vi}.", f"From {day} on: {old.en} → {new.en}.")


def _kind_ended(about: Mapping[str, str]) -> Bilingual:
    name = _kind(about["old"])
    return Bilingual(
        f"Không còn {name.vi}; chưa ghi nhận cơ quan nào thay. Cần giao lại.",
        f"{name.en} ended; nobody is recorded in its place. It has to be assigned.",
    )


def _kind_parted(about: Mapping[str, str]) -> Bilingual:
    """``goals``: "duty>kind" for each duty, parted by spaces."""
    name = _kind(about["old"])
    goals = [each.split(">") for each in about["goals"].split()]
    vi = "; ".join(f"{_duty(code).vi} → {_kind(goal).vi}" for code, goal in goals)
    en = "; ".join(f"{_duty(code).en} → {_kind(goal).en}" for code, goal in goals)
    return Bilingual(
        f"Việc của {name.vi} đã chia cho nhiều cơ quan ({vi}). Cần giao lại.",
        f"The work of {name.en} went to several agencies ({en}). It has to be assigned.",
    )


_SENTENCES: dict[str, Callable[[Mapping[str, str]], Bilingual]] = {
    "duty-taken": _from("{new} nhận nhiệm vụ này từ {old}", "{new} has this duty in place of {old}"),
    "followed": _from("{new} tiếp nối {old}", "{new} continues {old}"),
    "ended": _from("{old} không còn hoạt động", "{old} exists no more"),
    "unit-listed": _from(
        "{old} theo danh mục đơn vị hành chính mới", "{old} is in the new list of administrative units"
    ),
    "unit-became": _from("{old} thuộc {new}", "{old} is part of {new}"),
    "found": _plain("{new} đã có trong hệ thống.", "{new} is known to the system now."),
    "unnamed": _plain("Văn bản không nêu rõ cơ quan nào.", "The document does not say which agency."),
    "no-lead": _plain("Văn bản không nêu cơ quan chủ trì.", "The document names no agency to lead it."),
    "place-unknown": _plain("Chưa tìm thấy địa bàn {place}.", "No unit called {place} was found."),
    "kind-moved": _kind_moved,
    "kind-ended": _kind_ended,
    "kind-parted": _kind_parted,
}

# What the program itself gives as the reason where a person could give one: kept as its code.
WITHDRAWN, AGENCY_ENDED = "document-withdrawn", "agency-ended"
_OWN = {
    WITHDRAWN: Bilingual("Văn bản đã được thu hồi.", "The document was withdrawn."),
    AGENCY_ENDED: Bilingual("Cơ quan không còn hoạt động.", "The agency exists no more."),
}


def own(reason: str) -> Bilingual | None:
    """The program's own words for a reason that is kept; None where a person gave it, or nobody did."""
    return _OWN.get(reason)
