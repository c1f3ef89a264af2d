"""A reading as Akoma Ntoso 3.0, the OASIS standard for legal documents in XML.

The whole text of each document stays in the XML, in order; what was understood is laid over
it as marks (references, quantities, titles, signatures) and listed once more in ``meta``.
"""

from typing import Any

from phoihop.engines.reading.akn.write import to_bytes


def to_akn(reading: dict[str, Any]) -> bytes:
    """The contract dict of one file as UTF-8 XML, valid against the schema of Akoma Ntoso 3.0.

    One document becomes ``doc`` (or ``act`` when it lays down law), several become a
    ``documentCollection``. The same reading always gives the same bytes. Text outside the
    documents' spans (the chrome of a web page) is left out. Raises ValueError for the contract
    dict of a refused file, which has nothing to write.
    """
    if reading.get("refused"):
        raise ValueError("a refused file has no document to write")
    return to_bytes(reading)
