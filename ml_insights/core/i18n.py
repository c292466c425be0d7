"""English in the code, Spanish in each slice's `locale/es.po`; merged once, compiled into the pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "es")
LOCALES = {"en": "en-US", "es": "es-CL"}
PACKAGE = Path(__file__).parent.parent


@lru_cache
def catalog(language: str) -> dict[str, str]:
    """Message → translation, of every slice together. Empty for English."""
    from babel.messages.pofile import read_po

    messages: dict[str, str] = {}
    for path in sorted(PACKAGE.glob(f"*/locale/{language}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string:
                    messages[message.id] = message.string
    return messages


def gettext(message: str, language: str, **values: Any) -> str:
    """`message` in `language` with `{names}` replaced by `values`; the English text where no translation exists.

    A value that reads otherwise in each language (an amount, a title) is an {"en", "es"} pair. What depends on a number
    is written as in ICU: "{days, plural, one {# day} other {# days}}"; # is the number itself.
    """
    text = catalog(language).get(message, message)
    if not values:
        return text
    spoken = _spoken(values, language)
    return _counted(text, spoken, language).format_map(_Keep(spoken))


PLURAL = re.compile(r"\{(\w+), plural, one \{([^{}]*)\} other \{([^{}]*)\}\}")


def _counted(text: str, values: dict[str, Any], language: str) -> str:
    """The form that fits each number; English and Spanish have one for 1 and one for all others."""

    def chosen(hole: re.Match[str]) -> str:
        name, one, other = hole.groups()
        if name not in values:
            return "{" + name + "}"
        form = one if str(values[name]) == "1" else other
        return form.replace("#", _figure(values[name], language))

    return PLURAL.sub(chosen, text)


def _figure(value: Any, language: str) -> str:
    """A number with its separators; a text has them already."""
    from babel.numbers import format_decimal

    return value if isinstance(value, str) else format_decimal(value, locale=LOCALES[language].replace("-", "_"))


def in_each(message: str, **values: Any) -> dict[str, str]:
    """`message` in every language: a value for another message."""
    return {language: gettext(message, language, **values) for language in LANGUAGES}


@dataclass(frozen=True)
class Message:
    """What is written down now and read in any language later: an English template and its values, as in `gettext`.

    The values are JSON. A text that a person typed is a template without values, and stays as it is.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def told(self, language: str) -> str:
        """The text in `language`."""
        return gettext(self.template, language, **self.values)

    def in_each(self) -> dict[str, str]:
        """The text in every language: a value for another message."""
        return in_each(self.template, **self.values)


def _spoken(values: dict[str, Any], language: str) -> dict[str, Any]:
    return {name: value.get(language) if isinstance(value, dict) else value for name, value in values.items()}


class _Keep(dict[str, Any]):
    """A forgotten value shows its name instead of hiding the whole message."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def N_(message: str) -> str:
    """Mark `message` for translation where it is defined; it is translated where it is shown."""
    return message


def language_from(header: str, default: str = "en") -> str:
    """Best language that we speak for an Accept-Language `header`."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    for _, tag in sorted(wanted, key=lambda pair: -pair[0]):
        if tag in LANGUAGES:
            return tag
    return default
