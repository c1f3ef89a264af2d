"""Sealing, blind indexes and the search of encrypted names: what they cost on one core.

Prints the best of several runs. Aim: a name found among 3,000 people of one facility within 150 ms, the
database's part not counted.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from phoihop.base.security.crypto import sealedfile
from phoihop.base.security.crypto.blind import identity_index
from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.fields import Bound, DataKey, seal, unseal
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.names import name_tokens, query_tokens, rank
from phoihop.base.security.crypto.people import PersonKeys
from phoihop.base.security.crypto.sealedfile import LIGHT, STRONG, Header

PEOPLE = 3_000
FACILITY = 7
FAMILIES = [
    *("Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi"),
    *("Lò", "Giàng", "Vàng", "Sùng", "Lý", "Quàng"),
]
MIDDLES = ["Văn", "Văn", "Thị", "Thị", "Đức", "Minh", "Ngọc", "Quốc", "A", "Xuân", "Hữu", "Thanh"]
GIVEN = """
    An Anh Ánh Bình Chi Công Cường Dung Dũng Duyên Dương Đạt Đường Giang Hà Hải Hạnh Hiền Hoà Hoa Hùng Hưng
    Hương Huy Khánh Kiên Lan Lân Linh Long Mai Mạnh Mỹ Nam Nga Ngân Nhung Oanh Páo Phong Phúc Quân Quý Sình
    Sơn Tâm Thảo Thắng Thuý Thủy Tiến Trang Trung Trường Tuấn Tùng Vân Việt Vinh Vy Xuyến Yến
""".split()  # noqa: SIM905


def best(work: Callable[[], object], times: int = 7) -> float:
    """Seconds of the quickest of several runs."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def rate(label: str, work: Callable[[], object], number: int = 20_000) -> None:
    """Print how often a second something can be done."""
    seconds = best(lambda: [work() for _ in range(number)], 3)
    print(f"{label:<52}{number / seconds:>12,.0f} /s")


def values() -> None:
    key = DataKey(1, os.urandom(32))
    here = Bound("person", "name", "0f8c1d2e-0000-4000-8000-000000000000", "care")
    sealed = seal(key, "Nguyễn Thị Thuý Hằng", here)
    note = "Người bệnh đến đúng hẹn, không có tác dụng phụ. " * 40
    sealed_note = seal(key, note, here)
    blind = os.urandom(32)
    rate("seal a name", lambda: seal(key, "Nguyễn Thị Thuý Hằng", here))
    rate("unseal a name", lambda: unseal(key, sealed, here))
    rate(f"seal a note of {len(note):,} characters", lambda: seal(key, note, here))
    rate("unseal it", lambda: unseal(key, sealed_note, here))
    rate("blind index of an identity number", lambda: identity_index(blind, "001099123456"))
    rate("tokens of a name of four syllables", lambda: name_tokens(blind, "Nguyễn Thị Thuý Hằng", FACILITY))


def search(folder: Path) -> None:
    draw = random.Random(20)
    store = KeyFile.create(folder / "keys", "a passphrase for measuring", cost=LIGHT)
    store.add_programme("care")
    people = PersonKeys(store)
    blind = store.blind_key("care")
    rows = []
    for n in range(PEOPLE):
        name = f"{draw.choice(FAMILIES)} {draw.choice(MIDDLES)} {draw.choice(GIVEN)}"
        row, key = people.make("care", str(n))
        here = Bound("person", "name", n, "care")
        rows.append((row, seal(key, name, here), here, name_tokens(blind, name, FACILITY)))

    def find(keys: PersonKeys, text: str, *, typing: bool = False) -> list[object]:
        query = query_tokens(blind, text, FACILITY, typing=typing)
        picked = [(row, sealed, here) for row, sealed, here, tokens in rows if query.all_of <= tokens]
        names = [(row.person, unseal(keys.open(row), sealed, here)) for row, sealed, here in picked]
        return [len(picked), rank(text, names)]

    cached = PersonKeys(CachedKeys(store))
    for text, typing in [
        ("nguyen van an", False),
        ("Nguyễn Văn Đường", False),
        ("nguyen", False),
        ("nguyen van tr", True),
        ("ngu", True),
        ("xyz", True),
    ]:
        number = find(cached, text, typing=typing)[0]
        for how, keys in (("remembered", cached), ("unwrapped", PersonKeys(store))):
            seconds = best(lambda keys=keys, text=text, typing=typing: find(keys, text, typing=typing))
            label = f"search {text + ('…' if typing else '')!r}: {number:,} unsealed, keys {how}"
            print(f"{label:<52}{seconds * 1000:>12.1f} ms")


def opening() -> None:
    for label, cost in (("ordinary", STRONG), ("demo", LIGHT)):
        seconds = best(lambda cost=cost: sealedfile.derive("a passphrase", Header("file", cost=cost)), 3)
        print(f"{'Argon2id at start, ' + label:<52}{seconds * 1000:>12.0f} ms")


def main() -> None:
    print(f"load of the machine: {os.getloadavg()[0]:.1f}\n")
    values()
    print()
    with tempfile.TemporaryDirectory() as folder:
        search(Path(folder))
    print()
    opening()


if __name__ == "__main__":
    main()
