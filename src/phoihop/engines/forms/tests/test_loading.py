"""A form's file: what it must say, how a fault names its place, and that what was published stays."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from phoihop.base.security.columns import Class
from phoihop.engines.forms.definition import HOLDS, Kind
from phoihop.engines.forms.loading import frozen_faults, in_force, load, load_all, loads
from phoihop.engines.forms.tests.samples import form_of
from phoihop.kernel.refusals import Refusal

HEAD = 'code = "tried"\nversion = 1\ntitle = { vi = "Thử", en = "Tried" }\n'
SECTION = '[[sections]]\ncode = "one"\ntitle = { vi = "Một", en = "One" }\n'
FIELD = """[[sections.fields]]
code = "a"
kind = "whole"
title = { vi = "Số", en = "Number" }
holds = "internal"
"""
CHECK = '[[checks]]\ncode = "x"\nsays = "warn"\nfield = "a"\nmessage = { vi = "Lạ", en = "Odd" }\n'
WHOLE = HEAD + SECTION + FIELD
FAULTS = [
    ("nothing = ", "not TOML"),
    (HEAD, "there is no field"),
    (HEAD + SECTION, "sections[0]: the section has no field"),
    (WHOLE.replace("version = 1", "version = 0"), "version must be at least 1"),
    (WHOLE.replace("version = 1", 'version = "1"'), "version is of the wrong kind"),
    (WHOLE.replace("version = 1", "version = true"), "version is of the wrong kind"),
    (WHOLE.replace('en = "Tried"', 'en = ""'), ".title: en is empty"),
    (WHOLE.replace(', en = "Tried"', ""), ".title: en is missing"),
    (WHOLE.replace('code = "a"', 'code = "A b"'), "sections[0]: fields[0]: code: a code is made of"),
    (WHOLE.replace('code = "a"', 'code = "last"'), "is no word of expressions"),
    (WHOLE.replace('"whole"', '"money"'), "kind must be one of: text"),
    (WHOLE.replace('"internal"', '"secret"'), "holds must be one of: public"),
    (WHOLE + "requird = true\n", "there is no key requird"),
    (WHOLE + 'precision = "day"\n', "there is no key precision"),
    (WHOLE + "step = 0.5\n", "step is of the wrong kind"),
    (WHOLE + 'step = "0.5"\n', "the step of whole numbers"),
    (WHOLE + 'step = "-1"\n', "step must be above 0"),
    (WHOLE + 'jump = "1"\n', "jump more than 1"),
    (WHOLE + "possible = { least = 5, most = 4 }\n", ".possible: the range is empty or upside down"),
    (WHOLE + "possible = {}\n", ".possible: the range is empty"),
    (WHOLE + 'possible = { least = "today" }\n', ".possible: least is no end"),
    (WHOLE + "usual = { least = 2020-01-01 }\n", ".usual: least is no end"),
    (WHOLE + 'when = { field = "b", is = ["yes"] }\n', ".when: must name a field of choices before"),
    (WHOLE + FIELD, "fields[1]: the code is another field's already"),
    (WHOLE.replace('"whole"', '"choice"'), "at least two options"),
    (
        WHOLE.replace('"whole"', '"choice"')
        + 'options = [{ code = "x", vi = "Có", en = "Yes" }, { code = "y", vi = "CO", en = "Y" }]\n',
        "two options are worded alike",
    ),
    (WHOLE.replace('"whole"', '"calculated"') + 'formula = "a + 1"\n', "there is no field a"),
    (WHOLE.replace('"whole"', '"calculated"') + 'formula = "1 < 2"\n', "formula does not give a number"),
    (
        WHOLE.replace('"whole"', '"calculated"') + 'formula = "1"\nrequired = true\n',
        "a calculated field cannot be required",
    ),
    (WHOLE + CHECK + 'holds = "a"\n', "checks[0]: holds is nothing that is true or false"),
    (WHOLE + CHECK + 'holds = "b > 1"\n', "holds: there is no field b"),
    (WHOLE + CHECK + 'holds = "a > 1"\n' + CHECK + 'holds = "a > 2"\n', "checks: a code is there twice"),
    (WHOLE + CHECK.replace('"a"', '"b"') + 'holds = "a > 1"\n', "field must be one of those"),
    (
        WHOLE + '[table]\ntitle = { vi = "B", en = "T" }\nunique = ["a"]\n[[table.columns]]\ncode = "b"\n'
        'kind = "text"\ntitle = { vi = "B", en = "B" }\nholds = "internal"\n',
        "unique must name columns of the table",
    ),
    (
        WHOLE + '[table]\ntitle = { vi = "B", en = "T" }\n[[table.columns]]\ncode = "b"\n'
        'kind = "long-text"\ntitle = { vi = "B", en = "B" }\nholds = "internal"\n',
        "a table takes no when, long-text or choices",
    ),
]


@pytest.mark.parametrize(("text", "said"), FAULTS, ids=[said for _, said in FAULTS])
def test_a_fault_is_told_with_its_place(text: str, said: str):
    with pytest.raises(Refusal) as refused:
        loads(text.encode(), "tried.v1.toml")
    message = refused.value.message
    assert message.en.startswith("The form's definition is wrong at tried.v1.toml")
    assert said in message.en
    assert message.vi.startswith("Định nghĩa biểu không đúng, tại tried.v1.toml")


def test_a_whole_form_is_what_its_file_says():
    form = loads((WHOLE + 'required = true\nunit = "mg"\nusual = { least = 1, most = 9 }\n').encode())
    (field,) = form.fields
    assert (field.kind, field.required, field.unit) == (Kind.WHOLE, True, "mg")
    assert field.usual.most is not None
    assert field.usual.most.on(date(2026, 1, 1)) == Decimal(9)
    assert [reason.code for reason in form.reasons][-1] == "other"


def test_a_form_may_offer_reasons_of_its_own():
    form = form_of('code = "a"\nkind = "text"', '[[reasons]]\ncode = "one"\nvi = "Một"\nen = "One"\n')
    assert [reason.code for reason in form.reasons] == ["one"]


def test_fields_are_classed_as_columns_are():
    assert tuple(Class) == HOLDS


def test_the_name_of_a_file_is_its_code_and_version(tmp_path: Path):
    for name in ("tried.toml", "other.v1.toml", "tried.v2.toml"):
        (tmp_path / name).write_text(WHOLE, encoding="utf-8")
        with pytest.raises(Refusal):
            load(tmp_path / name)
    (tmp_path / "tried.v1.toml").write_text(WHOLE, encoding="utf-8")
    assert load(tmp_path / "tried.v1.toml").code == "tried"


PUBLISHED = "published = 2026-11-01\n" + WHOLE


def folder(where: Path, files: dict[str, str], noted: dict[str, str] | None = None) -> Path:
    for name, text in files.items():
        (where / name).write_text(text, encoding="utf-8")
    if noted is not None:
        lines = [f'"{name}" = "{checksum}"\n' for name, checksum in noted.items()]
        (where / "published.toml").write_text("".join(lines), encoding="utf-8")
    return where


def test_what_was_published_stays_as_it_is(tmp_path: Path):
    name = "tried.v1.toml"
    right = loads(PUBLISHED.encode()).sha256
    assert list(frozen_faults(folder(tmp_path, {name: PUBLISHED}, {name: right}))) == []
    (changed,) = frozen_faults(folder(tmp_path, {name: PUBLISHED.replace("Thử", "Thử lại")}))
    assert "make version 2 instead" in changed
    (draft,) = frozen_faults(folder(tmp_path, {name: WHOLE}))
    assert "no day of publication" in draft
    (tmp_path / name).unlink()
    assert list(frozen_faults(tmp_path)) == [f"{name} was published and is gone"]
    (unnoted,) = frozen_faults(folder(tmp_path, {name: PUBLISHED}, {}))
    assert right in unnoted


def test_an_event_is_entered_by_the_version_of_its_day(tmp_path: Path):
    two = PUBLISHED.replace("version = 1", "version = 2").replace("11-01", "12-01")
    three = WHOLE.replace("version = 1", "version = 3")
    forms = load_all(
        folder(tmp_path, {"tried.v1.toml": PUBLISHED, "tried.v2.toml": two, "tried.v3.toml": three}, {})
    )
    assert in_force(forms, "tried", date(2026, 11, 30)).version == 1
    assert in_force(forms, "tried", date(2027, 1, 1)).version == 2
    with pytest.raises(LookupError):
        in_force(forms, "tried", date(2026, 10, 31))
