"""Comma-separated words, where double quotes hold what contains a comma, a point or a parenthesis."""


class Unclosed(ValueError):
    """A quote or a parenthesis is opened and never closed, or closed and never opened."""


def split(text: str, separator: str = ",") -> list[str]:
    """The parts of `text` between separators that stand outside quotes and parentheses."""
    parts, start, depth, is_quoted = [], 0, 0, False
    characters = iter(enumerate(text))
    for place, character in characters:
        if is_quoted and character == "\\":
            next(characters, None)
        elif character == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character in "()":
            depth += 1 if character == "(" else -1
            if depth < 0:
                raise Unclosed
        elif character == separator and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    if is_quoted or depth:
        raise Unclosed
    return [*parts, text[start:]]


def words(text: str) -> list[str]:
    """The words of a list, without their quotes; a parenthesis is a plain character here."""
    found, word, is_quoted = [], "", False
    characters = iter(text)
    for character in characters:
        if is_quoted and character == "\\":
            word += next(characters, "")
        elif character == '"':
            is_quoted = not is_quoted
        elif character == "," and not is_quoted:
            found.append(word)
            word = ""
        else:
            word += character
    if is_quoted:
        raise Unclosed
    return [*found, word]


def quoted(word: str) -> str:
    """`word` as it may stand in a list; a plain word stands as it is."""
    if word.replace("_", "a").replace("-", "a").isalnum():
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(text: str) -> str:
    """The one word that `text` holds, quoted or not."""
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text
    found = words(text)
    return found[0] if len(found) == 1 else text
