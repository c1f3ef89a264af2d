"""Reads kinds.toml and duties.toml: one iterator for each table."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from phoihop.base.org.agencies.model import Assignment, Duty, Kind, KindSuccession, Tier
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Bilingual, Refusal

# A branch's agency at a tier is called after its field.
_HEADS = {
    Tier.CENTRE: ("Bộ", "Ministry of"),
    Tier.PROVINCE: ("Sở", "Department of"),
    Tier.DISTRICT: ("Phòng", "District Office of"),
    Tier.COMMUNE: ("Phòng", "Commune Office of"),
}
# A body of several tiers bears one name; the tier goes after it.
_TIERS = {
    Tier.CENTRE: ("Trung ương", "central"),
    Tier.PROVINCE: ("cấp tỉnh", "provincial"),
    Tier.DISTRICT: ("cấp huyện", "district"),
    Tier.COMMUNE: ("cấp xã", "commune"),
}


@dataclass(frozen=True, slots=True)
class Spellings:
    """The names by which running text is searched for agencies; see kinds.toml."""

    fields: tuple[str, ...]
    bodies: tuple[str, ...]
    general: tuple[str, ...]


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def spellings() -> Spellings:
    """Every spelling that the reader looks for."""
    data = _table("kinds")
    return Spellings(
        tuple(f for branch in data["branch"] for f in branch["fields"]) + tuple(data["other"]["fields"]),
        tuple(b for body in data["body"] for b in body["bodies"]) + tuple(data["other"]["bodies"]),
        tuple(data["other"]["general"]),
    )


def branches() -> Iterator[tuple[str, bool, list[str]]]:
    """Each branch or body: its code, whether Sở, Bộ or Phòng goes before it, its spellings."""
    data = _table("kinds")
    for branch in data["branch"]:
        yield branch["code"], True, [branch["name"], *branch["fields"]]
    for branch in data["branch"]:
        yield branch["code"], False, branch["names"]
    for body in data["body"]:
        yield body["code"], False, [body["name"], *body["bodies"], *body["names"]]


def kinds() -> Iterator[Kind]:
    """Every kind of agency at every tier at which there is or was one."""
    data = _table("kinds")
    for branch in data["branch"]:
        for row in branch["tiers"]:
            vi, en = _HEADS[Tier(row["tier"])]
            name = Bilingual(row.get("name", f"{vi} {branch['name']}"), row.get("en", f"{en} {branch['en']}"))
            yield _kind(branch, row, name)
    for body in data["body"]:
        for row in body["tiers"]:
            vi, en = _TIERS[Tier(row["tier"])]
            several = len(body["tiers"]) > 1
            name = Bilingual(f"{body['name']} {vi}", f"{body['en']}, {en}")
            yield _kind(body, row, name if several else Bilingual(body["name"], body["en"]))


def _kind(entry: dict[str, Any], row: dict[str, Any], name: Bilingual) -> Kind:
    return Kind(
        f"{entry['code']}.{row['tier']}",
        entry["code"],
        Tier(row["tier"]),
        name,
        row.get("from"),
        row.get("to"),
        row["basis"],
        Certainty(row["certainty"]),
    )


def duties() -> Iterator[Duty]:
    """Every duty."""
    for row in _table("duties")["duty"]:
        yield Duty(row["code"], Bilingual(row["name"], row["en"]))


@cache
def assignments() -> tuple[Assignment, ...]:
    """Every assignment of a duty at a tier, in the order of the table."""
    return tuple(
        Assignment(
            row["duty"],
            Tier(row["tier"]),
            row["kind"],
            row.get("from"),
            row.get("to"),
            Bilingual(row["part"], row["part_en"]) if "part" in row else None,
            row["basis"],
            row["source"],
            Certainty(row["certainty"]),
        )
        for row in _table("duties")["assignment"]
    )


@cache
def kind_successions() -> tuple[KindSuccession, ...]:
    """What each kind of agency that ended became."""
    return tuple(
        KindSuccession(row["old"], row["new"], row["day"], row["basis"], Certainty(row["certainty"]))
        for row in _table("duties")["succession"]
    )


@cache
def _by_code() -> dict[str, Kind]:
    return {kind.code: kind for kind in kinds()}


@cache
def _duties_by_code() -> dict[str, Duty]:
    return {duty.code: duty for duty in duties()}


def kind(code: str) -> Kind:
    """The kind of a code. Refusal("unknown-kind")."""
    try:
        return _by_code()[code]
    except KeyError:
        raise Refusal(
            "unknown-kind", "Không có loại cơ quan này.", "There is no such kind of agency."
        ) from None


def duty(code: str) -> Duty:
    """The duty of a code. Refusal("unknown-duty")."""
    try:
        return _duties_by_code()[code]
    except KeyError:
        raise Refusal("unknown-duty", "Không có nhiệm vụ này.", "There is no such duty.") from None
