"""Lines to copy: how each tool reads the dataset with its types whole."""

from collections.abc import Callable
from dataclasses import dataclass

from ...messages import _
from ...versions.manifest import Manifest


@dataclass(frozen=True)
class Snippet:
    """`text` is complete: it runs as it stands."""

    tool: str
    text: str


def snippets(manifest: Manifest, base: str) -> list[Snippet]:
    """For the files below the address `base`, which ends with a slash."""
    name = manifest.dataset
    return [Snippet(tool, write(manifest, f"{base}{name}")) for tool, write in WRITERS.items()]


def _pandas(manifest: Manifest, stem: str) -> str:
    types = ", ".join(f'"{_escaped(name)}": "string"' for name in _texts(manifest))
    return f'import pandas as pd\n\nrows = pd.read_csv("{stem}.csv", dtype={{{types}}})'


def _duckdb(manifest: Manifest, stem: str) -> str:
    # Fetched first: DuckDB reads an address only where it may download an extension.
    query = f"SELECT * FROM '{manifest.dataset}.parquet' LIMIT 10"  # noqa: S608 - for reading
    return f'curl --remote-name "{stem}.parquet"\nduckdb -c "{query}"'


def _r(manifest: Manifest, stem: str) -> str:
    """Base R: nothing to install. A text column that is not named would lose its zeros."""
    types = ", ".join(f'"{_escaped(name)}" = "character"' for name in _texts(manifest))
    classes = f"colClasses = c({types}), " if types else ""  # R refuses an empty one
    options = f'{classes}na.strings = "", check.names = FALSE, encoding = "UTF-8"'
    return f'rows <- read.csv("{stem}.csv", {options})'


def _javascript(_manifest: Manifest, stem: str) -> str:
    return f'const answer = await fetch("{stem}.json?page_size=100");\nconst rows = await answer.json();'


def _curl(_manifest: Manifest, stem: str) -> str:
    """The whole file, and a question: the first rows."""
    return f'curl --remote-name "{stem}.csv"\ncurl "{stem}.json?page_size=5"'


def _excel(_manifest: Manifest, stem: str) -> str:
    steps = _("Data > From Web, and this address: {address}")
    return steps.format(address=f"{stem}.fr.csv")


def _power_query(_manifest: Manifest, stem: str) -> str:
    """Every column stays text, so that no code loses its zeros; types are set in the editor."""
    options = '[Delimiter=",", Encoding=65001, QuoteStyle=QuoteStyle.Csv]'
    return (
        f'let\n    Source = Csv.Document(Web.Contents("{stem}.csv"), {options}),\n'
        "    Rows = Table.PromoteHeaders(Source)\nin\n    Rows"
    )


def _texts(manifest: Manifest) -> list[str]:
    return [field["name"] for field in manifest.table_schema["fields"] if field.get("type", "string") == "string"]


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


WRITERS: dict[str, Callable[[Manifest, str], str]] = {
    "Python": _pandas,
    "R": _r,
    "JavaScript": _javascript,
    "DuckDB": _duckdb,
    "curl": _curl,
    "Excel": _excel,
    "Power Query": _power_query,
}
