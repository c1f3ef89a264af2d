"""What the command line says, in Vietnamese and English."""

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Literal

from phoihop.kernel.refusals import Bilingual

Lang = Literal["vi", "en"]

ABOUT = Bilingual(
    "Đọc văn bản hành chính: chỉ tiêu, nhiệm vụ, văn bản được dẫn và chỗ cần xem lại.",
    "Reads official documents: targets, tasks, cited documents, and what needs a second look.",
)
EXIT_CODES = Bilingual(
    "Mã thoát: 0 xong, mọi tệp đọc được; 1 bị từ chối, có tệp bị từ chối, hoặc kiểm tra thấy lỗi; "
    "2 gõ sai lệnh; 3 lỗi của chương trình.",
    "Exit status: 0 done, every file was read; 1 refused, a file was refused, or a check found a fault; "
    "2 wrong usage; 3 the program failed.",
)
READ = Bilingual("Đọc tệp và in kết quả.", "Read files and print what was understood.")
DEMO = Bilingual(
    "Dùng thử trên máy này với người và văn bản không có thật.",
    "Try it on this machine with invented people and documents.",
)
VERSION = Bilingual("In phiên bản.", "Print the version.")
FILES = Bilingual(
    "tệp, thư mục (các tệp ngay trong đó), mẫu như *.docx, hoặc - để đọc đầu vào chuẩn",
    "files, folders (the files right inside), patterns such as *.docx, or - for standard input",
)
FORMAT = Bilingual(
    "summary: bảng tóm tắt (mặc định); json: mỗi tệp một dòng; text: văn bản đã trích; "
    "akn: Akoma Ntoso XML; xlsx: bảng tính",
    "summary: a readable table (the default); json: one line a file; text: the extracted text; "
    "akn: Akoma Ntoso XML; xlsx: spreadsheet",
)
OUTPUT = Bilingual(
    "ghi vào tệp hoặc thư mục thay vì in ra", "write to a file or a folder instead of printing"
)
NAME = Bilingual("tên gọi của đầu vào chuẩn", "what to call standard input")
JOBS = Bilingual(
    "đọc N tệp cùng lúc, mỗi tệp một tiến trình", "read N files at a time, each in its own process"
)
QUIET = Bilingual("không báo gì ngoài kết quả", "say nothing beside the result")
LANG = Bilingual("ngôn ngữ của thông báo", "language of messages")
HOST = Bilingual("địa chỉ lắng nghe (mặc định 127.0.0.1)", "address to listen on (default 127.0.0.1)")
PORT = Bilingual("cổng (mặc định: cổng trống đầu tiên)", "port (default: the first free one)")
HELP = Bilingual("in hướng dẫn này", "show this help")
COMMANDS = Bilingual("lệnh", "commands")
OPTIONS = Bilingual("tùy chọn", "options")
USAGE = Bilingual("cách dùng: ", "usage: ")
WRONG_USAGE = Bilingual("Lệnh gõ chưa đúng", "Wrong usage")

STDIN_TWICE = Bilingual("chỉ được dùng - một lần", "- may be given only once")
ONE_FILE = Bilingual(
    "dạng text, akn, xlsx in được một tệp mỗi lần; với nhiều tệp hãy thêm --output THƯ_MỤC",
    "text, akn and xlsx print one file at a time; for several files add --output FOLDER",
)
NOT_TO_TERMINAL = Bilingual(
    "bảng tính không in ra màn hình được; hãy thêm --output TỆP",
    "a spreadsheet cannot be shown in a terminal; add --output FILE",
)
OVER_INPUT = Bilingual("tệp kết quả trùng với tệp đang đọc", "the output would overwrite a file being read")
NOT_WRITTEN = Bilingual("không ghi được kết quả", "the result cannot be written")

MISSING = Bilingual("Không tìm thấy tệp.", "There is no such file.")
UNREADABLE = Bilingual("Không có quyền mở hoặc không mở được tệp.", "The file cannot be opened.")
NO_FILES = Bilingual("Thư mục không có tệp nào.", "There are no files in the folder.")
INTERNAL = Bilingual(
    "Chương trình gặp lỗi khi đọc tệp này; các tệp khác vẫn được đọc. Đặt PHOIHOP_DEBUG=1 để xem chi tiết.",
    "The program failed on this file; the others are still read. Set PHOIHOP_DEBUG=1 for details.",
)


def say(text: Bilingual, lang: Lang) -> str:
    return text.en if lang == "en" else text.vi


def language(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Lang:
    """The language of messages: ``--lang``, else the locale when it is English, else Vietnamese."""
    for i, argument in enumerate(arguments):
        given = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and i + 1 < len(arguments):
            given = arguments[i + 1]
        if given == "vi" or given == "en":
            return "en" if given == "en" else "vi"
    locale = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := environment.get(k))), "")
    return "en" if locale.lower().startswith("en") else "vi"


def between(text: str, low: int, high: int) -> int:
    """A whole number from low to high, for argparse, which shows the range to who typed another one."""
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise argparse.ArgumentTypeError(f"{low}–{high}")
    return int(text)
