"""What can go wrong around a run."""

from ml_insights.core.errors import ProductError


class RunNotStartable(ProductError):
    """Run {run} is {run_status} and cannot be started. Ask for a new one; nothing was changed."""

    status, code = 409, "run-not-startable"


class RunCancelled(ProductError):
    """The work was cancelled by {person}. What had been there before is unchanged."""

    status, code = 409, "run-cancelled"


class TookTooLong(ProductError):
    """The work was ended after {minutes} minutes, the most that this job may take. What had been there before is
    unchanged. Run it again when the machine has less to do, or let it take longer with the setting JOB_MINUTES."""

    status, code = 504, "took-too-long"


class RunLost(ProductError):
    """The work was taken over by a newer attempt, so this one stopped. Nothing was changed."""

    status, code = 409, "run-lost"


class UnexpectedFailure(ProductError):
    """The work stopped at an unexpected error ({reason}). What had been there before is unchanged; run it again, and
    report the error if it comes back."""

    status, code = 500, "unexpected-failure"


class InvalidCron(ProductError):
    """“{cron}” cannot be read as a schedule. It needs five fields: minute (0–59), hour (0–23), day of the month (1–31),
    month (1–12) and weekday (0–7; Sunday is 0 and 7). For example, 0 2 1 * * is the first of each month at 02:00."""

    status, code = 422, "invalid-cron"


class NeverFires(ProductError):
    """“{cron}” names a day that never comes, such as 30 February. Choose a day that exists."""

    status, code = 422, "cron-never-fires"


class UnknownZone(ProductError):
    """“{zone}” is not a time zone. Use a name such as America/Santiago or UTC."""

    status, code = 422, "unknown-zone"


class NotScheduled(ProductError):
    """{job} has no schedule that could be paused. Give it one first."""

    status, code = 409, "not-scheduled"


class InterruptedTooOften(ProductError):
    """The work was interrupted {attempts} times in a row and is not tried again by itself. What had been there before
    is unchanged; look at the log, then run it by hand."""

    status, code = 500, "interrupted-too-often"


class NotAllComputed(ProductError):
    """Not everything could be computed; this failed: {names}. Everything else is up to date, and what had been there
    before is unchanged. Their own pages say why; compute again once that is mended."""

    status, code = 500, "not-all-computed"


class WorkerDidNotStart(ProductError):
    """The worker process ended (exit code {exit_code}) before it began. Nothing was changed; the server's log says
    why."""

    status, code = 500, "worker-did-not-start"
