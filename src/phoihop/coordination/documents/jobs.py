"""Jobs of this room. Each may be run again at any time and then does what is left to do."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from phoihop.coordination.documents import work


@app.task(name="documents.read", queue="documents", pass_context=True)
def read(context: JobContext, upload: int) -> None:
    """Read one file that was sent in."""
    work.run(upload, context.should_abort)


@app.periodic(cron="* * * * *")
@app.task(name="documents.pick_up", queue="documents", queueing_lock="documents.pick_up")
def pick_up(timestamp: int) -> None:
    """Once a minute: begin again what a worker was at when it was killed."""
    work.pick_up()
