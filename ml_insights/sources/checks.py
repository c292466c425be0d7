"""What the doctor asks of the sources."""

from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources.supabase import connections
from ml_insights.sources.supabase.client import Project
from ml_insights.sources.supabase.errors import NothingReturned
from ml_insights.sources.supabase.extract import Extractor


def supabase() -> Finding:
    """Whether every mapped table answers, and shows any row."""
    language = settings().language
    try:
        with reading() as session:
            connection = connections.current(session)
        if connection.access is None and not connection.mapping.root:
            return Finding(Status.OK, "not used; data comes from files")
        tables = connection.require_tables()
        project = Project(connection.require_access(), pause=lambda seconds: None)
        empty = [mapping.table for mapping in tables.values() if not Extractor(project, mapping).shows_rows()]
    except ProductError as error:
        return Finding(Status.WARNING, error.message(language), "See docs/supabase.md.")
    if empty:
        return Finding(Status.WARNING, NothingReturned(table=", ".join(empty)).message(language))
    return Finding(Status.OK, f"{', '.join(tables)} can be read")
