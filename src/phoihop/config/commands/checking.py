"""``phoihop doctor`` looks at what goes wrong quietly; ``phoihop verify-audit`` checks the audit."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phoihop.config.commands.shared import inside, tell, tell_json
from phoihop.interfaces.cli.words import Lang
from phoihop.kernel.refusals import Bilingual, Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

OK, FOUND = 0, 1
_MARKS = {"ok": "  ", "warn": "! ", "bad": "✗ "}


def doctor(*, json: bool, lang: Lang) -> int:
    """Say what is in order, what soon will not be, and what to do. Exit status 1: something is wrong."""
    from phoihop.config.commands import examining

    with inside("app") as here:
        found = examining.everything(here)
    bad = any(check.state == "bad" for check in found)
    if json:
        checks = [
            {
                "code": c.code,
                "state": c.state,
                "says": {"vi": c.says.vi, "en": c.says.en},
                "do": {"vi": c.do.vi, "en": c.do.en},
            }
            for c in found
        ]
        tell_json({"ok": not bad, "checks": checks})
    else:
        lines = []
        for check in found:
            lines.append(_line(_MARKS[check.state], check.says))
            if check.state != "ok":
                lines.append(_line("    → ", check.do))
        tell([*lines, _summary(found)], lang)
    return FOUND if bad else OK


def _line(before: str, said: Bilingual) -> Bilingual:
    return Bilingual(before + said.vi, before + said.en)


def _summary(found: Iterable[Any]) -> Bilingual:
    states = [check.state for check in found]
    bad, warn = states.count("bad"), states.count("warn")
    if not bad and not warn:
        return Bilingual("Mọi thứ ổn.", "Everything is in order.")
    return Bilingual(
        f"{bad} điều sai (✗), {warn} điều cần để ý (!).", f"{bad} wrong (✗), {warn} to look at (!)."
    )


def verify_audit(*, witness: str | None, json: bool, lang: Lang) -> int:
    """Check entries against their seals, seals against chain and witness. Exit status 1: not intact."""
    from phoihop.base.security.audit.verifying import verify
    from phoihop.base.security.places import witness as own

    given = Path(witness) if witness else own()
    if witness and not given.is_file():
        raise Refusal("file-missing", "Không tìm thấy tệp.", "There is no such file.")
    with inside("sealer") as here, here.connect("sealer") as connection:
        report = verify(connection, audit_keys(), given if given.exists() else None)
    if json:
        findings = [
            {
                "what": f.what.value,
                "grave": f.grave,
                "seal": f.seal,
                "row": f.row,
                "line": f.line,
                "count": f.count,
            }
            for f in report.findings
        ]
        tell_json(
            {
                "ok": report.ok,
                "rows": report.rows,
                "seals": report.seals,
                "waiting": report.waiting,
                "newest": report.newest,
                "faults": report.faults,
                "first_seal": report.first_seal,
                "first_row": report.first_row,
                "findings": findings,
                "seconds": round(report.seconds, 2),
            }
        )
    else:
        tell(report.lines(), lang)
    return OK if report.ok else FOUND


def audit_keys() -> "list[Ed25519PublicKey]":
    """The public keys of the audit, of every version there has been."""
    from phoihop.base.security import keyring
    from phoihop.base.security.crypto.keys import Purpose, audit_signer

    newest = keyring.store().secret(Purpose.AUDIT).version
    return [audit_signer(keyring.store(), version)[1].public_key() for version in range(1, newest + 1)]


def audit_signer_now() -> "Ed25519PrivateKey":
    """The key that seals the audit."""
    from phoihop.base.security import keyring
    from phoihop.base.security.crypto.keys import audit_signer

    return audit_signer(keyring.store())[1]
