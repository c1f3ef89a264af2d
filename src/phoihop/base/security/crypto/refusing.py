"""Every way the keys say no, and the alarm when something sealed was touched. Nothing here quotes content."""

from phoihop.kernel.messages import Messages
from phoihop.kernel.refusals import Refusal

refuse = Messages("phoihop.base.security.crypto")


class KeyStoreUnavailable(Refusal):
    """The key store cannot be asked now. Reason "key-store"; ``case`` chooses the message."""

    def __init__(self, case: str = "key-store") -> None:
        message = refuse.cases[case]
        super().__init__("key-store", message["vi"], message["en"])


class Tampered(Exception):
    """Something sealed is not what was sealed here: changed, cut, moved from elsewhere, or under another key.

    No ordinary fault of the program leads here, so whoever catches it records an alarm. ``place`` is the
    table, column and row for that record; the message names nothing, since it may reach a log.
    """

    def __init__(self, place: tuple[str, str, str] | None = None) -> None:
        super().__init__("a sealed value failed its check")
        self.place = place
