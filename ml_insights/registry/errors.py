"""What can go wrong with stored models."""

from ml_insights.core.errors import ProductError


class NoUsableModel(ProductError):
    """No stored version of the model “{name}” can be loaded safely ({reason}). No data was lost; compute it again."""

    status, code = 503, "no-usable-model"
