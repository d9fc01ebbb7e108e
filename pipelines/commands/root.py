"""The command line's root: `parvis`, which imports the module of a command when that command is run."""

from importlib import import_module

import click

from .. import __version__
from ..messages import mark
from .contents import MODULES, PURPOSES
from .glue import Spoken, SpokenGroup


class Contents(SpokenGroup):
    """Every command of the table of contents; those whose module is not imported yet are imported by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(PURPOSES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A name that is none is compared with all others, to tell the nearest."""
        for module in {MODULES[cmd_name]} if cmd_name in MODULES else set(MODULES.values()):
            import_module(f".{module}", __package__)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        listed = SpokenGroup(commands={name: Spoken(name, help=purpose) for name, purpose in PURPOSES.items()})
        listed.format_commands(ctx, formatter)


parvis: click.Group = click.version_option(__version__, help=mark("Show the version and exit."))(
    Contents("parvis", help=mark("From the systems of a town hall to versioned open data."))
)
