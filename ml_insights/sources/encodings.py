"""Which encoding a file is written in: its mark, UTF-8 while that holds, else the one whose accents look right."""

from __future__ import annotations

import codecs

from ml_insights.sources.errors import MixedEncodings, WrongEncoding

ENCODINGS = ("utf-8", "cp1252", "mac_roman", "cp850", "latin_1", "utf-16")
"""Those to choose from."""
_LEGACY = ("cp1252", "mac_roman", "cp850", "latin_1")
"""What spreadsheets and old programs write: Windows, old Macs, DOS; of equals the first is taken."""
_WIDE = ["utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "utf_7"]
"""Not proposed without a mark: they make rare signs of any two bytes."""
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
_WESTERN = frozenset("àèìòùâêîôûäëïöãõåæøœçßÀÈÌÒÙÂÊÎÔÛÄËÏÖÃÕÅÆØŒÇ")
_AFTER = frozenset("°ºª’…”")
"""Signs that follow a letter or a digit."""
_BEFORE = frozenset("¿¡“‘€£")
"""Signs that stand before one, or alone."""
_LOOKED_AT = 65536


class Decoder:
    """Finds the encoding of a stream of bytes, block by block. `encoding` is what was found so far."""

    def __init__(self, name: str, encoding: str | None) -> None:
        self.name, self.chosen, self.encoding = name, encoding, ""
        self._incremental: codecs.IncrementalDecoder | None = None
        self._accents = self._before = 0

    def feed(self, block: bytes) -> None:
        """Take the next block. Raises WrongEncoding or MixedEncodings."""
        if self._incremental is None:
            self._start(self._fitting(block) if self.chosen else marked(block))
        try:
            self._decode(block)
        except UnicodeDecodeError as error:
            if self.chosen or self.encoding != "utf-8":
                raise WrongEncoding(file=self.name, encoding=self.encoding) from error
            self._refuse_mixed(block)
            self._start(legacy(block))
            self._decode(block)
        self._before += block.count(b"\n")
        self._accents += not block.isascii()

    def finish(self) -> None:
        """Complain of a character that the end of the file cuts in two."""
        try:
            self._decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise WrongEncoding(file=self.name, encoding=self.encoding) from error

    def _start(self, encoding: str) -> None:
        self._incremental, self.encoding = codecs.getincrementaldecoder(encoding)("strict"), encoding

    def _decode(self, block: bytes, final: bool = False) -> None:
        if self._incremental is not None:
            self._incremental.decode(block, final)

    def _fitting(self, block: bytes) -> str:
        """The chosen encoding by its usual name. Two-byte ones fit only files with a mark or zero bytes."""
        chosen = self.chosen or ""
        try:
            name = codecs.lookup(chosen).name
            b"a".decode(name, "replace")
        except LookupError as error:
            raise WrongEncoding(file=self.name, encoding=chosen) from error
        if name.startswith(("utf-16", "utf-32")) and b"\0" not in block:
            raise WrongEncoding(file=self.name, encoding=chosen)
        return name

    def _refuse_mixed(self, block: bytes) -> None:
        """Raise MixedEncodings where a good part of the lines with accents are UTF-8 and others are not."""
        lines = block.splitlines()[: None if len(block) < 2 else -1] or [block]
        accented = [place for place, line in enumerate(lines) if not line.isascii()]
        foreign = [place for place in accented if not _decodes(lines[place], "utf-8")]
        if foreign and (self._accents or len(accented) - len(foreign) > 0.2 * len(accented)):
            raise MixedEncodings(file=self.name, row=self._before + foreign[0] + 1)


def marked(block: bytes) -> str:
    """The encoding that the first bytes tell: a mark, or every other byte zero as UTF-16 has them; else UTF-8."""
    for mark, encoding in _MARKS.items():
        if block.startswith(mark):
            return encoding
    sample = block[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * len(sample[1::2]) and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * len(sample[::2]) and not odd else "utf-8"


def legacy(block: bytes) -> str:
    """The one-byte encoding under which the accents of `block` look right, for bytes that are not UTF-8.

    Where they look wrong under all of the Western ones, charset-normalizer may know another.
    """
    lines = b"\n".join(line for line in block.splitlines() if not line.isascii())[:_LOOKED_AT]
    possible = [encoding for encoding in _LEGACY if _decodes(lines, encoding)]
    best = max(possible, key=lambda encoding: plausibility(lines.decode(encoding)))
    if plausibility(lines.decode(best)) >= 0 and not _other_script(lines):
        return best
    import charset_normalizer

    other = charset_normalizer.from_bytes(lines, cp_exclusion=_WIDE).best()
    return other.encoding if other is not None and _decodes(block, other.encoding) else possible[0]


def _other_script(lines: bytes) -> bool:
    """Whether most letters are beyond ASCII, as in Greek or Russian."""
    beyond = sum(byte > 0x7F for byte in lines)
    return beyond > 20 and beyond > sum(chr(byte).isalpha() for byte in lines if byte < 0x80)


def plausibility(text: str) -> float:
    """How much the signs beyond ASCII look like Western words: each counts from 1 (an ñ within a word) to -1."""
    padded = f" {text} "
    return sum(
        _likely(padded[place - 1], sign, padded[place + 1])
        for place, sign in enumerate(padded[:-1])
        if sign > "\x7f" and place
    )


def _likely(before: str, sign: str, after: str) -> float:
    if sign in _SPANISH or sign in _WESTERN:
        within = before.isalpha() or after.isalpha()
        large = after.isupper() or not (before.isalpha() and before.islower())
        small = not (before.isupper() and after.isupper())
        fits = within and (large if sign.isupper() else small)
        return (1.0 if sign in _SPANISH else 0.6) if fits else -0.5
    if sign in _AFTER:
        return 0.6 if before.isalnum() or before in ".,;)" else -1.0
    if sign in _BEFORE:
        return 0.6 if not before.isalpha() else -1.0
    if sign == "\xa0":
        return 0.0
    return 0.3 if sign in "–—«»·" and not (before.isalpha() and after.isalpha()) else -1.0


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
