"""What can be wrong with Supabase as a source. The rows that are here stay as they are."""

from ml_insights.core.errors import ProductError


class NotConfigured(ProductError):
    """Supabase is not set up as a source: {missing} is empty. See docs/supabase.md."""

    status, code = 422, "supabase-not-configured"


class BadMapping(ProductError):
    """The file {path} does not say how Supabase is mapped: {reason}. See docs/supabase.md."""

    status, code = 422, "supabase-bad-mapping"


class SourceDown(ProductError):
    """Supabase could not be read ({reason}). Nothing was lost: the rows of the last good reading stay in use. Check
    that the project is running and SUPABASE_URL is its address, then refresh."""

    status, code = 503, "supabase-down"


class SourceRefused(ProductError):
    """Supabase refused to give “{table}” ({reason}). Check the table and column names in the mapping, and that
    SUPABASE_SERVICE_KEY may read them; the rows that are here stay as they are."""

    status, code = 502, "supabase-refused"
