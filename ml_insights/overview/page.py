"""The first page after signing in: what matters today, and what to do first where there is nothing yet."""

import reflex as rx

from ml_insights.core.capability import load
from ml_insights.overview.state import OverviewState, cards
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import button, card, empty_state, icon, link, loading, page_header
from ml_insights.ui.state import ShellState


def overview() -> rx.Component:
    """Cards of the capabilities that the reader's role allows."""
    greeting = rx.cond(
        ShellState.name != "",
        t("Hello, {name}. Here is what deserves your attention.", name=ShellState.name),
        t("Here is what deserves your attention."),
    )
    return rx.fragment(
        page_header("Overview", greeting),
        rx.cond(OverviewState.steps.length() > 0, _first_steps()),
        rx.cond(OverviewState.loaded, _cards(), loading("cards")),
    )


STEPS = (
    ("company", "Set up the company", "Currency, country, time zone and closing days.", "/company"),
    ("data", "Bring in your data", "Import a file of orders, or connect Supabase.", "/import"),
    ("results", "See the forecast", "It computes by itself after the first import.", "/ml-insights"),
    ("people", "Invite people", "Each sees what their role needs.", "/users"),
    ("backup", "Have a backup", "One is made every night; make the first one now.", "/backups"),
)
"""What a new company does: its name in `FirstSteps`, what it is called and for, and where it is done."""


def _first_steps() -> rx.Component:
    return card(
        rx.el.ol(*[_step(*step) for step in STEPS], class_name="first-steps"),
        title="First steps",
        subtitle=t("{done} of {all} done", done=OverviewState.done, all=len(STEPS)),
        actions=button("Dismiss", OverviewState.dismiss, kind="ghost"),
    )


def _step(name: str, title: str, why: str, route: str) -> rx.Component:
    done = OverviewState.steps[name]
    said = rx.el.span(rx.cond(done, t("Done"), t("To do")), class_name="sr-only")
    return rx.el.li(
        rx.cond(done, icon("circle-check", 18), icon("circle", 18)),
        rx.el.div(
            link(title, href=route), said, rx.el.span(t(why), class_name="quiet small"), class_name="first-step-words"
        ),
        class_name=rx.cond(done, "first-step first-step-done", "first-step"),
    )


def _cards() -> rx.Component:
    shown = [rx.cond(OverviewState.areas.contains(one.area.value), load(one.view)()) for one in cards()]
    return rx.cond(
        OverviewState.areas.length() > 0,
        rx.el.div(*shown, class_name="overview-cards"),
        empty_state("layout-dashboard", "Nothing for your role", "What is new for you is in your inbox."),
    )
