"""Looking for one thing within the viewer's reach, and what the doors of this room have in common."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from phoihop.base.org import doors
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Agency, Facility, Position
from phoihop.base.org.rules.permissions import EVERYWHERE, Place, Viewer
from phoihop.base.release.care import KINDS, CareKind, answering
from phoihop.base.release.models import Copy, Document, Emergency, Export, Request
from phoihop.base.release.rules import emergencies as emergency_rules
from phoihop.base.release.rules.documents import Audience
from phoihop.base.security import scope
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.scope import Scope

JOB = Scope("job")


def unseen(viewer: Viewer, code: str) -> NotAllowed:
    """The answer to what is not there and to what may not be seen: the same one."""
    return NotAllowed(doors.DOORS[code], viewer, doors.may_somewhere(viewer, code), None, EVERYWHERE)


def account_of(viewer: Viewer) -> int:
    """The account of somebody who has signed in, as everybody has who passed a door of this room."""
    if viewer.account is None:
        raise RuntimeError("a visitor passed a door")
    return viewer.account


def narrow(viewer: Viewer, facility: int, programme: str) -> Scope:
    """A scope that holds one facility and one programme and nothing else."""
    return Scope("care", account=viewer.account, places=((facility, programme),))


def care_kind(viewer: Viewer, code: str, door: str) -> CareKind:
    """A kind of file that is not closed. NotAllowed for a closed one and for none."""
    kind = KINDS.get(code)
    if kind is None or kind.closed:
        raise unseen(viewer, door)
    return kind


def file_of(kind: CareKind, thing: int) -> Place | None:
    """Where a file of this kind belongs; None where there is none, or it is of a programme not declared."""
    with scope.acting(JOB):
        place = kind.locate(thing)
    return place if place is not None and place.programme in kind.programmes else None


def cares(viewer: Viewer) -> bool:
    """Whether all offices the viewer holds are at agencies that care for people: deny beats allow."""
    agencies = {held.agency for held in viewer.now if held.agency is not None}
    kinds = Agency.objects.filter(pk__in=agencies).values_list("kind", flat=True)
    return bool(agencies) and all(emergency_rules.for_care(kind) for kind in kinds)


def record_on_file(viewer: Viewer, emergency: Emergency, code: str, count: int = 1) -> None:
    """What was done under an emergency, recorded on the file itself and not on the emergency."""
    said = doors.entry(Kind.BREAKGLASS, code, viewer, emergency, count=count)
    record(
        replace(
            said,
            thing_kind=emergency.kind,
            thing_id=str(emergency.thing),
            owner_agency=emergency.owner_agency_id,
            programme=emergency.programme,
        )
    )


def disclosure_on() -> bool:
    """Whether outsiders may be answered at all; off unless the operator switched it on."""
    return bool(settings.PHOIHOP_DISCLOSURE)


def exporting_agencies(viewer: Viewer) -> list[Agency]:
    """Where the viewer may ask for exports."""
    stepped = replace(viewer, stepped_up=True)
    reasons = doors.may_somewhere(stepped, "release.ask_export").reasons
    positions = Position.objects.filter(pk__in=[reason.position for reason in reasons if reason.position])
    return list(Agency.objects.filter(pk__in=positions.values("agency")).order_by("name"))


def export(viewer: Viewer, text: str) -> Export | None:
    """One export of the viewer's own."""
    mine = Export.objects.filter(uid=_uid(text), owner_id=viewer.account)
    return mine.select_related("proposal").first()


def copy(viewer: Viewer, text: str) -> Copy | None:
    """One copy that the viewer took."""
    return Copy.objects.filter(uid=_uid(text), owner_id=viewer.account).first()


def emergency(viewer: Viewer, text: str) -> Emergency | None:
    """An emergency that the viewer opened."""
    return Emergency.objects.filter(uid=_uid(text), who_id=viewer.account).first()


def to_review(viewer: Viewer, text: str) -> Emergency | None:
    """An emergency that somebody else opened in a file of the viewer's agencies."""
    theirs = Emergency.objects.filter(uid=_uid(text), owner_agency_id__in=viewer.agencies)
    return theirs.exclude(who_id=viewer.account).first()


def overdue(viewer: Viewer, text: str) -> Emergency | None:
    """An emergency of any agency that went unreviewed too long."""
    with scope.acting(JOB):
        late = Emergency.objects.filter(uid=_uid(text), escalated_at__isnull=False)
        return late.exclude(who_id=viewer.account).first()


def askable(viewer: Viewer) -> list[Facility]:
    """Facilities whose files outsiders may ask about; no other is named to them (a shelter, say)."""
    if not disclosure_on():
        return []
    programmes = sorted(answering())
    here = Facility.objects.filter(programmes__overlap=programmes).select_related("agency")
    return list(here.order_by("name")) if programmes else []


def facility(viewer: Viewer, text: str) -> Facility | None:
    """One of those facilities."""
    return next((found for found in askable(viewer) if str(found.pk) == text), None)


def own_request(viewer: Viewer, text: str) -> Request | None:
    """A request that the viewer filed; none while this is switched off."""
    if not disclosure_on():
        return None
    return _requests(text).filter(filed_by_id=viewer.account).first()


def request(viewer: Viewer, text: str) -> Request | None:
    """A request to one of the viewer's agencies; none while this is switched off."""
    if not disclosure_on():
        return None
    return _requests(text).filter(agency_id__in=viewer.agencies).first()


def _requests(text: str) -> QuerySet[Request]:
    return Request.objects.select_related("facility", "agency", "proposal").filter(uid=_uid(text))


def document(viewer: Viewer, text: str) -> Document | None:
    """A document of one of the viewer's agencies."""
    theirs = Document.objects.filter(uid=_uid(text), agency_id__in=viewer.agencies)
    return theirs.select_related("agency", "proposal").first()


def released(viewer: Viewer, text: str) -> Document | None:
    """A document that is out."""
    out = Document.objects.filter(uid=_uid(text)).exclude(released_to=Audience.INTERNAL)
    return out.select_related("agency").first()


def _uid(text: str) -> UUID:
    """The address of a thing; one that is no address at all is that of nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
