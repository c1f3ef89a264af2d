"""Looks through a document that is to be public for whatever leads to a person.

The document is opened in a child process. What comes back says where and what kind, never the value: the
last four digits of a number, the initials of a name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phoihop.base.security.outgoing import scan_patterns, scan_people, scan_texts
from phoihop.base.security.outgoing.refusing import refuse
from phoihop.base.security.outgoing.scan_patterns import Certainty, Kind
from phoihop.base.security.outgoing.scan_texts import Part
from phoihop.base.security.uploads import kinds, office, pdfs, worker
from phoihop.kernel.refusals import Bilingual

Where = tuple[int | str, ...]
_KINDS: dict[Kind, Bilingual] = {
    "citizen-id": Bilingual("số căn cước công dân", "citizen identity number"),
    "old-id": Bilingual("số chứng minh nhân dân", "old identity card number"),
    "insurance": Bilingual("mã số bảo hiểm", "insurance number"),
    "phone": Bilingual("số điện thoại", "phone number"),
    "email": Bilingual("địa chỉ thư điện tử", "e-mail address"),
    "account": Bilingual("số tài khoản", "account number"),
    "birth": Bilingual("ngày sinh cạnh tên người", "date of birth beside a name"),
    "name": Bilingual("tên người có hồ sơ", "name of a person on file"),
    "people": Bilingual("danh sách người", "list of people"),
}
_PLACES: dict[Part, Bilingual] = {
    "body": Bilingual("đoạn {0}", "paragraph {0}"),
    "table": Bilingual("bảng {0}, dòng {1}, cột {2}", "table {0}, row {1}, column {2}"),
    "header": Bilingual("đầu trang", "page header"),
    "footer": Bilingual("chân trang", "page footer"),
    "note": Bilingual("chú thích cuối trang, đoạn {0}", "foot- or endnote, paragraph {0}"),
    "comment": Bilingual("ghi chú bên lề", "comment"),
    "text-box": Bilingual("hộp văn bản gần đoạn {0}", "text box near paragraph {0}"),
    "alt-text": Bilingual("mô tả thay thế của hình", "alternative text of a picture"),
    "properties": Bilingual("thuộc tính tệp", "file properties"),
    "chart": Bilingual("biểu đồ hoặc hình vẽ", "chart or drawing"),
    "link": Bilingual("liên kết", "link"),
    "sheet": Bilingual("trang tính {0}, ô {1}", "sheet {0}, cell {1}"),
    "page": Bilingual("trang {0}, dòng {1}", "page {0}, line {1}"),
    "line": Bilingual("dòng {0}", "line {0}"),
}
_CANDIDATES = 200_000  # distinct sequences of words that may be names; more is no document
_PLACES_OF_ONE = 20  # places that are told of one name
_LIMITS = worker.Limits(cpu=60, cpu_most=60, seconds=120.0, silence=120.0)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that leads to a person. ``where`` counts from 1; ``masked`` is all there is of the value."""

    kind: Kind
    certainty: Certainty
    part: Part
    where: Where
    masked: str

    def what(self) -> Bilingual:
        """The kind in words."""
        return _KINDS[self.kind]

    def place(self) -> Bilingual:
        """The place in words."""
        words = _PLACES[self.part]
        # A whole table has no cell, and a row no column.
        given = (*self.where, "–", "–", "–")
        return Bilingual(words.vi.format(*given), words.en.format(*given))


def scan(data: bytes, known: Callable[[str], bool] | None = None) -> list[Finding]:
    """What in a .docx, .xlsx, .pdf or text file leads to a person, surest first; in a child process.

    ``known`` is asked of every sequence of two to five capitalised words, in the plain form of
    kernel.text ("lo van vi du"), whether somebody on file has that name. Raises Refusal "cannot-scan"
    (pictures, scans, other kinds) and what uploads raise for files that nobody should open.
    """
    found = kinds.look(data)
    if found.marks:
        raise refuse(min(found.marks))
    if found.kind not in ("docx", "xlsx", "pdf", "text"):
        raise refuse("cannot-scan")
    given = {"kind": found.kind, "names": known is not None}
    told = worker.run(worker.name_of(scan_here), data, given, _LIMITS).value
    findings = {
        Finding(f["kind"], f["certainty"], f["part"], tuple(f["where"]), f["masked"]) for f in told["found"]
    }
    if known is not None:
        for name, places in told["names"].items():
            if known(name):
                certainty: Certainty = "certain" if name.count(" ") >= 2 else "possible"
                shown = scan_people.initials(name)
                findings |= {Finding("name", certainty, part, tuple(where), shown) for part, where in places}
    return sorted(findings, key=lambda f: (f.certainty, f.kind, f.part, tuple(map(str, f.where)), f.masked))


def scan_here(data: bytes, given: dict[str, Any]) -> dict[str, Any]:
    """What the child of ``scan`` runs: findings, and the first places of each sequence that may be a name."""
    if given["kind"] in ("docx", "xlsx"):
        office.inspect(data)
    elif given["kind"] == "pdf":
        pdfs.inspect_here(data, {})
    all_of_it = scan_texts.texts_of(data, given["kind"])
    found: list[dict[str, Any]] = []
    names: dict[str, list[tuple[Part, Where]]] = {}

    def add(kind: Kind, certainty: Certainty, part: Part, where: Where, masked: str) -> None:
        found.append({"kind": kind, "certainty": certainty, "part": part, "where": where, "masked": masked})

    before = ""
    for text in all_of_it.texts:
        readable = scan_patterns.readable(text.text)
        for hit in (*scan_patterns.numbers(readable), *scan_people.births(readable)):
            add(hit.kind, hit.certainty, text.part, text.where, hit.masked)
        if given["names"] and len(names) < _CANDIDATES:
            # The end of a line may part a name.
            whole = f"{before} {readable}" if text.part in ("page", "line") else readable
            before = " ".join(readable.split()[-4:])
            for name in scan_people.candidates(whole, cell=text.part in ("table", "sheet")):
                places = names.setdefault(name, [])
                if len(places) < _PLACES_OF_ONE:
                    places.append((text.part, text.where))
    for part, where, rows in all_of_it.tables:
        if scan_people.is_list([[scan_patterns.readable(cell) for cell in row] for row in rows]):
            add("people", "certain", part, where, "")
    lines = [text for text in all_of_it.texts if text.part in ("body", "page", "line")]
    for first in scan_people.lists_in_lines([scan_patterns.readable(text.text) for text in lines]):
        add("people", "possible", lines[first].part, lines[first].where, "")
    return {"found": found, "names": names}
