"""The operator's commands, declared: name, what it is for, its options, and the function that does it.

The functions sit on top of the house, above this floor, which may not rest on them: they are found by name
when they are wanted, so that ``phoihop read`` pays for none of them.
"""

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from phoihop.interfaces.cli import words
from phoihop.interfaces.cli.words import Lang, say
from phoihop.kernel.refusals import Bilingual

COMMANDS_ROOM = "phoihop.config.commands"


@dataclass(frozen=True, slots=True)
class Option:
    """One option or, without dashes, one argument; ``how`` goes to argparse as it is."""

    name: str
    about: Bilingual
    how: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``does`` is "module:function" of the room of commands, called with the options by name."""

    name: str
    about: Bilingual
    does: str
    options: tuple[Option, ...] = ()
    speaks: bool = False  # whether it is told in which language to print

    def declare(self, parser: argparse._ActionsContainer, lang: Lang) -> None:
        for option in self.options:
            parser.add_argument(option.name, help=say(option.about, lang), **option.how)

    @property
    def given(self) -> list[str]:
        return [option.how.get("dest", option.name.lstrip("-").replace("-", "_")) for option in self.options]


def _port(text: str) -> int:
    return words.between(text, 1, 65535)


def _workers(text: str) -> int:
    return words.between(text, 1, 64)


def _custodians(text: str) -> tuple[int, int]:
    need, _, of = text.partition("/")
    return words.between(need, 2, 16), words.between(of, max(2, int(need or 0)), 16)


PORT = Option("--port", words.PORT, {"type": _port})
FLAG: dict[str, Any] = {"action": "store_true"}
JSON = Option("--json", Bilingual("in một đối tượng JSON", "print one JSON object"), FLAG)
DRY_RUN = Option("--dry-run", Bilingual("chỉ thử, không thay đổi gì", "only try, change nothing"), FLAG)

COMMANDS = (
    Command(
        "serve",
        Bilingual(
            "Chạy phần mềm: cơ sở dữ liệu, trang web, việc chạy nền, niêm phong nhật ký.",
            "Run the program: database, pages, background jobs, sealing of the audit.",
        ),
        "serving:serve",
        (
            Option("--host", words.HOST, {"default": "127.0.0.1"}),
            PORT,
            Option(
                "--workers",
                Bilingual(
                    "số tiến trình phục vụ trang (mặc định 1)", "processes that serve pages (default 1)"
                ),
                {"type": _workers, "default": 1},
            ),
        ),
    ),
    Command(
        "demo",
        words.DEMO,
        "serving:demo",
        (
            PORT,
            Option(
                "--fresh",
                Bilingual("xóa dữ liệu dùng thử và bắt đầu lại", "remove the demo's data and begin anew"),
                {"action": "store_true"},
            ),
        ),
    ),
    Command(
        "migrate",
        Bilingual(
            "Cập nhật bảng và quyền trong cơ sở dữ liệu.",
            "Bring tables and rights in the database up to date.",
        ),
        "tables:run",
    ),
    Command("worker", Bilingual("Chạy các việc nền.", "Run background jobs."), "background:worker"),
    Command(
        "first-people",
        Bilingual(
            "Lập hai tài khoản đầu tiên (quản trị và bảo vệ dữ liệu) và in thẻ đăng nhập.",
            "Make the first two accounts (administrator and data protection) and print their cards.",
        ),
        "first_people:run",
        (
            Option(
                "--agency",
                Bilingual("cơ quan vận hành", "the agency that runs the system"),
                {"required": True},
            ),
            Option(
                "--administrator",
                Bilingual('"Họ tên=tên-đăng-nhập"', '"Full name=sign-in-name"'),
                {"required": True, "metavar": "NAME"},
            ),
            Option(
                "--protector",
                Bilingual('"Họ tên=tên-đăng-nhập", người khác', '"Full name=sign-in-name", another person'),
                {"required": True, "metavar": "NAME"},
            ),
        ),
    ),
    Command(
        "import",
        Bilingual(
            "Nhập văn bản: gửi, đọc, xác nhận thành kế hoạch như người làm trên trang.",
            "Take documents in: send, read and confirm them into plans, as people do on the pages.",
        ),
        "importing:run",
        (
            Option(
                "files", Bilingual("các tệp văn bản", "files of documents"), {"nargs": "+", "metavar": "FILE"}
            ),
            Option(
                "--confirm-all",
                Bilingual(
                    "nhận mọi mục đã đọc và xác nhận; không có thì chờ người đối chiếu",
                    "accept all that was read and confirm; else it waits to be checked",
                ),
                FLAG,
            ),
            Option(
                "--agency",
                Bilingual(
                    "cơ quan gửi văn bản, khi văn bản không ghi rõ",
                    "the agency that sends them, where they do not tell",
                ),
                {"metavar": "NAME"},
            ),
            Option(
                "--as",
                Bilingual(
                    "tên đăng nhập của cán bộ kế hoạch đứng tên", "sign-in name of the planning officer"
                ),
                {"metavar": "USERNAME", "dest": "acting"},
            ),
            Option(
                "--data",
                Bilingual("thư mục dữ liệu riêng", "a data folder of its own"),
                {"metavar": "FOLDER"},
            ),
            JSON,
        ),
        speaks=True,
    ),
    Command(
        "seal",
        Bilingual("Niêm phong nhật ký mỗi phút.", "Seal the audit every minute."),
        "background:seal",
    ),
    Command(
        "backup",
        Bilingual(
            "Sao lưu cơ sở dữ liệu và tệp thành các tệp niêm phong.",
            "Back up database and files into sealed files.",
        ),
        "keeping:backup",
        (
            Option(
                "--to",
                Bilingual(
                    "thư mục nhận (mặc định: backups trong thư mục dữ liệu)",
                    "folder (default: backups in the data folder)",
                ),
                {"metavar": "FOLDER"},
            ),
            Option(
                "--with-keys",
                Bilingual(
                    "kèm bản sao tệp khóa dưới một mật khẩu khác",
                    "also a copy of the key file, under another passphrase",
                ),
                FLAG,
            ),
            JSON,
        ),
        speaks=True,
    ),
    Command(
        "restore",
        Bilingual(
            "Khôi phục bản sao lưu; cơ sở dữ liệu cũ chỉ rời chỗ khi mọi kiểm tra đã qua.",
            "Restore a backup; the database of before leaves its place only after every check.",
        ),
        "keeping:restore",
        (
            Option(
                "file",
                Bilingual("tệp .database của bản sao lưu", "the backup's .database file"),
                {"nargs": "?", "metavar": "FILE"},
            ),
            Option(
                "--replace",
                Bilingual("thay cơ sở dữ liệu đang có dữ liệu", "replace a database that holds data"),
                FLAG,
            ),
            Option(
                "--take-back",
                Bilingual(
                    "đưa cơ sở dữ liệu trước lần khôi phục cuối trở lại",
                    "put back what the last restore replaced",
                ),
                FLAG,
            ),
            Option(
                "--discard",
                Bilingual("bỏ hẳn cơ sở dữ liệu cũ", "remove for good what restores replaced"),
                FLAG,
            ),
            DRY_RUN,
            JSON,
        ),
        speaks=True,
    ),
    Command(
        "archive",
        Bilingual(
            "Lưu nhật ký ghi của cơ sở dữ liệu mỗi phút, để trở lại được mọi thời điểm.",
            "Archive the database's write-ahead log every minute, to go back to any moment.",
        ),
        "archiving:archive",
        (
            Option("--to", Bilingual("thư mục nhận", "folder"), {"metavar": "FOLDER"}),
            Option("--off", Bilingual("thôi lưu", "archive no longer"), FLAG),
            Option("--base", Bilingual("chụp cả máy chủ ngay bây giờ", "copy the whole server now"), FLAG),
        ),
        speaks=True,
    ),
    Command(
        "recover",
        Bilingual(
            "Đưa cơ sở dữ liệu trở lại một thời điểm, vào thư mục dữ liệu trống.",
            "Bring the database back as it was at a moment, into an empty data folder.",
        ),
        "archiving:recover",
        (
            Option("file", Bilingual("tệp .base", "the .base file"), {"metavar": "FILE"}),
            Option(
                "--archive",
                Bilingual("thư mục nhật ký ghi", "folder of the archived log"),
                {"metavar": "FOLDER", "required": True},
            ),
            Option(
                "--until",
                Bilingual(
                    "thời điểm có múi giờ (mặc định: mới nhất)", "moment with its zone (default: the last)"
                ),
                {"metavar": "TIME"},
            ),
            JSON,
        ),
        speaks=True,
    ),
    Command(
        "doctor",
        Bilingual(
            "Xem mọi thứ có ổn không và phải làm gì. Mã thoát 1: có điều sai.",
            "See whether all is in order and what to do. Exit status 1: something is wrong.",
        ),
        "checking:doctor",
        (JSON,),
        speaks=True,
    ),
    Command(
        "verify-audit",
        Bilingual(
            "Kiểm tra nhật ký còn nguyên vẹn. Mã thoát 1: không nguyên vẹn.",
            "Check that the audit is intact. Exit status 1: it is not.",
        ),
        "checking:verify_audit",
        (
            Option(
                "--witness",
                Bilingual(
                    "tệp chứng kiến để đối chiếu (mặc định: tệp của máy này)",
                    "witness to compare with (default: this machine's)",
                ),
                {"metavar": "FILE"},
            ),
            JSON,
        ),
        speaks=True,
    ),
    Command(
        "new-keys",
        Bilingual(
            "Tạo tệp khóa mã hóa cho bản chạy thật.", "Make the file of the encryption keys, for production."
        ),
        "keys:new_keys",
        (
            Option(
                "--custodians",
                Bilingual(
                    "chia mật khẩu cho nhiều người, vd. 2/3: có ba mảnh, hai mảnh thì mở được",
                    "deal the passphrase to people, e.g. 2/3: three shares, any two open it",
                ),
                {"metavar": "2/3", "type": _custodians},
            ),
            Option(
                "--generate",
                Bilingual("để chương trình tạo mật khẩu và in ra", "make the passphrase and print it"),
                FLAG,
            ),
        ),
        speaks=True,
    ),
    Command(
        "unlock",
        Bilingual(
            "Ghép các mảnh khóa thành mật khẩu của tệp khóa.",
            "Join custodians' shares into the key file's passphrase.",
        ),
        "keys:unlock",
        (
            Option(
                "--to",
                Bilingual(
                    "tệp nhận mật khẩu, nên ở trong bộ nhớ (/run)",
                    "file for the passphrase, best in memory (/run)",
                ),
                {"metavar": "FILE", "required": True},
            ),
        ),
        speaks=True,
    ),
    Command(
        "rotate-keys",
        Bilingual("Thay khóa cũ bằng khóa mới.", "Put newer keys in place of old ones."),
        "keys:rotate_keys",
        (
            Option(
                "--programme",
                Bilingual("khóa của một chương trình, hoặc all", "the key of one programme, or all"),
                {"metavar": "CODE"},
            ),
            Option("--scope", Bilingual("khóa ký phạm vi", "the key that signs scopes"), FLAG),
            Option("--audit", Bilingual("khóa niêm phong nhật ký", "the key that seals the audit"), FLAG),
            Option(
                "--backups", Bilingual("khóa của các bản sao lưu sau này", "the key of backups to come"), FLAG
            ),
            Option(
                "--drop",
                Bilingual("hủy hẳn các khóa cũ của chương trình", "destroy a programme's old keys"),
                FLAG,
            ),
            Option("--retire", Bilingual("bỏ các khóa phạm vi cũ", "remove old scope keys"), FLAG),
            DRY_RUN,
            Option("--yes", Bilingual("không hỏi lại", "do not ask"), FLAG),
            JSON,
        ),
        speaks=True,
    ),
)


def run(name: str, given: argparse.Namespace) -> int:
    """Do one of the commands; its exit status."""
    command = next(c for c in COMMANDS if c.name == name)
    module, _, function = command.does.partition(":")
    does: Callable[..., int] = getattr(importlib.import_module(f"{COMMANDS_ROOM}.{module}"), function)
    told = {option: getattr(given, option) for option in command.given}
    if command.speaks:
        # --lang is there only where it was typed; the rest is the environment's.
        told["lang"] = getattr(given, "lang", None) or words.language(())
    return does(**told)
