"""What can go wrong around a run."""

from ml_insights.core.errors import ProductError


class RunNotStartable(ProductError):
    """Run {run} is {run_status} and cannot be started. Ask for a new one; nothing was changed."""

    status, code = 409, "run-not-startable"


class RunCancelled(ProductError):
    """The work was cancelled. What had been there before is unchanged."""

    status, code = 409, "run-cancelled"


class RunLost(ProductError):
    """The work was taken over by a newer attempt, so this one stopped. Nothing was changed."""

    status, code = 409, "run-lost"


class UnexpectedFailure(ProductError):
    """The work stopped at an unexpected error ({reason}). What had been there before is unchanged; run it again, and
    report the error if it comes back."""

    status, code = 500, "unexpected-failure"
