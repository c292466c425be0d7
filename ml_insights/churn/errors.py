"""What can go wrong with scores and alerts, as a person reads it."""

from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.once import ChangedMeanwhile


class NoScoresYet(ProductError):
    """Nobody has been scored yet. That happens by itself once orders that name their customers are in; the page of
    churn says how far it is. Without a running site, the command “compute” does it."""

    status, code = 409, "no-churn-scores"


class AlertChanged(ChangedMeanwhile):
    """{person} has changed the alert of {customer} in the meantime{moment}. Nothing was overwritten: look at it as it
    is now, and decide again."""

    code = "alert-changed"


class NotPossible(ProductError):
    """An alert that is {present} cannot become {wanted}. Nothing was changed; possible from here: {possible}."""

    status, code = 409, "alert-transition"


class AlreadyWatched(ProductError):
    """{customer} has a newer alert that is still being worked. Nothing was changed; continue with that one."""

    status, code = 409, "alert-exists"


class AlertClosed(ProductError):
    """The alert of {customer} is closed. Nothing was changed; reopen it first."""

    status, code = 409, "alert-closed"


class NotAnOwner(ProductError):
    """“{person}” cannot own alerts: only active people who may work them can. Nothing was changed."""

    status, code = 422, "not-an-owner"


class BadDay(ProductError):
    """{day} cannot be used: a day from today on, at most {most} days ahead, is needed. Nothing was changed."""

    status, code = 422, "bad-day"


class ReasonNeeded(ProductError):
    """Say why the alert is dismissed: others need to know. Nothing was changed."""

    status, code = 422, "reason-needed"


class NoteTooLong(ProductError):
    """The note has more than {most} characters. Nothing was changed; shorten it and save again."""

    status, code = 422, "note-too-long"


class BadRule(ProductError):
    """{field} must be from {low} to {high}. Nothing was changed; correct it and save again."""

    status, code = 422, "bad-rule"


class NothingToLearn(InsufficientData):
    """Who leaves cannot be learnt from these orders yet: it takes three weeks of orders that name their customers, some
    of whom come back and some of whom do not. Nothing was changed; import more orders and run it again."""

    status, code = 409, "no-churn-history"


class CannotEvaluate(ProductError):
    """Churn cannot be evaluated: {reason}. Nothing was written; choose another cutoff or horizon, or add orders."""

    status, code = 422, "cannot-evaluate-churn"


class NoSuchLabel(ProductError):
    """{file} has no column {label}; it has {present}. Name the column that says who left with --label."""

    status, code = 422, "no-label-column"
