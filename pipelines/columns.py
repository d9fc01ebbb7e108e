"""A column by its place, for whoever may not read its title: where the header is missing, that is somebody's name."""

from .messages import _

_LETTERS = 26


def place_of(number: int) -> str:
    """The number from 1, and the letters that a spreadsheet writes above it."""
    return _("column {number} ({letters})").format(number=number, letters=letters_of(number))


def letters_of(number: int) -> str:
    """A to Z, AA, AB, ..."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
