"""Whether results are up to date with the data: the line above every page, and what a page says that has none yet.

What is shown fills by itself: while anything is computed the browser asks how far it is, and as soon as another model
is ready the page that is open reads its data anew, as it does on arriving.
"""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.capabilities import capabilities
from ml_insights.core.access import Area, allowed
from ml_insights.core.capability import Page, load
from ml_insights.core.computing import Computing, ModelStand, Stand, computer
from ml_insights.core.database import reading
from ml_insights.core.i18n import gettext
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import Text, date, percent, t, words
from ml_insights.ui.navigation import family, page_at, top_bar
from ml_insights.ui.parts import button, empty_state, icon, link_button, loading, progress_bar
from ml_insights.ui.pulse import pulse
from ml_insights.ui.state import ShellState

LOOK_EVERY_MS = 1_500
FIRST = "/ml-insights"
"""The page whose tabs are the results."""
UNKNOWN = {"stand": "", "why": "", "until": ""}


def _unknown() -> dict[str, dict[str, str]]:
    return {model.name: UNKNOWN for capability in capabilities() for model in capability.models}


class ComputingState(rx.State):
    """How the results stand, filled with each page. `run` is 0 while nothing is computed; `outdated` names what is
    older than the data; `dataset` is empty where there are no data at all."""

    loaded: rx.Field[bool] = rx.field(default=False)
    dataset: rx.Field[str] = rx.field(default="")
    run: rx.Field[int] = rx.field(default=0)
    share: rx.Field[float] = rx.field(default=0.0)
    message: rx.Field[str] = rx.field(default="")
    outdated: rx.Field[str] = rx.field(default="")
    models: rx.Field[dict[str, dict[str, str]]] = rx.field(default_factory=_unknown)
    may_start: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.ACCOUNT)
    async def load(self):
        """Learn how everything stands."""
        await self._look()

    @rx.event
    @allow(Area.ACCOUNT)
    async def look_again(self):
        """Learn how far it is by now, and show what has become ready."""
        before = (self.run, self._settled())
        await self._look()
        return None if before == (self.run, self._settled()) else self._page()

    @rx.event
    @allow(Area.RECOMPUTE)
    async def start(self):
        """Bring everything up to the data."""
        await asyncio.to_thread(computer().start, viewer(self).email)
        await self._look()

    async def _look(self) -> None:
        person = viewer(self)
        found = await asyncio.to_thread(_read)
        self.dataset, self.run, self.share = found.dataset, found.run, found.share
        self.message = gettext(found.message, person.language, **found.values) if found.message else ""
        self.outdated = ", ".join(gettext(title, person.language) for title in found.outdated)
        self.models = {name: _row(model, person.language) for name, model in found.models.items()}
        self.may_start = allowed(person.role, Area.RECOMPUTE)
        self.loaded = True

    def _settled(self) -> list[str]:
        """The models of which something else can be said than that they are being computed."""
        return [name for name, model in self.models.items() if model["stand"] != Stand.COMPUTING]

    def _page(self) -> list[Any]:
        """What the open page does on arriving: it reads, and resets nothing that the reader has chosen."""
        page = page_at(self.router.url.path.rstrip("/") or "/")
        own = [load(page.on_load)] if page and page.on_load else []
        return [ShellState.load, *(load(item.on_load) for item in top_bar()), *own]


def _read() -> Computing:
    with reading() as session:
        return computer().look(session)


def _row(model: ModelStand, language: str) -> dict[str, str]:
    why = gettext(model.why, language, **model.values) if model.why else ""
    return {"stand": model.stand.value, "why": why, "until": model.until.isoformat() if model.until else ""}


def computing_line() -> rx.Component:
    """Above every page: how far the computation is, or that results are older than the data."""
    older = t("These results are older than your data: {models}.", models=ComputingState.outdated)
    return rx.fragment(
        rx.cond(ComputingState.run > 0, _under_way()),
        rx.cond(
            ComputingState.outdated != "",
            rx.el.div(
                icon("triangle-alert"),
                rx.el.span(older),
                rx.cond(ComputingState.may_start, button("Compute now", ComputingState.start, kind="ghost")),
                class_name="banner banner-warning",
                role="status",
            ),
        ),
    )


def _under_way() -> rx.Component:
    width = (ComputingState.share * 100).to(float).to(str) + "%"
    return rx.el.div(
        icon("refresh-cw"),
        rx.el.span(_message()),
        rx.el.div(rx.el.div(class_name="progress-fill", style={"width": width}), class_name="progress-track"),
        rx.el.span(percent(ComputingState.share)),
        pulse(LOOK_EVERY_MS, ComputingState.look_again),
        class_name="banner banner-info computing-line",
    )


def _message() -> rx.Var[str]:
    return rx.cond(ComputingState.message != "", ComputingState.message, t("Everything is about to be computed…"))


def computing_progress() -> rx.Component:
    """How far the computation of everything is, as a piece of a page; nothing while nothing is computed."""
    return rx.cond(
        ComputingState.run > 0,
        rx.el.div(progress_bar(ComputingState.share, _message()), class_name="computing-progress"),
    )


def after_import() -> rx.Component:
    """What follows an import, for its last step: everything is computed, and then the pages can be opened.

    Let the handler that has written the rows return `ComputingState.load`.
    """
    under_way = rx.fragment(
        rx.el.p(t("Your rows are in. Everything is being computed from them now; you need not wait here.")),
        computing_progress(),
    )
    done = rx.el.p(t("Everything is computed from the rows that are in."))
    return rx.el.div(
        rx.cond(ComputingState.run > 0, under_way, rx.cond(ComputingState.outdated == "", done)),
        rx.el.div(*[_for_who_may(page.route, _to(page)) for page in family(FIRST)], class_name="computing-pages"),
        class_name="computing-outcome",
    )


def _to(page: Page) -> rx.Component:
    return link_button(page.tab_label or page.title, page.route, kind="secondary")


def data_until(model: str) -> rx.Component:
    """Until when the data reach that the results of `model` are made of, for a page's header."""
    until = ComputingState.models[model]["until"]
    return rx.cond(until != "", rx.el.span(t("Data until {day}", day=date(until)), class_name="data-until"))


def not_ready(model: str, icon_name: str, title: Text, needs: Text, brief: bool = False) -> rx.Component:
    """What a page says in the place of results that are not there: why, and what happens or can be done about it.

    needs: one sentence on what they are made of. `brief`: one of several on a page, without a progress of its own.
    """
    said = ComputingState.models[model]
    without = rx.cond(
        ComputingState.dataset == "",
        _no_data(icon_name, title, needs),
        rx.match(
            said["stand"],
            (Stand.COMPUTING.value, _being_computed(icon_name, brief)),
            (Stand.NOT_USED.value, _not_used(icon_name, said["why"])),
            (Stand.FAILED.value, _failed(said["why"])),
            (Stand.READY.value, loading("chart")),
            _not_computed(icon_name, title, needs),
        ),
    )
    return rx.fragment(rx.cond(ComputingState.loaded, without, loading("chart")))


def _no_data(icon_name: str, title: Text, needs: Text) -> rx.Component:
    return empty_state(
        icon_name,
        title,
        t("{needs} There are no data yet: import yours, or look around with the demo company.", needs=words(needs)),
        _for_who_may("/import", link_button("Import data", "/import", icon_name="upload")),
        _for_who_may("/demo", link_button("Demo company", "/demo", kind="secondary", icon_name="factory")),
    )


def nothing_ready(icon_name: str, title: Text, needs: Text) -> rx.Component:
    """What a page says that is about every model, while there is none."""
    computed = rx.cond(ComputingState.run > 0, _being_computed(icon_name), _not_computed(icon_name, title, needs))
    without = rx.cond(ComputingState.dataset == "", _no_data(icon_name, title, needs), computed)
    return rx.fragment(rx.cond(ComputingState.loaded, without, loading("chart")))


def is_ready(model: str) -> rx.Var[bool]:
    """Whether there are results of `model`."""
    return ComputingState.models[model]["stand"] == Stand.READY.value


def _being_computed(icon_name: str, brief: bool = False) -> rx.Component:
    return empty_state(
        icon_name,
        "This is being computed",
        "Your data are in, and this fills by itself as soon as it is done.",
        *([] if brief else [computing_progress()]),
    )


def _not_used(icon_name: str, why: Any) -> rx.Component:
    return empty_state(
        icon_name,
        "Too few data for this yet",
        why,
        _for_who_may("/import", link_button("Import more data", "/import", icon_name="upload")),
    )


def _failed(why: Any) -> rx.Component:
    return empty_state("octagon-alert", "This could not be computed", why, *_compute("Try again"))


def _not_computed(icon_name: str, title: Text, needs: Text) -> rx.Component:
    text = t("{needs} Your data are in, and this has not been computed from them yet.", needs=words(needs))
    return empty_state(icon_name, title, text, *_compute("Compute now"))


def _compute(label: str) -> tuple[rx.Component, ...]:
    ask = rx.el.span(t("Ask an admin or an analyst to compute it."), class_name="quiet")
    return (rx.cond(ComputingState.may_start, button(label, ComputingState.start, icon_name="refresh-cw"), ask),)


def _for_who_may(route: str, shown: rx.Component) -> rx.Component:
    return rx.el.div(shown, custom_attrs={"data-route": route})
