"""The ML Insights application."""

__version__ = "0.1.0"
