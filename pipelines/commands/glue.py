"""What every command has: help in the reader's language, --root, the barrier, and an exit code per kind of error."""

import json
import os
import signal
import sys
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ..barrier import barrier
from ..closed import nearest
from ..declarations import Dataset, read_datasets
from ..errors import InvalidDeclaration
from ..messages import _, mark, use
from ..settings import Installation, read_installation, read_settings

# Words of click that it has no translation for, and the names that it makes of arguments.
_PLACEHOLDERS = (
    *(mark("COMMAND [ARGS]..."), mark("[OPTIONS]"), mark("INTEGER"), mark("PATH"), mark("TEXT"), mark("SECONDS")),
    *(mark("DATASET"), mark("VERSION"), mark("BEFORE"), mark("AFTER"), mark("ARCHIVE"), mark("FILE"), mark("SIREN")),
)


class Spoken(click.Command):
    """A command whose help is looked up in the reader's language when it is shown."""

    def _spoken(self) -> "Spoken":
        said = copy(self)
        said.help = _(self.help) if self.help else None
        return said

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [_spoken_parameter(one) for one in super().get_params(ctx)]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [_(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_short_help_str(self, limit: int = 70) -> str:
        return click.Command.get_short_help_str(self._spoken(), limit)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Command.format_help(self._spoken(), ctx, formatter)


class SpokenGroup(Spoken, click.Group):
    """A group of spoken commands."""

    command_class = Spoken
    group_class = type


def _spoken_parameter(parameter: click.Parameter) -> click.Parameter:
    said = copy(parameter)
    if isinstance(said, click.Option) and said.help:
        said.help = _(said.help)
    named = said.type.name if isinstance(said, click.Option) else said.name or ""
    placeholder = said.metavar or named.upper()
    if _(placeholder) != placeholder:
        said.metavar = _(placeholder)
    return said


def group(parent: click.Group, name: str, purpose: str) -> click.Group:
    """A group of commands below `parent`."""
    made = SpokenGroup(name, help=purpose)
    parent.add_command(made)
    return made


def command(
    group: click.Group, purpose: str, example: str, default_root: str | None = None
) -> Callable[[Any], click.Command]:
    """Register a function of (settings, **options) as a command of `group`.

    It gets --root, speaks the installation's language, and stands behind the barrier. Its help is `purpose`
    (marked for translation), then `example`.
    """

    def register(function: Callable[..., int | None]) -> click.Command:
        @click.option("--root", type=click.Path(path_type=Path), help=mark("The installation's folder."))
        @wraps(function)
        def wrapped(root: Path | None, **options: Any) -> None:
            with barrier(None, now()):
                settings = read_settings(os.environ)
                settings = settings.model_copy(update={"root": root or Path(default_root or settings.root)})
                installed = (settings.root / "parvis.yaml").is_file()
                if installed:
                    use(settings.locale or read_installation(settings.root).config.locale)
            with barrier(settings.root / "work" / "errors" if installed else None, now()):
                try:
                    code = function(settings, **options)
                except BrokenPipeError:  # `parvis … | head`: what is said is said last, so that all is done
                    code = _unheard()
            sys.exit(code or 0)

        name = function.__name__.strip("_").replace("_", "-")
        return group.command(name, help=purpose, epilog=f"$ {example}")(wrapped)

    return register


def _unheard() -> int:
    """Python's last flush would raise once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + signal.SIGPIPE


OrganisationOption = click.option("--organisation", metavar="SIREN", help=mark("For this organisation only."))
JsonOption = click.option("--json", "as_json", is_flag=True, help=mark("For programs."))


def find_dataset(name: str, installation: Installation) -> Dataset:
    """The declared dataset called `name`. Raises InvalidDeclaration with the nearest name."""
    declared = {dataset.name: dataset for dataset in read_datasets(installation.declaration_roots)}
    if name not in declared:
        raise InvalidDeclaration(_("no dataset “{name}”").format(name=name) + nearest(name, sorted(declared)))
    return declared[name]


def the_organisation(siren: str | None, installation: Installation) -> str:
    """The SIREN that is meant: the one given, or that of the only organisation. Raises InvalidDeclaration."""
    if siren is None and len(installation.organisations) == 1:
        return installation.organisations[0].siren
    if siren is None or siren not in installation.by_siren:
        raise InvalidDeclaration(_("say which organisation is meant: --organisation SIREN, one of organisations.csv."))
    return siren


def show(for_programs: object, for_people: str, as_json: bool) -> None:
    """Print a result: JSON for programs, or words for people."""
    click.echo(json.dumps(for_programs, ensure_ascii=False, indent=1) if as_json else for_people)


def now() -> datetime:
    """The clock, read where a command starts."""
    return datetime.now(UTC)
