"""What is said of a client, put under their key and made findable by marks that say nothing."""

from phoihop.base.security import keyring
from phoihop.base.security.crypto.blind import digest, identity_index, insurance_index
from phoihop.base.security.crypto.names import name_tokens
from phoihop.kernel.refusals import Refusal
from phoihop.registry.models import Client, Mark
from phoihop.registry.rules.born import Born, read
from phoihop.registry.rules.identity import (
    Paper,
    Sex,
    Told,
    identity_kind,
    insurance_kind,
    letters_key,
    number,
)
from phoihop.registry.rules.matching import Evidence

# What the equality of each kind of mark is evidence of.
KINDS = {
    "identity": Evidence.IDENTITY,
    "insurance": Evidence.INSURANCE,
    "person": Evidence.NAME_BORN_SEX,
}
TEXTS = ("name", "alias", "identity", "insurance", "phone", "address")


def blind_key(programme: str) -> bytes:
    """The key of a programme's marks; it has one from its first client on."""
    return keyring.store().blind_key(programme)


def marks_of(programme: str, told: Told) -> dict[str, bytes]:
    """The marks of what is said of somebody, the same at every facility of the programme.

    A number of no known shape gets none, and neither does a birth date that may have been made up: too many
    people would share it.
    """
    key, found = blind_key(programme), {}
    if identity_kind(told.identity) in (Paper.CCCD, Paper.CMND):
        found["identity"] = identity_index(key, number(told.identity))
    if insurance_kind(told.insurance) not in (Paper.NONE, Paper.UNKNOWN):
        found["insurance"] = insurance_index(key, number(told.insurance))
    if told.name and told.born is not None and not told.born.assumed and told.sex is not Sex.UNSAID:
        found["person"] = digest(key, "person", letters_key(told.name), told.born.kept, told.sex.value)
    return found


def year_token(programme: str, facility: int, year: int) -> int:
    """The mark of a birth year inside one facility."""
    said = digest(blind_key(programme), "born", str(facility), str(year))
    return int.from_bytes(said[:8], "big", signed=True)


def told_of(client: Client) -> Told:
    """Everything that a file says of its person; many files are read after sealed.fetch_keys."""
    texts = {name: client.text(name) for name in TEXTS}
    return Told(born=born_of(client), sex=Sex(client.text("sex")), **texts)


def told_or_none(client: Client) -> Told | None:
    """The same, for lists; None of somebody who was erased."""
    try:
        return told_of(client)
    except Refusal as refusal:
        if refusal.reason != "erased":
            raise
        return None


def born_of(client: Client) -> Born | None:
    """When a client was born."""
    return read(client.text("born"))


def fill(client: Client, told: Told) -> None:
    """Put what is said into the columns of a file that has its key; the row still has to be saved."""
    texts = {name: getattr(told, name) for name in TEXTS}
    texts |= {"born": told.born.kept if told.born else "", "sex": told.sex.value}
    for name, text in texts.items():
        if text:
            client.put(**{name: text})
        else:
            setattr(client, name, None)
    key = blind_key(client.programme)
    names = (name for name in (told.name, told.alias) if name)
    client.name_tokens = sorted({t for n in names for t in name_tokens(key, n, client.facility_id)})
    client.born_token = (
        year_token(client.programme, client.facility_id, told.born.year) if told.born else None
    )


def mark(client: Client, told: Told) -> dict[str, bytes]:
    """Write a saved file's marks anew."""
    Mark.objects.filter(programme=client.programme, facility=client.facility_id, client=client).delete()
    found = marks_of(client.programme, told)
    Mark.objects.bulk_create(
        Mark(
            client=client,
            programme=client.programme,
            facility_id=client.facility_id,
            pseudonym=client.pseudonym,
            kind=kind,
            index=index,
        )
        for kind, index in found.items()
    )
    return found
