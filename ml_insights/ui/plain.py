"""Pages outside of the frame: the look of signing in, and what is shown when something went wrong."""

import reflex as rx

from ml_insights.ui.frame import language_switch, theme_switch
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import button, empty_state, link_button
from ml_insights.ui.shell import brand


def plain(*content: rx.Component) -> rx.Component:
    """`content` alone on the page, with the brand and the two switches above it."""
    switches = rx.el.div(theme_switch(), language_switch(), class_name="plain-switches")
    return rx.el.div(
        rx.el.header(brand(), switches, class_name="plain-top"),
        rx.el.main(*content, class_name="plain-body", id="content"),
        class_name="plain",
    )


def narrow(*content: rx.Component) -> rx.Component:
    """A column as wide as a form, in the middle of a plain page."""
    return plain(rx.el.div(*content, class_name="plain-card"))


def not_found() -> rx.Component:
    """No page has this address."""
    return plain(
        empty_state(
            "compass",
            t("There is no page here"),
            t("The address may be misspelt, or the page has moved. Nothing was changed."),
            link_button("Go to the overview", "/"),
        )
    )


def forbidden() -> rx.Component:
    """The page exists, but not for this role."""
    return plain(
        empty_state(
            "lock",
            t("Your role does not include this page"),
            t("Ask an admin of your company to give you access. Nothing was changed."),
            link_button("Go to the overview", "/"),
        )
    )


def crashed() -> rx.Component:
    """The page itself broke in the browser."""
    return plain(
        empty_state(
            "octagon-alert",
            t("This page stopped working"),
            t("Nothing that you saved was lost. Load the page again; if it happens again, tell your admin."),
            button("Load the page again", rx.call_script("window.location.reload()"), icon_name="rotate-cw"),
        )
    )
