"""The command line's root: `parvis`."""

import click

from .. import __version__
from ..messages import mark
from .glue import SpokenGroup

parvis: click.Group = click.version_option(__version__, help=mark("Show the version and exit."))(
    SpokenGroup("parvis", help=mark("From the systems of a town hall to versioned open data."))
)
