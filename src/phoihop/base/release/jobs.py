"""Jobs of this room. Each may be run again at any time and then does what is left to do."""

from procrastinate.contrib.django import app

from phoihop.base.release import tending, work


@app.task(name="release.write_export", queue="release")
def write_export(export: int) -> None:
    """Write one export's file."""
    work.run(export)


@app.periodic(cron="* * * * *")
@app.task(name="release.tend", queue="release", queueing_lock="release.tend", pass_context=False)
def tend(timestamp: int) -> None:
    """Once a minute: what has run out goes, what was left lying is picked up, what is overdue is told."""
    tending.everything()
