"""Both languages compiled into the page: texts and number formats switch at once, without asking the server.

A page is served in English, with the words hidden for readers of another language until the browser has put theirs
in place (see `assets/css/base.css`, `words-pending`), so nobody sees the wrong language flash by.
"""

import json
from http.cookies import CookieError, SimpleCookie
from typing import Any

import reflex as rx
from reflex.utils.imports import ImportVar
from reflex.vars import VarData

from ml_insights.core.i18n import LANGUAGES, catalog, language_from
from ml_insights.core.settings import settings

MODULE = "$/public/js/language.js"
HOOK = "const readerLanguage = useLanguage()"

Text = str | rx.Var[str]
CHOSEN, SHOWN = "language", "shown-language"
"""Cookies: the reader's choice, and what the page shows, which the script below says."""

HEAD_SCRIPT = """
(() => {
  const known = ["en", "es"], root = document.documentElement;
  const cookie = (document.cookie.match(/(?:^|; )language=(\\w+)/) || [])[1];
  let chosen = cookie;
  try { chosen = localStorage.getItem("language") || cookie; } catch {}
  const wanted = [chosen, ...navigator.languages.map((tag) => tag.slice(0, 2))];
  root.lang = wanted.find((tag) => known.includes(tag)) || "en";
  if (root.lang !== "en") root.classList.add("words-pending");
  try {
    document.cookie = `shown-language=${root.lang}; path=/; samesite=lax`;
    for (const name of ["routes", "notices", "company"])
      if (!(name in root.dataset) && localStorage.getItem(name)) root.dataset[name] = localStorage.getItem(name);
  } catch {}
})();
"""
"""Runs before the first paint: the reader's choice of language, else the browser's, which the server is told by a
cookie, for what opens a socket need not name the browser's languages; and the menu and the company that
they last had, unless the server has said which ones they have (`first_sight.py`)."""


def _js(function: str, *arguments: Any, kind: Any = str) -> rx.Var[Any]:
    values = [argument if isinstance(argument, rx.Var) else rx.Var.create(argument) for argument in arguments]
    data = VarData(
        hooks={HOOK: None}, imports={MODULE: [ImportVar(tag="useLanguage"), ImportVar(tag=function, is_default=False)]}
    )
    expression = f"{function}(readerLanguage, {', '.join(str(value) for value in values)})"
    every = VarData.merge(data, *(value._get_all_var_data() for value in values))
    return rx.Var(_js_expr=expression, _var_type=kind, _var_data=every).guess_type()


def language() -> rx.Var[str]:
    """The reader's language, "en" or "es", as the browser knows it."""
    data = VarData(hooks={HOOK: None}, imports={MODULE: [ImportVar(tag="useLanguage")]})
    return rx.Var(_js_expr="readerLanguage", _var_type=str, _var_data=data).guess_type()


def t(message: str, **values: Any) -> rx.Var[str]:
    """`message` in the reader's language; `{names}` are replaced by `values`, plain or Vars."""
    messages = {"en": message} | {tag: catalog(tag)[message] for tag in LANGUAGES if message in catalog(tag)}
    filled = rx.Var.create(dict(values)) if values else rx.Var(_js_expr="{}", _var_type=dict)
    return _js("translate", rx.Var(_js_expr=json.dumps(messages, ensure_ascii=False), _var_type=dict), filled)


def words(value: Text) -> rx.Var[str]:
    """`value` as a Var: a plain string is translated, a Var is left alone."""
    return value if isinstance(value, rx.Var) else t(value)


def _number(value: Any, **options: Any) -> rx.Var[str]:
    return _js("formatNumber", value, {key: choice for key, choice in options.items() if choice is not None})


def number(value: Any, digits: int = 0, compact: bool = False, sign: bool = False) -> rx.Var[str]:
    """A number with at most `digits` decimals; `compact` writes 12.3K, `sign` shows + too."""
    return _number(value, maximumFractionDigits=digits, **_notation(compact, sign))


def money(value: Any, compact: bool = False, sign: bool = False, digits: int | None = None) -> rx.Var[str]:
    """An amount in the company's currency: small ones with its decimals, large ones without.

    `compact` writes 1.2M. A rate, such as an amount a kilogram, may have more `digits` than the currency has.
    """
    options = {"compact": compact or None, "sign": sign or None, "digits": digits}
    return _js("formatMoney", value, {key: choice for key, choice in options.items() if choice is not None})


def percent(value: Any, digits: int = 0, sign: bool = False) -> rx.Var[str]:
    """A share (0.25) as a percentage (25 %)."""
    return _number(value, style="percent", maximumFractionDigits=digits, **_notation(False, sign))


def _notation(compact: bool, sign: bool) -> dict[str, str | bool | None]:
    return {"signDisplay": "exceptZero" if sign else None, "compact": compact or None}


DAY = {"day": "numeric", "month": "short"}


def date(value: Any, weekday: bool = False, year: bool = True) -> rx.Var[str]:
    """An ISO day or moment as a date; a moment's day is that of the company's zone."""
    style = DAY | ({"year": "numeric"} if year else {}) | ({"weekday": "short"} if weekday else {})
    return _js("formatDate", value, style)


def datetime(value: Any) -> rx.Var[str]:
    """An ISO moment as date and time in the company's zone, which is named where the reader's clock differs."""
    return _js("formatDate", value, DAY | {"year": "numeric", "hour": "numeric", "minute": "2-digit"})


def relative_time(value: Any) -> rx.Var[str]:
    """An ISO moment or day as "yesterday" or "3 days ago" by the company's calendar; within today by the clock."""
    return _js("formatAgo", value)


def language_of(state: rx.State) -> str:
    """The reader's language inside an event handler."""
    headers = state.router.headers
    return reader_language(headers.raw_headers.get("cookie", ""), headers.accept_language)


def reader_language(cookies: str, spoken: str, kept: str = "") -> str:
    """What the reader has chosen, else `kept` in the account, else what the page shows, else the first that is spoken.

    cookies: the Cookie header. spoken: the Accept-Language header.
    """
    try:
        found = SimpleCookie(cookies)
    except CookieError:
        found = SimpleCookie()
    chosen, shown = (found[name].value if name in found else "" for name in (CHOSEN, SHOWN))
    known = [language for language in (chosen, kept, shown) if language in LANGUAGES]
    return known[0] if known else language_from(spoken, settings().language)
