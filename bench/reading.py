"""How fast documents are read, what memory it takes, and what text made to be slow can do.

Prints every figure beside its aim; exit status 1 when an aim is missed. Times are processor time of
one core, start-up is time on the clock. The texts are the demo's documents, and seeds beside the checkout
if there are any.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "src" / "phoihop" / "demo" / "documents"
SEEDS = ROOT.parent / "shared" / "seeds"
PAGE = 1_800  # characters
MOST_PER_PAGE = 5.0  # ms beyond what the library needs for the text alone
MOST_MEMORY = 200.0  # MB for MEMORY_PAGES[1] pages
MEMORY_PAGES = (50, 500, 1_000)
MOST_GROWTH = 1.3  # memory per page of the second half over that of the first
MOST_STARTUP = 0.5  # seconds
HOSTILE = 1_000_000  # bytes
MOST_HOSTILE = 2.0  # seconds
PATIENCE = 30.0  # seconds after which a hostile text is given up

missed: list[str] = []


def row(what: str, figure: str, aim: str = "", met: bool = True) -> None:
    print(f"{what:<44}{figure:>24}   {aim}{'' if met else '  MISSED'}".rstrip(), flush=True)
    if not met:
        missed.append(what)


def best(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of processor time, the least of several runs."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def demo_texts() -> list[str]:
    from phoihop.engines.reading import extract

    files = sorted(p for p in DEMO.iterdir() if p.is_file())
    return [extract(p.read_bytes(), p.name).text for p in files]


def long_text(pages: int) -> str:
    """One plan of so many pages: the demo's longest, its body again and again."""
    lines = max(demo_texts(), key=len).split("\n")
    head, body, foot = lines[:20], "\n".join(lines[20:-20]), lines[-20:]
    times = pages * PAGE // len(body) + 1
    return "\n".join([*head, "\n".join([body] * times)[: pages * PAGE], *foot])


def docx_of(text: str) -> bytes:
    import docx

    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def pdf_of(text: str, pages: int) -> bytes:
    """A .pdf of so many pages, each with its part of the text."""
    import typst

    size = len(text) // pages + 1
    parts = [text[at : at + size].replace("\\", "").replace('"', "'") for at in range(0, len(text), size)]
    body = "#pagebreak()\n".join(
        "".join(f'#"{line}" #linebreak()\n' for line in part.split("\n")) for part in parts
    )
    content: bytes = typst.compile(f"#set text(9pt)\n#set par(leading: 0.4em)\n{body}".encode())
    return content


def docx_text(data: bytes) -> str:
    import docx

    return "\n".join(p.text for p in docx.Document(BytesIO(data)).paragraphs)


def pdf_text(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    text = "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    document.close()
    return text


def understanding() -> None:
    from phoihop.engines.reading import extract, understand
    from phoihop.engines.reading.model import Extract

    sources = [("the demo's documents", demo_texts())]
    if SEEDS.is_dir():
        files = sorted(SEEDS.glob("*.txt"))
        sources.append(("seeds beside the checkout", [extract(p.read_bytes(), p.name).text for p in files]))
    for name, texts in sources:
        pages = sum(map(len, texts)) / PAGE
        each = [Extract(text, "txt") for text in texts]
        took = best(lambda each=each: [understand(source, "x.txt") for source in each])
        per_page = took / pages * 1_000
        row(
            f"understanding, {name}",
            f"{pages / took:.0f} pages/s",
            f"{pages:.0f} pages, {per_page:.2f} ms each",
        )
    text = long_text(200)
    took = best(lambda: understand(Extract(text, "txt"), "x.txt"), 3)
    row(
        "understanding, one plan of 200 pages",
        f"{200 / took:.0f} pages/s",
        f"{took / 200 * 1_000:.2f} ms each",
    )


def whole_reading() -> None:
    from phoihop.engines.reading import read

    pages = 50
    text = long_text(pages)
    for kind, data, alone, library in (
        ("docx", docx_of(text), docx_text, "python-docx"),
        ("pdf", pdf_of(text, pages), pdf_text, "pypdfium2"),
    ):
        floor = best(lambda data=data, alone=alone: alone(data), 3)
        took = best(lambda data=data, kind=kind: read(data, f"x.{kind}"), 3)
        beyond = (took - floor) / pages * 1_000
        row(
            f"reading .{kind}, {pages} pages",
            f"{pages / took:.0f} pages/s",
            f"{library} alone {pages / floor:.0f}",
        )
        row(
            f"  beyond {library}",
            f"{beyond:.2f} ms a page",
            f"aim ≤ {MOST_PER_PAGE:g}",
            beyond <= MOST_PER_PAGE,
        )


def memory() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("docx", "pdf"):
            peaks = []
            for pages in MEMORY_PAGES:
                file = str(Path(folder) / f"{pages}.{kind}")
                child("--make", file, str(pages))
                peaks.append(float(child("--peak", file)))
            fifty, middle, whole = peaks
            shown = " / ".join(f"{peak:.0f}" for peak in peaks)
            low, half, full = MEMORY_PAGES
            row(
                f"memory, .{kind} of {low}/{half}/{full} pages",
                f"{shown} MB",
                f"aim < {MOST_MEMORY:g} MB at {half}",
                middle < MOST_MEMORY,
            )
            growth = ((whole - middle) / (full - half)) / ((middle - fifty) / (half - low))
            row(
                "  growth per page, later over earlier",
                f"{growth:.2f}",
                f"aim ≤ {MOST_GROWTH:g}",
                growth <= MOST_GROWTH,
            )


def child(*arguments: str) -> str:
    """What this script prints in a process of its own.

    A new process counts its parent's memory as its own peak: hence the files are made in children too,
    and memory is measured first.
    """
    told = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    return told.stdout


def make(file: Path, pages: int) -> None:
    text = long_text(pages)
    file.write_bytes(docx_of(text) if file.suffix == ".docx" else pdf_of(text, pages))


def peak(file: Path) -> None:
    import resource

    from phoihop.engines.reading import contract, read

    contract.of_reading(read(file.read_bytes(), file.name))
    # Kilobytes on Linux, bytes on macOS.
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def start_up() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.txt"
        file.write_text(long_text(3), encoding="utf-8")
        for name, arguments in (("version", ["version"]), ("read, three pages of text", ["read", str(file)])):
            times = []
            for _ in range(5):
                began = time.monotonic()
                subprocess.run(
                    [sys.executable, "-P", "-m", "phoihop", *arguments],
                    check=True,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                times.append(time.monotonic() - began)
            row(
                f"start-up, {name}",
                f"{min(times):.2f} s",
                f"aim < {MOST_STARTUP:g}",
                min(times) < MOST_STARTUP,
            )


def hostile() -> None:
    from phoihop.engines.reading import read
    from phoihop.engines.reading.tests.adversaries import adversaries
    from phoihop.kernel.refusals import Refusal

    def give_up(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, give_up)
    took: list[tuple[float, str]] = []
    for name, text in adversaries(HOSTILE):
        data = text.encode()
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        try:
            read(data, "x.txt")
        except (Refusal, TimeoutError):
            pass
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took.append((time.process_time() - began, name))
    took.sort(reverse=True)
    row(
        f"worst of {len(took)} hostile texts of 1 MB",
        f"{took[0][0]:.2f} s",
        f"aim < {MOST_HOSTILE:g}; {took[0][1]}",
        took[0][0] < MOST_HOSTILE,
    )
    over = [f"{name} {seconds:.1f}" for seconds, name in took if seconds >= MOST_HOSTILE]
    row("  middle one", f"{took[len(took) // 2][0]:.2f} s", f"{len(over)} over the aim")
    for name in over:
        print(f"    {name}")


def main() -> int:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, load {load:.1f}; a page is {PAGE:,} characters")
    memory()
    understanding()
    whole_reading()
    start_up()
    hostile()
    if missed:
        print(f"Missed: {'; '.join(m.strip() for m in missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["--peak"]:
        peak(Path(sys.argv[2]))
    else:
        sys.exit(main())
