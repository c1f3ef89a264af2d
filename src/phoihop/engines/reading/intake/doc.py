"""Word 97 (.doc) and rich text, through a program that knows them: LibreOffice, else catdoc."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal

from phoihop.engines.reading.intake.docx import read_docx
from phoihop.engines.reading.intake.page import Lines, tidy
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.model import Extract

_SECONDS = 90
# The private profile forbids what a hostile document would ask for: running its macros, and
# fetching pictures from the network.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}</oor:items>
"""
_SETTING = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
)
_SETTINGS = {
    "DisableMacrosExecution": "true",
    "MacroSecurityLevel": "3",
    "BlockUntrustedRefererLinks": "true",
}


def read_doc(data: bytes, kind: Literal["doc", "rtf"]) -> Extract:
    """The text of a .doc or .rtf. Raises Refusal "doc-needs-libreoffice", "timeout", "corrupt".

    LibreOffice comes first although it is slower: it keeps automatic numbers and tables.
    """
    soffice, catdoc = shutil.which("soffice"), shutil.which("catdoc")
    if soffice is not None:
        converted = _convert(soffice, data, kind)
        if converted is not None:
            return replace(read_docx(converted), format="doc")
    if catdoc is not None and kind == "doc":
        return _catdoc(catdoc, data)
    raise refuse("doc-needs-libreoffice" if soffice is None else "corrupt")


def _run(command: list[str], data: bytes = b"", home: str | None = None) -> bytes:
    """What a helper program prints; ``home`` keeps its own files out of the user's."""
    env = os.environ | {"HOME": home} if home else None
    try:
        done = subprocess.run(  # noqa: S603 (programs found by name, never by what a file says)
            command, input=data, capture_output=True, timeout=_SECONDS, check=False, env=env
        )
    except subprocess.TimeoutExpired:
        raise refuse("timeout") from None
    return done.stdout


def _convert(soffice: str, data: bytes, kind: str) -> bytes | None:
    """The file as .docx; None when LibreOffice makes none of it."""
    with tempfile.TemporaryDirectory(prefix="phoihop-") as folder:
        home = Path(folder)
        source = home / f"source.{kind}"
        source.write_bytes(data)
        profile = home / "profile"
        (profile / "user").mkdir(parents=True)
        settings = "".join(_SETTING.format(name, setting) for name, setting in _SETTINGS.items())
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(settings), "utf-8")
        command = [soffice, "--headless", "--norestore", "--nolockcheck"]
        command += [f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "docx:Office Open XML Text"]
        _run([*command, "--outdir", folder, str(source)], home=folder)
        target = home / "source.docx"
        return target.read_bytes() if target.is_file() else None


def _catdoc(catdoc: str, data: bytes) -> Extract:
    printed = _run([catdoc, "-d", "utf-8", "-w"], data)
    lines = Lines()
    for n, line in enumerate(tidy(printed.decode("utf-8", "replace")).split("\n"), start=1):
        lines.add(line, ("line", (n,)))
    return lines.extract("doc")
