"""The guard, in front of Reflex's own event processor: forged events change nothing."""

import pytest
import reflex as rx
from reflex.state import OnLoadInternalState, UpdateVarsInternalState
from reflex_base.registry import RegistrationContext

from ml_insights.accounts import queries, service
from ml_insights.core.access import Area, Role
from ml_insights.core.database import transaction
from ml_insights.ui.guard import allow, public, viewer
from tests.fixtures.tabs import Browser, sign_in


class VaultState(rx.State):
    """A state with something worth guarding."""

    secret: rx.Field[str] = rx.field(default="")
    choice: str = rx.LocalStorage("")
    seen_by: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.USERS)
    async def fill(self, text: str):
        self.secret = text
        self.seen_by = viewer(self).email

    @rx.event(background=True)
    @allow(Area.USERS)
    async def fill_slowly(self, text: str):
        async with self:
            self.secret = text

    @rx.event
    @public
    def greet(self):
        self.secret = "hello"

    @rx.event
    @public
    def chain(self):
        return VaultState.fill("chained")

    @rx.event
    def forgotten(self):
        self.secret = "never declared"


async def test_nobody_is_let_in_without_a_session_and_is_sent_to_sign_in(tab: Browser) -> None:
    await tab.send(VaultState.fill, text="stolen")
    assert (await tab.state(VaultState)).secret == ""
    assert "/sign-in?next=/vault" in tab.answers


@pytest.mark.parametrize("session", ["forged", "x" * 43])
async def test_a_forged_session_is_refused(tab: Browser, session: str) -> None:
    tab.session = session
    await tab.send(VaultState.fill, text="stolen")
    assert (await tab.state(VaultState)).secret == ""


async def test_an_admin_may_and_the_handler_knows_who(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill, text="42")
    vault = await tab.state(VaultState)
    assert (vault.secret, vault.seen_by) == ("42", "ana@empresa.cl")


async def test_a_role_that_is_too_low_is_told_so_and_changes_nothing(tab: Browser) -> None:
    tab.session = sign_in(Role.SALES)
    await tab.send(VaultState.fill, text="stolen")
    assert (await tab.state(VaultState)).secret == ""
    assert "role does not allow" in tab.answers and "sign-in" not in tab.answers


async def test_background_handlers_are_guarded(tab: Browser) -> None:
    await tab.send(VaultState.fill_slowly, text="stolen")
    assert (await tab.state(VaultState)).secret == ""
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill_slowly, text="42")
    assert (await tab.state(VaultState)).secret == "42"


async def test_handlers_that_others_chain_are_guarded(tab: Browser) -> None:
    await tab.send(VaultState.chain)
    assert (await tab.state(VaultState)).secret == ""
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.chain)
    assert (await tab.state(VaultState)).secret == "chained"


async def test_uploads_are_judged_by_the_tabs_own_socket(tab: Browser) -> None:
    await tab.upload(VaultState.fill, text="stolen")
    assert (await tab.state(VaultState)).secret == ""
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.greet)
    await tab.upload(VaultState.fill, text="42")
    assert (await tab.state(VaultState)).secret == "42"


async def test_public_handlers_are_open(tab: Browser) -> None:
    await tab.send(VaultState.greet)
    assert (await tab.state(VaultState)).secret == "hello"


async def test_a_handler_that_declares_nothing_is_refused_to_everybody(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.forgotten)
    assert (await tab.state(VaultState)).secret == ""


async def test_setvar_is_refused_to_everybody(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(f"{VaultState.get_full_name()}.setvar", var_name="secret", value="stolen")
    assert (await tab.state(VaultState)).secret == ""


async def test_browser_storage_can_set_what_is_declared_as_such_and_nothing_else(tab: Browser) -> None:
    forged = {f"{VaultState.get_full_name()}.secret": "stolen", f"{VaultState.get_full_name()}.choice": "mine"}
    await tab.send(UpdateVarsInternalState.event_handlers["update_vars_internal"], vars=forged)
    await tab.send(rx.State.event_handlers["hydrate_and_load"], vars=forged)
    vault = await tab.state(VaultState)
    assert (vault.secret, vault.choice) == ("", "mine")


async def test_the_next_person_in_the_same_tab_sees_nothing_of_the_one_before(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill, text="private numbers")
    tab.session = ""
    tab.updates.clear()
    await tab.send(rx.State.event_handlers["hydrate_and_load"])
    assert "private numbers" not in tab.deltas
    assert (await tab.state(VaultState)).secret == ""


async def test_a_changed_role_empties_the_tab_and_loads_it_anew(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    sign_in(Role.ADMIN, "bo@empresa.cl")
    await tab.send(VaultState.fill, text="private numbers")
    with transaction() as session:
        user = queries.user_by_email(session, "ana@empresa.cl")
        assert user is not None
        service.set_role(session, user.id or 0, Role.SALES, "bo@empresa.cl")
    await tab.send(VaultState.greet)
    assert (await tab.state(VaultState)).secret == "" and "reload" in tab.answers


async def test_a_session_that_ended_stops_working_in_an_open_tab(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill, text="42")
    with transaction() as session:
        service.sign_out(session, tab.session)
    await tab.send(VaultState.fill, text="43")
    assert (await tab.state(VaultState)).secret == "" and "/sign-in" in tab.answers


async def test_a_page_that_is_not_for_this_role_leads_to_the_explanation(tab: Browser) -> None:
    app = RegistrationContext.get().app
    app.add_page(lambda: rx.text("vault"), route="/vault", on_load=VaultState.fill("loaded"))
    tab.session = sign_in(Role.SALES)
    await tab.send(OnLoadInternalState.event_handlers["on_load_internal"])
    assert (await tab.state(VaultState)).secret == "" and "/forbidden" in tab.answers
