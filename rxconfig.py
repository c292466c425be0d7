"""Reflex configuration, read from the same Settings as everything else."""

import os

import reflex as rx
from reflex.plugins import SitemapPlugin

from ml_insights.core.settings import settings
from ml_insights.ui.look import PACKAGES, Look

os.environ.setdefault("REFLEX_USE_NPM", "1")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")

config = rx.Config(
    app_name="ml_insights",
    frontend_port=settings().port,
    backend_port=settings().port,
    api_url=settings().public_url,
    deploy_url=settings().public_url,
    redis_url=settings().redis_url or None,
    cors_allowed_origins=[],  # none but our own, which ml_insights.core.gate checks, websockets included
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="system",
    frontend_compression_formats=["brotli", "gzip"],
    frontend_lazy_bundled_libraries=True,
    frontend_packages=PACKAGES,
    plugins=[Look()],
    disable_plugins=[SitemapPlugin],
)
