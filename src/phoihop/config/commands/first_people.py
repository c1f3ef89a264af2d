"""``phoihop first-people``: the first two accounts of an installation, each with a printed card."""

import sys

from phoihop.config.commands.shared import inside
from phoihop.kernel.refusals import Refusal


def run(*, agency: str, administrator: str, protector: str) -> int:
    """Make both and print their cards. People are given as "Họ tên=tên-đăng-nhập"."""
    one, other = _named(administrator), _named(protector)
    with inside("app"):
        from django.utils import timezone

        from phoihop.base.org.founding import found

        for card in found(agency, one, other):
            sys.stdout.write(
                f"{card.name}\n  {card.page}\n  {card.username}   {card.spaced}\n"
                f"  → {timezone.localtime(card.expires_at):%d/%m/%Y %H:%M}\n"
            )
    return 0


def _named(said: str) -> tuple[str, str]:
    name, _, username = said.partition("=")
    if not name.strip() or not username.strip():
        raise Refusal(
            "name-missing",
            'Hãy ghi người theo dạng "Họ tên=tên-đăng-nhập".',
            'Write a person as "Full name=sign-in-name".',
        )
    return name.strip(), username.strip()
