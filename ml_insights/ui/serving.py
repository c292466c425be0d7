"""Serving the built site and the API on one port: `python -m ml_insights.ui.serving`. Nothing is compiled here."""

from reflex.config import get_config
from reflex.constants import Env
from reflex.environment import environment
from reflex.utils import exec as server

from ml_insights.core import logging
from ml_insights.core.settings import settings


def serve() -> None:
    """Answer until the process is told to stop."""
    logging.configure()
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    config = get_config()
    server.run_backend_prod(
        config.backend_host, settings().port, config.loglevel.subprocess_level(), mount_frontend_compiled_app=True
    )


if __name__ == "__main__":
    serve()
