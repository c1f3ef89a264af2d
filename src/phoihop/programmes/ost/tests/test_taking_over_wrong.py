"""Cells that no book can hold: each is told where it stands, and nothing breaks or is written."""

import pytest

from phoihop.programmes.ost.tests.test_taking_over_sheets import (
    begun,
    book_of,
    delivered,
    numbered,
    person,
    said,
    send_book,
    sent,
    taken,
)

__all__ = ["begun"]
HUGE = ("1.000.000", "99999999999999", "-5", "0", "1e9", "x" * 5_000)


@pytest.mark.parametrize("text", HUGE)
@pytest.mark.parametrize("column", ["mg", "last_mg"])
def test_an_amount_in_the_list_of_people(house, column, text):
    taking = sent(house, person("01", "Sùng A Páo", **{column: text}))
    assert (taking.new, taking.wrong) == (0, 1)
    assert said(taking) == {2: ("wrong", {column})}


def test_a_name_as_long_as_a_page(house):
    taking = sent(house, person("01", "Á" * 5_000))
    assert (taking.new, taking.wrong) == (0, 1)
    assert said(taking)[2] == ("wrong", {"name"})


@pytest.mark.parametrize("text", HUGE)
def test_an_amount_in_the_book_of_doses(begun, text):
    taking = send_book(begun, "book", book_of(["494"], taken("01", until=0, mg=text)))
    assert taking.wrong
    assert "mg" in said(taking, "book")[2][1]


@pytest.mark.parametrize("text", HUGE)
def test_what_was_counted_in_the_evening(begun, text):
    taking = send_book(begun, "book", book_of([text], taken("01", until=0)))
    assert taking.wrong or taking.why


@pytest.mark.parametrize("text", HUGE)
def test_what_was_delivered(house, text):
    cells = list(delivered()[0])
    cells[cells.index("1.000")] = text
    taking = send_book(house, "stock", {"deliveries": numbered(tuple(cells))})
    assert (taking.wrong > 0) is (text != "1.000.000")
