"""Customers who stand for everybody that left no name. As one customer they would be the best of all."""

from __future__ import annotations

import re

from ml_insights.sources.synonyms import spoken

_NOBODY = re.compile(
    r"^(?:0|guest|invitad[oa]|consumidor final|cliente (?:generico|mostrador|final|ocasional|boleta|varios|contado)"
    r"|sin (?:cliente|nombre|rut|registro|identificar)|ventas? (?:mostrador|publico|general)|publico(?: en)? general"
    r"|mostrador|anonim[oa]|anonymous|walk ?in(?: customer)?|cash(?: sale| customer)?|n a|none|null|nan|no name"
    r"|66 ?666 ?666 6|666666666|xaxx010101000|222222222222|unknown|desconocid[oa]|particular)$"
)
"""66.666.666-6 and XAXX010101000 are the numbers that tax offices prescribe for such sales."""


def is_nobody(customer: str) -> bool:
    """Whether `customer` is what programs write where nobody in particular bought."""
    return _NOBODY.match(spoken(customer)) is not None
