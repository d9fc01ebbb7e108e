"""How the process ends where it has no sheets to tell."""

DAMAGED = 1  # Python's own, after an exception
PROTECTED = 3
TOO_LARGE = 5
OTHER_KIND = 6
NO_LIBRARY = 7
