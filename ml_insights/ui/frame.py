"""Python names for the parts of the frame that live in the browser (`assets/js/frame.js`, `assets/js/palette.js`)."""

from typing import Any

import reflex as rx

from ml_insights.core.capability import Page
from ml_insights.ui.i18n import t
from ml_insights.ui.navigation import groups

CMDK = "cmdk@1.1.1"


class LanguageSwitch(rx.Component):
    """English or Spanish, at once."""

    library = "$/public/js/frame.js"
    tag = "LanguageSwitch"

    label: rx.Var[str]


class ThemeSwitch(rx.Component):
    """Light, dark, or as the system is."""

    library = "$/public/js/frame.js"
    tag = "ThemeSwitch"

    label: rx.Var[str]
    light: rx.Var[str]
    dark: rx.Var[str]
    system: rx.Var[str]


class Drawer(rx.Component):
    """The side navigation on a phone."""

    library = "$/public/js/frame.js"
    tag = "Drawer"

    open: rx.Var[str]
    close: rx.Var[str]
    label: rx.Var[str]


class Known(rx.Component):
    """Tells the document which links the reader may see, how many notices there are, and what the company is."""

    library = "$/public/js/frame.js"
    tag = "Known"

    routes: rx.Var[list[str]]
    notices: rx.Var[int]
    company: rx.Var[str]


class Palette(rx.Component):
    """The command palette and the button that opens it."""

    library = "$/public/js/palette.js"
    tag = "Palette"
    lib_dependencies: list[str] = [CMDK]  # noqa: RUF012

    label: rx.Var[str]
    placeholder: rx.Var[str]
    nothing: rx.Var[str]
    entries: rx.Var[list[dict[str, Any]]]


def language_switch() -> rx.Component:
    """The language control, named for screen readers."""
    return LanguageSwitch.create(label=t("Language"))


def theme_switch() -> rx.Component:
    """The theme control, named for screen readers."""
    return ThemeSwitch.create(label=t("Theme"), light=t("Light"), dark=t("Dark"), system=t("As the system"))


def drawer(*children: rx.Component) -> rx.Component:
    """`children` in the phone's menu."""
    return Drawer.create(*children, open=t("Open the menu"), close=t("Close the menu"), label=t("Menu"))


def palette() -> rx.Component:
    """The palette over every page that has an entry in the navigation."""
    return Palette.create(
        label=t("Go to…"),
        placeholder=t("Page or section"),
        nothing=t("No page has that name."),
        entries=[_found(group, page) for group, pages in groups() for page in pages],
    )


def _found(group: str, page: Page) -> dict[str, Any]:
    return {"route": page.route, "title": t(page.title), "group": t(group)}
