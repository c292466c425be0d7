"""The headline numbers and the chart."""

from typing import Any

import reflex as rx

from ml_insights.demand.facts import Grain
from ml_insights.demand.page.amounts import amount
from ml_insights.demand.page.controls import segments
from ml_insights.demand.page.effects import slips
from ml_insights.demand.policy import REFUSALS, STATE_MEANINGS
from ml_insights.demand.proofs import BEFORE, MEANINGS, NEXT, OF_MONTHS, YEAR_BEFORE
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.series import DemandState
from ml_insights.ui.charts import chart
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import date, number, percent, relative_time, t
from ml_insights.ui.parts import card, grid, kpi
from ml_insights.ui.proof import proof

CHART_HEIGHT = 380
HOLLOW = (
    "Weeks begin on Monday. A hollow mark is a week or month of which not every day is in sight: it is unfinished, and "
    "nothing is compared with it. One that has begun is what was sold of it so far and what is expected of the rest."
)


def headline() -> rx.Component:
    """The coming days together, against the days before and a year ago, and how far the bands can be trusted."""
    totals = DemandState.totals
    period = {"first": date(totals["first"]), "last": date(totals["last"])}
    daily = DemandState.months == 0
    days = t("Next {days} days", days=DemandState.days)
    coming = rx.cond(daily, days, t("Next {months} months", months=DemandState.months))
    before = t("Against the {days} days before", days=number(totals["days"]))
    return grid(
        kpi(
            coming,
            amount(totals["expected"]),
            hint=rx.cond(
                totals["low"] == None,  # noqa: E711  a comparison in the browser
                t("Too little history for a band. {first} to {last}, after the last day of data", **period),
                t(
                    "{low} – {high} with 80 %. {first} to {last}, after the last day of data",
                    low=amount(totals["low"], compact=True),
                    high=amount(totals["high"], compact=True),
                    **period,
                ),
            ),
            proof=_proof(coming, NEXT),
        ),
        _against(before, totals["change"], totals["previous"], BEFORE),
        _against(t("Against a year before"), totals["change_last_year"], totals["last_year"], YEAR_BEFORE),
        kpi(
            "Inside the 80 % band so far",
            percent(DemandState.coverage_80),
            hint=t("of held-out days; {share} in the 95 % band", share=percent(DemandState.coverage_95)),
        ),
    )


def _against(label: Any, change: Any, before: Any, figure: str) -> rx.Component:
    unknown = before == None  # noqa: E711
    return kpi(
        label,
        percent(change, 1, sign=True),
        hint=rx.cond(
            unknown, t("history does not reach back so far"), t("{amount} then", amount=amount(before, compact=True))
        ),
        proof=_proof(label, figure),
    )


def _proof(label: Any, figure: str) -> rx.Component:
    """Each figure's days are those of its file: past ones as they were, coming ones as the forecast has them."""
    rows = export_choice(lambda form: DemandState.export_proof(figure, form), "Its days")
    means = rx.cond(DemandState.months == 0, t(MEANINGS[figure]), t(OF_MONTHS.get(figure, MEANINGS[figure])))
    return proof(label, means, DemandState.proofs[figure], "Days in it", rows)


def chart_card() -> rx.Component:
    """History and forecast with both bands."""
    return card(
        chart(
            DemandState.figure,
            "Demand: history and forecast",
            summary=DemandState.summary,
            height=CHART_HEIGHT,
            file_name="demand",
            waiting=DemandState.phase == "loading",
            on_point=PointsState.point_at,
        ),
        slips(),
        rx.cond(DemandState.refusal == "", _bands_note()),
        title=DemandState.label,
        subtitle=rx.cond(
            DemandState.inactive_since != "",
            t("Inactive: last sold on {day}, so nothing more is expected", day=date(DemandState.inactive_since)),
            rx.cond(DemandState.method != "", t("Forecast by {method}", method=DemandState.method), ""),
        ),
        actions=rx.el.div(
            _span(),
            export_choice(DemandState.export),
            style={"display": "flex", "gap": "8px", "flex_wrap": "wrap"},
        ),
    )


def _spanned(span: int) -> list[Any]:
    return [DemandState.choose_span(span), PointsState.follow]


def _span() -> rx.Component:
    options = [(90, t("3 m")), (180, t("6 m")), (365, t("1 y")), (730, t("2 y")), (0, t("All"))]
    return segments("History shown", options, DemandState.span, _spanned)


def _bands_note() -> rx.Component:
    """How far the band can be trusted, and what the kind of history means; an unmeasured band says that it is."""
    measured = t(
        "Measured on held-out days: {low} were inside the 80 % band, {high} inside the 95 % band. "
        "Measured up to {days} days ahead; further on the bands widen as errors grew until then.",
        low=percent(DemandState.coverage_80),
        high=percent(DemandState.coverage_95),
        days=number(DemandState.measured_days),
    )
    unmeasured = t(
        "The band was not measured: this series' history is too short or too thin for it. It is as wide as the values "
        "ever moved, and says no more than that."
    )
    one_year = t(
        "There are less than two years of this series, so what returns every year, such as a peak before Christmas, "
        "cannot be told from growth. Hold the forecast against the same days of the year before."
    )
    kinds = [(state, rx.el.p(t(words), class_name="card-subtitle")) for state, words in STATE_MEANINGS.items()]
    unknown = (DemandState.coverage_80 == None) | (DemandState.measured_days == 0)  # noqa: E711  in the browser
    return rx.fragment(
        rx.el.p(rx.cond(unknown, unmeasured, measured), class_name="card-subtitle"),
        rx.cond(DemandState.knows_no_year, rx.el.p(one_year, class_name="card-subtitle")),
        rx.match(DemandState.state, *kinds, rx.fragment()),
        rx.cond(DemandState.grain == Grain.DAY.value, rx.fragment(), rx.el.p(t(HOLLOW), class_name="card-subtitle")),
    )


def refusal_text() -> Any:
    """Why there is no forecast, with what to do."""
    reason = rx.match(DemandState.refusal, *[(code, t(words)) for code, words in REFUSALS.items()], DemandState.refusal)
    return t(
        "{label} cannot be forecast, because {reason}. Choose another series.", label=DemandState.label, reason=reason
    )


def provenance() -> rx.Component:
    """Where the figures come from."""
    made = DemandState.release
    return rx.el.p(
        t(
            "Orders until {day}. Computed {ago} in {seconds} s, model version {version}. The {modelled} products with "
            "the most revenue in the last year, of {sold}, have a forecast of their own: more would take longer and "
            "say less. The rest is together under other products, so that products and others add up to the "
            "categories and the total exactly.",
            day=date(made["data_until"]),
            ago=relative_time(made["computed_at"]),
            seconds=number(made["seconds"]),
            version=made["model_version"],
            modelled=number(made["products_modelled"]),
            sold=number(made["products_sold"]),
        ),
        class_name="card-subtitle",
    )
