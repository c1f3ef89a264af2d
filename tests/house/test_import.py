"""``phoihop import``: documents become live plans in a database of their own; what is refused says why."""

import contextlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from phoihop.base.database import cluster
from phoihop.base.database.tests.support import place
from phoihop.base.org import reach
from phoihop.base.org.models import Account, Agency, Succession, Unit
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.config import startup
from phoihop.config.commands import import_places, importing
from phoihop.coordination.documents.models import Document
from phoihop.coordination.plans.models import Plan, Share
from phoihop.coordination.plans.taking_part import Agencies
from phoihop.engines.reading import read
from phoihop.engines.reading.contract import of_reading
from phoihop.kernel.refusals import Refusal
from tests.support import house
from tests.support.database import SOURCE

SEEDS = SOURCE.parent / "shared" / "seeds"
# What a document that names no province is told, and where it then becomes a plan.
RUNS = (
    ("", {"000": "tỉnh Lai Châu", "001": "tỉnh Lào Cai", "004": "thành phố Hà Nội"}),
    ("Tỉnh ủy Quảng Bình", {"002": "tỉnh Quảng Bình"}),
    ("Ban Chỉ đạo 138 tỉnh Bắc Kạn", {"003": "tỉnh Bắc Kạn"}),
)
LEAD = "Sở Lao động - Thương binh và Xã hội"
PASSPHRASE = "chín cái nơm tre bên bờ suối"
SECRET = "for-tests-alone-" + "0123456789abcdefghijklmnopqrstuv"
TEXT = f"""ỦY BAN NHÂN DÂN
TỈNH LÀO CAI
Số: 77/KH-UBND
Lào Cai, ngày 25 tháng 01 năm 2022

KẾ HOẠCH
Công tác cai nghiện ma túy năm 2022

I. MỤC TIÊU
Từ 70% trở lên số người nghiện có hồ sơ quản lý được cai nghiện.

II. NHIỆM VỤ
1. Tổ chức cai nghiện cho người nghiện ma túy
- Nội dung: Tiếp nhận người cai nghiện tại cơ sở cai nghiện của tỉnh.
- Đơn vị chủ trì: {LEAD}.
- Thời gian thực hiện: Trong năm 2022.
"""


@pytest.fixture
def province(db: None) -> None:
    """The province as it was, and the same as it is."""
    with scope.acting(making.INSTALL):
        given = {"level": "province", "kind": "tỉnh", "name": "Lào Cai"}
        old = making.unit("lc-cu", valid_from=date(2004, 1, 1), valid_to=date(2025, 6, 30), **given)
        new = making.unit("lc-moi", valid_from=date(2025, 7, 1), **given)
        Succession.objects.create(old=old, new=new, whole=True, day=date(2025, 7, 1))
    reach.forget()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "ke-hoach.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def take(*files: str, agency: str = "", acting: str = "", confirm: bool = True) -> int:
    return importing.Import(agency, acting, confirm, "vi").all(list(files), json=True)


def told(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_an_empty_database_gets_its_people_and_agencies_and_a_live_plan(province, file, capsys):
    assert take(file) == 0
    (done,) = told(capsys)["documents"]
    assert (done["number"], done["unit"], done["stage"]) == ("77/KH-UBND", "tỉnh Lào Cai", "confirmed")
    assert (done["targets"], done["tasks"], done["resolved"], done["ownerless"]) == (1, 1, 1, 0)
    with scope.acting(making.INSTALL):
        assert set(Account.objects.values_list("username", flat=True)) == {"quantri", "baove", "nhapvanban"}
        share = Share.objects.get(part="lead", until=None)
        assert share.agency is not None
        # Rehabilitation went to the police in 2025.
        assert (share.agency.name, share.agency.kind) == ("Công an tỉnh Lào Cai", "police.province")
        plan = Plan.objects.get()
        assert (plan.agency.valid_to, plan.unit.valid_to) == (date(2025, 6, 30), date(2025, 6, 30))
        assert Agency.objects.filter(kind="people.province", unit=share.agency.unit).count() == 1


def test_done_again_nothing_is_doubled(province, file, capsys):
    take(file)
    first = told(capsys)
    with scope.acting(making.INSTALL):
        before = (Agency.objects.count(), Document.objects.count(), Share.objects.count())
    assert take(file) == 0
    assert told(capsys) == first
    with scope.acting(making.INSTALL):
        assert (Agency.objects.count(), Document.objects.count(), Share.objects.count()) == before


def test_without_confirming_it_waits_to_be_checked(province, file, capsys):
    take(file, confirm=False)
    (done,) = told(capsys)["documents"]
    assert (done["stage"], done["targets"]) == ("review", 0)


def test_every_refusal_names_its_file_and_the_others_are_taken(province, file, tmp_path, capsys):
    nowhere = tmp_path / "khong-co.txt"
    loose = tmp_path / "khong-tinh.txt"
    loose.write_text(TEXT.replace("TỈNH LÀO CAI", "").replace("Lào Cai, ngày", "Ngày"), encoding="utf-8")
    broken = tmp_path / "hong.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    assert take(str(nowhere), file, str(loose), str(broken)) == 1
    found = told(capsys)
    assert [each["file"] for each in found["documents"]] == ["ke-hoach.txt"]
    assert [(each["file"], each["reason"]) for each in found["refused"]][:2] == [
        ("khong-co.txt", "no-such-file"),
        ("khong-tinh.txt", "province-unknown"),
    ]
    assert found["refused"][2]["file"] == "hong.pdf"


def test_a_database_with_people_wants_to_know_who_acts(province, file):
    making.account("Ai Đó")
    with pytest.raises(Refusal) as refused:
        take(file)
    assert refused.value.reason == "as-missing"


@pytest.mark.parametrize(
    ("role", "username", "reason"),
    [("member", "lòthịkế", "not-a-planner"), ("planning-officer", "ainữa", "not-a-planner")],
)
def test_who_acts_is_a_planning_officer(province, file, role, username, reason):
    with scope.acting(making.INSTALL):
        office = making.agency("Văn phòng", "people.province", None)
    making.somebody("Lò Thị Kế", role, office)
    with pytest.raises(Refusal) as refused:
        take(file, acting=username)
    assert refused.value.reason == reason


def test_somebody_who_is_there_acts_for_their_agency_or_the_one_named(province, file, capsys):
    with scope.acting(making.INSTALL):
        offices = [
            making.agency(name, "people.province", None) for name in ("Văn phòng một", "Văn phòng hai")
        ]
    who = making.account("Lò Thị Kế")
    for office in offices:
        making.position(who, "planning-officer", office)
    with pytest.raises(Refusal) as refused:
        take(file, acting=who.username)
    assert refused.value.reason == "agency-unclear"
    assert take(file, acting=who.username, agency="Văn phòng hai") == 0
    assert [each["number"] for each in told(capsys)["documents"]] == ["77/KH-UBND"]
    with scope.acting(making.INSTALL):
        assert Plan.objects.get().agency == offices[1]
        assert Agency.objects.filter(kind="police.province").count() == 0, (
            "nothing is set up beside what is there"
        )


def test_a_task_of_all_communes_reaches_those_there_are_today(province, tmp_path, capsys):
    with scope.acting(making.INSTALL):
        old, today = (Unit.objects.get(key=f"test:{key}") for key in ("lc-cu", "lc-moi"))
        reform = {"level": "commune", "valid_from": date(2025, 7, 1)}
        for name, kind in (("Bản Phìn", "xã"), ("Nậm Chày", "phường")):
            then = making.unit(f"cu-{kind[0]}", old, name=name, level="commune", valid_to=date(2025, 6, 30))
            now = making.unit(name, today, name=name, kind=kind, **reform)
            Succession.objects.create(old=then, new=now, whole=True, day=date(2025, 7, 1))
        making.unit("khac", name="Mường Pồn", **reform)
    reach.forget()
    path = tmp_path / "xa.txt"
    path.write_text(TEXT.replace(LEAD, "Ủy ban nhân dân các xã, phường, thị trấn"), encoding="utf-8")
    assert take(str(path)) == 0
    (done,) = told(capsys)["documents"]
    assert (done["resolved"], done["ownerless"]) == (1, 0)
    with scope.acting(making.INSTALL):
        made = Agency.objects.filter(kind="people.commune").order_by("name")
        assert [agency.name for agency in made] == [
            "Ủy ban nhân dân phường Nậm Chày",
            "Ủy ban nhân dân xã Bản Phìn",
        ]
        share = Share.objects.get(part="lead", until=None)
        assert (share.kind, share.group) == ("people.commune", True)
        assert share.unit_id is not None
        members = Agencies(timezone.localdate()).members(share.kind, share.unit_id)
        assert members == set(made.values_list("pk", flat=True))
    assert take(str(path)) == 0
    with scope.acting(making.INSTALL):
        assert made.count() == len(members)


def test_a_production_imports_nothing_into_a_demos_data(db, file, settings, monkeypatch):
    """The tests' own database is a demo's; its keys may be a production's for all that."""
    monkeypatch.setattr(importing.database, "join", lambda: None)
    monkeypatch.setattr(importing.installing, "ensure", lambda: None)
    monkeypatch.setattr(importing, "inside", contextlib.nullcontext)
    monkeypatch.setattr(startup, "_keys", list)
    given = {"confirm_all": True, "agency": None, "acting": None, "data": None, "json": True, "lang": "vi"}
    settings.PHOIHOP_MODE = "production"
    with pytest.raises(Refusal) as refused:
        importing.run(files=[file], **given)
    assert refused.value.reason == "not-this-data"
    assert "dữ liệu dùng thử" in refused.value.message.vi
    with scope.acting(making.INSTALL):
        assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("issued", "cited", "day"),
    [
        ("2022-01-25", [], date(2022, 1, 25)),
        (None, ["2021-07-06", None, "2019-01-01"], date(2021, 7, 6)),
        (None, ["2999-01-01", "2020-02-02"], date(2020, 2, 2)),
    ],
)
def test_the_day_of_a_document(issued, cited, day):
    assert import_places.day_of({"issued": issued, "citations": [{"date": each} for each in cited]}) == day


def command(folder: Path, *given: str) -> dict:
    """The command as an operator types it, on a data folder of its own."""
    # Whatever server the tests run on is none of this command's.
    own = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "PHOIHOP_", "DJANGO_"))}
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "phoihop",
            "import",
            *given,
            "--confirm-all",
            "--json",
            "--data",
            str(folder),
        ],
        env=own | {"PHOIHOP_MODE": "demo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


DEMO_DATA = "This data is a demo's and must not be served as real data."
DEMO_KEYS = "The key file is a demo's: its passphrase lies beside it."
# Each as an operator of a production would come to a demo's folder: by importing, by starting, by filling it.
WAYS = {
    "import": (["-m", "phoihop", "import", "x.txt", "--lang", "en"], 1),
    "start": (
        ["-c", "import django; django.setup(); from phoihop.config import startup as s; s.refuse_or_go_on()"],
        78,
    ),
    "people": (["-m", "phoihop.config.commands.demo_people"], 1),
}


@pytest.mark.long
def test_a_production_refuses_a_demos_folder_with_its_keys_and_with_others(file):
    with place("refuse-") as folder:
        command(folder, file, "--agency", "Ủy ban nhân dân tỉnh Lào Cai")
        KeyFile.create(folder / "keys" / "own.sealed", PASSPHRASE)
        keys = {"PHOIHOP_KEY_FILE": str(folder / "keys" / "own.sealed"), "PHOIHOP_KEY_PASSPHRASE": PASSPHRASE}
        own = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "PHOIHOP_", "DJANGO_"))}
        own |= {"PHOIHOP_DATA": str(folder), "PHOIHOP_MODE": "production", "PHOIHOP_SECRET_KEY": SECRET}
        own |= {"DJANGO_SETTINGS_MODULE": "phoihop.config.settings"}
        with cluster.start(folder) as running:
            given = own | {"DATABASE_URL": running.access.url("app")}
            beside = {"PHOIHOP_KEY_PASSPHRASE_FILE": str(folder / "keys" / "keys.sealed.passphrase")}
            for environment, words in ((given | beside, DEMO_KEYS), (given | keys, DEMO_DATA)):
                for name, (arguments, status) in WAYS.items():
                    done = subprocess.run(
                        [sys.executable, "-P", *arguments],
                        env=environment, capture_output=True, text=True, check=False, timeout=300,
                    )  # fmt: skip
                    assert done.returncode == status, (name, done.stderr)
                    wanted = "invented people belong to the demo alone" if name == "people" else words
                    assert wanted in done.stderr, (name, done.stderr)


@pytest.mark.long
@pytest.mark.skipif(not SEEDS.is_dir(), reason="THE REAL DOCUMENTS ARE NOT HERE: their import was not tried.")
def test_the_five_real_documents_become_live_plans_in_their_provinces():
    with place("import-") as folder:
        plans = {}
        for agency, wanted in RUNS:
            files = [str(next(SEEDS.glob(f"{start}*.txt"))) for start in wanted]
            named = ["--agency", agency] if agency else []
            for each, (start, unit) in zip(
                command(folder, *files, *named)["documents"], wanted.items(), strict=True
            ):
                assert (each["unit"], each["stage"]) == (unit, "confirmed")
                plans[start] = each
        for start, each in plans.items():
            path = next(SEEDS.glob(f"{start}*.txt"))
            (understood,) = of_reading(read(path.read_bytes(), path.name))["documents"]
            assert (each["targets"], each["tasks"]) == (
                len(understood["targets"]),
                len(understood["tasks"]),
            ), start
            named = sum(len(task["leads"]) for task in understood["tasks"])
            assert each["resolved"] + each["ownerless"] >= named
        with cluster.start(folder) as running:
            given = house.environment(running.access, 0, DJANGO_SETTINGS_MODULE="phoihop.config.settings")
            given |= {"PHOIHOP_DATA": str(folder), "PHOIHOP_KEY_FILE": str(folder / "keys" / "keys.sealed")}
            assert house.do(WHO_ANSWERS, given) == ["Công an tỉnh Lào Cai"]


WHO_ANSWERS = """
from phoihop.coordination.plans.models import Share
with scope.acting(Scope("job")):
    tasks = {"task__plan__document__number": "30/KH-UBND", "task__duty": "recovery"}
    leads = Share.objects.filter(part="lead", until=None, **tasks)
    answer = sorted(set(leads.values_list("agency__name", flat=True)))
"""
