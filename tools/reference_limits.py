"""The reference page on limits: how long, how often, how much, read from the rules themselves."""

from datetime import timedelta

from phoihop.base.org.signin.hashing import LANES, MEMORY_KIB, PASSES, PATIENCE, PLACES
from phoihop.base.org.signin.rules import limits as signin
from phoihop.base.org.signin.rules import passwords
from phoihop.base.org.signin.rules.limits import Slowing
from phoihop.base.release.rules import disclosures, emergencies, exports
from phoihop.base.security.uploads import limits as uploads

_HEAD = """\
# Limits

How long, how often and how much. Each stands once in the program, in the file named, and the tests of that
file's room hold it. Why there are such limits stands in [security decisions](security-decisions.md)."""


def limits_page() -> str:
    """One table for each part of the program that has limits."""
    from tools.reference import table

    parts = [f"## {title}\n\n`{file}`\n\n{table(('what', 'limit'), rows)}" for title, file, rows in _parts()]
    return "\n\n".join([_HEAD, *parts])


def _parts() -> list[tuple[str, str, list[tuple[str, str]]]]:
    signing = [
        ("a session that nobody uses ends after", _time(signin.IDLE)),
        ("a session ends, however busy, after", _time(signin.ABSOLUTE)),
        ("sessions of one person at once; a further one ends the oldest", str(signin.AT_ONCE)),
        ("a proof of identity counts as fresh for", _time(signin.STEPPED_UP)),
        ("a sign-in card is good for", _time(signin.CARD)),
        ("from a card shown to a way in chosen", _time(signin.CHOOSING)),
        ("wrong passwords for one account from one address", _slow(signin.BY_PAIR)),
        ("wrong passwords for one account from anywhere", _slow(signin.BY_NAME)),
        ("wrong passwords from one address for any account", _slow(signin.BY_ADDRESS)),
        ("wrong one-time codes of one account", _slow(signin.BY_CODE)),
        ("characters of a password", f"{passwords.SHORTEST} to {passwords.LONGEST}"),
        ("characters left when common and own words are taken out", f"{passwords.RARE} or more"),
        ("a hash of a password", f"Argon2id, {MEMORY_KIB // 1024} MiB, {PASSES} passes, {LANES} lane"),
        ("passwords hashed at once in a process; how long others wait", f"{PLACES}; {PATIENCE:.0f} s"),
    ]
    coming = [
        ("a file", _size(uploads.FILE)),
        ("what is in an archive, unpacked", _size(uploads.UNPACKED)),
        (
            "entries of an archive; how much smaller than its content",
            f"{uploads.ENTRIES}; {uploads.RATIO} times",
        ),
        ("tags of an XML part", f"{uploads.XML_TAGS}"),
        ("pixels of a picture; of one side", f"{uploads.PIXELS}; {uploads.SIDE}"),
    ]
    going = [
        ("rows of a list that names people; of any other", f"{exports.NAMED_ROWS}; {exports.ROWS}"),
        ("exports one person may ask for in a day", str(exports.A_DAY)),
        ("an export may be fetched for", _time(exports.LASTS)),
        ("an answer to an outside body may be fetched for", _time(disclosures.LASTS)),
        ("an emergency opening lasts", _time(emergencies.LASTS)),
        ("it is to be reviewed within", _time(emergencies.REVIEW)),
        ("characters of its reason", f"{emergencies.SHORTEST} or more"),
    ]
    return [
        ("Signing in", "src/phoihop/base/org/signin/rules/limits.py", signing),
        ("Files that come in", "src/phoihop/base/security/uploads/limits.py", coming),
        ("What goes out, and emergencies", "src/phoihop/base/release/rules/exports.py", going),
    ]


def _time(length: timedelta) -> str:
    hours, rest = divmod(length.total_seconds(), 3600)
    if hours > 72 and not hours % 24:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours and not rest else f"{length.total_seconds() / 60:.0f} minutes"


def _slow(slowing: Slowing) -> str:
    return (
        f"{slowing.free} in {slowing.per / 60:.0f} minutes cost nothing; then {slowing.first:.0f} s, "
        f"growing to {slowing.longest:.0f} s"
    )


def _size(count: int) -> str:
    return f"{count // 2**20} MiB"
