"""Where Reflex finds the app."""

from ml_insights.ui.site import create_app

app = create_app()
