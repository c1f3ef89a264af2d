"""What people say of what was read: each word kept, none written over unseen; all or nothing at the end."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.coordination.documents import confirming, queries
from phoihop.coordination.documents.actions import reviewing
from phoihop.coordination.documents.models import Citation, Document, Item
from phoihop.coordination.documents.queries.reviewing import findings
from phoihop.coordination.documents.rules.review import Kind, Ruling
from phoihop.coordination.documents.rules.shapes import WrongValue
from phoihop.coordination.documents.tests import texts
from phoihop.coordination.documents.tests.conftest import JOB, item, read
from phoihop.kernel.refusals import Refusal

ALL = set(Kind)


@pytest.fixture
def document(desk) -> Document:
    return read(desk)[0]


@pytest.fixture
def listening(monkeypatch):
    """What listeners were told, in order."""
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(confirming, "LISTENERS", [lambda by, d: told.append(("confirmed", d.pk))])
    monkeypatch.setattr(confirming, "WITHDRAWING", [lambda by, d: told.append(("withdrawn", d.pk))])
    return told


def rule(
    desk: Any, it: Item, ruling: Ruling, *, who: str = "officer", version: int | None = None, **value: Any
) -> Item:
    given = {"value": value} if value else {}
    return reviewing.rule(by=desk[who], item=it, ruling=ruling, version=version or it.version, **given)


def entries(action: str) -> list[AuditEntry]:
    with scope.acting(JOB):
        return list(AuditEntry.objects.filter(action=action).order_by("pk"))


def why(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.reason


def test_each_ruling_is_kept_counted_and_recorded_once(desk, document):
    it = item(document, "target")
    for ruling in (Ruling.ACCEPTED, Ruling.REJECTED, Ruling.OPEN):
        it = rule(desk, it, ruling)
        assert (it.ruling, it.value) == (ruling, it.read)
    it = rule(desk, it, Ruling.CORRECTED, value="95", comparator=">=")
    assert (it.ruling, it.value["value"], it.value["comparator"], it.read["value"]) == (
        "corrected",
        95,
        ">=",
        92.5,
    )
    document.refresh_from_db()
    assert (it.version, it.at, document.version) == (5, 5, 5)
    assert [(e.thing_kind, e.thing_id) for e in entries("documents.rule")] == [
        ("documents.Item", str(it.pk))
    ] * 4
    events: Any = apps.get_model("documents", "ItemEvent")
    kept = events.objects.filter(pgh_obj=it).order_by("pgh_id")
    assert [e.ruling for e in kept] == ["open", "accepted", "rejected", "open", "corrected"]
    assert kept.last().pgh_context.metadata["account"] == desk["officer"].account


def test_who_ruled_and_when_goes_when_it_is_open_again(desk, document):
    it = rule(desk, item(document, "task"), Ruling.ACCEPTED, who="second")
    assert (it.ruled_by_id, it.ruled_at is None) == (desk["second"].account, False)
    it = rule(desk, it, Ruling.OPEN)
    assert (it.ruled_by_id, it.ruled_at) == (None, None)


def test_an_old_version_is_refused(desk, document):
    it = item(document, "target")
    rule(desk, it, Ruling.ACCEPTED, who="second")
    assert why(lambda: rule(desk, it, Ruling.REJECTED)) == "changed-meanwhile"
    assert item(document, "target").ruling == "accepted"


def test_correcting_to_what_was_read_is_accepting(desk, document):
    it = rule(desk, item(document, "target"), Ruling.CORRECTED, unit="phần trăm")
    it = rule(desk, it, Ruling.CORRECTED, unit=it.read["unit"])
    assert (it.ruling, it.value) == ("accepted", it.read)


def test_what_was_put_right_and_rejected_stands_again_as_it_was_put_right(desk, document):
    it = rule(desk, item(document, "target"), Ruling.CORRECTED, value=95)
    it = rule(desk, rule(desk, it, Ruling.REJECTED), Ruling.ACCEPTED)
    assert (it.ruling, it.value["value"]) == ("corrected", 95)
    it = rule(desk, it, Ruling.OPEN)
    assert it.value == it.read


def test_a_value_that_does_not_fit_leaves_everything_as_it_was(desk, document):
    it = item(document, "target")
    with pytest.raises(WrongValue) as refused:
        rule(desk, it, Ruling.CORRECTED, comparator="?")
    assert refused.value.field == "comparator"
    assert why(lambda: rule(desk, it, Ruling.CORRECTED)) == "value-missing"
    task = item(document, "task")
    assert why(lambda: rule(desk, task, Ruling.CORRECTED, outputs=[77])) == "value-wrong"
    assert rule(desk, task, Ruling.CORRECTED, outputs=[0, 1]).value["outputs"] == [0, 1]
    document.refresh_from_db()
    assert (item(document, "target").version, document.version) == (1, 2)


@pytest.mark.parametrize("who", ["far", "agency_officer", "leader", "member"])
def test_others_neither_see_nor_rule(desk, document, who):
    it = item(document, "target")
    calls = [
        lambda: rule(desk, it, Ruling.ACCEPTED, who=who),
        lambda: reviewing.add(by=desk[who], document=document, kind=Kind.TASK, start=1, end=9, value={}),
        lambda: reviewing.accept_rest(by=desk[who], document=document, kinds=ALL),
        lambda: reviewing.confirm(by=desk[who], document=document),
        lambda: reviewing.withdraw(by=desk[who], document=document, why="thử"),
        lambda: queries.review(desk[who], document=document),
        lambda: queries.changes(desk[who], document=document, after=0),
        lambda: queries.one(desk[who], document=document),
        lambda: queries.graph(desk[who], document=document),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert queries.find(desk[who], str(document.uid)) is None


def test_the_header_flows_into_the_document(desk, document):
    fields = {i.value["name"]: i for i in Item.objects.filter(document=document, kind="head")}
    given = {
        "number": "077 /KH-UBND",
        "issued": "05/02/2026",
        "issuer": "Ủy ban nhân dân tỉnh Lũng Cải",
        "type": "chỉ thị",
        "title": "Đẩy mạnh truyền thông",
        "period": "2026-2030",
        "signers": ["Lò Thị Pâng"],
        "recipients": "Bộ Nội vụ\nLưu: VT",
    }
    for name, value in given.items():
        rule(desk, fields[name], Ruling.CORRECTED, value=value)
    document.refresh_from_db()
    assert (document.number, document.number_key) == ("077 /KH-UBND", "77/KH/UBND")
    assert (document.issued, document.issuer) == (date(2026, 2, 5), given["issuer"])
    assert (document.kind, document.title, document.period) == ("chỉ thị", given["title"], "2026-2030")
    assert document.signers[0]["name"] == "Lò Thị Pâng"
    assert document.recipients == ["Bộ Nội vụ", "Lưu: VT"]
    assert "day manh truyen thong" in document.search
    assert "lung cai" in document.search


def test_a_field_of_the_header_that_is_wrong_is_not_there(desk, document):
    number = Item.objects.get(document=document, kind="head", value__name="number")
    number = rule(desk, number, Ruling.REJECTED)
    document.refresh_from_db()
    assert (document.number, document.number_key) == ("", "")
    rule(desk, number, Ruling.OPEN)
    document.refresh_from_db()
    assert document.number == "31/KH-UBND"


def test_a_document_holds_in_the_province_that_its_issuer_names(desk, document):
    with scope.acting(making.INSTALL):
        making.unit("lai-chau", name="Lai Châu", kind="tỉnh", level="province")
        making.unit("commune", name="Lào Cai", kind="phường")
        real = making.unit("lao-cai", name="Lào Cai", kind="tỉnh", level="province")
    issuer = Item.objects.get(document=document, kind="head", value__name="issuer")
    assert document.unit is None
    rule(desk, issuer, Ruling.CORRECTED, value="Ủy ban nhân dân tỉnh Lào Cai")
    assert Document.objects.get(unit=real) == document


def span_of(document: Document, words: str) -> tuple[int, int]:
    start = document.upload.text.index(words)
    return start, start + len(words)


def test_adding_by_a_selection(desk, document):
    start, end = span_of(document, "Giao Công an tỉnh chủ trì rà soát")
    made = reviewing.add(
        by=desk["second"], document=document, kind=Kind.TASK, start=start, end=end, value={"period": "quý I"}
    )
    assert (made.ruling, made.read, made.order, made.version) == ("added", None, 2, 1)
    assert (made.value["leads"], made.value["period"]) == (["Công an tỉnh"], "quý I")
    assert (made.start, made.end, made.value["span"]) == (start, end, [start, end])
    document.refresh_from_db()
    assert (document.version, made.at) == (2, 2)
    assert [e.thing_id for e in entries("documents.add")] == [str(document.pk)]


def test_what_was_added_is_put_right_rejected_and_taken_back(desk, document):
    start, end = span_of(document, "Lưu: VT")
    made = reviewing.add(
        by=desk["officer"], document=document, kind=Kind.TARGET, start=start, end=end, value=None
    )
    made = rule(desk, made, Ruling.CORRECTED, value=5)
    assert (made.ruling, made.value["value_exact"]) == ("added", "5")
    made = rule(desk, made, Ruling.REJECTED)
    assert made.ruling == "rejected"
    for ruling in (Ruling.ACCEPTED, Ruling.OPEN):
        made = rule(desk, made, ruling)
        assert (made.ruling, made.value["value"]) == ("added", 5)


BAD_SPANS = {
    "empty": (10, 10),
    "backwards": (20, 10),
    "beyond the text": (0, 10**6),
    "below zero": (-5, 10),
    "blanks": None,
}


@pytest.mark.parametrize("case", BAD_SPANS)
def test_a_selection_that_is_none_is_refused(desk, document, case):
    start, end = BAD_SPANS[case] or span_of(document, "\n\n")
    call = lambda: reviewing.add(  # noqa: E731
        by=desk["officer"], document=document, kind=Kind.TASK, start=start, end=end, value={}
    )
    assert why(call) == "selection-wrong"


def test_a_selection_of_another_document_of_the_file_or_of_a_header_is_refused(desk):
    first, second = read(desk, texts.plan("41/KH-UBND") + "\n\n" + texts.plan("42/KH-UBND"))
    start, end = second.start + 5, second.start + 30
    for document, kind in ((first, Kind.TASK), (second, Kind.HEAD)):
        call = lambda d=document, k=kind: reviewing.add(  # noqa: E731
            by=desk["officer"], document=d, kind=k, start=start, end=end, value={}
        )
        assert why(call) == "selection-wrong"


def test_a_citation_is_added_once_at_a_place(desk, document, monkeypatch):
    cite = item(document, "cite")
    given = {"by": desk["officer"], "document": document, "start": cite.start, "end": cite.end, "value": {}}
    assert why(lambda: reviewing.add(kind=Kind.CITE, **given)) == "already-there"
    monkeypatch.setattr(reviewing, "ADDED", 1)
    reviewing.add(kind=Kind.TASK, **given)
    assert why(lambda: reviewing.add(kind=Kind.TASK, **given)) == "too-many-items"


def test_a_word_that_is_sent_again_is_added_once(desk, document):
    start, end = span_of(document, "Giao Công an tỉnh chủ trì rà soát")
    given = {"document": document, "kind": Kind.TASK, "start": start, "end": end, "value": {}}
    made = reviewing.add(by=desk["officer"], token="a1", **given)
    with pytest.raises(reviewing.AlreadyAdded) as again:
        reviewing.add(by=desk["officer"], token="a1", **given)
    assert again.value.item == made
    others = [
        reviewing.add(by=desk["officer"], token="a2", **given),
        reviewing.add(by=desk["second"], token="a1", **given),
        reviewing.add(by=desk["officer"], **given),
        reviewing.add(by=desk["officer"], **given),
    ]
    assert len({made.uid, *(other.uid for other in others)}) == 5
    assert len(entries("documents.add")) == 5


def test_the_rest_is_accepted_in_one_statement_and_one_record(desk, document):
    rule(desk, item(document, "target"), Ruling.REJECTED)
    with CaptureQueriesContext(connection) as caught:
        count = reviewing.accept_rest(by=desk["officer"], document=document, kinds={Kind.TARGET, Kind.TASK})
    assert count == 4
    assert sum('UPDATE "documents_item"' in q["sql"] for q in caught) == 1
    (entry,) = entries("documents.accept_rest")
    assert (entry.count, entry.thing_id) == (4, str(document.pk))
    assert item(document, "target").ruling == "rejected"
    assert set(Item.objects.filter(document=document, kind="head").values_list("ruling", flat=True)) == {
        "open"
    }
    assert reviewing.accept_rest(by=desk["officer"], document=document, kinds={Kind.TASK}) == 0
    document.refresh_from_db()
    assert document.version == 3


def settled(desk: Any, document: Document, who: str = "officer") -> Document:
    reviewing.accept_rest(by=desk[who], document=document, kinds=ALL)
    return reviewing.confirm(by=desk[who], document=document)


def test_confirming(desk, document, listening):
    assert why(lambda: reviewing.confirm(by=desk["officer"], document=document)) == "open-items"
    rule(desk, item(document, "cite"), Ruling.CORRECTED, number="29/KH-UBND")
    confirmed = settled(desk, document)
    assert (confirmed.stage, confirmed.confirmed_by_id) == ("confirmed", desk["officer"].account)
    assert listening == [("confirmed", document.pk)]
    cite = Citation.objects.get(document=document)
    assert (cite.number, cite.number_key, cite.day, cite.implements) == (
        "29/KH-UBND", "29/KH/UBND", date(2026, 1, 5), True,
    )  # fmt: skip
    assert [e.thing_id for e in entries("documents.confirm")] == [str(document.pk)]


def test_once_confirmed_or_withdrawn_nothing_is_ruled_on(desk, document, listening):
    settled(desk, document)
    it = item(document, "target")
    calls = [
        lambda: rule(desk, it, Ruling.REJECTED),
        lambda: reviewing.add(
            by=desk["officer"], document=document, kind=Kind.TASK, start=400, end=450, value={}
        ),
        lambda: reviewing.accept_rest(by=desk["officer"], document=document, kinds=ALL),
        lambda: reviewing.confirm(by=desk["officer"], document=document),
    ]
    assert [why(call) for call in calls] == ["not-in-review"] * 4
    reviewing.withdraw(by=desk["second"], document=document, why=" bản  dự thảo ")
    assert [why(call) for call in calls] == ["not-in-review"] * 4
    document.refresh_from_db()
    assert (document.stage, document.withdrawn_why) == ("withdrawn", "bản dự thảo")
    assert listening == [("confirmed", document.pk), ("withdrawn", document.pk)]
    assert (
        why(lambda: reviewing.withdraw(by=desk["officer"], document=document, why="x")) == "withdrawn-already"
    )


@pytest.mark.parametrize("reason", ["", "  ", "…", "!!!"])
def test_withdrawing_needs_a_reason(desk, document, reason):
    assert why(lambda: reviewing.withdraw(by=desk["officer"], document=document, why=reason)) == "why-missing"


def test_what_was_never_confirmed_is_withdrawn_without_telling(desk, document, listening):
    reviewing.withdraw(by=desk["officer"], document=document, why="gửi nhầm")
    assert listening == []


def test_a_listener_that_fails_undoes_all_of_it(desk, document, monkeypatch):
    def fails(by: Any, confirmed: Document) -> None:
        assert Citation.objects.filter(document=confirmed).count() == 1
        raise RuntimeError("no plan came of it")

    monkeypatch.setattr(confirming, "LISTENERS", [fails])
    with pytest.raises(RuntimeError):
        settled(desk, document)
    document.refresh_from_db()
    assert (document.stage, Citation.objects.count(), entries("documents.confirm")) == ("review", 0, [])


def test_a_number_is_confirmed_once_by_one_issuer_on_one_day(desk):
    (first,) = read(desk)
    settled(desk, first)
    (again,) = read(desk, texts.PLAN + "\n\n\n", name="ban-hai.txt")
    reviewing.accept_rest(by=desk["officer"], document=again, kinds=ALL)
    assert why(lambda: reviewing.confirm(by=desk["officer"], document=again)) == "number-known"
    number = Item.objects.get(document=again, kind="head", value__name="number")
    rule(desk, number, Ruling.CORRECTED, value="31 / KH-UBND")
    assert why(lambda: reviewing.confirm(by=desk["officer"], document=again)) == "number-known"
    (elsewhere,) = read(desk, texts.plan(place="Lũng Cải"))
    assert settled(desk, elsewhere).stage == "confirmed"
    reviewing.withdraw(by=desk["officer"], document=first, why="nhầm bản")
    assert reviewing.confirm(by=desk["officer"], document=again).stage == "confirmed"


def test_a_document_without_number_and_title_is_not_confirmed(desk, document):
    for name in ("number", "title"):
        rule(desk, Item.objects.get(document=document, kind="head", value__name=name), Ruling.REJECTED)
    reviewing.accept_rest(by=desk["officer"], document=document, kinds=ALL)
    assert why(lambda: reviewing.confirm(by=desk["officer"], document=document)) == "head-empty"


def test_a_figure_that_no_plan_keeps_is_named_before_anything_comes_of_it(desk, document):
    """A row of digits in a text is read as a figure, whatever it is."""
    it = item(document, "target", 1)
    Item.objects.filter(pk=it.pk).update(value=it.value | {"value": 10**17, "value_exact": "1" + "0" * 17})
    reviewing.accept_rest(by=desk["officer"], document=document, kinds=ALL)
    with pytest.raises(Refusal) as refused:
        reviewing.confirm(by=desk["officer"], document=document)
    assert refused.value.reason == "figure-too-large"
    assert "chỉ tiêu thứ 2" in refused.value.message.vi
    rule(desk, item(document, "target", 1), Ruling.REJECTED)
    assert reviewing.confirm(by=desk["officer"], document=document).stage == "confirmed"


def test_what_others_ruled_is_seen_since_a_version(desk, document):
    assert queries.changes(desk["officer"], document=document, after=1).items == ()
    one, two = item(document, "target", 0), item(document, "target", 1)
    rule(desk, one, Ruling.ACCEPTED, who="second")
    rule(desk, two, Ruling.REJECTED, who="second")
    told = queries.changes(desk["officer"], document=document, after=2)
    assert (told.version, [i.pk for i in told.items]) == (3, [two.pk])
    assert told.items[0].ruled_by.person.name == "Vàng Thị Say"
    rule(desk, item(document, "target", 0), Ruling.OPEN)
    told = queries.changes(desk["officer"], document=document, after=1)
    assert [(i.pk, i.ruling) for i in told.items] == [(one.pk, "open"), (two.pk, "rejected")]
    with CaptureQueriesContext(connection) as caught:
        queries.changes(desk["officer"], document=document, after=4)
    assert len([q for q in caught if 'FROM "documents_' in q["sql"]]) == 1


def test_a_review_has_everything_and_asks_as_much_for_many_items(desk, document):
    found = queries.review(desk["second"], document=document)
    assert found.document.upload.text == document.upload.text
    assert [i.kind for i in found.items] == sorted(i.kind for i in found.items)
    assert Counter(i.kind for i in found.items) == {"head": 10, "target": 3, "task": 2, "cite": 1}
    assert [d.pk for d in found.siblings] == [document.pk]
    own = document.upload.reading["documents"][document.order]
    own["findings"] = [{"severity": "note", "message": {"vi": "a", "en": "b"}, "spans": []}]
    document.upload.save(update_fields=["reading"])
    assert list(findings(document)) == own["findings"]
    (long,) = read(
        desk, texts.plan("50/KH-UBND", goals="\n".join(f"- Có {n} xã đạt chuẩn." for n in range(10, 60)))
    )

    def asked(which: Document) -> int:
        """The fewest of two times: a scope that got old meanwhile is signed anew, once."""
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as caught:
                queries.review(desk["second"], document=which)
            counts.append(len(caught))
        return min(counts)

    assert long.items.count() > document.items.count() + 40
    assert asked(long) == asked(document)


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["officer", "second"]),
        st.integers(0, 5),
        st.sampled_from([Ruling.ACCEPTED, Ruling.REJECTED, Ruling.OPEN, Ruling.CORRECTED]),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_any_interleaving_keeps_every_word_or_refuses_it(desk, document, words):
    """Two people who each look now and then, and speak by what they saw last."""
    events: Any = apps.get_model("documents", "ItemEvent")
    with transaction.atomic():
        items = list(
            Item.objects.filter(document=document, kind__in=["target", "task", "cite"]).order_by("pk")
        )
        seen = {(who, it.pk): 1 for who in ("officer", "second") for it in items}
        versions, stands = dict.fromkeys((it.pk for it in items), 1), {it.pk: "open" for it in items}
        before = Document.objects.get(pk=document.pk).version
        for number, (who, place, ruling, looks) in enumerate(words):
            it = items[place]
            if looks:
                seen[who, it.pk] = versions[it.pk]
            value = {"text": f"câu {number}"} if it.kind != "cite" else {"title": f"tên {number}"}
            given_ = {"value": value} if ruling is Ruling.CORRECTED else {}
            say = {"by": desk[who], "item": it, "ruling": ruling, "version": seen[who, it.pk], **given_}
            if seen[who, it.pk] != versions[it.pk]:
                assert why(lambda say=say: reviewing.rule(**say)) == "changed-meanwhile"
                continue
            now = reviewing.rule(**say)
            versions[it.pk] += 1
            seen[who, it.pk], stands[it.pk] = versions[it.pk], now.ruling
            assert now.version == versions[it.pk]
        for it in items:
            held = Item.objects.get(pk=it.pk)
            assert (held.version, held.ruling) == (versions[it.pk], stands[it.pk])
            kept = (
                events.objects.filter(pgh_obj_id=it.pk).order_by("pgh_id").values_list("version", flat=True)
            )
            assert list(kept) == list(range(1, versions[it.pk] + 1))
        total = sum(version - 1 for version in versions.values())
        assert Document.objects.get(pk=document.pk).version == before + total
        transaction.set_rollback(True)
