"""What the API is asked for with an import."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from ml_insights.sources.facts import Answer, Choices

Version = Annotated[
    int | None, Field(description="The `version` that you saw: answered with 409 where somebody changed it since.")
]


class ChangeAsked(BaseModel):
    """What to settle. What is not named stays as it is."""

    version: Version = None
    columns: dict[str, str] = Field(
        default={},
        description="Column → header that feeds it; an empty header for none.",
        examples=[{"order_id": "N° Pedido", "channel": ""}],
    )
    answers: dict[str, Answer] = Field(
        default={},
        description="Decision → an option's `value`; where options have meanings, → option → meaning.",
        examples=[{"dates": "day-first", "states": {"Cancelled": "out"}}],
    )
    encoding: str | None = Field(default=None, max_length=40, examples=["cp1252"])
    separator: str | None = Field(default=None, max_length=3, examples=[";"])
    sheet: str | None = Field(default=None, max_length=200, description="Which sheet of a workbook to read.")
    header_row: int | None = Field(
        default=None, ge=0, description="The row that names the columns, from 1; 0 for none."
    )
    left_out: list[str] | None = Field(default=None, description="Headers that nothing shall use.")
    count_in: str = Field(
        default="",
        max_length=3,
        description="Make this the company's currency, such as USD: an admin's key can, before the company has rows.",
    )
    afresh: bool = Field(default=False, description="Forget what was settled before, also for files of this layout.")

    def applied(self, before: Choices) -> Choices:
        """`before` with what is asked for over it."""
        answers = dict(before.answers)
        for name, answer in self.answers.items():
            held = answers.get(name)
            answers[name] = {**held, **answer} if isinstance(answer, dict) and isinstance(held, dict) else answer
        given = {
            "encoding": self.encoding,
            "separator": self.separator,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "left_out": None if self.left_out is None else tuple(self.left_out),
        }
        named = {name: value for name, value in given.items() if value is not None}
        return replace(before, columns={**before.columns, **self.columns}, answers=answers, **named)


class CheckAsked(BaseModel):
    """How to check."""

    version: Version = None
    accept_proposed: bool = Field(default=False, description="Take what the file suggests for every open decision.")


class WriteAsked(BaseModel):
    """How to write."""

    version: Version = None
    update: bool = Field(
        default=False,
        description="Overwrite lines that are known with other values: a quantity, a price or a refund that changed. "
        "Without it they keep what they have, and are counted as `kept`.",
    )
