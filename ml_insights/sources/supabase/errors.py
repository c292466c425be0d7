"""What can be wrong with Supabase as a source. The rows that are here stay as they are."""

from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import gettext


class NotConfigured(ProductError):
    """Supabase is not set up as a source: {missing} is empty. Connect a project under Data → Sources; see
    docs/supabase.md."""

    status, code = 422, "supabase-not-configured"


class NoTables(ProductError):
    """A Supabase project is connected, but no table of it is chosen. Choose one under Data → Sources."""

    status, code = 422, "supabase-no-tables"


class BadMapping(ProductError):
    """The file {path} does not say how Supabase is mapped: {reason}. See docs/supabase.md."""

    status, code = 422, "supabase-bad-mapping"


class BadAddress(ProductError):
    """“{address}” is not the address of a Supabase project: {reason}. It looks like https://abcdefgh.supabase.co."""

    status, code = 422, "supabase-bad-address"

    def message(self, language: str) -> str:
        """With the reason in the reader's language too."""
        told = self.values | {"reason": gettext(self.values["reason"], language)}
        return gettext(" ".join((type(self).__doc__ or "").split()), language, **told)


class NotAProject(ProductError):
    """At {address} there is no Supabase ({reason}). Copy the project's address from its settings (API); nothing was
    saved."""

    status, code = 502, "supabase-not-a-project"


class BadKey(ProductError):
    """This is not a Supabase key: it is empty, or holds spaces or signs that no key has. Copy it again from the
    project's settings; nothing was saved."""

    status, code = 422, "supabase-bad-key"


class KeyNeeded(ProductError):
    """The key belongs to the earlier address and is not sent to another one. Give the key of the new project too;
    nothing was changed."""

    status, code = 422, "supabase-key-needed"


class SourceDown(ProductError):
    """Supabase could not be read ({reason}). Nothing was lost: the rows of the last good reading stay in use. Check
    that the project is running and its address is right, then read again."""

    status, code = 503, "supabase-down"


class KeyRefused(ProductError):
    """Supabase did not accept the key ({reason}). Nothing was lost: the rows of the last good reading stay in use.
    Look up the project's keys and give a valid one under Data → Sources."""

    status, code = 502, "supabase-key-refused"


class SourceRefused(ProductError):
    """Supabase refused to give “{table}” ({reason}). Check the table and column names, and that the key may read
    them; the rows that are here stay as they are."""

    status, code = 502, "supabase-refused"


class NotAKey(ProductError):
    """The rows of “{table}” cannot be read in order: {columns} has the same value in several rows, or none in some.
    Choose a column, or several together, that tells every row from all others; the rows that are here stay as they
    are."""

    status, code = 422, "supabase-not-a-key"


class NothingReturned(ProductError):
    """“{table}” returned no rows: check the key and row security (a key that no policy lets in sees an empty table).
    The rows that were read earlier stay as they are."""

    status, code = 502, "supabase-nothing-returned"


class NotListed(ProductError):
    """With this key the project does not tell its tables: Supabase lists them for secret (service) keys only, or it
    has none. Type the table's name instead, or give a secret key."""

    status, code = 422, "supabase-not-listed"


class ManyGone(ProductError):
    """Of the {known} rows that came from “{table}”, {gone, plural, one {# is} other {# are}} no longer there. That is
    more than one in five, so nothing was removed: check the key and row security, then remove them under
    Data → Sources if it is meant."""

    status, code = 409, "supabase-many-gone"


class StateUnused(ProductError):
    """“{table}” has a column “{column}” that looks like the state of an order, and nobody has said what its states
    mean: cancelled and unpaid orders count as sales. Say so under Data → Sources, or that every row counts."""

    status, code = 409, "supabase-state-unused"


class CurrencyUnused(ProductError):
    """“{table}” names currencies in “{column}” ({currencies}), and nobody has said what they are worth: all amounts
    count as {company}. Say so under Data → Sources."""

    status, code = 409, "supabase-currency-unused"


class CurrencyUnsaid(ProductError):
    """“{table}” has amounts in {currencies}, and nobody has said what that is worth: such rows are left out. Say so
    under Data → Sources."""

    status, code = 409, "supabase-currency-unsaid"


class BroughtBack(ProductError):
    """These rows have been brought back already, as an import of its own that can be undone. Nothing was changed."""

    status, code = 409, "supabase-brought-back"


class RowsNotKept(ProductError):
    """The file {file} with these rows is no longer there, so they cannot be brought back. Nothing was changed; if the
    source has them again, the next reading brings them."""

    status, code = 410, "supabase-rows-not-kept"
