"""The order in which a route's stops are driven, before and after."""

from typing import Any

import reflex as rx

from ml_insights.logistics.page.pieces import STACK
from ml_insights.logistics.state.stops import StopsState
from ml_insights.ui.charts import chart
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import money, number, percent, t
from ml_insights.ui.parts import badge, banner, card, empty_state, grid, kpi, link_button, loading
from ml_insights.ui.picker import picker

SUMMARY = StopsState.summary
MAP_HEIGHT = 520


def stops_view() -> rx.Component:
    """A route, the way as given and a better one."""
    nothing = empty_state(
        "map-pin",
        "No stops yet",
        "Import a file of stops (route, place in the trip, latitude, longitude) to see a better order.",
        link_button("Import stops", "/import", icon_name="upload"),
    )
    chosen = rx.el.div(
        _chooser(), rx.cond(StopsState.problem != "", banner("danger", StopsState.problem), _found()), style=STACK
    )
    return rx.cond(StopsState.loaded, rx.cond(StopsState.route == "", card(nothing), chosen), card(loading("chart")))


def _chooser() -> rx.Component:
    box = picker(
        "Route",
        StopsState.options,
        StopsState.route,
        StopsState.choose,
        on_search=StopsState.search,
        shown=StopsState.route,
        total=StopsState.options.length(),
    )
    return card(
        rx.el.div(
            rx.el.div(rx.el.span(t("Route"), class_name="field-label"), box, class_name="route-chooser"),
            rx.el.p(
                t(
                    "Distances are great circles times 1.3, not a road map's. The first stop is where the route "
                    "starts and ends."
                ),
                class_name="card-subtitle",
            ),
            style=STACK,
        )
    )


def _found() -> rx.Component:
    return rx.fragment(_odd(), _figures(), rx.el.div(_map(), _order(), class_name="route-map"))


def _odd() -> rx.Component:
    """Stops that are left out because they cannot be right, and those that are only far away."""
    left_out = banner(
        "warning",
        t("Left out of distance and cost, because they cannot be right:"),
        rx.el.ul(rx.foreach(StopsState.faulty, rx.el.li)),
    )
    far = banner("info", rx.el.ul(rx.foreach(StopsState.far, rx.el.li)))
    return rx.fragment(rx.cond(StopsState.faulty.length() > 0, left_out), rx.cond(StopsState.far.length() > 0, far))


def _figures() -> rx.Component:
    unknown = SUMMARY["saved"] == None  # noqa: E711  compared in the browser
    return grid(
        kpi(
            "As given",
            t("{km} km", km=number(SUMMARY["given_km"], 1)),
            hint=t("{stops, plural, one {# stop} other {# stops}}", stops=number(SUMMARY["stops"])),
        ),
        kpi("Better order", t("{km} km", km=number(SUMMARY["km"], 1))),
        kpi(
            "Kilometres saved",
            t("{km} km", km=number(SUMMARY["saved_km"], 1)),
            hint=t("{share} of the way", share=percent(SUMMARY["share"], 1)),
        ),
        kpi(
            "Saved money",
            rx.cond(unknown, "–", money(SUMMARY["saved"], digits=0)),
            hint=rx.cond(
                unknown, t("the route has no delivery to compare with"), t("as the model sees the shorter way")
            ),
        ),
    )


def _map() -> rx.Component:
    return card(
        chart(StopsState.figure, "Both orders on a map without roads", height=MAP_HEIGHT, file_name="stops"),
        title="On the map",
        subtitle="North is up. The square is where it starts; numbers are places in the better order.",
    )


def _order() -> rx.Component:
    rows = rx.foreach(StopsState.order, _stop)
    head = rx.el.tr(*[rx.el.th(t(label), scope="col") for label in ("Place", "Before", "Latitude", "Longitude")])
    table = rx.el.table(
        rx.el.caption(t("Better order"), class_name="sr-only"), rx.el.thead(head), rx.el.tbody(rows), class_name="table"
    )
    return card(
        rx.cond(
            SUMMARY["saved_km"].to(float) > 0.05,
            rx.fragment(),
            banner("success", t("The given order is as good as any that was found.")),
        ),
        rx.el.div(
            table, class_name="table-scroll route-order", tab_index=0, role="region", aria_label=t("Better order")
        ),
        title="Better order",
        actions=export_choice(StopsState.export),
    )


def _stop(row: Any) -> rx.Component:
    moved = rx.cond(row["moved"] == 0, rx.fragment(), badge("moved", "blue"))
    place = rx.cond(row["place"] == 0, t("Start"), row["place"].to_string())
    cells = (
        ("Place", place),
        ("Before", rx.el.span(rx.cond(row["before"] == 0, t("Start"), row["before"].to_string()), " ", moved)),
        ("Latitude", row["lat"]),
        ("Longitude", row["lon"]),
    )
    return rx.el.tr(*[rx.el.td(content, custom_attrs={"data-label": t(label)}) for label, content in cells])
