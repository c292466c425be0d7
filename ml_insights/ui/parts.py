"""The pieces that every page is laid out with. Texts may be plain English (translated here) or Vars."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx

from ml_insights.ui.i18n import Text, percent, t, words

Kind = Literal["primary", "secondary", "ghost", "danger"]
BannerKind = Literal["info", "warning", "danger", "success"]
BANNER_ICONS: dict[BannerKind, str] = {
    "info": "info",
    "warning": "triangle-alert",
    "danger": "octagon-alert",
    "success": "circle-check",
}


SHOW_OWN_TAB = """
for (const tab of document.querySelectorAll('.tabs [aria-current="page"]'))
  tab.scrollIntoView({ inline: "center", block: "nearest" });
"""
"""On a phone there is room for three tabs: the one that is open is brought into sight."""


def icon(name: str, size: int = 16) -> rx.Component:
    """A Lucide icon that assistive technology skips; the words beside it say what it means."""
    return rx.icon(name, size=size, stroke_width=1.75, custom_attrs={"aria-hidden": "true"})


def page_header(
    title: Text, subtitle: Text | None = None, *actions: rx.Component, note: rx.Component | None = None
) -> rx.Component:
    """The page's only h1, one line of context with a small `note` behind it, and the page's main actions."""
    notes = [note] if note is not None else []
    return rx.el.header(
        rx.el.div(
            rx.el.h1(words(title), class_name="page-title"),
            *([rx.el.p(words(subtitle), *notes, class_name="page-subtitle")] if subtitle is not None else []),
            class_name="page-heading",
        ),
        *([rx.el.div(*actions, class_name="page-actions")] if actions else []),
        class_name="page-header",
    )


def card(
    *children: rx.Component,
    title: Text | None = None,
    subtitle: Text | None = None,
    actions: rx.Component | None = None,
    **props: Any,
) -> rx.Component:
    """A hairline box with an optional heading."""
    heading = [rx.el.h2(words(title), class_name="card-title")] if title is not None else []
    note = [rx.el.p(words(subtitle), class_name="card-subtitle")] if subtitle is not None else []
    corner = [rx.el.div(actions, class_name="card-actions")] if actions is not None else []
    top = [rx.el.div(rx.el.div(*heading, *note), *corner, class_name="card-head")] if heading or corner else []
    return rx.el.section(*top, *children, class_name="card", **props)


def grid(*children: rx.Component, columns: int = 4) -> rx.Component:
    """Equal columns that fold on narrower screens."""
    return rx.el.div(*children, class_name=f"grid grid-{columns}")


def kpi(
    label: Text,
    value: Text,
    delta: Text | None = None,
    hint: Text | None = None,
    trend: Any = None,
    proof: rx.Component | None = None,
) -> rx.Component:
    """A headline number. `trend` (a number or Var) colours the delta and gives it an arrow: up is good.

    `proof` (of `ui.proof`) is the button in its corner that says what the number is made from.
    """
    return rx.el.div(
        rx.el.div(words(label), class_name="kpi-label"),
        rx.el.div(words(value), class_name="kpi-value"),
        rx.el.div(
            *([_delta(delta, trend)] if delta is not None else []),
            *([rx.el.span(words(hint), class_name="kpi-hint")] if hint is not None else []),
            class_name="kpi-foot",
        ),
        *([proof] if proof is not None else []),
        class_name="card kpi" if proof is None else "card kpi proved",
    )


def _delta(delta: Text, trend: Any) -> rx.Component:
    if trend is None:
        return rx.el.span(words(delta), class_name="delta")
    trend = trend if isinstance(trend, rx.Var) else rx.Var.create(trend)
    up, down = icon("arrow-up-right", 14), icon("arrow-down-right", 14)
    return rx.el.span(
        rx.cond(trend > 0, up, rx.cond(trend < 0, down, icon("minus", 14))),
        words(delta),
        class_name=rx.cond(trend > 0, "delta delta-up", rx.cond(trend < 0, "delta delta-down", "delta")),
    )


def empty_state(icon_name: str, title: Text, text: Text, *actions: rx.Component) -> rx.Component:
    """Nothing to show yet: what belongs here and what to do first."""
    return rx.el.div(
        rx.el.div(icon(icon_name, 22), class_name="empty-icon"),
        rx.el.h2(words(title), class_name="empty-title"),
        rx.el.p(words(text), class_name="empty-text"),
        *([rx.el.div(*actions, class_name="empty-actions")] if actions else []),
        class_name="empty",
    )


def error_state(message: Text, retry_event: Any = None) -> rx.Component:
    """Something failed: what happened, in the words of the error, and a way to try again."""
    retry = [button("Try again", retry_event, kind="secondary", icon_name="rotate-cw")] if retry_event else []
    return rx.el.div(
        rx.el.div(icon("octagon-alert", 22), class_name="empty-icon empty-icon-danger"),
        rx.el.h2(t("This could not be shown"), class_name="empty-title"),
        rx.el.p(words(message), class_name="empty-text"),
        *([rx.el.div(*retry, class_name="empty-actions")] if retry else []),
        class_name="empty",
        role="alert",
    )


def loading(kind: Literal["chart", "table", "cards", "text"] = "chart", rows: int = 6) -> rx.Component:
    """A skeleton with the shape of what is coming."""
    pieces = {"chart": 1, "cards": 4, "table": rows, "text": 3}[kind]
    return rx.el.div(
        *[rx.el.div(class_name="bone") for _ in range(pieces)],
        rx.el.span(t("Loading…"), class_name="sr-only"),
        class_name=f"skeleton skeleton-{kind}",
        role="status",
    )


def status_badge(status: Any, labels: dict[str, tuple[str, str]]) -> Any:
    """A word with a dot. `labels` maps each status to (English label, "grey|blue|green|amber|red")."""
    return rx.match(
        status,
        *[(value, badge(label, colour)) for value, (label, colour) in labels.items()],
        badge(rx.Var.create(status).to(str), "grey"),
    )


def badge(label: Text, colour: str = "grey") -> rx.Component:
    """A small word with a coloured dot before it."""
    return rx.el.span(rx.el.span(class_name="dot"), words(label), class_name=f"badge badge-{colour}")


def banner(kind: BannerKind, *content: Any) -> rx.Component:
    """A line across the page that stays until its reason is gone."""
    parts = [words(part) if isinstance(part, str | rx.Var) else part for part in content]
    return rx.el.div(
        icon(BANNER_ICONS[kind]), rx.el.div(*parts, class_name="banner-text"), class_name=f"banner banner-{kind}",
        role="alert" if kind == "danger" else "status",
    )  # fmt: skip


def progress_bar(share: Any, message: Text) -> rx.Component:
    """How far a long piece of work is (`share` from 0 to 1) and what it is doing."""
    share = share if isinstance(share, rx.Var) else rx.Var.create(share)
    width = (share * 100).to(float)
    return rx.el.div(
        rx.el.div(
            rx.el.span(words(message), class_name="progress-message"),
            rx.el.span(percent(share)),
            class_name="progress-top",
        ),
        rx.el.div(
            rx.el.div(class_name="progress-fill", style={"width": width.to(str) + "%"}),
            class_name="progress-track",
            role="progressbar",
            custom_attrs={"aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": width.to(str)},
            aria_label=words(message),
        ),
        class_name="progress",
    )


def field(label: Text, control: rx.Component, hint: Text | None = None, error: Any = None) -> rx.Component:
    """A labelled control; hint and error are read out with it because the label wraps all three."""
    return rx.el.label(
        rx.el.span(words(label), class_name="field-label"),
        control,
        *([rx.el.span(words(hint), class_name="field-hint")] if hint is not None else []),
        *([rx.cond(error, rx.el.span(error, class_name="field-error", role="alert"))] if error is not None else []),
        class_name="field",
    )


def text_input(**props: Any) -> rx.Component:
    """A one-line input; `placeholder` and `aria_label` may be plain English."""
    return rx.el.input(class_name="input", **_translated(props))


NUMBER = rx.Var.create("number")
"""The type of a field for numbers whose events give the text as it was typed: as a plain "number" they give a float, in
which an emptied field is a 0."""


def choice(options: Any, value: Any, on_change: Any, **props: Any) -> rx.Component:
    """A native select: `options` is a list of (value, English label) or a Var of {"value", "label"} dicts."""
    if isinstance(options, rx.Var):
        items: list[rx.Component] = [rx.foreach(options, lambda o: rx.el.option(o["label"], value=o["value"]))]
    else:
        items = [rx.el.option(words(label), value=key) for key, label in options]
    return rx.el.select(*items, value=value, on_change=on_change, class_name="input select", **_translated(props))


def _translated(props: dict[str, Any]) -> dict[str, Any]:
    attributes = ("placeholder", "aria_label", "title")
    return {key: words(value) if key in attributes else value for key, value in props.items()}


def button(
    text: Text,
    on_click: Any = None,
    kind: Kind = "primary",
    icon_name: str | None = None,
    loading: Any = None,
    **props: Any,
) -> rx.Component:
    """A button; it waits while `loading` (a Var) holds. Without `on_click` it submits the form that it is in."""
    parts = [icon(icon_name)] if icon_name else []
    if on_click is not None:
        props = {"on_click": on_click, "type": "button"} | props
    if loading is not None:
        parts = [rx.cond(loading, rx.el.span(class_name="spinner"), parts[0] if parts else rx.fragment())]
        props |= {"disabled": loading, "aria_busy": loading}
    return rx.el.button(*parts, words(text), class_name=f"button button-{kind}", **_translated(props))


def link(*content: Any, href: Any, **props: Any) -> rx.Component:
    """A link to another page of the site, without loading the site anew; plain strings are translated."""
    parts = [words(part) if isinstance(part, str) else part for part in content]
    return rx.el.a(*parts, href=href, **_translated(props))


def link_button(text: Text, href: Any, kind: Kind = "primary", icon_name: str | None = None) -> rx.Component:
    """A link that looks like a button, for going somewhere rather than doing something."""
    parts = [icon(icon_name)] if icon_name else []
    outside = {"reload_document": True} if isinstance(href, str) and href.startswith("/api/") else {}
    return link(*parts, words(text), href=href, class_name=f"button button-{kind}", **outside)


def facts_list(pairs: Sequence[tuple[Text, Any]]) -> rx.Component:
    """Names and values beside each other."""
    rows = [rx.el.div(rx.el.dt(words(name)), rx.el.dd(value)) for name, value in pairs]
    return rx.el.dl(*rows, class_name="facts")


def tabs_of(route: str) -> rx.Component:
    """The tabs of the page family that `route` belongs to; each tab is a page of its own."""
    from ml_insights.ui.navigation import family

    links = [
        rx.el.div(
            link(
                page.tab_label or page.title,
                href=page.route,
                class_name="tab",
                custom_attrs={"aria-current": "page"} if page.route == route else {},
            ),
            custom_attrs={"data-route": page.route},
        )
        for page in family(route)
    ]
    return rx.el.nav(
        *links, class_name="tabs", aria_label=t("Sections of this page"), on_mount=rx.call_script(SHOW_OWN_TAB)
    )
