"""People who hold something and misuse it: sessions, roles, planted files, a thousand guesses."""

import io
import re
import socket
import threading

import docx
import pytest

from phoihop.base.org import actions as org
from phoihop.base.org import alarms
from phoihop.base.org.models import Notice, Position, Proposal
from phoihop.base.org.roles import ROLES
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import FIREFOX, PASSWORD, Browser
from phoihop.base.security import scope
from phoihop.base.security.audit import canary
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal
from tests.abuse.conftest import NAME, NUMBER, STATE
from tests.house.test_urls import is_sent_away
from tests.standin import actions
from tests.standin.examples import DAY
from tests.support.world import HERE
from tools.tree import shown, with_ending

JOB = Scope("job")


def test_a28_who_leaves_is_out_everywhere_at_the_next_request(clinic):
    leaver = clinic.world.people["carer-alpha@here"]
    windows = [leaver.browser(), leaver.browser()]
    for window in windows:
        assert window.get(f"/standin/a/{clinic.x.pk}/").status_code == 200
    admin = clinic("administrator@here")
    assert admin.post(f"/tai-khoan/{leaver.account.pk}/nghi/").status_code == 200
    for window in windows:
        answer = window.get(f"/standin/a/{clinic.x.pk}/")
        assert is_sent_away(answer)
        assert NAME not in answer.content.decode()
        assert is_sent_away(window.post(f"/standin/a/{clinic.x.pk}/visit/", {"day": "2026-11-21"}))


def test_a28_a_role_taken_away_is_gone_at_the_next_request(clinic):
    window = clinic("carer-alpha@here")
    assert window.get(f"/standin/a/{clinic.x.pk}/").status_code == 200
    carer = clinic.world.people["carer-alpha@here"].account
    with scope.acting(JOB):
        position = Position.objects.get(person=carer.person_id)
    org.end_position(by=clinic.world.viewer("administrator@here"), position=position)
    assert is_sent_away(window.get(f"/standin/a/{clinic.x.pk}/"))
    again = clinic.world.people["carer-alpha@here"].browser()
    assert again.get(f"/standin/a/{clinic.x.pk}/").status_code == 404


@pytest.mark.parametrize("thief", [{"agent": FIREFOX}, {"agent": "curl/8.0", "address": "198.51.100.7"}])
def test_a30_a_copied_cookie_opens_nothing_elsewhere_and_ends(clinic, thief, recorded):
    owner = clinic("carer-alpha@here")
    assert clinic.see("carer-alpha@here").status_code == 200
    copied = Browser(raise_request_exception=False, **thief)
    copied.cookies["phoihop_session"] = owner.cookies["phoihop_session"].value
    stolen = copied.get(f"/standin/a/{clinic.x.pk}/")
    assert is_sent_away(stolen)
    assert is_sent_away(clinic.see("carer-alpha@here"))
    assert "alarm" in {entry.kind for entry in recorded()}


def test_a48_every_role_that_opens_files_takes_two_people(db):
    """No single person, an administrator least of all, makes anybody a reader of files."""
    opening = {role.code for role in ROLES.values() for grant in role.grants if ".case_" in grant.actions}
    assert opening
    assert not [code for code in opening if not ROLES[code].sensitive]


def test_a48_an_administrator_does_not_make_themselves_a_reader(clinic):
    """What they ask for waits for another; and once allowed, their own role still refuses."""
    admin = clinic.world.viewer("administrator@here")
    person = clinic.world.people["administrator@here"].account.person
    facility = clinic.world.facilities[HERE]
    asked = org.give_position(
        by=admin,
        person=person,
        role="carer-alpha",
        place=facility,
        since=making.yesterday(),
        reason="cần xem",
    )
    assert isinstance(asked, Proposal)
    with scope.acting(JOB):
        assert not Position.objects.filter(person=person, role="carer-alpha").exists()
    with pytest.raises(Refusal):
        org.decide_proposal(by=admin, proposal=asked, allow=True)
    org.decide_proposal(by=clinic.world.viewer("head@here"), proposal=asked, allow=True)
    with scope.acting(JOB):
        assert Position.objects.filter(person=person, role="carer-alpha").exists()
        told = set(Notice.objects.filter(code="sensitive-role-given").values_list("account", flat=True))
    assert clinic.world.people["head@here"].account.pk in told
    assert (
        clinic.world.people["administrator@here"].browser().get(f"/standin/a/{clinic.x.pk}/").status_code
        == 404
    )


def test_a46_the_auditor_reads_who_did_what_and_that_is_recorded_too(clinic, recorded):
    clinic.see("carer-alpha@here")
    clinic.search("carer-alpha@here", "vang thi my")
    page = clinic("auditor@here").get("/nhat-ky/")
    assert page.status_code == 200
    body = page.content.decode()
    assert "standin.Client" in body or "standin.case_alpha_see" in body or "Người carer-alpha here" in body
    assert not [word for word in (NAME, NUMBER, STATE, "vang thi my") if word in body]
    auditor = clinic.world.people["auditor@here"].account.pk
    assert ("security.see_audit", auditor) in {(entry.action, entry.account) for entry in recorded()}
    far = clinic("auditor@there").get("/nhat-ky/").content.decode()
    assert "Người carer-alpha here" not in far


@pytest.fixture
def watched():
    """The process watches for canaries, as one that serves does; afterwards as before."""
    before = canary.watching()
    alarms.watch()
    yield
    canary._watch = before


def test_a24_opening_a_planted_file_is_told_at_once(
    clinic, watched, recorded, django_capture_on_commit_callbacks
):
    carer, keeper = clinic.world.viewer("carer-alpha@here"), "data-protection@here"
    planted = actions.enrol("alpha", by=carer, facility=clinic.world.facilities[HERE], name="Mồi", since=DAY)
    with scope.acting(JOB):
        planter = next(
            r.code for r in ROLES.values() if any(g.names("security.plant_canary") for g in r.grants)
        )
    alarms.plant(by=clinic.world.viewer(f"{planter}@here"), thing=f"standin.Client:{planted.pk}")
    canary.watching()._until = float("-inf")
    with django_capture_on_commit_callbacks(execute=True):
        assert clinic("carer-alpha@here").get(f"/standin/a/{planted.pk}/").status_code == 200
    assert [e.thing_id for e in recorded() if e.kind == "alarm"] == [str(planted.pk)]
    with scope.acting(JOB):
        told = Notice.objects.filter(account=clinic.world.people[keeper].account.pk, code="alarm")
        assert told.exists()
        assert "Mồi" not in str(list(told.values()))


@pytest.mark.long
def test_a60_a_thousand_names_three_guesses_each_from_one_address(db, recorded):
    """Hardly any guess is even tried, one alarm goes up, and the owner of a name gets in from elsewhere."""
    from phoihop.base.org.tests.signin import person

    person("truongphong", "Lường Thị Trưởng")
    sprayer = Browser("203.0.113.9")
    guesses = [(f"canbo{number}", f"matkhau-{turn}") for turn in range(3) for number in range(1000)]
    statuses = [sprayer.sign_in(*guess).status_code for guess in guesses]
    assert statuses.count(429) > 2_900
    assert any(entry.kind == "alarm" for entry in recorded())
    assert Browser("192.0.2.77").sign_in("truongphong", PASSWORD).status_code == 302


OUTWARD = {
    "src/phoihop/base/security/crypto/transit.py": "the key store that the operator names",
    "src/phoihop/base/org/signin/delegated.py": "the sign-in provider that the operator names",
    "src/phoihop/config/server.py": "asks itself whether it answers",
    "src/phoihop/base/database/server.py": "asks the database's own socket",
    "src/phoihop/coordination/plans/mailing.py": "the mail server that the operator names",
}
_NETWORK = re.compile(
    r"^\s*(?:import|from)\s+(?:urllib\.request|http\.client|requests|httpx|urllib3|aiohttp|ftplib|smtplib|socket)\b",
    re.MULTILINE,
)


def test_a38_only_reviewed_code_can_speak_to_a_network():
    """Nothing fetches an address that a file or a form names: what could is a short list."""
    found = {
        shown(path)
        for path in with_ending(".py")
        if shown(path).startswith("src/")
        and not re.search(r"/(?:tests|bench|vendor)/", shown(path))
        and _NETWORK.search(path.read_text(encoding="utf-8"))
    }
    assert found <= set(OUTWARD), found - set(OUTWARD)


@pytest.fixture
def listener():
    """A port of this machine, and who came to it."""
    came, server = [], socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                caller, _ = server.accept()
            except TimeoutError:
                continue
            came.append(caller.getpeername())
            caller.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], came
    stop.set()
    thread.join()
    server.close()


def _linking(port: int) -> dict[str, bytes]:
    """Files that point at an address: a page, a document with a template elsewhere, a drawing in XML."""
    address = f"http://127.0.0.1:{port}"
    page = (
        f'<html><head><link rel="stylesheet" href="{address}/a.css"><base href="{address}/"></head>'
        f'<body><img src="{address}/a.png"><iframe src="{address}/"></iframe>'
        "<p>Kế hoạch số 1/KH-UBND</p></body></html>"
    )
    held = io.BytesIO()
    written = docx.Document()
    written.add_paragraph("Kế hoạch số 1/KH-UBND")
    written.part.relate_to(
        f"{address}/template.dotm",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate",
        is_external=True,
    )
    written.part.relate_to(
        f"{address}/a.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )
    written.save(held)
    entity = f'<!DOCTYPE p [<!ENTITY x SYSTEM "{address}/x">]><html><body><p>&x; Kế hoạch</p></body></html>'
    return {"a.html": page.encode(), "b.docx": held.getvalue(), "c.html": entity.encode()}


def test_a38_reading_a_file_fetches_nothing_it_names(listener):
    from phoihop.engines.reading.isolate import IsolatedReading

    port, came = listener
    for name, data in _linking(port).items():
        reading = IsolatedReading(data, name)
        reading.start()
        assert "refused" in reading.result(), name
    assert came == []
