"""Currencies as people name them: signs, codes and words, beside amounts, in cells of their own and in headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.synonyms import spoken

SIGNS = {
    "US$": "USD", "U$S": "USD", "U$D": "USD", "R$": "BRL", "A$": "AUD", "AU$": "AUD", "CA$": "CAD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "MX$": "MXN", "RD$": "DOP", "AR$": "ARS", "CL$": "CLP", "CO$": "COP",
    "$U": "UYU", "UY$": "UYU", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₪": "ILS", "₫": "VND", "₺": "TRY",
    "₽": "RUB", "₴": "UAH", "₦": "NGN", "₱": "PHP", "₲": "PYG", "₡": "CRC", "฿": "THB", "₵": "GHS", "₸": "KZT",
    "S/": "PEN", "S/.": "PEN", "B/.": "PAB", "Gs": "PYG", "Gs.": "PYG", "zł": "PLN", "Kč": "CZK", "Ft": "HUF",
    "UF": "CLF", "RM": "MYR", "Rp": "IDR", "Fr.": "CHF",
}  # fmt: skip
"""Signs that stand for one currency."""
SHARED = ("$", "C$", "¥", "kr", "kr.", "Bs", "Bs.", "Rs", "Rs.", "L", "Q", "R")
"""Signs that stand for several: which one is meant depends on where the company is."""
WHOLE = frozenset(
    ("AFN", "ALL", "BIF", "CLP", "DJF", "GNF", "IQD", "IRR", "ISK", "JPY", "KMF", "KPW", "KRW", "LAK", "LBP", "MGA",
     "MMK", "PYG", "RSD", "RWF", "SOS", "SYP", "UGX", "VND", "VUV", "XAF", "XOF", "XPF", "YER")
)  # fmt: skip
"""Currencies without decimals, as babel has them; written down, for loading babel takes as long as reading a file."""
MINOR_IN_NAME_ONLY = frozenset({"COP", "CRC", "IDR", "HUF"})
"""Currencies with hundredths by law that nobody writes down."""
WORDS = frozenset(
    ("ALL", "AMD", "BAM", "BOB", "COP", "CUP", "DOP", "GEL", "LAK", "MAD", "MOP", "MUR", "NAD", "NIO", "PAB", "PEN",
     "RON", "SAR", "SHP", "SOS", "TOP", "TRY")
)  # fmt: skip
"""Codes that are words or syllables too: in a header they count in capitals alone."""
NAMES = {"peso chileno": "CLP", "pesos chilenos": "CLP", "dolar": "USD", "dolares": "USD", "dollar": "USD",
         "dollars": "USD", "dolar americano": "USD", "euro": "EUR", "euros": "EUR", "sol": "PEN", "soles": "PEN",
         "peso mexicano": "MXN", "peso argentino": "ARS", "peso colombiano": "COP", "reais": "BRL"}  # fmt: skip
"""Words, in lower case and without accents."""
NO_NAME_IN_HEADERS = frozenset({"sol"})
"""Names that headers use for other things."""
OWN = ("", "$", "PESO", "PESOS", "MONEDA NACIONAL", "MN", "LOCAL")
"""What can be meant for the company's own currency; a bare $ is the sign of twenty currencies."""
CURRENCIES = ("currency", "currencycode", "ordercurrency", "currencyid", "paymentcurrency", "presentmentcurrency",
              "moneda", "codigomoneda", "tipomoneda", "tipodemoneda", "monedadepago", "monedaventa",
              "divisa")  # fmt: skip
"""What people call a column of currencies; compared without case, accents, spaces and signs."""
RATES = ("exchangerate", "currencyrate", "fxrate", "conversionrate", "tipodecambio", "tipocambio", "tasadecambio",
         "tasacambio", "paridad", "valordolar", "tc")  # fmt: skip
"""What people call a column of rates of exchange."""
_SIGNS_IN_CAPITALS = {sign.upper(): code for sign, code in SIGNS.items()}
_WORD = re.compile(
    r"[^\W\d_]*[$€£₲₡][^\W\d_]*|[A-Z]{3}(?![^\W\d_])|[^\W\d_]?[^\W\d_A-Z]+|[^\W\d_]+|[\W\d_]+?(?=[^\W\d_]|[$€£₲₡]|$)"
)
_BETWEEN = r"[\d.,'’+\-−–()\s\x{00A0}\x{2000}-\x{200A}\x{202F}]+"


@cache
def codes() -> frozenset[str]:
    """ISO 4217 codes of what is legal tender somewhere today, and of Chile's unit of account."""
    from babel.core import get_global

    tenders = (tender for country in get_global("territory_currencies").values() for tender in country)
    return frozenset(code for code, _, until, legal in tenders if legal and until is None) | {"CLF"}


@cache
def pattern() -> str:
    """A regular expression (RE2) for what names a currency beside a number: a sign, a code, or both."""
    signs = "|".join(re.escape(sign) for sign in sorted((*SIGNS, *SHARED), key=len, reverse=True))
    code = "(?i:" + "|".join(sorted(codes())) + ")"
    return rf"(?:{code} ?(?:{signs})|{signs}|{code})"


def has_decimals(currency: str) -> bool:
    """Whether amounts in `currency` (ISO 4217; "" is one that is not known) are written with decimals."""
    return currency not in WHOLE | MINOR_IN_NAME_ONLY


def currencies_in(texts: pa.Array | Iterable[str]) -> frozenset[str]:
    """The currencies that stand beside the numbers of `texts`: ISO 4217 codes, or the sign itself where it is that of
    several currencies ("$")."""
    array = texts if isinstance(texts, pa.Array) else pa.array(list(texts), pa.string())
    around = pc.unique(pc.utf8_trim_whitespace(pc.replace_substring_regex(array, _BETWEEN, " ")))
    return frozenset(name for text in around.to_pylist() for name in _named(text or ""))


def _named(text: str) -> Iterable[str]:
    for word in text.split():
        if code := _code(word):
            yield code
        elif word in SIGNS or word in SHARED:
            yield SIGNS.get(word, word)


def _code(word: str) -> str:
    return word.upper() if len(word) == 3 and word.isalpha() and word.upper() in codes() else ""


def currency_of_header(header: str) -> str:
    """The ISO 4217 code that `header` names ("Total (CLP)", "price_usd", "Monto US$"), or "" where none does."""
    return next((code for _, code in _parts(header) if code), "")


def without_currency(header: str) -> str:
    """`header` without the code or the sign of its currency: "Total (CLP)" is "Total"."""
    parts = [part for part, code in _parts(header) if not code and part not in SHARED]
    return re.sub(r"[\s_]*[(\[]\s*[)\]]", "", "".join(parts)).strip(" -_")


def _parts(header: str) -> list[tuple[str, str]]:
    """`header` cut into words and what stands between them, each with the code that it names or ""."""
    parts = _WORD.findall(header)
    return [(part, _code_of_part(part, header, len(parts) == 1)) for part in parts]


def _code_of_part(part: str, header: str, alone: bool) -> str:
    if part in SIGNS:
        return SIGNS[part]
    name = spoken(part)
    if name in NAMES and name not in NO_NAME_IN_HEADERS:
        return NAMES[name]
    bracketed = f"({part})" in header or f"[{part}]" in header
    if part.upper() in WORDS and not bracketed and (not part.isupper() or header.isupper() or alone):
        return ""
    return _code(part)


def currency_of(text: str, beside_amount: bool) -> str:
    """The ISO 4217 code that a cell names; the text in capitals where it is none, and "" for the company's own.

    Where it stands `beside_amount`, the digits and what belongs to them are passed over.
    """
    if beside_amount:
        text = re.sub(r"[\d.,'()\s\u00a0\u202f+\-−%]", "", text)
        text = re.sub(r"(?i)^(cr|dr|db)$", "", text)
    plain = text.strip().upper()
    if plain in OWN:
        return ""
    return _SIGNS_IN_CAPITALS.get(plain) or NAMES.get(spoken(text), plain)


def currencies_beside(texts: Iterable[str], header: str) -> list[str]:
    """The currency of each amount of a column: what stands beside it, or else what `header` names; "" for neither."""
    named = currency_of_header(header)
    return [currency_of(text, beside_amount=True) or named for text in texts]


def is_currency(text: str) -> bool:
    """Whether a cell names a currency, the company's own included."""
    return bool(text.strip()) and re.fullmatch(r"[A-Z]{3}|", currency_of(text, beside_amount=False)) is not None
