"""A target is bound by a person, never by the program alone; what was bound before stays to be read."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.coordination.plans import jobs
from phoihop.coordination.plans.actions import binding, making
from phoihop.coordination.plans.models import Binding
from phoihop.coordination.plans.queries.bindings import bindings
from phoihop.coordination.plans.queries.history import history
from phoihop.coordination.plans.rules.binding import Way, catalogue
from phoihop.coordination.plans.tests import confirmed, filled
from phoihop.coordination.plans.tests.province import Province
from phoihop.coordination.plans.tests.test_plan_pages import Province as Pages
from phoihop.coordination.plans.tests.test_plan_pages import counted, words
from phoihop.kernel.refusals import Refusal

WHY = "số của công an tính khác"
ARV = {"text": "Trên 93 % người biết tình trạng HIV được điều trị ARV", "comparator": ">", "value": 93,
       "unit": "%"}  # fmt: skip
SPOTS = {"text": "Không để phát sinh tụ điểm phức tạp mới về ma túy", "comparator": "=", "value": 0,
         "unit": "tụ điểm", "direction": "không để"}  # fmt: skip
MOOD = {"text": "90 % đoàn viên được học tập nghị quyết", "comparator": "=", "value": 90, "unit": "%"}
CASCADE = {"text": "hướng tới mục tiêu 95-95-95", "comparator": "=", "value": 95, "unit": "%"}


@pytest.fixture(autouse=True)
def _as_installed(request):
    with scope.acting(org.INSTALL):
        yield


@pytest.fixture
def house(db) -> Province:
    return Province()


@pytest.fixture
def province(db) -> Pages:
    return Pages()


def made(house, *targets):
    """The plan of a document that says these targets."""
    document = confirmed.of_values(house.office, house.planner.account, unit=house.unit, targets=targets)
    plan = making.make(house.planner, document)
    assert plan is not None
    return plan


def refused(reason, action, house, **given):
    with pytest.raises(Refusal) as caught:
        action(by=house.planner, **given)
    assert caught.value.reason == reason
    assert caught.value.message.vi
    return caught.value.message


def test_a_confirmed_plan_gets_suggestions_and_nothing_is_confirmed(house):
    plan = made(house, ARV, SPOTS, MOOD, CASCADE, CASCADE, CASCADE)
    assert not Binding.objects.exclude(by=None).exists()
    found = bindings(house.planner, plan=plan)
    assert [each.suggested[0].code if each.suggested else "" for each in found] == [
        "HIV_95_2", "DRUG_SPOTS_NEW", "", "HIV_95_1", "HIV_95_2", "HIV_95_3",
    ]  # fmt: skip
    assert all(each.confirmed is None and each.entry is None for each in found)
    assert binding.suggest_for(plan) == 0, "a second time adds nothing"


def test_plans_made_before_there_were_codes_get_suggestions_once(house):
    plan = made(house, ARV, SPOTS, MOOD)
    ended = made(house, ARV)
    Binding.objects.all().delete()
    type(plan).objects.filter(pk=ended.pk).update(ended_on=plan.first)
    jobs.suggest_bindings(timestamp=0)
    codes = ["HIV_95_2", "DRUG_SPOTS_NEW"]
    assert list(Binding.objects.order_by("target__order").values_list("code", flat=True)) == codes
    share = plan.targets.get(order=0)
    binding.unbind_target(by=house.planner, plan=plan, target=share, why=WHY)
    jobs.suggest_bindings(timestamp=0)
    assert Binding.objects.count() == 2, "what a person turned down is not suggested again"
    assert Binding.objects.filter(until=None).count() == 1


def test_what_a_person_bound_stands_in_the_history_of_the_plan(house):
    plan = made(house, ARV)
    target = plan.targets.get()
    binding.bind_target(by=house.planner, plan=plan, target=target, code="HIV_95_2")
    binding.unbind_target(by=house.planner, plan=plan, target=target, why=WHY)
    events = {each.kind: each for each in history(house.planner, plan=plan).events}
    assert events["bound"].because == catalogue()["HIV_95_2"].name
    assert (events["bound"].target, events["bound"].by.role) == (target.uid, "planning-officer")
    assert (events["unbound"].why, events["unbound"].by.name) == (WHY, "Lò Thị Kế")


def test_a_person_confirms_changes_and_unbinds_and_all_of_it_stays(house):
    plan = made(house, ARV)
    target = plan.targets.get()
    first = binding.bind_target(by=house.planner, plan=plan, target=target, code="HIV_95_2")
    assert (first.by_id, first.found) == (house.planner.account, ["ARV", "biết tình trạng"])
    assert first.decided_in_id is not None
    (bound,) = bindings(house.planner, plan=plan)
    assert bound.confirmed is not None
    assert (bound.confirmed.code, bound.entry.way, bound.suggested) == ("HIV_95_2", Way.COMPUTED, ())
    assert "biết tình trạng" in bound.entry.denominator.vi
    refused("binding-there", binding.bind_target, house, plan=plan, target=target, code="HIV_95_2")
    refused("reason-missing", binding.bind_target, house, plan=plan, target=target, code="HIV_95_3")
    binding.bind_target(by=house.planner, plan=plan, target=target, code="HIV_95_3", why=WHY)
    binding.unbind_target(by=house.planner, plan=plan, target=target, why=WHY)
    refused("reason-missing", binding.unbind_target, house, plan=plan, target=target, why="")
    told = Binding.objects.exclude(by=None).exclude(until=None).order_by("pk").values_list("code", "why")
    assert list(told) == [("HIV_95_2", WHY), ("HIV_95_3", WHY)]
    # What a person turned down is not suggested again.
    assert not Binding.objects.filter(until=None).exists()
    refused("binding-none", binding.unbind_target, house, plan=plan, target=target, why=WHY)


def test_a_code_of_another_unit_or_direction_is_refused(house):
    plan = made(house, ARV, SPOTS)
    share, spots = plan.targets.order_by("order")
    said = refused("binding-misfit", binding.bind_target, house, plan=plan, target=share, code="TX_CURR")
    assert "số người" in said.vi
    refused("binding-misfit", binding.bind_target, house, plan=plan, target=share, code="HIV_MTCT")
    refused("binding-misfit", binding.bind_target, house, plan=plan, target=spots, code="OST_SITES")
    refused("no-such-code", binding.bind_target, house, plan=plan, target=share, code="X")
    refused("not-of-plan", binding.bind_target, house, plan=house.plan, target=share, code="HIV_95_2")
    assert not Binding.objects.exclude(by=None).exists()


def test_only_who_looks_after_the_plan_decides(house):
    plan = made(house, ARV)
    target, officer = plan.targets.get(), house.officer(house.health)
    for act, given in ((binding.bind_target, {"code": "HIV_95_2"}), (binding.unbind_target, {"why": WHY})):
        with pytest.raises(NotAllowed):
            act(by=officer, plan=plan, target=target, **given)


def test_who_is_to_report_a_number_is_said_even_where_nobody_of_the_kind_is_known(house):
    plan = made(house, ARV, SPOTS)
    share, spots = bindings(house.planner, plan=plan)
    assert share.reporter is not None
    assert (share.reporter.agency, share.reporter.name.vi) == (house.health.pk, house.health.name)
    assert spots.reporter is not None
    assert spots.reporter.agency in (0, house.police.pk)
    assert spots.reporter.name.vi


def test_numbers_entered_by_hand_go_on_being_the_reported_way(house):
    plan = made(house, SPOTS)
    target = plan.targets.get()
    filled.number(target, house.police, house.by, "0", day=date(2022, 3, 31), source="Báo cáo 12/BC-CAT")
    (before,) = bindings(house.planner, plan=plan)
    binding.bind_target(by=house.planner, plan=plan, target=target, code="DRUG_SPOTS_NEW")
    (after,) = bindings(house.planner, plan=plan)
    for each in (before, after):
        assert each.known is not None
        assert (each.known.value, each.known.day) == (Decimal(0), date(2022, 3, 31))
        assert each.known.source == "Báo cáo 12/BC-CAT"
    assert before.confirmed is None
    assert after.entry is not None
    assert after.entry.way is Way.REPORTED


def test_the_page_says_in_words_what_a_target_is_bound_to(province):
    target = filled.target(province.plan)
    path = f"/chi-tieu/{target.uid}/"
    assert "Chưa gắn với chỉ số nào" in words(province.page(path))
    row = filled.bound(target, "COMMUNES_COMMUNICATION")
    said = words(province.page(path))
    assert "Chưa ai xác nhận" in said
    assert "Trên tất cả xã, phường trên địa bàn" in said
    assert "Xác nhận hoặc chọn" not in said
    assert "Xác nhận hoặc chọn chỉ số khác" in words(province.page(path, province.planner))
    assert "chỉ số chờ xác nhận" in words(province.page(province.of_plan("chi-tieu/")))
    by = org.viewer(province.planner)
    binding.bind_target(by=by, plan=province.plan, target=target, code=row.code)
    said = words(province.page(path))
    assert "Cơ quan báo cáo, kèm ngày và nguồn" in said
    assert f"xác nhận ngày {timezone.localdate():%d/%m/%Y}" in said
    assert "Tẩn Láo Lở" in said
    listed = words(province.page(province.of_plan("chi-tieu/")))
    assert "Tỷ lệ xã, phường có tuyên truyền" in listed
    assert "chờ xác nhận" not in listed


def test_many_bindings_cost_as_many_statements_as_one(province):
    target = filled.target(province.plan)
    path, by = f"/chi-tieu/{target.uid}/", org.viewer(province.planner)
    codes = ("COMMUNES_COMMUNICATION", "VENUES_AWARE", "FRONTLINE_TRAINED", "OFFICIALS_INFORMED")
    binding.bind_target(by=by, plan=province.plan, target=target, code=codes[0])
    few = counted(province, path), counted(province, province.of_plan("chi-tieu/"))
    for code in codes[1:]:
        binding.bind_target(by=by, plan=province.plan, target=target, code=code, why=WHY)
        filled.bound(filled.target(province.plan), code)
    assert (counted(province, path), counted(province, province.of_plan("chi-tieu/"))) == few
    assert "Trước đây gắn với" in words(province.page(path))
