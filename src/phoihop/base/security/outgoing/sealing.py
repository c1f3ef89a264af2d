"""Files under a password that Word, Excel and LibreOffice ask for: AES-256, ECMA-376 "agile" encryption."""

import io
import secrets

from phoihop.base.security.outgoing.refusing import refuse
from phoihop.base.security.uploads import kinds

# Small letters and digits that nobody mistakes for one another, read aloud or on paper.
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_GROUPS, _LETTERS = 4, 5  # 20 of 30 letters: 98 bits
SHORTEST = 14  # characters of a password that somebody chose himself


def new_password() -> str:
    """A password to be read out or copied from paper, such as "k7m2p-9qxtr-…": 98 bits of chance."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))


def seal(data: bytes, password: str) -> bytes:
    """A .xlsx or .docx under a password. Whoever has no password sees not even its properties.

    Raises Refusal "cannot-seal" for every other kind (which should be handed out by a link of a minute
    to a person who has signed in, or saved as one of the two), "weak-password" below SHORTEST characters.
    """
    if len(password) < SHORTEST or len(set(password)) < 6:
        raise refuse("weak-password")
    if kinds.look(data).kind not in ("docx", "xlsx"):
        raise refuse("cannot-seal")
    from msoffcrypto.format.ooxml import OOXMLFile

    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, sealed)
    return sealed.getvalue()
