"""Which currency a text names: a code, a sign, a word; alone in its cell or beside an amount."""

from __future__ import annotations

import re

from ml_insights.sources.synonyms import spoken

CURRENCIES = ("currency", "currencycode", "ordercurrency", "currencyid", "paymentcurrency", "presentmentcurrency",
              "moneda", "codigomoneda", "tipomoneda", "tipodemoneda", "monedadepago", "monedaventa",
              "divisa")  # fmt: skip
"""What people call a column of currencies; compared without case, accents, spaces and signs."""
RATES = ("exchangerate", "currencyrate", "fxrate", "conversionrate", "tipodecambio", "tipocambio", "tasadecambio",
         "tasacambio", "paridad", "valordolar", "tc")  # fmt: skip
"""What people call a column of rates of exchange."""
_SIGNS = {"US$": "USD", "U$S": "USD", "U$D": "USD", "R$": "BRL", "S/": "PEN", "S/.": "PEN", "€": "EUR", "£": "GBP",
          "UF": "CLF"}  # fmt: skip
_WORDS = {"peso chileno": "CLP", "pesos chilenos": "CLP", "dolar": "USD", "dolares": "USD", "dollar": "USD",
          "dollars": "USD", "dolar americano": "USD", "euro": "EUR", "euros": "EUR", "sol": "PEN", "soles": "PEN",
          "peso mexicano": "MXN", "peso argentino": "ARS", "peso colombiano": "COP"}  # fmt: skip
OWN = ("", "$", "PESO", "PESOS", "MONEDA NACIONAL", "MN", "LOCAL")
"""What can be meant for the company's own currency; a bare $ is the sign of twenty currencies."""


def currency_of(text: str, beside_amount: bool) -> str:
    """The ISO 4217 code that `text` names; the text in capitals where it is none, and "" for the company's own.

    Where it stands `beside_amount`, the digits and what belongs to them are passed over.
    """
    if beside_amount:
        text = re.sub(r"[\d.,'()\s\u00a0\u202f+\-−%]", "", text)
        text = re.sub(r"(?i)^(cr|dr|db)$", "", text)
    plain = text.strip().upper()
    if plain in OWN:
        return ""
    return _SIGNS.get(plain) or _WORDS.get(spoken(text), plain)


def is_currency(text: str) -> bool:
    """Whether `text` names a currency, the company's own included."""
    return bool(text.strip()) and re.fullmatch(r"[A-Z]{3}|", currency_of(text, beside_amount=False)) is not None
