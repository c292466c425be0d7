"""Whatever a reader may see exists in Spanish, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import load
from ml_insights.core.i18n import PACKAGE, catalog

MARKERS = {"t", "N_", "gettext", "said", "words"}
ROOM = re.compile(r"\{(\w+)\}")
SAME_IN_BOTH = re.compile(
    r"(?:%[a-zA-Z]|\{\w+\}|[\W\d_])*|ML Insights|CSV|PNG|API|MASE|sMAPE|WAPE|AUC|PSI|SHA-256|Error|OpenAPI|Supabase"
)
"""Texts without a word to translate: signs, values alone, and names."""


def plain(node: ast.expr | None) -> str | None:
    """The text of a string literal, adjacent literals joined."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def error_classes(tree: ast.AST) -> Iterator[ast.ClassDef]:
    """Classes with an HTTP status and a code are ProductErrors, however far down they inherit."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            named = {name.id for item in ast.walk(node) if isinstance(item, ast.Assign) for name in _targets(item)}
            if {"status", "code"} <= named:
                yield node


def _targets(assignment: ast.Assign) -> Iterator[ast.Name]:
    for target in assignment.targets:
        yield from (node for node in ast.walk(target) if isinstance(node, ast.Name))


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """(line, English text) of everything in a source file that is marked for translation."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            text = plain(node.args[0])
            if name in MARKERS and text:
                yield node.lineno, text
    for node in error_classes(tree):
        yield node.lineno, " ".join((ast.get_docstring(node) or "").split())


def missing(path: Path) -> list[str]:
    spanish = catalog("es")
    return [
        f"{path.relative_to(PACKAGE.parent)}:{line}: {text!r}"
        for line, text in messages(path)
        if text not in spanish and not SAME_IN_BOTH.fullmatch(text)
    ]


@pytest.mark.parametrize("slice_", sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
def test_marked_texts_are_translated(slice_: str) -> None:
    assert [line for path in sorted((PACKAGE / slice_).rglob("*.py")) for line in missing(path)] == []


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_marked_texts_at_the_top_are_translated(path: Path) -> None:
    assert missing(path) == []


@pytest.mark.parametrize("english", sorted(catalog("es")))
def test_translations_keep_the_values(english: str) -> None:
    assert set(ROOM.findall(catalog("es")[english])) == set(ROOM.findall(english))


class Recorder(dict[str, str]):
    """A catalogue that remembers what it was asked for in vain."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self.missed: set[str] = set()

    def __contains__(self, message: object) -> bool:
        known = super().__contains__(message)
        if not known:
            self.missed.add(str(message))
        return known


def test_pages_show_nothing_untranslated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds every page: the layout parts translate the plain texts that pages give them."""
    from ml_insights.ui import i18n

    recorder = Recorder(catalog("es"))
    monkeypatch.setattr(i18n, "catalog", lambda language: recorder if language == "es" else {})
    for capability in capabilities():
        for page in capability.pages:
            load(page.view)()
        for part in (*capability.cards, *capability.top_bar):
            load(part.view)()
    assert sorted(text for text in recorder.missed if not SAME_IN_BOTH.fullmatch(text)) == []


def test_slices_say_the_same_text_alike() -> None:
    """One English text has one translation in every slice, unless a context (msgctxt) tells two meanings apart."""
    said: dict[tuple[str | None, str], set[str]] = {}
    for path in PACKAGE.glob("*/locale/es.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="es"):
                if isinstance(message.id, str) and message.id:
                    said.setdefault((message.context, message.id), set()).add(str(message.string))
    assert {text: several for text, several in said.items() if len(several) > 1} == {}


FAMILIAR = re.compile(
    r"\b(tu|tus|te|ti|contigo|tuy[oa]s?|puedes|tienes|quieres|necesitas|eres|estás|haz|elige (un|otr)|inténtalo|revisa"
    r"|pide un|has (leído|visto|hecho)|leíste|pulses|presiona|ofrécele|corrígel[oa]|reábrel[oa]|escríbel[oa]"
    r"|contarte|mostrarte|o (deja|elige|restaura|indica|carga)|(guarda|ejecuta|carga) (de nuevo|otra vez|esto)"
    r"|(guárd|ejecút|iníci|enví|ingrés|acórt|entrén|reentrén|inténti?|revís|cámbi|bórr)al[oae]s?)\b",
    re.IGNORECASE,
)
"""Words of a familiar address, the imperatives of verbs in -ar with a pronoun behind them among them (guárdalo)."""


def test_spanish_addresses_everybody_as_usted() -> None:
    assert [text for text in catalog("es").values() if FAMILIAR.search(text)] == []
