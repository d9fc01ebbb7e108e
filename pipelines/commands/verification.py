"""A stranger's command: it needs no installation."""

from pathlib import Path

import click

from .. import reports
from ..errors import InvalidDeclaration, SourceUnavailable, UnsafeData
from ..messages import _, mark
from ..settings import Settings
from ..signatures import PublicKey, bare_key, read_keys
from .contents import PURPOSES
from .glue import JsonOption, command, now, show
from .root import parvis


@command(
    parvis,
    PURPOSES["verify"],
    "parvis verify https://donnees.example.org/saint-parvis-sur-loire/budget/",
)
@click.argument("place", metavar=mark("URL|FOLDER"))
@click.option(
    "--key",
    metavar=mark("FILE|KEY"),
    help=mark("The public key that you were told, or a file of keys; the place's own prove less."),
)
@click.option(
    "--remember",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=mark("FILE"),
    help=mark("Compare with what this file remembers of the last time, and write down what there is today."),
)
@click.option(
    "--max-seconds", default=3600, type=click.IntRange(1), metavar="SECONDS", help=mark("When to give up altogether.")
)
@JsonOption
def verify(
    _settings: Settings, place: str, key: str | None, remember: Path | None, max_seconds: int, as_json: bool
) -> int:
    from ..verification.reading import Bounds
    from ..verification.register import read_memory, write_memory
    from ..verification.verify import Asker
    from ..verification.verify import verify as check

    if "://" not in place and not Path(place).is_dir():
        raise SourceUnavailable(_("{place}: neither a folder nor an address of http(s).").format(place=place))
    memory = read_memory(remember) if remember else {}
    asker = Asker(now().date(), _keys(key) if key else None, memory)
    found = check(place, asker, Bounds(total_seconds=max_seconds))
    show(found.to_dict(), "\n".join(reports.verification(found)), as_json)
    if remember:
        write_memory(remember, found.memory)
    return 0 if found.holds else UnsafeData.exit_code


def _keys(given: str) -> dict[str, PublicKey]:
    """The keys of a file like the published one, or the one key in base64."""
    try:
        if Path(given).is_file():
            return read_keys(Path(given).read_bytes())
        key = bare_key(given)
        return {key.id: key}
    except ValueError:
        raise InvalidDeclaration(_("--key: expected a key in base64, or a file like parvis-keys.json.")) from None
