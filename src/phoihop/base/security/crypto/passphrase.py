"""Where the key file's passphrase comes from, in the order of trying.

1. A file named by PHOIHOP_KEY_PASSPHRASE_FILE, mode 0600.
2. A file phoihop-key-passphrase in systemd's credentials folder (LoadCredential=, LoadCredentialEncrypted=).
3. PHOIHOP_KEY_PASSPHRASE. The last choice of the three, since children inherit it.
4. Asked on the terminal.
"""

import getpass
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from phoihop.base.security.crypto import sealedfile
from phoihop.base.security.crypto.refusing import refuse
from phoihop.kernel.refusals import Refusal

CREDENTIAL = "phoihop-key-passphrase"
_LARGEST = 10_000  # bytes


def find(environ: Mapping[str, str], *, ask: Callable[[str], str] | None = None) -> str:
    """The passphrase. ``ask`` is given the question; without it, the terminal is asked if there is one.

    Refusals: passphrase-missing, key-file-open (others can read the passphrase's file).
    """
    if named := environ.get("PHOIHOP_KEY_PASSPHRASE_FILE"):
        return _from(Path(named))
    if folder := environ.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder) / CREDENTIAL
        if credential.exists():
            return _from(credential)
    if given := environ.get("PHOIHOP_KEY_PASSPHRASE"):
        return given
    if ask is None:
        if not sys.stdin.isatty():
            raise refuse("passphrase-missing")
        ask = getpass.getpass
    return ask("Mật khẩu tệp khóa / Key file passphrase: ")


def _from(path: Path) -> str:
    """The first line of a file."""
    try:
        data, _ = sealedfile.read_private(path, _LARGEST)
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        raise refuse("passphrase-missing") from None
    except Refusal as refusal:
        raise (refuse("passphrase-missing") if refusal.reason == "key-file-missing" else refusal) from None
    if not lines or not lines[0]:
        raise refuse("passphrase-missing")
    return lines[0]
