"""Machine Learning → Models: what is in production, versions side by side, one click back."""

from typing import Any

import reflex as rx

from ml_insights.retraining.page.running import QUIET, ROW, STACK, retrain_button, running
from ml_insights.retraining.state.models import ModelsState
from ml_insights.retraining.state.running import RetrainState
from ml_insights.ui.computing import nothing_ready
from ml_insights.ui.i18n import date, datetime, number, percent, relative_time, t
from ml_insights.ui.parts import (
    badge,
    banner,
    button,
    card,
    choice,
    facts_list,
    field,
    grid,
    kpi,
    link,
    link_button,
    loading,
    page_header,
    status_badge,
    tabs_of,
    text_input,
)
from ml_insights.ui.table import Column, data_table

STATUSES = {
    "champion": ("in production", "green"),
    "challenger": ("challenger", "blue"),
    "candidate": ("candidate", "blue"),
    "fallback": ("fallback", "amber"),
    "retired": ("retired", "grey"),
    "withdrawn": ("withdrawn", "grey"),
}
ACTS = {"promote": ("promoted", "green"), "rollback": ("rolled back", "amber")}


def models() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header("Models", "What is in production, since when and why, and how right it has been", retrain_button()),
        tabs_of("/models"),
        rx.el.div(running(), _body(), style=STACK),
    )


def _body() -> Any:
    return rx.match(
        ModelsState.phase,
        ("ready", _ready()),
        ("empty", card(_nothing())),
        rx.el.div(loading("cards"), card(loading("table")), style=STACK),
    )


def _nothing() -> rx.Component:
    return nothing_ready("boxes", "Nothing in production yet", "Models are learnt from your data.")


def _ready() -> rx.Component:
    return rx.el.div(
        rx.foreach(ModelsState.models, _model),
        rx.cond(ModelsState.asked_version != "", _question()),
        _versions(),
        rx.cond(ModelsState.lineage.contains("version"), _lineage()),
        _history(),
        rx.cond(RetrainState.may_start, _challenge()),
        style=STACK,
    )


def _model(model: Any) -> rx.Component:
    actions = rx.el.div(
        link_button(
            "Monitor", "/models/monitor?model=" + model["name"].to(str), kind="secondary", icon_name="activity"
        ),
        rx.cond(
            RetrainState.may_start & (model["fallback"] != ""),
            button(
                t("Roll back to {version}", version=model["fallback"]),
                ModelsState.ask_back(model["name"], model["fallback"]),
                kind="secondary",
                icon_name="undo-2",
            ),
        ),
        retrain_button(model["name"], "Retrain", "secondary"),
        style=ROW,
    )
    nothing = rx.el.p(t("Not trained yet"), style=QUIET)
    return card(
        rx.cond(model["version"] != "", _in_production(model), nothing),
        title=model["title"].to(str),
        actions=actions,
        key=model["name"].to(str),
    )


def _in_production(model: Any) -> rx.Component:
    unknown = "–"
    age = relative_time(model["data_until"])
    overdue = t("{age}, overdue", age=age)
    return rx.fragment(
        grid(
            kpi(
                "In production",
                t("Version {version}", version=model["version"]),
                hint=t("{recipe}, since {when}", recipe=model["recipe"], when=date(model["since"])),
            ),
            kpi(
                rx.cond(
                    model["in_backtest"],
                    t("{metric} in the backtest", metric=model["metric"]),
                    t("{metric} on the hold-out", metric=model["metric"]),
                ),
                rx.cond(model["promised"].is_none(), unknown, number(model["promised"], 3)),
                hint=_beside(model),
            ),
            kpi(
                t("{metric} live, last four weeks", metric=model["metric"]),
                rx.cond(model["live"].is_none(), unknown, number(model["live"], 3)),
                hint=rx.cond(
                    model["outcomes"].to(int) > 0,
                    t("{count} outcomes", count=number(model["outcomes"])),
                    t("no outcome yet"),
                ),
            ),
            kpi(
                "Data until",
                date(model["data_until"]),
                hint=rx.cond(model["overdue"], overdue, age),
            ),
        ),
        _why(model),
    )


def _beside(model: Any) -> Any:
    """What the naive method scored in the same days, and how many outcomes fell into the band."""
    score, share = number(model["naive"], 3), percent(model["promised_80"], 1)
    inside = t("{share} inside the 80 % band", share=share)
    both = t("naive method: {score}; {share} inside the 80 % band", score=score, share=share)
    alone = rx.cond(model["promised_80"].is_none(), t("no naive method beside it"), inside)
    beside = rx.cond(model["promised_80"].is_none(), t("naive method: {score}", score=score), both)
    return rx.cond(model["naive"].is_none(), alone, beside)


def _why(model: Any) -> rx.Component:
    by = rx.el.span(t("Promoted by {who}", who=model["by"]), ": ")
    tried = rx.el.p(
        rx.cond(
            model["last_failed"],
            badge("Last run failed", "red"),
            rx.cond(model["last_unused"], badge("Not used", "grey"), badge("Last run kept it", "grey")),
        ),
        " ",
        relative_time(model["last_at"]),
        " · ",
        model["last_reason"].to(str),
        style=QUIET,
    )
    differs = (model["last_at"] != "") & (~model["last_promoted"].to(bool))
    report = link("Report", href="/models/reports?run=" + model["report"].to(str), class_name="inline-link")
    return rx.el.div(
        rx.el.p(by, model["reason"].to(str), " ", rx.cond(model["report"] != "", report)),
        rx.cond(differs, tried),
        class_name="model-why",
    )


def _question() -> rx.Component:
    back = t("Go back to version {version}", version=ModelsState.asked_version)
    forward = t("Put version {version} into production", version=ModelsState.asked_version)
    form = rx.el.form(
        rx.cond(ModelsState.problem != "", banner("danger", ModelsState.problem)),
        field(
            "Reason",
            text_input(name="reason", required=True, max_length=300, auto_focus=True, auto_complete="off"),
            hint="It is kept in the promotion history for good.",
        ),
        rx.el.div(
            button(
                rx.cond(ModelsState.asked_back, t("Roll back"), t("Promote")), loading=ModelsState.busy, type="submit"
            ),
            button("Cancel", ModelsState.forget, kind="secondary", disabled=ModelsState.busy),
            class_name="form-actions",
        ),
        on_submit=ModelsState.confirm,
        class_name="form",
    )
    return card(
        form,
        title=rx.cond(ModelsState.asked_back, back, forward),
        subtitle="Its predictions are computed for today's data and answer at once. The present version stays as the "
        "fallback.",
    )


def _horizon(version: Any) -> Any:
    days = t("{days} days", days=version["horizon"])
    return rx.cond(version["horizon"] == None, "–", days)  # noqa: E711  a comparison in the browser


def _versions() -> rx.Component:
    head = rx.el.tr(
        rx.el.th(t("Version"), scope="col"),
        rx.foreach(ModelsState.versions, lambda version: rx.el.th(version["version"].to(str), scope="col")),
    )
    rows = [
        _row("Status", lambda version: status_badge(version["status"], STATUSES)),
        _row("Recipe", lambda version: version["recipe"].to(str)),
        _row("Looks ahead", _horizon),
        _row("Trained", lambda version: datetime(version["trained_at"])),
        _row("Data", _window),
    ]
    table = rx.el.table(
        rx.el.caption(t("Versions side by side"), class_name="sr-only"),
        rx.el.thead(head),
        rx.el.tbody(
            *rows, rx.foreach(ModelsState.metrics, _metric), _row("Report", _report), _row("Actions", _actions)
        ),
        class_name="figures figures-compare",
    )
    return card(
        rx.el.div(table, class_name="table-scroll", tab_index=0, role="region", aria_label=t("Versions side by side")),
        title=t("Versions of {model}", model=ModelsState.title),
        subtitle="The newest first, each scored on the hold-out of its own run. A refused challenger stays on record",
        actions=_chooser(),
    )


def _chooser() -> rx.Component:
    options = rx.foreach(
        ModelsState.models, lambda model: rx.el.option(model["title"].to(str), value=model["name"].to(str))
    )
    select = rx.el.select(
        options,
        value=ModelsState.chosen,
        on_change=ModelsState.choose,
        class_name="input select",
        aria_label=t("Model"),
    )
    return rx.cond(ModelsState.models.length() > 1, select)


def _row(label: str, cell: Any) -> rx.Component:
    cells = rx.foreach(ModelsState.versions, lambda version: rx.el.td(cell(version)))
    return rx.el.tr(rx.el.th(t(label), scope="row"), cells)


def _window(version: Any) -> rx.Component:
    return rx.el.span(date(version["training_start"]), " – ", date(version["training_end"]))


def _report(version: Any) -> Any:
    read = link("Report", href="/models/reports?run=" + version["report"].to(str), class_name="inline-link")
    return rx.cond(version["report"] != "", read, "–")


def _actions(version: Any) -> rx.Component:
    change = rx.cond(
        version["back"],
        button("Roll back", ModelsState.ask(version["version"], True), kind="secondary"),
        button("Promote", ModelsState.ask(version["version"], False), kind="secondary"),
    )
    allowed = RetrainState.may_start & version["promotable"].to(bool)
    trace = button("Lineage", ModelsState.trace(version["version"]), kind="ghost")
    return rx.el.div(rx.cond(allowed, change), trace, style=ROW | {"gap": "4px"})


def _metric(metric: Any) -> rx.Component:
    name = metric["name"].to(str)

    def cell(value: Any) -> rx.Component:
        factor = rx.fragment(number(value["value"], 2), "×")
        plain = rx.cond(metric["kind"] == "times", factor, rx.fragment(number(value["value"], 3)))
        figure = rx.cond(metric["kind"] == "percent", rx.fragment(percent(value["value"], 1)), plain)
        return rx.el.td(
            rx.cond(value["known"], figure, "–"),
            rx.cond(value["best"], rx.el.span(" ", badge("best", "green"))),
        )

    return rx.el.tr(
        rx.el.th(
            rx.cond(
                metric["backtest"],
                t("{metric}, backtest", metric=name),
                rx.cond(metric["naive"], t("{metric}, naive method", metric=name), name),
            ),
            scope="row",
        ),
        rx.foreach(metric["cells"].to(list[dict[str, Any]]), cell),
        key=metric["key"],
    )


def _lineage() -> rx.Component:
    line = ModelsState.lineage
    return card(
        facts_list(
            [
                ("Type", line["type"].to(str)),
                ("Recipe", line["recipe"].to(str)),
                ("Training window", line["window"].to(str)),
                ("Version of the data", rx.el.span(line["data"].to(str), class_name="mono")),
                ("Features", line["features"].to(str)),
                ("Libraries", line["libraries"].to(str)),
                ("File", rx.el.span(line["path"].to(str), class_name="mono")),
                ("SHA-256", rx.el.span(line["digest"].to(str), class_name="mono")),
            ]
        ),
        title=t("Lineage of version {version}", version=line["version"].to(str)),
    )


def _history() -> rx.Component:
    return card(
        data_table(
            [
                Column("at", "When", "datetime", sortable=False),
                Column("act", "What", render=lambda row: status_badge(row["act"], ACTS), sortable=False),
                Column("change", "Version", sortable=False),
                Column("by", "By", sortable=False, hide_on_phone=True),
                Column("reason", "Why", sortable=False),
            ],
            ModelsState.history,
            caption="Promotion history",
        ),
        title="Promotion history",
        subtitle="Never rewritten",
    )


def _challenge() -> rx.Component:
    pick = field(
        "Recipe",
        choice(ModelsState.recipes, ModelsState.recipe, ModelsState.choose_recipe),
        hint="Features, algorithm and parameters",
    )
    go = button(
        "Train as challenger",
        RetrainState.retrain(ModelsState.chosen, ModelsState.recipe),
        kind="secondary",
        icon_name="swords",
        disabled=RetrainState.active,
    )
    return card(
        rx.el.div(pick, go, style=ROW | {"align_items": "center", "gap": "16px"}),
        title=t("Try another recipe for {model}", model=ModelsState.title),
        subtitle="Both recipes are fitted on data before the same hold-out. The challenger goes in only if it "
        "is better beyond noise.",
    )
