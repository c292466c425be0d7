"""Numbers as people write them. Arrays in, arrays out; what is not a number becomes null."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources import currencies

LARGEST = 1e15
"""Beyond this a float no longer counts units exactly."""

_SPACES = r"[\s\x{00A0}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]+"
_DASHES = r"[\x{2010}-\x{2015}\x{2212}\x{FE63}\x{FF0D}]"
_APOSTROPHES = r"[\x{2018}\x{2019}\x{02BC}\x{00B4}`]"
_DIGITS = r"(?:[0-9](?:[0-9.,' ]*[0-9])?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_PLAIN = r"^(?:[+-]?(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+))?$"
_YES = ["x", "s", "sí", "si", "y", "yes", "true", "verdadero", "v"]
_NO = ["n", "no", "false", "falso", "f"]
_PIECES = (
    r"(?i)^([^\p{L}]*[0-9]) *(?:u|un|uni|unid|unids|unidad|unidades|unit|units|ud|uds|und|unds|pz|pza|pzas|pieza|piezas"
    r"|pc|pcs|pce|piece|pieces|ea|each|stk|st|stück|stuck|unidade|x)\.?$"
)
_NEGATIVE = ["-", "()"]
_POSITIVE = ["", "+"]


@dataclass(frozen=True)
class Written:
    """Numbers taken apart, one value each. `digits` has the figures with the signs between them, null where the text
    is no number; `negative` says whether a minus, brackets or CR stand around; `end` is what says that no decimals
    follow: "", the sign alone ("12.") or with a dash ("12.-", as Chileans and Swiss write whole amounts)."""

    digits: pa.Array
    negative: pa.Array
    end: pa.Array


def parse_numbers(texts: pa.Array, decimal: str = ".") -> pa.Array:
    """float64 of trimmed `texts`; null where empty, not a number, not finite or beyond 1e15.

    Groups may stand apart by the sign that is not the decimal one, by spaces or by apostrophes, and a currency beside
    the number. A minus before or after, brackets and CR make it negative. A dash alone is nothing that can be read,
    but one beside a currency is how accountants write zero. What fits no such form ("12,34.5", "15 %") is null.
    """
    if not pc.any(pc.match_substring(texts, "," if decimal == "." else ".")).as_py():
        try:
            return _usable(pc.cast(texts, pa.float64()))
        except pa.ArrowInvalid:
            pass
    return _usable(_parse_written(texts, decimal))


def parse_degrees(texts: pa.Array) -> pa.Array:
    """float64 of trimmed latitudes or longitudes; null where not one. Nobody groups thousands of degrees, so a sign
    stands before decimals whichever it is, also where the rest of the file has the other."""
    plain = with_plain_signs(texts)
    single = pc.match_substring_regex(plain, r"^[+-]?[0-9]+(?:[.,][0-9]+)?$")
    return _usable(pc.cast(pc.if_else(single, pc.replace_substring(plain, ",", "."), None), pa.float64()))


def without_pieces(texts: pa.Array) -> pa.Array:
    """`texts` without a word for pieces after the number; other units stay, since they say how much a piece is."""
    if not pc.any(pc.match_substring_regex(texts, r"[A-Za-z]\.?$")).as_py():
        return texts
    return pc.replace_substring_regex(texts, _PIECES, r"\1")


def with_unit(texts: pa.Array) -> pa.Array:
    """Which of trimmed `texts` are a number with a word of letters after it."""
    return pc.match_substring_regex(texts, r"^[-+]?[0-9][0-9.,' ]*\p{L}{1,12}\.?[²³2-3]?$")


def with_flags(texts: pa.Array) -> pa.Array:
    """`texts` with 1 for words that say yes and 0 for those that say no; others stay."""
    words = pc.utf8_lower(texts)
    told = pc.if_else(pc.is_in(words, pa.array(_YES)), "1", texts)
    return pc.if_else(pc.is_in(words, pa.array(_NO)), "0", told)


def _usable(numbers: pa.Array) -> pa.Array:
    usable = pc.less(pc.abs(numbers), LARGEST)
    return pc.if_else(pc.fill_null(usable, False), numbers, None)


def _parse_written(texts: pa.Array, decimal: str) -> pa.Array:
    plain = with_plain_signs(texts)
    written = take_apart(plain)
    numbers = pc.cast(_pointed(written, decimal), pa.float64())
    signed = pc.add(pc.if_else(written.negative, pc.negate(numbers), numbers), 0.0)
    if not pc.any(pc.match_substring_regex(plain, r"^(?:[^0-9]+-|-[^0-9]+)$")).as_py():
        return signed
    nothing = pc.match_substring_regex(plain, rf"^(?:{currencies.pattern()} ?-|- ?{currencies.pattern()})$")
    return pc.if_else(nothing, 0.0, signed)


def with_plain_signs(texts: pa.Array) -> pa.Array:
    """`texts` with one kind of space, of dash and of apostrophe each."""
    for kind, sign in ((_SPACES, " "), (_DASHES, "-"), (_APOSTROPHES, "'")):
        texts = pc.replace_substring_regex(texts, kind, sign)
    return pc.utf8_trim_whitespace(texts)


def take_apart(texts: pa.Array) -> Written:
    """The numbers in `texts` (of `with_plain_signs`). No more than one sign may say that a number is negative."""
    if pc.all(pc.match_substring_regex(texts, _PLAIN)).as_py():
        negative = pc.starts_with(texts, "-")
        digits = pc.utf8_ltrim(texts, "+-")
        return Written(pc.if_else(pc.equal(digits, ""), None, digits), negative, pc.if_else(negative, "", ""))
    parts = pc.extract_regex(texts, _pattern())
    before, digits, end, after, side = (pc.struct_field(parts, place) for place in range(5))
    around = pc.replace_substring_regex(pc.binary_join_element_wise(before, after, ""), r"[^+\-()]", "")
    side = pc.utf8_lower(side)
    credit = pc.and_(pc.equal(side, "cr"), pc.is_in(around, pa.array(_POSITIVE)))
    negative = pc.if_else(pc.equal(side, ""), pc.is_in(around, pa.array(_NEGATIVE)), credit)
    known = pc.or_(negative, pc.is_in(around, pa.array(_POSITIVE)))
    return Written(pc.if_else(known, digits, None), negative, end)


@cache
def _pattern() -> str:
    currency = currencies.pattern()
    return (
        rf"^(?P<before>[-+(]? ?(?:{currency})? ?[-+(]?) ?(?P<digits>{_DIGITS})(?P<end> ?[.,]-|[.,]?)"
        rf"(?P<after> ?[-+)]? ?(?:{currency})? ?[-+)]?)(?: ?(?P<side>(?i:cr|dr)))?\.?$"
    )


def _pointed(written: Written, decimal: str) -> pa.Array:
    """The digits as computers write them, null where they do not fit the decimal sign."""
    group = "," if decimal == "." else "."
    point, comma = rf"\{decimal}", rf"\{group}"
    head = "[1-9][0-9]{0,2}"
    grouped = rf"^{head}(?:(?:{comma}[0-9]{{3}})+|(?: [0-9]{{3}})+|(?:'[0-9]{{3}})+)(?:{point}[0-9]+)?$"
    indian = rf"^[1-9][0-9]?(?:{comma}[0-9]{{2}})+{comma}[0-9]{{3}}(?:{point}[0-9]+)?$"
    plain = rf"^(?:[0-9]+(?:{point}[0-9]+)?|{point}[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?$"
    fits = pc.match_substring_regex(written.digits, rf"{grouped}|{indian}|{plain}")
    ended = pc.if_else(
        pc.equal(written.end, ""),
        True,
        pc.and_(
            pc.invert(pc.match_substring(written.digits, decimal)),
            pc.or_(pc.equal(written.end, decimal), pc.ends_with(written.end, "-")),
        ),
    )
    digits = pc.if_else(pc.and_(fits, ended), written.digits, None)
    return pc.replace_substring(pc.replace_substring_regex(digits, rf"[{group} ']", ""), decimal, ".")
