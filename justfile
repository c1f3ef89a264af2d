# Tasks behind ./run, which makes the environment first. A recipe runs in the project's folder,
# except `phoihop`, which stays where the user stands so that file names mean what they say.

set positional-arguments
set quiet

bin := justfile_directory() / ".venv/bin"
python := quote(bin / "python")
just := quote(just_executable()) + " --justfile " + quote(justfile())

fast := python + " -m pytest -m 'not long' --hypothesis-profile=fast"

# -P: what lies in the user's folder is never imported.
phoihop := python + " -P -m phoihop"

# Open the demo on this machine.
[no-exit-message]
demo *ARGS:
    exec {{ phoihop }} demo "$@"

# The command line.
[no-cd]
[no-exit-message]
phoihop *ARGS:
    exec {{ phoihop }} "$@"

# Fast tests: everything but what is marked long. All of them on every core and one process more, for many wait for
# a browser or a database; a file on one, the slow ones first (conftest.py). Some of them on one.
# A test's "today" is that of its start: where midnight in Viet Nam passes meanwhile, what failed is asked again.
[no-exit-message]
test *ARGS:
    [ $# -gt 0 ] || set -- --numprocesses=$(({{ num_cpus() }} + 1)) --dist=loadfile --no-loadscope-reorder; \
    today() { TZ=VN-7 date +%F; }; begun=$(today); \
    {{ fast }} "$@" && exit; failed=$?; [ "$begun" != "$(today)" ] || exit $failed; \
    echo "test: the day changed in Viet Nam; what failed is asked again"; exec {{ fast }} --last-failed "$@"

# Every test, with many more random examples.
[no-exit-message]
test-long *ARGS:
    exec {{ python }} -m pytest --hypothesis-profile=long "$@"

# Everything that can be told without running the program. Changes nothing, and says all at once.
[no-exit-message]
check:
    failed=; for part in style types imports house; do {{ just }} check-$part || failed="$failed $part"; done; \
        if [ -n "$failed" ]; then echo "check: not in order:$failed"; exit 1; fi

[no-exit-message]
[private]
check-style:
    {{ python }} -m ruff format --check --quiet
    {{ python }} -m ruff check --quiet

[no-exit-message]
[private]
check-types:
    {{ python }} -m mypy

[no-exit-message]
[private]
check-imports:
    {{ quote(bin / "lint-imports") }} --no-logo

[no-exit-message]
[private]
check-house:
    {{ python }} -m tools.house

# Mend what a tool can mend.
fix:
    {{ python }} -m ruff check --fix
    {{ python }} -m ruff format

# Measure speed: every script of bench/, or those whose name starts so, with what more is given.
[no-exit-message]
bench NAME="" *GIVEN:
    name=${1:-}; [ $# = 0 ] || shift; \
    for script in bench/"$name"*.py; do echo "== $script"; {{ python }} "$script" "$@" || exit 1; done

# Write again what is written by a program: the reference pages, the translation catalogue.
docs:
    {{ python }} -m tools.reference
    {{ python }} -m tools.matrix
    {{ python }} -m tools.abuse
    {{ python }} -m tools.catalog

# The bill of materials of what runs, as CycloneDX JSON: to a file, or to the terminal.
[no-cd]
[no-exit-message]
sbom *FILE:
    PYTHONPATH={{ quote(justfile_directory()) }} {{ python }} -P -m tools.supplies sbom "$@"

# Ask the package index whether a locked library has a known flaw.
[no-exit-message]
advisories:
    {{ python }} -m tools.supplies advisories

# Choose versions within pyproject.toml and lock them with their hashes; --upgrade takes newer ones.
lock *ARGS:
    {{ compile }} --group pyproject.toml:start -o locks/start.lock "$@"
    {{ compile }} pyproject.toml -o locks/runtime.lock "$@"
    {{ compile }} pyproject.toml --group pyproject.toml:dev -c locks/runtime.lock -o locks/dev.lock "$@"
    {{ compile }} --group pyproject.toml:spark -o locks/spark.lock "$@"

compile := quote(bin / "uv") + " pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet"
