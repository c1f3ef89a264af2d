"""The rules alone: states, reasons, grounds, placeholders."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.release import work
from phoihop.base.release.rules import disclosures, documents, emergencies, exports
from phoihop.base.release.rules.documents import Step
from phoihop.base.release.rules.exports import State
from phoihop.base.security.audit.entries import is_code
from phoihop.kernel.refusals import Refusal


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        (State.WAITING, State.QUEUED, True),
        (State.WAITING, State.RUNNING, False),
        (State.WAITING, State.READY, False),
        (State.QUEUED, State.RUNNING, True),
        (State.RUNNING, State.READY, True),
        (State.RUNNING, State.QUEUED, True),
        (State.READY, State.EXPIRED, True),
        (State.READY, State.READY, False),
        (State.EXPIRED, State.READY, False),
        (State.REVOKED, State.READY, False),
        (State.REFUSED, State.QUEUED, False),
        (State.FAILED, State.QUEUED, False),
    ],
)
def test_moves_of_an_export(before, after, may):
    assert exports.may_move(before, after) is may


@given(st.lists(st.sampled_from(list(State)), max_size=12))
def test_what_has_ended_stays_ended(path):
    state, ended = State.WAITING, False
    for after in path:
        if exports.may_move(state, after):
            assert not ended
            state = after
            ended = state not in exports.LIVE
    assert set(exports.MOVES) == set(State)


@pytest.mark.parametrize(
    ("named", "rows", "fits"),
    [
        (True, 1, True),
        (True, 500, True),
        (True, 501, False),
        (False, 501, True),
        (False, 20_001, False),
        (True, 0, False),
    ],
)
def test_caps(named, rows, fits):
    if fits:
        exports.check_rows(named=named, rows=rows)
    else:
        with pytest.raises(Refusal):
            exports.check_rows(named=named, rows=rows)


CELLS = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=10))
def test_rows_come_back_as_they_were_packed(rows):
    assert work.unpacked(work.packed(rows)) == rows


@pytest.mark.parametrize("cell", [1.5, datetime(2026, 1, 1, tzinfo=UTC), b"x", ["a"]])
def test_what_no_cell_holds_is_an_error(cell):
    with pytest.raises(TypeError):
        work.packed([[cell]])


def test_a_decimal_keeps_its_digits():
    assert str(work.unpacked(work.packed([[Decimal("1.10")]]))[0][0]) == "1.10"


OLD = "bệnh nhân bất tỉnh, cần biết thuốc đang dùng"


@pytest.mark.parametrize(
    ("reason", "copied"),
    [
        (OLD, True),
        (OLD.upper(), True),
        (OLD.replace(",", " -") + "...", True),
        (OLD + " a", True),
        ("người nhà báo dị ứng, cần xem tiền sử", False),
    ],
)
def test_copied_reasons(reason, copied):
    assert emergencies.is_copied(reason, ["khác hẳn một chuyện khác", OLD]) is copied


@given(st.text())
def test_a_reason_is_a_copy_of_itself_alone_or_not_at_all(reason):
    assert emergencies.is_copied(reason, [reason])
    assert not emergencies.is_copied(reason, [])


@given(st.text(alphabet=" \n\tax.", max_size=60))
def test_a_reason_of_one_or_two_words_is_none(reason):
    if len(set(reason.replace(".", " ").split())) < emergencies.WORDS:
        with pytest.raises(Refusal, match="reason-missing"):
            emergencies.check_reason(reason)


@pytest.mark.parametrize(
    ("kind", "cares"),
    [
        ("health", True),
        ("health-station", True),
        ("police", False),
        ("recovery-centre", False),
        ("committee", False),
        ("people", False),
        ("", False),
    ],
)
def test_whose_offices_care(kind, cares):
    assert emergencies.for_care(kind) is cares


@pytest.mark.parametrize(
    ("hours", "reviewed", "standing"),
    [(1, False, "due"), (71, False, "due"), (72, False, "overdue"), (90, True, "reviewed")],
)
def test_standing_of_a_review(hours, reviewed, standing):
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert emergencies.standing(now - timedelta(hours=hours), now if reviewed else None, now) == standing


@given(st.integers(min_value=-60, max_value=120))
def test_an_emergency_lasts_half_an_hour_and_no_longer(minutes):
    opened = datetime(2026, 11, 22, tzinfo=UTC)
    ends, now = opened + emergencies.LASTS, opened + timedelta(minutes=minutes)
    assert emergencies.is_open(ends, None, now) is (minutes < 30)
    assert not emergencies.is_open(ends, opened, now)


@pytest.mark.parametrize(
    ("code", "question", "on", "held"),
    [
        ("law-73-2021.art-32", "treated-on", date(2026, 6, 30), True),
        ("law-73-2021.art-32", "treated-on", date(2026, 7, 1), False),
        ("law-73-2021.art-32", "treated-on", date(2021, 12, 31), False),
        ("law-120-2025", "treated-on", date(2026, 6, 30), False),
        ("law-120-2025", "ended-by", date(2026, 7, 1), True),
        ("law-101-2015.art-88", "ended-by", date(2026, 7, 1), False),
        ("law-64-2006.art-30", "treated-on", date(2026, 7, 1), False),
    ],
)
def test_grounds_hold_on_their_days_and_for_their_questions(code, question, on, held):
    if held:
        assert disclosures.ground(code, question, on).code == code
    else:
        with pytest.raises(Refusal, match="no-ground"):
            disclosures.ground(code, question, on)


def test_every_ground_and_question_is_a_neutral_code_and_no_question_is_without_ground():
    grounds = disclosures.articles().values()
    assert all(is_code(ground.code) and ground.certainty in ("V", "M") for ground in grounds)
    assert all(ground.questions <= set(disclosures.QUESTIONS) for ground in grounds)
    assert {question for ground in grounds for question in ground.questions} == set(disclosures.QUESTIONS)
    assert set(disclosures.Answer) == {"yes", "no"}


@pytest.mark.parametrize(("number", "said"), [(1, "001/2026"), (1200, "1200/2026")])
def test_numbers(number, said):
    assert disclosures.numbered(number, 2026) == said


def test_nothing_is_released_that_was_not_proposed_and_nothing_proposed_that_was_not_clean():
    assert [step for step, after in documents.MOVES.items() if Step.RELEASED in after] == [Step.PROPOSED]
    assert [step for step, after in documents.MOVES.items() if Step.PROPOSED in after] == [Step.CLEAN]
    assert documents.MOVES[Step.WITHDRAWN] == frozenset()


@given(st.text(alphabet="{}% ab.c_|7*", max_size=30))
def test_a_template_holds_plain_names_or_is_refused(text):
    try:
        names = documents.placeholders(text)
    except Refusal:
        return
    assert "{{" not in documents.filled(text, dict.fromkeys(names, "x"))


@given(st.text())
def test_what_is_filled_in_is_not_filled_in_again(value):
    assert documents.filled("{{ a.b }}", {"a.b": value}) == value


@pytest.mark.parametrize("audience", ["public", "outgoing", "internal"])
@pytest.mark.parametrize("cls", ["public", "internal", "personal", "sensitive", None])
def test_columns_that_leave(audience, cls):
    if audience != "internal" and cls in ("personal", "sensitive", None):
        with pytest.raises(Refusal, match="identifier"):
            documents.check_columns(audience, [("a.b", "public"), ("c.d", cls)])
    else:
        documents.check_columns(audience, [("a.b", "public"), ("c.d", cls)])
