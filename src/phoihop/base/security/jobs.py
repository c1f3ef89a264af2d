"""The room's regular jobs; each may run again at any time."""

from procrastinate.contrib.django import app

from phoihop.base.security import erasing, retention, vaults


@app.periodic(cron="20 19 * * *")  # UTC: 02:20 in Vietnam
@app.task(name="security.purge", queueing_lock="security.purge")
def purge(timestamp: int) -> None:
    """Remove what has had its time."""
    retention.purge()


@app.periodic(cron="10 * * * *")
@app.task(name="security.relist", queueing_lock="security.relist")
def relist(timestamp: int) -> None:
    """Complete the list of erasures that lies outside the database."""
    erasing.relist()


@app.periodic(cron="50 19 * * *")  # UTC: 02:50 in Vietnam
@app.task(name="security.sweep_files", queueing_lock="security.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Delete files that nothing points at."""
    vaults.sweep()
