"""The frame around every page: side navigation, breadcrumbs, palette, theme, language, account, notices."""

import reflex as rx
from reflex_components_core.el.elements.inline import A

from ml_insights.core.capability import Page, load
from ml_insights.ui.computing import computing_line
from ml_insights.ui.frame import Known, drawer, language_switch, palette, theme_switch
from ml_insights.ui.i18n import language, t
from ml_insights.ui.look import MARK
from ml_insights.ui.navigation import groups, pages, top_bar, trail
from ml_insights.ui.parts import icon, link
from ml_insights.ui.state import ShellState

MENU = "account-menu"


def shell(page: Page, content: rx.Component) -> rx.Component:
    """`content` of `page` inside the frame."""
    return rx.el.div(
        A.create(t("Skip to the content"), href="#content", class_name="skip"),
        Known.create(routes=ShellState.routes, notices=ShellState.notices.length(), company=ShellState.company),
        rx.el.div(rx.el.div(_navigation(page), class_name="side-inner"), class_name="side"),
        rx.el.div(
            _top(page),
            rx.el.div(_notices(), computing_line(), class_name="notices"),
            rx.el.main(content, id="content", class_name="content", tab_index=-1),
            class_name="stage",
        ),
        class_name="frame",
    )


def brand() -> rx.Component:
    """The product's mark and name, which lead home."""
    mark = rx.el.img(src=MARK, alt="", class_name="mark")
    return link(mark, rx.el.span("ML Insights"), href="/", class_name="brand")


def route_styles() -> str:
    """Shows each link, tab and group only to those who may open (one of) its pages; see `Known`."""
    shown = [f'html[data-routes~="{page.route}"] [data-route="{page.route}"]' for page in pages() if not page.public]
    shown += [
        f'html[data-routes~="{page.route}"] [data-group="{group}"]' for group, entries in groups() for page in entries
    ]
    return f"[data-route],[data-group]{{display:none}}{','.join(shown)}{{display:flex}}" if shown else ""


def _navigation(page: Page) -> rx.Component:
    sections = [
        rx.el.div(
            rx.el.div(t(group), class_name="nav-title", id=f"nav-{number}", custom_attrs={"data-group": group}),
            rx.el.ul(*[_entry(entry, page) for entry in entries], aria_labelledby=f"nav-{number}"),
            class_name="nav-section",
        )
        for number, (group, entries) in enumerate(groups())
    ]
    waiting = rx.el.div(*[rx.el.div(class_name="bone") for _ in range(5)], class_name="nav-waiting", aria_hidden="true")
    return rx.el.nav(brand(), waiting, *sections, class_name="nav", aria_label=t("Main"))


def _entry(entry: Page, page: Page) -> rx.Component:
    current = entry.route in (page.route, page.tab_of)
    mark = [rx.el.span(entry.badge, class_name="nav-badge")] if entry.badge else []
    entry_link = link(
        icon(entry.icon),
        rx.el.span(t(entry.title)),
        *mark,
        href=entry.route,
        class_name="nav-link",
        custom_attrs={"aria-current": "page"} if current else {},
    )
    return rx.el.li(entry_link, custom_attrs={"data-route": entry.route})


def _top(page: Page) -> rx.Component:
    return rx.el.header(
        drawer(_navigation(page), rx.el.div(theme_switch(), language_switch(), class_name="drawer-foot")),
        _breadcrumbs(page),
        rx.el.div(class_name="spring"),
        palette(),
        rx.el.div(theme_switch(), language_switch(), class_name="switches"),
        *[load(item.view)() for item in top_bar()],
        _account(),
        class_name="top",
    )


def _breadcrumbs(page: Page) -> rx.Component:
    steps = trail(page.route)
    crumbs = [
        rx.el.li(
            link(t(label), href=route) if route else rx.el.span(t(label)),
            custom_attrs={"aria-current": "page"} if number == len(steps) - 1 else {},
        )
        for number, (label, route) in enumerate(steps)
    ]
    return rx.el.nav(rx.el.ol(*crumbs), class_name="crumbs", aria_label=t("You are here"))


def _account() -> rx.Component:
    trigger = rx.el.button(
        rx.el.span(ShellState.initials, aria_hidden="true"),
        type="button",
        class_name="avatar",
        aria_label=t("Account of {name}", name=ShellState.name),
        custom_attrs={"popovertarget": MENU, "aria-haspopup": "true"},
    )
    who = rx.el.div(rx.el.strong(ShellState.name), rx.el.span(ShellState.email), class_name="menu-who")
    leave = rx.el.form(
        rx.el.button(icon("log-out"), t("Sign out"), type="submit", class_name="menu-item"),
        method="post",
        action="/api/auth/sign-out",
        on_submit=None,  # Reflex would keep the browser from sending it.
    )
    account = link(icon("user"), t("Your account"), href="/account", class_name="menu-item")
    return rx.fragment(
        trigger, rx.el.div(who, account, leave, id=MENU, class_name="menu", custom_attrs={"popover": "auto"})
    )


def _notices() -> rx.Component:
    return rx.fragment(
        rx.foreach(
            ShellState.notices,
            lambda notice: rx.el.div(
                rx.cond(notice["kind"] == "info", icon("info"), icon("triangle-alert")),
                rx.el.span(rx.cond(language() == "es", notice["es"], notice["en"])),
                rx.cond(
                    notice["route"] != "",
                    link(rx.cond(language() == "es", notice["action_es"], notice["action_en"]), href=notice["route"]),
                ),
                class_name="banner banner-" + notice["kind"],
                role="status",
            ),
        )
    )
