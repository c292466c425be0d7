"""What can go wrong with stored models."""

from ml_insights.core.errors import ProductError


class NoUsableModel(ProductError):
    """No stored version of the model “{name}” can be loaded safely ({reason}). No data was lost; compute it again."""

    status, code = 503, "no-usable-model"


class NotSaved(ProductError):
    """The model “{name}” could not be stored ({reason}). Nothing was half-written and the champion still answers. Free some space on the disk, then train it again."""  # noqa: E501

    status, code = 507, "model-not-saved"


class NotPromotable(ProductError):
    """Version {version} of the model “{name}” cannot be put to use: {reason}. The champion still answers; choose another version."""  # noqa: E501

    status, code = 409, "model-not-promotable"


class NoFallback(ProductError):
    """The model “{name}” has no version to go back to. The champion still answers; promote another version instead."""

    status, code = 409, "no-fallback"


class NoReason(ProductError):
    """A change of champion needs a reason: the history tells it to those who come later. Nothing was changed."""

    status, code = 422, "no-reason"
