"""The officer's commands: each reads what a person said, calls plain functions, and shows the result."""

import click


def all_commands() -> click.Group:
    """`parvis`, with every command; importing a module registers its commands."""
    from . import erasure, history, installation, keys, privacy, publishing, validation, verification  # noqa: F401
    from .root import parvis

    return parvis
