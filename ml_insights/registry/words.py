"""What people call a model."""

from ml_insights.capabilities import capabilities
from ml_insights.core.i18n import in_each


def title_of(name: str) -> dict[str, str]:
    """The title of a model in every language, a value for a message; its name where no capability brings it."""
    titles = {spec.name: spec.title for capability in capabilities() for spec in capability.models}
    return in_each(titles.get(name, name))
