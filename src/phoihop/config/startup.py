"""What must hold before a page is served. Each fault is told in plain words, and then the program ends."""

import ipaddress
import os
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from phoihop.base.database import checks
from phoihop.base.security import keyring, law
from phoihop.kernel.refusals import Bilingual, Refusal

EXIT = 78  # sysexits.h: something in the configuration is wrong


def faults() -> list[Bilingual]:
    """Everything that forbids serving, most serious first; empty when all is well."""
    found = [*_settings(), *_keys()]
    try:
        with connection.cursor():
            found += [finding.message for finding in checks.findings(connection.connection)]
            found += [_lax(fault) for fault in law.differences()]
            found += _mode()
    except DatabaseError:
        found.append(
            Bilingual("Không vào được cơ sở dữ liệu.", "The database cannot be reached."),
        )
    finally:
        connection.close()
    return found


def of_data() -> list[Bilingual]:
    """What forbids a command to work on this data: keys or data of another mode."""
    return [*_keys(), *_mode()]


def refuse_or_go_on() -> None:
    """End the process with every fault on the screen, or return."""
    found = faults()
    if not found:
        return
    lines = ["Phối Hợp không khởi động / Phối Hợp does not start:"]
    lines += [f"  - {fault.vi}\n    {fault.en}" for fault in found]
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()
    # Not SystemExit: the server would take it for a fault of one worker and start another.
    os._exit(EXIT)


def _settings() -> list[Bilingual]:
    found = []
    if settings.DEBUG:
        found.append(Bilingual("DEBUG đang bật.", "DEBUG is on."))
    if settings.PHOIHOP_MODE != "demo" and not os.environ.get("PHOIHOP_SECRET_KEY"):
        found.append(Bilingual("Thiếu PHOIHOP_SECRET_KEY.", "PHOIHOP_SECRET_KEY is missing."))
    if len(set(settings.SECRET_KEY)) < 10 or len(settings.SECRET_KEY) < 40:
        found.append(
            Bilingual(
                "PHOIHOP_SECRET_KEY quá ngắn hoặc dễ đoán; cần ít nhất 40 ký tự ngẫu nhiên.",
                "PHOIHOP_SECRET_KEY is too short or easy to guess; it needs 40 random characters.",
            )
        )
    host = urlsplit(settings.PHOIHOP_PUBLIC_URL).hostname or "127.0.0.1"
    if settings.PHOIHOP_MODE == "demo" and not _is_here(host):
        found.append(
            Bilingual(
                "Bản dùng thử chỉ chạy trên máy này, không mở ra mạng.",
                "The demo runs on this machine only and is not opened to a network.",
            )
        )
    return found


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _keys() -> list[Bilingual]:
    try:
        kind = keyring.store().kind
    except Refusal as refusal:
        return [refusal.message]
    if kind == "demo" and settings.PHOIHOP_MODE != "demo":
        return [
            Bilingual(
                "Tệp khóa là của bản dùng thử: mật khẩu của nó nằm ngay bên cạnh.",
                "The key file is a demo's: its passphrase lies beside it.",
            )
        ]
    return []


def _lax(fault: str) -> Bilingual:
    return Bilingual(
        f"Cơ sở dữ liệu lỏng hơn quy định: {fault}", f"The database is laxer than declared: {fault}"
    )


def _mode() -> list[Bilingual]:
    with connection.cursor() as cursor:
        cursor.execute("select mode from sec.installation")
        row = cursor.fetchone()
    if row is None or row[0] == settings.PHOIHOP_MODE:
        return []
    if row[0] == "demo":
        return [
            Bilingual(
                "Dữ liệu này là dữ liệu dùng thử; không được phục vụ như dữ liệu thật.",
                "This data is a demo's and must not be served as real data.",
            )
        ]
    return [
        Bilingual(
            "Dữ liệu này là dữ liệu thật; không được mở bằng bản dùng thử.",
            "This data is real and must not be opened by the demo.",
        )
    ]
