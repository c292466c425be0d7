"""Texts and formats as they are compiled into a page."""

import json
import re

import pytest
import reflex as rx

from ml_insights.core.i18n import catalog
from ml_insights.ui import i18n
from ml_insights.ui.i18n import reader_language, t, words


class ReaderState(rx.State):
    """A Var to put into texts."""

    total: rx.Field[int] = rx.field(default=0)


def messages(text: rx.Var[str]) -> dict[str, str]:
    """The languages that `text` was compiled with."""
    return json.JSONDecoder().raw_decode(str(text).partition("(readerLanguage, ")[2])[0]


def test_both_languages_are_compiled() -> None:
    assert messages(t("Sign out")) == {"en": "Sign out", "es": "Cerrar sesión"}


def test_an_unknown_text_stays_english() -> None:
    assert messages(t("Never translated")) == {"en": "Never translated"}


def test_values_may_be_vars_and_bring_their_state_along() -> None:
    text = t("{first}–{last} of {total}", first=1, last=2, total=ReaderState.total)
    data = text._get_all_var_data()
    assert data is not None
    assert any("ReaderState".lower() in str(hook).lower().replace("_", "") for hook in data.hooks)
    assert i18n.HOOK in data.hooks
    assert '["total"] : ' in str(text)


def test_quotes_and_markup_cannot_break_out_of_a_text() -> None:
    text = t('a "quote" `tick` ${x}', name='"; alert(1); "')
    assert messages(text) == {"en": 'a "quote" `tick` ${x}'}
    assert '\\"; alert(1); \\"' in str(text)


def test_words_translates_strings_and_leaves_vars_alone() -> None:
    assert messages(words("Sign out"))["es"] == "Cerrar sesión"
    assert words(ReaderState.total) is ReaderState.total  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (i18n.number(1, 2), {"maximumFractionDigits": 2}),
        (
            i18n.percent(0.1, 1, sign=True),
            {"style": "percent", "maximumFractionDigits": 1, "signDisplay": "exceptZero"},
        ),
        (i18n.number(1, compact=True), {"maximumFractionDigits": 0, "compact": True}),
    ],
)
def test_number_formats(text: rx.Var[str], wanted: dict[str, object]) -> None:
    options = str(text).partition("{")[2]
    for key, value in wanted.items():
        assert f'["{key}"] : {json.dumps(value)}' in options


def test_the_currency_is_not_compiled_into_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURRENCY", "EUR")
    i18n.settings.cache_clear()
    assert str(i18n.money(1, compact=True)) == 'formatMoney(readerLanguage, 1, ({ ["compact"] : true }))'


def test_every_translation_keeps_the_holes_of_its_text() -> None:
    for english, spanish in catalog("es").items():
        assert set(re.findall(r"\{(\w+)[,}]", english)) == set(re.findall(r"\{(\w+)[,}]", spanish)), english


@pytest.mark.parametrize(
    ("cookies", "spoken", "kept", "language"),
    [
        ("language=es; shown-language=en", "en", "en", "es"),
        ("shown-language=en", "en", "es", "es"),
        ("session=1; shown-language=es", "en-US,en;q=0.9", "", "es"),
        ("session=1", "es-CL,en;q=0.5", "", "es"),
        ("language=tlh; shown-language=;", "fr", "", "en"),
        ("", "", "", "en"),
    ],
)
def test_a_choice_goes_before_what_is_kept_shown_and_spoken(
    cookies: str, spoken: str, kept: str, language: str
) -> None:
    assert reader_language(cookies, spoken, kept) == language
