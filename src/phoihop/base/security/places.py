"""Where the files lie that must outlive the database: what was sealed, and who was erased."""

from pathlib import Path

from phoihop.base.database.home import default_folder


def witness_folder() -> Path:
    """The folder of the witnesses, made when missing; best mounted from another machine."""
    folder = default_folder() / "witness"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def witness() -> Path:
    """The file to which every seal of the audit is appended."""
    return witness_folder() / "audit.witness"


def erasures() -> Path:
    """The list of erasures, applied again after a restore."""
    return witness_folder() / "erasures"
