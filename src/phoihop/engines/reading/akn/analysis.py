"""What was understood, as a list in ``meta``: targets, tasks, citations, findings.

Akoma Ntoso has no elements for targets and tasks; ``otherAnalysis`` leaves room for a
vocabulary of one's own. Each entry points to the paragraph it came from by eId.
"""

from bisect import bisect_right
from typing import Any

from phoihop.engines.reading.akn.body import Body
from phoihop.engines.reading.akn.identity import SOURCE, References
from phoihop.engines.reading.akn.marks import citation_uri
from phoihop.engines.reading.akn.plain import one_line
from phoihop.engines.reading.akn.xml import OWN, Element, add

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TARGET_WORDS = ("unit", "numerator", "denominator", "scope", "baseline", "direction", "deadline", "kind")


def write(meta: Element, document: dict[str, Any], body: Body, references: References) -> None:
    """Adds the analysis to ``meta``, where there is anything to say."""
    names = ("targets", "tasks", "citations", "findings")
    if not any(document.get(name) for name in names):
        return
    block = add(add(meta, "analysis", source=SOURCE), "otherAnalysis", source=SOURCE)
    for i, target in enumerate(document.get("targets", []), 1):
        _target(block, i, target, body, references)
    for i, task in enumerate(document.get("tasks", []), 1):
        _task(block, i, task, document, body, references)
    for citation in document.get("citations", []):
        entry = _entry(block, "citation", citation, ("type", "number", "date", "issuer", "title"))
        entry.set("href", citation_uri(citation))
        entry.set("implemented", "true" if citation.get("implemented") else "false")
        _places(entry, "places", citation["spans"], body)
    for finding in document.get("findings", []):
        entry = _entry(block, "finding", finding, ("kind", "severity"))
        _places(entry, "places", finding["spans"], body)
        for lang, message in sorted(finding["message"].items()):
            add(entry, "message", OWN).attrib[_LANG] = lang
            entry[-1].text = one_line(message)


def _target(block: Element, i: int, target: dict[str, Any], body: Body, references: References) -> None:
    entry = _entry(block, "target", target, _TARGET_WORDS)
    entry.set("refersTo", _concept(i, target, references))
    entry.set("comparator", target["comparator"])
    if target["value"] is not None:
        entry.set("value", str(target.get("value_exact", target["value"])))
    if target.get("value_max") is not None:
        entry.set("valueMax", str(target["value_max"]))
    _places(entry, "places", [target["span"]], body)
    quantities = body.made.get(f"target {i}")
    if quantities:
        entry.set("quantities", " ".join(f"#{eid}" for eid in quantities))
    entry.text = one_line(target["text"])


def _task(
    block: Element, i: int, task: dict[str, Any], document: dict[str, Any], body: Body, references: References
) -> None:
    entry = _entry(block, "task", task, ("period", "place", "basis"))
    entry.set("id", f"task_{i}")
    entry.set("standing", "true" if task.get("standing") else "false")
    _places(entry, "places", [task["span"]], body)
    targets = document.get("targets", [])
    outputs = [_concept(n + 1, targets[n], references) for n in task["outputs"] if 0 <= n < len(targets)]
    if outputs:
        entry.set("outputs", " ".join(outputs))
    add(entry, "text", OWN).text = one_line(task["text"])
    for name, tag in (("leads", "lead"), ("coordinating", "coordinating")):
        for agency in task[name]:
            child = add(entry, tag, OWN, refersTo=references.to("TLCOrganization", agency))
            child.text = one_line(agency)


def _concept(i: int, target: dict[str, Any], references: References) -> str:
    return references.to("TLCConcept", f"{i}. {target['text']}")


def _entry(block: Element, tag: str, value: dict[str, Any], names: tuple[str, ...]) -> Element:
    entry = add(block, tag, OWN)
    for name in names:
        if value.get(name) is not None:
            entry.set(name, one_line(str(value[name])))
    if value.get("confidence") is not None:
        entry.set("confidence", str(value["confidence"]))
    return entry


def _places(entry: Element, name: str, spans: list[Any], body: Body) -> None:
    """Links to the paragraphs in which the spans begin."""
    links = []
    for start, _ in spans:
        i = bisect_right(body.spots, start, key=lambda spot: spot[0]) - 1
        if i >= 0 and start < body.spots[i][1] and f"#{body.spots[i][2]}" not in links:
            links.append(f"#{body.spots[i][2]}")
    if links:
        entry.set(name, " ".join(links))
