"""The quiet button on a figure that says what it is, of which period, rows and model version, and gives its rows."""

from typing import Any

import reflex as rx

from ml_insights.ui.i18n import Text, date, datetime, number, t, words
from ml_insights.ui.parts import icon


class Proof(rx.Component):
    """The browser's side, `assets/js/proof.js`."""

    library = "$/public/js/proof.js"
    tag = "Proof"

    name: rx.Var[str]
    title: rx.Var[str]
    close: rx.Var[str]


def proof(figure: Text, means: Text, facts: Any, counted: Text, rows: rx.Component) -> rx.Component:
    """A button that opens what stands behind a figure.

    `figure` is what its card calls it and `means` what it is in plain words. `facts` is a Var of what
    `core.proof.Proof.shown` gives, `counted` what its rows are called ("Days in it"), and `rows` where to get them: an
    export or a link.
    """
    return Proof.create(
        icon("badge-check", 15),
        rx.el.p(words(means), class_name="proof-means"),
        _facts(facts.to(dict), counted),
        rx.el.div(rows, class_name="proof-rows"),
        name=t("Proof of {figure}", figure=words(figure)),
        title=words(figure),
        close=t("Close"),
    )


def _facts(facts: Any, counted: Text) -> rx.Component:
    return rx.el.dl(
        _period("Period", facts, "period"),
        _period("Held against", facts, "compared"),
        _known(counted, number(facts["rows"]), facts["rows"] != None),  # noqa: E711  a comparison in the browser
        _known("Model version", facts["model"].to(str), facts["model"]),
        _period("Learnt from", facts, "learnt"),
        _known("Data up to", date(facts["until"]), facts["until"]),
        _known("Computed", datetime(facts["computed_at"]), facts["computed_at"]),
        _known("Time zone", facts["zone"].to(str), facts["zone"]),
        class_name="facts",
    )


def _period(name: str, facts: Any, key: str) -> rx.Component:
    first, last = facts[f"{key}_first"], facts[f"{key}_last"]
    return _known(name, t("{first} to {last}", first=date(first), last=date(last)), first)


def _known(name: Text, value: Any, known: Any) -> rx.Component:
    return rx.fragment(rx.cond(known, rx.el.div(rx.el.dt(words(name)), rx.el.dd(value))))
