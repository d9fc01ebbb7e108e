"""The officer's commands: each reads what a person said, calls plain functions, and shows the result."""

from importlib import import_module

import click


def all_commands() -> click.Group:
    """`parvis` with every command; importing a module registers its commands."""
    from .contents import CONTENTS
    from .root import parvis

    for module in CONTENTS:
        import_module(f".{module}", __package__)
    return parvis
