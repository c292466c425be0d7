"""Every event handler of the site says who may run it. Each is a public endpoint, whatever page it belongs to."""

from reflex_base.registry import RegistrationContext

from ml_insights.core.capability import load
from ml_insights.overview.state import cards
from ml_insights.ui import site  # noqa: F401  brings the frame's own states
from ml_insights.ui.guard import REFLEX_HANDLERS, declared_access
from ml_insights.ui.navigation import pages, top_bar

ALWAYS_REFUSED = ".setvar"
"""Reflex gives one to every state; it declares nothing, so the guard refuses it."""


def handlers() -> list[str]:
    """Names of every handler that a browser could send, once every page of the site has been loaded."""
    for page in pages():
        load(page.view)
        if page.on_load:
            load(page.on_load)
    for part in (*cards(), *top_bar()):
        load(part.view)
        load(part.on_load)
    registered = RegistrationContext.get().event_handlers
    return sorted(
        name
        for name, entry in registered.items()
        if not name.endswith(ALWAYS_REFUSED) and "tests" not in entry.handler.fn.__module__
    )


def test_each_says_who_may_run_it() -> None:
    access = {name: declared_access(name) for name in handlers()}
    undeclared = [name for name, who in access.items() if who is None]
    assert not undeclared, f"put @allow(Area.…) or @public below the @rx.event of {undeclared}"
    closed = [name for name, who in access.items() if who and not (who.everybody or who.areas)]
    assert not closed, f"@allow() lets nobody in; name an area for {closed}"


def test_reflexs_own_handlers_are_let_through_by_name_only() -> None:
    own = {name for name in handlers() if name.startswith("reflex___") and "ml_insights" not in name}
    assert own == REFLEX_HANDLERS


def test_setvar_is_refused() -> None:
    registered = RegistrationContext.get().event_handlers
    setters = [name for name in registered if name.endswith(ALWAYS_REFUSED)]
    assert setters and not any(declared_access(name) for name in setters)


def test_public_handlers_are_few_and_named() -> None:
    """A new public handler is a decision: add it here."""
    access = {name: declared_access(name) for name in handlers() if name not in REFLEX_HANDLERS}
    public = {name.rpartition("____")[2] for name, who in access.items() if who and who.everybody}
    assert public == {"sign_in_state.load", "setup_state.load", "fault_state.tell"}
