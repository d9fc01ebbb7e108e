"""The entry point of the command line."""

import os
import sys

import click

from .errors import PublicationError
from .imports import kept_for_good
from .messages import _, use

with kept_for_good():
    from .commands.root import parvis


def main() -> None:
    """Run a command; an error that a person can act on is one line, and its kind is the exit code."""
    use(os.environ.get("PARVIS_LOCALE", "fr"))
    try:  # a command is imported here: an interruption meanwhile is one line too
        parvis(prog_name="parvis", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except PublicationError as error:
        click.echo(f"parvis: {error}", err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo(_("Interrupted: nothing was half published. The same command finishes what it began."), err=True)
        sys.exit(130)
