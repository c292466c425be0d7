"""What a reader decides about the overview. Callers commit."""

from sqlmodel import Session

from ml_insights.core import audit
from ml_insights.overview.queries import DISMISSED


def dismiss_first_steps(session: Session, actor: str) -> None:
    """Show the first steps to nobody again."""
    audit.record(session, actor, DISMISSED)
