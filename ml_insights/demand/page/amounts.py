"""Units or money, as the reader has chosen."""

from typing import Any

import reflex as rx

from ml_insights.demand.state.series import DemandState
from ml_insights.demand.tables import Measure
from ml_insights.ui.i18n import money, number


def amount(value: Any, compact: bool = False) -> Any:
    """`value` as whole money when revenue is shown, as a number otherwise; `compact` writes big money as 2.97M."""
    in_money = money(value, compact=True) if compact else money(value, digits=0)
    return rx.cond(DemandState.measure == Measure.REVENUE.value, in_money, number(value))
