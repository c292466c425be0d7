"""The inbox: a bell above every page, and a page of its own."""

from ml_insights.notifications.page.bell import bell
from ml_insights.notifications.page.inbox import inbox

__all__ = ["bell", "inbox"]
