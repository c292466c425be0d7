"""What the doctor asks of the sources."""

from ml_insights.core.doctor import Finding, Status
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources.supabase.extract import Extractor, connect
from ml_insights.sources.supabase.refresh import configured


def supabase() -> Finding:
    """Whether every mapped table answers."""
    chosen = settings()
    if not chosen.supabase_url or chosen.supabase_mapping is None:
        return Finding(Status.OK, "not used; data comes from files")
    try:
        tables = configured().tables
        client = connect(
            chosen.supabase_url, chosen.supabase_service_key.get_secret_value(), chosen.supabase_timeout_seconds
        )
        for mapping in tables.values():
            Extractor(client, mapping, pause=lambda seconds: None).probe()
    except ProductError as error:
        return Finding(Status.WARNING, error.message(chosen.language), "See docs/supabase.md.")
    return Finding(Status.OK, f"{', '.join(tables)} can be read")
