"""Files come in through one door, lie sealed, and go out to whom they belong, for a minute."""

from urllib.parse import quote

import pytest

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.files import actions
from phoihop.base.org.files.place import KeptFile, find
from phoihop.base.org.models import Account
from phoihop.base.org.tests import making
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope, vaults
from phoihop.base.security.models import StoredFile
from phoihop.base.security.uploads import intake, links
from phoihop.kernel.refusals import Refusal
from tests.support.world import signed_in

TEXT = "Kế hoạch số 12/KH-SYT: mỗi xã một buổi truyền thông.\n".encode()


@pytest.fixture
def office(db, settings, vault):
    with scope.acting(making.INSTALL):
        here, there = making.agency("Sở Y tế Mường Chà"), making.agency("Sở Tư pháp Mường Chà", "justice")
        clinic = making.facility(here, "Phòng khám Mường Chà", programmes=["alpha"])
        return {
            "own": making.somebody("Điêu Thị Lả", "member", here),
            "colleague": making.somebody("Cà Văn Xôm", "member", here),
            "other": making.somebody("Sìn Thị Mẩy", "member", there),
            "carer": making.somebody("Lò Văn Chốm", "carer-alpha", clinic),
            "clinic": clinic,
            "folder": settings.PHOIHOP_FILES,
        }


def keep(office, who="own", **more):
    with scope.acting(scope_of(office[who])):
        return actions.keep(by=office[who], data=TEXT, name="ke-hoach.txt", purpose=intake.DOCUMENT, **more)


def test_a_file_lies_sealed_under_a_name_that_says_nothing(office):
    row = keep(office)
    (lying,) = [path for path in office["folder"].rglob("*") if path.is_file()]
    assert lying.name == row.vault
    assert b"12/KH-SYT" not in lying.read_bytes()
    assert b"".join(vaults.vault().open(row.vault)) == TEXT


def test_colleagues_fetch_it_and_others_do_not_know_of_it(office):
    row = keep(office)
    with scope.acting(scope_of(office["colleague"])):
        assert actions.link(office["colleague"], file=find(row.pk))
    with scope.acting(scope_of(office["other"])):
        assert find(row.pk) is None
        with pytest.raises(NotAllowed):
            actions.link(office["other"], file=KeptFile(row))


def test_a_file_of_a_programme_stays_behind_its_wall(office):
    row = keep(office, "carer", about=making_place(office))
    with scope.acting(scope_of(office["colleague"])):
        assert find(row.pk) is None
    with scope.acting(scope_of(office["carer"])):
        assert find(row.pk) is not None


def making_place(office):
    from phoihop.base.org.rules.permissions import Place

    clinic = office["clinic"]
    return Place(facility=clinic.pk, agency=clinic.agency_id, programme="alpha")


def test_a_link_serves_one_account_for_a_minute(office):
    row = keep(office)
    with scope.acting(scope_of(office["own"])):
        token = actions.link(office["own"], file=find(row.pk))
    actions.check(office["own"], KeptFile(row), token)
    with pytest.raises(Refusal, match="link-over"):
        actions.check(office["colleague"], KeptFile(row), token)
    late = links.sign_link(row.vault, office["own"].account, key=vaults.link_key(), now=1.0)
    with pytest.raises(Refusal, match="link-over"):
        actions.check(office["own"], KeptFile(row), late)


def test_a_refused_file_leaves_nothing(office):
    with scope.acting(scope_of(office["own"])), pytest.raises(Refusal):
        actions.keep(by=office["own"], data=b"MZ\x90\x00" + bytes(500), name="a.txt", purpose=intake.DOCUMENT)
    assert not StoredFile.objects.exists()
    assert not [path for path in office["folder"].rglob("*") if path.is_file()]


@pytest.mark.parametrize("who", ["carer", "other-carer"])
@pytest.mark.parametrize("there", [True, False])
def test_with_a_password_alone_one_is_sent_to_set_up_a_factor_whether_the_file_is_there_or_not(
    office, who, there
):
    with scope.acting(making.INSTALL):
        away = making.facility(making.agency("Trung tâm Y tế Mường Ảng"), "Phòng khám Mường Ảng")
        office["other-carer"] = making.somebody("Lò Thị Ón", "carer-alpha", away)
    row = keep(office, "carer", about=making_place(office))
    with scope.acting(making.INSTALL):
        account = Account.objects.get(pk=office[who].account)
    path = f"/tep/{row.pk if there else 900_000_001}/"
    answer = signed_in(account, strong=False).get(path)
    assert (answer.status_code, answer.headers.get("Location")) == (
        302,
        f"/toi/dang-nhap/?next={quote(path, safe='')}",
    )


def test_a_role_without_a_factor_is_not_sent_anywhere(office):
    with scope.acting(making.INSTALL):
        account = Account.objects.get(pk=office["other"].account)
    assert signed_in(account, strong=False).get("/tep/900000001/").status_code == 404
