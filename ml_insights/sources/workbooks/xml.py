"""XML of strangers, read as a stream: what declares entities of its own, as no spreadsheet does, is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

Attributes = dict[str, str]
"""Names without their namespace → values."""
_SPACE = " "


class BadXml(ValueError):
    """The text is no XML, or not of a kind that is read."""


def parse(
    file: IO[bytes],
    on_start: Callable[[str, Attributes], None],
    on_text: Callable[[str], None] = lambda text: None,
    on_end: Callable[[str], None] = lambda tag: None,
) -> None:
    """Call `on_start` with the name and the attributes of each element, `on_text` with text as it comes, and `on_end`
    with an element's name. Raises BadXml."""
    from xml.parsers.expat import ExpatError, ParserCreate

    parser = ParserCreate(namespace_separator=_SPACE)
    parser.buffer_text = True

    def start(tag: str, attributes: Attributes) -> None:
        on_start(_plain(tag), {_plain(name): value for name, value in attributes.items()})

    def refuse(*declared: object) -> None:
        raise BadXml("a document type of its own")

    parser.StartElementHandler, parser.EndElementHandler = start, lambda tag: on_end(_plain(tag))
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = on_text, refuse
    try:
        parser.ParseFile(file)
    except ExpatError as error:
        raise BadXml(str(error)) from error


def _plain(name: str) -> str:
    return name.rpartition(_SPACE)[2]
