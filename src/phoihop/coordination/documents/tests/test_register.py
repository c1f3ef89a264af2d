"""The register: found by any words, related by what they name, and told what is missing."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org.doors import NotAllowed
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.coordination.documents import queries
from phoihop.coordination.documents.actions import reviewing
from phoihop.coordination.documents.models import Citation, Document, Item, Upload
from phoihop.coordination.documents.rules import naming
from phoihop.coordination.documents.rules.review import Kind, Stage
from phoihop.coordination.documents.tests import texts
from phoihop.coordination.documents.tests.conftest import JOB, read

HERE = "Ủy ban nhân dân tỉnh Phìn Sơn"


def confirmed(desk: Any, text: str, **more: Any) -> Document:
    (document,) = read(desk, text, **more)
    who = desk[more.get("who", "officer")]
    reviewing.accept_rest(by=who, document=document, kinds=set(Kind))
    return reviewing.confirm(by=who, document=document)


def chain(desk: Any, length: int) -> list[Document]:
    """Plans of which each carries out the one before: 1/KH-UBND is carried out by 2/KH-UBND, and so on."""
    return [confirmed(desk, text) for text in _chained(length)]


def _chained(length: int) -> list[str]:
    return [
        texts.plan(
            f"{n}/KH-UBND",
            f"{n:02} tháng 02 năm 2026",
            cites=f"Kế hoạch số {n - 1}/KH-UBND ngày {n - 1:02}/02/2026 của {HERE}",
        )
        for n in range(1, length + 1)
    ]


def made(desk: Any, number: int, *, stage: str = "confirmed", **columns: Any) -> Document:
    """A row of the register without a file behind it, for lists of many."""
    upload = Upload.objects.create(account_id=desk["officer"].account, agency=desk["here"], sha256="0" * 64)
    given: dict[str, Any] = {
        "number": f"{number}/KH-UBND",
        "number_key": naming.number_key(f"{number}/KH-UBND"),
        "issued": date(2026, 1, 1),
        "issuer": HERE,
        "kind": "kế hoạch",
        "title": f"Kế hoạch thứ {number}",
    } | columns
    who = {"confirmed_by_id": desk["officer"].account, "confirmed_at": timezone.now()}
    return Document.objects.create(
        upload=upload,
        order=0,
        start=0,
        end=0,
        agency=desk["here"],
        stage=stage,
        search=naming.search_text(given["kind"], given["number"], given["title"], given["issued"]),
        **given,
        **(who if stage == "confirmed" else {}),
    )


def meant(document: Document) -> tuple[Document | None, bool]:
    """What the one citation of a document means."""
    cite = Citation.objects.get(document=document)
    return cite.to, cite.sure


SEARCHES = [
    ("phong chong", 1),
    ("PHÒNG chống", 1),
    ("hội tệ nạn", 1),
    ("31/KH-UBND", 1),
    ("31 kế hoạch 2026", 1),
    ("12/01/2026", 1),
    ("phìn sơn", 1),
    ("lũng cải", 0),
    ("", 1),
    ("%", 0),
    ("_____", 0),
    ("phong\\", 0),
]


@pytest.mark.parametrize(("text", "count"), SEARCHES)
def test_searching(desk, text, count):
    confirmed(desk, texts.PLAN)
    assert queries.register(desk["member"], text=text).total == count


def test_narrowing_and_turning_pages(desk):
    for number in range(1, 121):
        made(desk, number, issued=date(2024 + number % 3, 1, 1), kind="chỉ thị" if number % 2 else "kế hoạch")
    every = queries.register(desk["leader"])
    assert (every.total, every.pages, len(every.rows)) == (120, 3, 50)
    assert (every.kinds, every.years) == (("chỉ thị", "kế hoạch"), (2026, 2025, 2024))
    assert [row.issued.year for row in every.rows] == sorted(
        (r.issued.year for r in every.rows), reverse=True
    )
    pages = [queries.register(desk["leader"], page=n).rows for n in (1, 2, 3)]
    assert len({row.uid for rows in pages for row in rows}) == 120
    assert queries.register(desk["leader"], page=99).page == 3
    assert queries.register(desk["leader"], page=-1).page == 1
    some = queries.register(desk["leader"], kind="chỉ thị", year=2025)
    assert {(row.kind, row.issued.year) for row in some.rows} == {("chỉ thị", 2025)}
    assert some.total == 20


def test_what_does_not_count_is_seen_by_planners_of_its_agency_alone(desk):
    for number, stage in enumerate(Stage, start=1):
        made(desk, number, stage=stage)
    seen = {
        who: sorted(row.stage for row in queries.register(desk[who]).rows)
        for who in ("officer", "second", "far", "leader", "agency_officer", "member")
    }
    everything = ["confirmed", "review", "withdrawn"]
    assert seen == {
        "officer": everything,
        "second": everything,
        "far": ["confirmed"],
        "leader": ["confirmed"],
        "agency_officer": ["confirmed"],
        "member": ["confirmed"],
    }
    assert queries.register(desk["far"], stage=Stage.REVIEW).total == 0
    assert queries.register(desk["officer"], stage="review").total == 1
    for document in Document.objects.all():
        for who in ("officer", "far"):
            found = queries.find(desk[who], str(document.uid))
            assert (found == document) is (who == "officer" or document.stage == "confirmed")
    assert queries.find(desk["officer"], "x") is None
    hidden = Document.objects.get(stage="review")
    for ask in (queries.one, queries.graph):
        with pytest.raises(NotAllowed):
            ask(desk["far"], document=hidden)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_citation_finds_its_document_whichever_comes_first(desk, backwards):
    order = _chained(2)
    for text in order[::-1] if backwards else order:
        confirmed(desk, text)
    second = Document.objects.get(number="2/KH-UBND")
    first = Document.objects.get(number="1/KH-UBND")
    cite = Citation.objects.get(document=second)
    assert (cite.to, cite.sure, cite.implements) == (first, True, True)
    shown = queries.one(desk["member"], document=second)
    assert [c.to.uid for c in shown.cites if c.to] == [first.uid]
    back = queries.one(desk["member"], document=first)
    assert [(row.uid, implements) for row, implements in back.cited_by] == [(second.uid, True)]
    assert shown.counts == {Kind.HEAD: 10, Kind.TARGET: 3, Kind.TASK: 2, Kind.CITE: 1}


def test_withdrawing_lets_a_citation_go_and_confirming_again_finds_it(desk):
    first, second = chain(desk, 2)
    reviewing.withdraw(by=desk["officer"], document=first, why="nhầm bản")
    assert meant(second) == (None, False)
    again = confirmed(desk, _chained(1)[0])
    assert meant(second) == (again, True)
    reviewing.withdraw(by=desk["officer"], document=second, why="nhầm bản")
    assert queries.one(desk["member"], document=again).cited_by == ()


def test_two_that_a_citation_may_mean_leave_it_open_until_one_goes(desk):
    def other(place: str) -> Document:
        return confirmed(desk, texts.plan("7/KH-UBND", "09 tháng 3 năm 2026", place=place))

    asking = confirmed(desk, texts.plan("8/KH-UBND", cites="Kế hoạch số 7/KH-UBND ngày 09/3/2026"))
    one = other("Phìn Sơn")
    assert meant(asking) == (one, True)
    two = other("Lũng Cải")
    assert meant(asking) == (None, False)
    reviewing.withdraw(by=desk["officer"], document=one, why="nhầm bản")
    assert meant(asking) == (two, True)


def test_what_implements_what(desk):
    documents = chain(desk, 9)
    middle = documents[4]
    graph = queries.graph(desk["member"], document=middle)
    assert [(n.row.number, n.step) for n in graph.nodes] == [
        ("2/KH-UBND", 3),
        ("3/KH-UBND", 2),
        ("4/KH-UBND", 1),
        ("5/KH-UBND", 0),
        ("6/KH-UBND", -1),
        ("7/KH-UBND", -2),
        ("8/KH-UBND", -3),
    ]
    number = {d.uid: d.number.split("/")[0] for d in documents}
    assert sorted((number[a], number[b]) for a, b in graph.edges) == [
        (str(n), str(n - 1)) for n in range(3, 9)
    ]
    assert not graph.cut
    near = queries.graph(desk["member"], document=middle, depth=1)
    assert [n.step for n in near.nodes] == [1, 0, -1]
    assert max(n.step for n in queries.graph(desk["member"], document=middle, depth=99).nodes) == 3


def test_documents_that_carry_out_each_other_end_the_graph(desk):
    a, b = made(desk, 1), made(desk, 2)
    for one, other in ((a, b), (b, a)):
        Citation.objects.create(document=one, to=other, implements=True, start=0, end=1)
    graph = queries.graph(desk["member"], document=a)
    assert len(graph.nodes) == 2
    assert len(graph.edges) == 2


def test_a_graph_asks_no_more_for_more_documents_and_says_when_it_is_cut(desk):
    top = made(desk, 1)

    def below(count: int) -> None:
        start = Document.objects.count() + 1
        for number in range(start, start + count):
            Citation.objects.create(document=made(desk, number), to=top, implements=True, start=0, end=1)

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            queries.graph(desk["member"], document=top)
        return len(caught)

    below(2)
    few = asked()
    below(18)
    assert asked() == few
    below(200)
    graph = queries.graph(desk["member"], document=top)
    assert graph.cut
    assert len(graph.nodes) <= 202


def test_what_is_missing_the_most_cited_first(desk):
    def cites(what: str, *numbers: int) -> None:
        for n in numbers:
            confirmed(desk, texts.plan(f"{n}/KH-UBND", f"{n:02} tháng 4 năm 2026", cites=what))

    cites("Quyết định số 12/QĐ-BYT ngày 05/01/2026 của Bộ Y tế về việc ban hành Đề án truyền thông", 1, 2, 3)
    cites("Quyết định số 12/QĐ-BYT của Bộ Y tế", 4)
    cites("Quyết định số 12/QĐ-BYT ngày 06/02/2020 của Bộ Y tế", 5)
    cites("Kế hoạch số 1/KH-UBND ngày 01/4/2026", 6)
    cites("Luật Phòng, chống ma túy năm 2021", 7)
    found = queries.missing(desk["member"])
    assert [(m.number, m.day, m.times) for m in found.rows] == [
        ("12/QĐ-BYT", date(2026, 1, 5), 3),
        ("12/QĐ-BYT", date(2020, 2, 6), 1),
        ("12/QĐ-BYT", None, 1),
    ]
    assert (found.rows[0].issuer, found.rows[0].implements) == ("Bộ Y tế", True)
    assert (found.total, found.pages) == (3, 1)
    reviewing.withdraw(by=desk["officer"], document=Document.objects.get(number="1/KH-UBND"), why="nhầm")
    again = queries.missing(desk["member"])
    assert again.rows[0].times == 2
    assert "1/KH-UBND" in [m.number for m in again.rows]


def test_one_without_a_day_is_the_only_one_there_is(desk):
    both = ("Quyết định số 12/QĐ-BYT ngày 05/01/2026 của Bộ Y tế", "Quyết định số 12/QĐ-BYT của Bộ Y tế")
    for n, what in enumerate(both, start=1):
        confirmed(desk, texts.plan(f"{n}/KH-UBND", f"{n:02} tháng 4 năm 2026", cites=what))
    (only,) = queries.missing(desk["member"]).rows
    assert (only.times, only.day) == (2, date(2026, 1, 5))


def _asked(ask: Any) -> int:
    with CaptureQueriesContext(connection) as caught:
        ask()
    return len(caught)


def test_no_query_asks_more_when_there_is_more(desk):
    shown = chain(desk, 2)[0]
    asks = {
        "register": lambda: queries.register(desk["officer"], text="ke hoach"),
        "missing": lambda: queries.missing(desk["member"]),
        "one": lambda: queries.one(desk["member"], document=shown),
    }
    few = {name: _asked(ask) for name, ask in asks.items()}
    for number in range(10, 30):
        other = made(desk, number)
        Citation.objects.create(
            document=shown, number=f"{number}/X", number_key=f"{number}/X", start=number, end=99
        )
        Citation.objects.create(document=other, to=shown, start=1, end=2)
    assert {name: _asked(ask) for name, ask in asks.items()} == few
    assert max(few.values()) <= 12


def long(document: Document, items: int) -> None:
    """Give a document so many items."""
    Item.objects.bulk_create(
        (
            Item(document=document, kind="task", order=n, value={"text": "việc"}, read={"text": "việc"})
            for n in range(items)
        ),
        batch_size=2_000,
    )


def test_a_very_long_document_is_accepted_in_parts_that_are_one_record(desk, monkeypatch):
    monkeypatch.setattr(reviewing, "_TOGETHER", 1_000)
    document = made(desk, 1, stage="review")
    long(document, 3_000)
    assert reviewing.accept_rest(by=desk["officer"], document=document, kinds={Kind.TASK}) == 3_000
    assert Item.objects.filter(document=document, ruling="accepted", version=2, at=2).count() == 3_000
    with scope.acting(JOB):
        (entry,) = AuditEntry.objects.filter(action="documents.accept_rest")
    assert entry.count == 3_000


def test_twenty_thousand_items_are_not_looked_at_by_the_lists(desk):
    """The lists ask nothing that grows with the items: each statement is planned over an index or a page."""
    long(made(desk, 1, stage="review"), 20_000)
    with CaptureQueriesContext(connection) as caught:
        queries.register(desk["officer"])
    assert not [q for q in caught if "documents_item" in q["sql"]]
    with scope.acting(JOB), CaptureQueriesContext(connection) as caught:
        listed = queries.uploads(desk["officer"])
    (row,) = listed.rows
    assert (row.documents[0].items, row.documents[0].open) == (20_000, 20_000)
    assert sum("documents_item" in q["sql"] for q in caught) == 1
    assert not any('"documents_item"."value"' in q["sql"] for q in caught)
