"""Makes the chart library that pages load: the parts of Apache ECharts named in entry.mjs, as one file.

    .venv/bin/python -m tools.charts.build [FOLDER]

Needs Node.js with npm, and a registry that npm knows of; whoever installs or runs the product needs neither.
Versions and hashes of what it takes stand in package-lock.json, so the same files come out anywhere, and
SUMS says which. FOLDER: where to, instead of beside the product's own scripts; then SUMS is left as it is.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
VENDOR = HERE.parents[1] / "src/phoihop/interfaces/dashboards/static/dashboards/vendor"
SUMS = HERE / "SHA256SUMS"
SCRIPT, LICENCES = "echarts.js", "echarts-LICENSES.txt"
# What goes into the file, each with the texts that must travel with it.
TEXTS = {
    "echarts": ("NOTICE", "LICENSE", "licenses/LICENSE-d3"),
    "zrender": ("LICENSE",),
    "tslib": ("LICENSE.txt",),
}
BANNER = "/*! Parts of Apache ECharts, with zrender and tslib; licences in echarts-LICENSES.txt */"


def build(target: Path) -> None:
    """Script and licences into a folder. CalledProcessError where npm or the bundler fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in ("package.json", "package-lock.json", ".npmrc", "entry.mjs"):
            shutil.copy(HERE / each, folder)
        subprocess.run(["npm", "ci"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        made = folder / SCRIPT
        bundling = ["--bundle", "--format=esm", "--minify", "--target=es2020", "--legal-comments=none"]
        subprocess.run(
            [
                "node_modules/.bin/esbuild",
                "entry.mjs",
                *bundling,
                f"--banner:js={BANNER}",
                f"--outfile={made}",
            ],
            cwd=folder,
            check=True,
        )
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(made, target)
        (target / LICENCES).write_text(_texts(folder / "node_modules"), encoding="utf-8")


def sums(folder: Path) -> str:
    """What SUMS says of a folder's files."""
    return "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in (SCRIPT, LICENCES)
    )


def _texts(modules: Path) -> str:
    rule = "=" * 78
    found = [(f"{each}: {name}", modules / each / name) for each, names in TEXTS.items() for name in names]
    return "\n".join(
        f"{rule}\n{named}\n{rule}\n\n{path.read_text(encoding='utf-8').strip()}\n" for named, path in found
    )


def main(arguments: list[str]) -> int:
    target = Path(arguments[0]) if arguments else VENDOR
    build(target)
    if not arguments:
        SUMS.write_text(sums(VENDOR), encoding="utf-8")
    print(sums(target), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
