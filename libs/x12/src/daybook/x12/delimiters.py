"""The four separators of an interchange, as its ISA says them."""

from dataclasses import dataclass

# Where the element separators of a fixed-length ISA stand (X12.5, Interchange Control Header).
_FIXED = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_LENGTH = 106
_LONGEST = 400
_BREAKS = str.maketrans("", "", "\r\n")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """`repetition` is empty before version 00402, where ISA11 was something else."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"

    @property
    def fault(self) -> str:
        """Why these cannot part a file, or nothing."""
        used = [self.element, self.component, self.segment, *self.repetition]
        if len(set(used)) < len(used):
            return "two of its separators are the same character"
        if any(one.isalnum() or one == " " for one in used):
            return "a letter, a digit or a blank cannot separate"
        return ""


STANDARD = Delimiters()


def delimiters(text: str) -> tuple[Delimiters, int] | None:
    """What an ISA at the start of `text` says, and how many characters it takes.

    The ISA may be broken over lines, and its elements may be of wrong lengths (which is told
    later, element by element). None where it is no ISA.
    """
    if not text.startswith("ISA") or len(text) < _LENGTH:
        return None
    separator = text[3]
    if all(text[at] == separator for at in _FIXED) and separator not in text[104]:
        return _said(separator, text[82], text[104], text[105]), _LENGTH - 1
    return _broken(text, separator) or _loose(text, separator)


def _broken(text: str, separator: str) -> tuple[Delimiters, int] | None:
    whole = text[:_LONGEST].translate(_BREAKS)
    if len(whole) < _LENGTH or any(whole[at] != separator for at in _FIXED):
        return None
    seen = end = 0
    while seen < _LENGTH - 1 or text[end] in "\r\n":
        seen += text[end] not in "\r\n"
        end += 1
    return _said(separator, whole[82], whole[104], whole[105]), end


def _loose(text: str, separator: str) -> tuple[Delimiters, int] | None:
    parts = text[:_LONGEST].split(separator, 16)
    if len(parts) < 17 or len(parts[16]) < 2:
        return None
    end = sum(len(part) + 1 for part in parts[:16]) + 1
    return _said(separator, parts[11][:1], parts[16][0], parts[16][1]), end


def _said(element: str, repetition: str, component: str, segment: str) -> Delimiters:
    standards = repetition.isalnum() or repetition == " "
    return Delimiters(element, component, "" if standards else repetition, segment)
