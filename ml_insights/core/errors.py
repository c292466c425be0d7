"""Errors that a person reads. The message is the class's docstring; the values are given when it is raised."""

from typing import Any

from ml_insights.core.i18n import gettext


class ProductError(Exception):
    """Something went wrong. Nothing was changed."""

    status = 500
    """HTTP status that the API answers with."""

    code = "error"
    """Stable identifier for programs; last part of the problem's `type`."""

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.message("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way back from a worker process."""
        return (_rebuild, (type(self), self.values))

    def message(self, language: str) -> str:
        """What happened, what was not lost and what to do, in the reader's language."""
        return gettext(" ".join((type(self).__doc__ or "").split()), language, **self.values)

    def problem(self, language: str = "en") -> dict[str, Any]:
        """RFC 9457 problem details."""
        return {
            "type": f"/errors/{self.code}",
            "title": self.code.replace("-", " ").capitalize(),
            "status": self.status,
            "detail": self.message(language),
            **{key: value for key, value in self.values.items() if isinstance(value, str | int | float | bool | list)},
        }


def _rebuild(kind: type[ProductError], values: dict[str, Any]) -> ProductError:
    return kind(**values)


class NotFound(ProductError):
    """There is no {kind} “{name}”. Check the spelling, or choose one from the list."""

    status, code = 404, "not-found"


class Forbidden(ProductError):
    """Your role does not allow this. Ask an admin to change it."""

    status, code = 403, "forbidden"


class SignInNeeded(ProductError):
    """You are not signed in, or your session has ended. Sign in again; your data is untouched."""

    status, code = 401, "sign-in-needed"


class InvalidInput(ProductError):
    """{field} cannot be {value}: {reason}."""

    status, code = 422, "invalid-input"


class InsufficientData(ProductError):
    """There are too few data for this yet. Nothing was changed; it is computed as soon as there are enough."""

    # A job that raises one of its kinds has nothing to work on, which is no failure.
    status, code = 409, "insufficient-data"


class Unavailable(ProductError):
    """{service} did not answer ({reason}). Nothing was lost; try again, or check its address in the settings."""

    status, code = 503, "unavailable"
