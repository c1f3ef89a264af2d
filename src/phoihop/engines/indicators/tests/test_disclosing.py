"""What is told of counts of people, and that an attacker by integer programming gets none of the few back."""

from dataclasses import replace
from decimal import Decimal

import pytest

from phoihop.engines.indicators.definitions import Hiding
from phoihop.engines.indicators.disclosing import (
    NOTHING_YET,
    SMALL,
    Cell,
    Count,
    Form,
    Key,
    Line,
    Published,
    Release,
    ReleaseError,
    State,
    Sum,
    Told,
    adding,
    band_of,
    control,
    rounded,
)
from phoihop.engines.indicators.tests.attacking import held
from phoihop.kernel.calendars import Calendar, Period, Span

QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)
NEXT = QUARTER.next()
MONTHS = [Period(Calendar.CIVIL, Span.MONTH, 2026, month) for month in (1, 2, 3)]


def key(unit="P", code="NEW", period=QUARTER, **group):
    return Key(code, unit, period, tuple(sorted(group.items())))


def cell(count, of=None, unit="P", code="NEW", period=QUARTER, form=Form.NUMBER, **group):
    denominator = None if of is None else Decimal(of)
    return Cell(key(unit, code, period, **group), Decimal(count), denominator, form=form)


def unseen(count, unit, code="NEW", period=QUARTER, **group):
    return cell(count, None, unit, code, period, Form.NOTHING, **group)


def alone(each: Cell) -> Line:
    """A cell as the plain rule has it: hide the few, round the others, look at nothing else."""

    def told(value):
        if value is None:
            return None
        return Told(State.SMALL) if value <= SMALL else Told(State.ROUNDED, Decimal(rounded(int(value))))

    return Line(told(each.numerator), told(each.denominator))


def naive(release: Release, before: Published = NOTHING_YET) -> Published:
    lines = {each.key: alone(each) for each in release.cells if each.form is not Form.NOTHING}
    cells = {**before.cells, **{each.key: each for each in release.cells}}
    return Published({**lines, **before.lines}, cells, (*before.sums, *release.sums))


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, Told(State.SMALL)),
        (1, Told(State.SMALL)),
        (7, Told(State.SMALL)),
        (8, Told(State.ROUNDED, Decimal(10))),
        (12, Told(State.ROUNDED, Decimal(10))),
        (13, Told(State.ROUNDED, Decimal(15))),
        (1209, Told(State.ROUNDED, Decimal(1210))),
    ],
)
def test_the_few_are_hidden_and_the_rest_rounded(count, told):
    assert control(Release((cell(count),))).lines[key()] == Line(told)


@pytest.mark.parametrize(
    ("count", "band"),
    [
        (8, (10, 20)),
        (22, (10, 20)),
        (23, (25, 45)),
        (47, (25, 45)),
        (48, (50, 95)),
        (97, (50, 95)),
        (98, (100, 195)),
        (197, (100, 195)),
        (198, (200, 495)),
        (498, (500, None)),
    ],
)
def test_bands_are_of_rounded_counts(count, band):
    assert band_of(count) == band
    assert control(Release((cell(count, form=Form.BAND),))).lines[key()].numerator.band == band


def test_steps_of_a_cascade_in_a_commune_are_bands_that_hide_the_step():
    """Diagnosed 23, treated 21: two are not treated yet."""
    out = control(Release((cell(21, 23, unit="commune", form=Form.BAND),)))
    line = out.lines[key("commune")]
    assert line.numerator.band == (10, 20)
    assert line.denominator.band == (25, 45)
    assert line.share is None
    assert held(out) == {}


def test_what_is_of_no_person_passes_untouched():
    stock = Cell(key(code="STOCK"), Decimal("3.25"), Decimal(4), Hiding.NOTHING)
    assert control(Release((stock,))).lines[key(code="STOCK")] == Line(
        Told(State.SHOWN, Decimal("3.25")), Told(State.SHOWN, Decimal(4))
    )


def test_a_share_is_of_the_rounded_counts():
    line = control(Release((cell(42, 61),))).lines[key()]
    assert line.share == Decimal(40) / Decimal(60)


@pytest.mark.parametrize(("count", "of"), [(3, 61), (58, 60), (60, 60), (3, 5)])
def test_no_share_where_a_part_or_the_rest_is_small_and_close(count, of):
    out = control(Release((cell(count, of),)))
    assert out.lines[key()].share is None
    assert held(out) == {}


def test_many_doses_of_few_people_are_hidden():
    few = replace(cell(90), people=3)
    assert control(Release((few,))).lines[key()].numerator == Told(State.SMALL)
    assert control(Release((replace(few, people=8),))).lines[key()].numerator.value == 90


def test_of_many_treatments_of_few_people_who_ended_theirs_stays_hidden():
    """A share of treatments is one of people nearly: who is left over is hidden as well."""
    few = replace(cell(40, 41), people=39)
    out = control(Release((few,)))
    assert out.lines[key()].share is None
    assert held(out) == {}


@pytest.mark.parametrize(("people", "behind", "hidden"), [(3, None, True), (3, 7, True), (3, 8, False)])
def test_a_whole_of_many_is_told_though_few_had_part_in_it(people, behind, hidden):
    """Three who stayed at home with 20 treatments, of eight or more with 60."""
    line = control(Release((replace(cell(20, 60), people=people, behind=behind),))).lines[key()]
    assert line.numerator == Told(State.SMALL)
    assert line.denominator.hidden == hidden


INNER = {("a", "f"): 47, ("a", "m"): 5, ("b", "f"): 11, ("b", "m"): 4}  # neither rows nor columns alone tell
TABLE = Release(
    (
        *(cell(count, unit=unit, sex=sex) for (unit, sex), count in INNER.items()),
        *(cell(INNER[unit, "f"] + INNER[unit, "m"], unit=unit) for unit in "ab"),
        *(cell(INNER["a", sex] + INNER["b", sex], sex=sex) for sex in "fm"),
        cell(sum(INNER.values())),
    ),
    (
        *(each for unit in "ab" for each in adding(key(unit), [key(unit, sex=sex) for sex in "fm"])),
        *(each for sex in "fm" for each in adding(key(sex=sex), [key(unit, sex=sex) for unit in "ab"])),
        *adding(key(), [key(unit) for unit in "ab"]),
    ),
)

# Known ways to the few: what is published, at once or one after the other, and of whom it would tell.
SEX = (cell(48, sex="f"), cell(48, sex="m"), cell(0, sex="x"))
ATTACKS: dict[str, tuple[list[Release], Key]] = {
    "a total minus its parts": (
        [Release((cell(96), *SEX), adding(key(), [each.key for each in SEX]))],
        key(sex="x"),
    ),
    "all but one hidden, and that one known from the total": (
        [
            Release(
                (cell(42), *(cell(7, unit=unit) for unit in "abcdef")),
                adding(key(), [key(unit) for unit in "abcdef"]),
            )
        ],
        key("a"),
    ),
    "one unit alone in its parent": (
        [
            Release(
                (cell(52), unseen(52, "a"), cell(48, unit="a", sex="m"), cell(4, unit="a", sex="f")),
                (*adding(key(), [key("a")]), *adding(key("a"), [key("a", sex="m"), key("a", sex="f")])),
            )
        ],
        key("a", sex="f"),
    ),
    "a quarter minus its months": (
        [
            Release(
                (cell(57), *(cell(n, period=m) for n, m in zip((28, 28, 1), MONTHS, strict=True))),
                adding(key(), [key(period=month) for month in MONTHS]),
            )
        ],
        key(period=MONTHS[2]),
    ),
    "this quarter minus the last one": (
        [
            Release((cell(100, code="EVER"),)),
            Release(
                (cell(102, code="EVER", period=NEXT), unseen(2, "P", period=NEXT)),
                adding(key(code="EVER", period=NEXT), [key(code="EVER"), key(period=NEXT)]),
            ),
        ],
        key(period=NEXT),
    ),
    "new borders minus old ones": (
        [
            Release((cell(60, unit="old"),)),
            Release(
                (cell(62, unit="new"), unseen(2, "hamlet")),
                adding(key("new"), [key("old"), key("hamlet")]),
            ),
        ],
        key("hamlet"),
    ),
    "one step of a cascade minus the next": ([Release((cell(98, 100),))], key()),
    "everybody of them": ([Release((cell(250, 250),))], key()),
    "the same count under another name": (
        [
            Release((cell(96), *SEX), adding(key(), [each.key for each in SEX])),
            Release(
                tuple(cell(48, code="AGAIN", sex=sex) for sex in "fm"),
                tuple(Sum(Count(key(code="AGAIN", sex=sex)), (Count(key(sex=sex)),)) for sex in "fm"),
            ),
        ],
        key(sex="x"),
    ),
    "rows and columns together": ([TABLE], key("b", sex="m")),
    "parts that are out already, and a total only now": (
        [
            Release(tuple(cell(n, unit=u) for n, u in ((28, "a"), (28, "b"), (1, "c")))),
            Release((cell(57),), adding(key(), [key(u) for u in "abc"])),
        ],
        key("c"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_hiding_each_cell_by_itself_gives_the_few_away(name):
    """The attacker is worth his name: he succeeds where nothing but the plain rule stands against him."""
    releases, target = ATTACKS[name]
    out = NOTHING_YET
    for release in releases:
        out = naive(release, out)
    assert target in {count.key for count in held(out)}


@pytest.mark.parametrize("name", ATTACKS)
def test_known_attacks_fail(name):
    releases, _ = ATTACKS[name]
    out = NOTHING_YET
    for release in releases:
        before, out = out, control(release, out)
        assert out.lost == frozenset()
        assert held(out) == {}
        assert {each: out.lines[each] for each in before.lines} == before.lines


def test_no_more_is_hidden_than_it_takes():
    """One sibling of three for the sake of the third, and the total stays."""
    (release,), _ = ATTACKS["a total minus its parts"]
    lines = control(release).lines
    assert lines[key()].numerator.value == 95
    states = {lines[key(sex=sex)].numerator.state for sex in "fmx"}
    assert states == {State.ROUNDED, State.PROTECTING, State.SMALL}


def test_a_corrected_figure_does_not_change_what_is_out():
    first = control(Release((cell(50),)))
    parts = tuple(cell(30, unit=unit) for unit in "ab")
    release = Release((cell(60), *parts), adding(key(), [key("a"), key("b")]))
    assert control(release, first).lines[key()].numerator.value == 50
    with pytest.raises(ReleaseError):
        control(replace(release, cells=parts), first)


def test_what_earlier_tables_gave_away_is_named_and_held_no_closer():
    parts = [cell(28, unit="a"), cell(28, unit="b"), unseen(1, "c"), cell(57)]
    leaky = naive(Release(tuple(parts), adding(key(), [key(unit) for unit in "abc"])))
    assert held(leaky) == {Count(key("c")): (0, 1)}
    again = tuple(cell(n, unit="c", sex=sex) for n, sex in ((1, "f"), (0, "m")))
    out = control(Release(again, adding(key("c"), [each.key for each in again])), leaky)
    assert out.lost == {Count(key("c")), *(Count(each.key) for each in again)}
    assert held(out)[Count(key("c"))] == (0, 1)


def test_the_order_of_cells_and_sums_changes_nothing():
    turned = Release(TABLE.cells[::-1], TABLE.sums[::-1])
    assert control(turned).lines == control(TABLE).lines


A, B = Count(key("a")), Count(key("b"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Release((cell(9), cell(9))),  # a cell twice
        lambda: cell(9, 8),  # more than there are
        lambda: cell(-1),
        lambda: cell("2.5"),
        lambda: replace(cell(3, 5), people=-1),
        lambda: key(sex="f").__class__("C", "u", QUARTER, (("sex", "f"), ("age", "1"))),
        lambda: control(Release((cell(9, unit="a"),), (Sum(A, (B,)),))),  # of a cell that is not there
        lambda: control(Release((cell(9, unit="a"), cell(8, unit="b")), (Sum(A, (B,)),))),
        lambda: control(Release((cell(9, unit="a"), cell(9, unit="b")), (Sum(A, (A, B)),))),
    ],
)
def test_a_release_that_does_not_fit_is_refused(make):
    with pytest.raises(ReleaseError):
        make()
