"""Telling people: neutral words by code, one row for each of them."""

from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from phoihop.base.org.models.notices import Notice
from phoihop.kernel.refusals import Bilingual

WORDS: dict[str, Bilingual] = {
    "proposal-waits": Bilingual(
        "Có đề nghị đang chờ anh/chị quyết định.", "A proposal is waiting for your decision."
    ),
    "digest-ready": Bilingual(
        "Bản tin tuần về việc xem hồ sơ đã có. Hãy xem trong hôm nay.",
        "The weekly digest of files viewed is ready. Look at it today.",
    ),
    "proposal-decided": Bilingual(
        "Đề nghị của anh/chị đã được quyết định.", "Your proposal has been decided."
    ),
    "position-given": Bilingual("Anh/chị được giao thêm nhiệm vụ.", "You were given a position."),
    "position-ended": Bilingual("Một nhiệm vụ của anh/chị đã kết thúc.", "A position of yours has ended."),
    "opened-outside": Bilingual(
        "Có người trong cơ quan vừa mở hồ sơ ngoài phần việc của mình. Hãy xem mục đích họ nêu.",
        "Somebody in your agency opened a file outside their own work. Look at the purpose they gave.",
    ),
    "sensitive-role-given": Bilingual(
        "Một vai trò nhạy cảm vừa được giao trong cơ quan anh/chị.",
        "A sensitive role was given in your agency.",
    ),
}


def add_words(code: str, vi: str, en: str) -> None:
    """Make a code known; a room says its own. The words name no programme and no person."""
    if WORDS.setdefault(code, Bilingual(vi, en)) != Bilingual(vi, en):
        raise ValueError(f"two notices are called {code}")


def tell(accounts: Iterable[int], code: str, thing: str = "") -> None:
    """Tell each account once, in the present transaction. KeyError for a code without words."""
    WORDS[code]
    told = [(account, code, thing) for account in sorted(set(accounts))]
    if told:
        with connection.cursor() as cursor:
            # Not by the ORM, which asks for the new row's id: who tells may not read what others are told.
            cursor.executemany(
                "insert into org_notice (account_id, code, thing, at) values (%s, %s, %s, now())", told
            )


def tell_once(accounts: Iterable[int], code: str, thing: str) -> None:
    """As ``tell``, without those who have the same notice unread. In a job's scope, which sees others'."""
    wanted = set(accounts)
    unread = Notice.objects.filter(account__in=wanted, code=code, thing=thing, seen_at=None)
    tell(wanted - set(unread.values_list("account", flat=True)), code, thing)


def mark_seen(account: int, told: Iterable[int]) -> None:
    """The person has these notices before their eyes."""
    Notice.objects.filter(account=account, pk__in=list(told), seen_at=None).update(seen_at=timezone.now())
