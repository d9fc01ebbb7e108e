"""What is true of a budget document and an officer should know: a draft, a missing chart, a code without a label."""

from collections.abc import Iterator, Mapping, Sequence

from ..messages import _
from . import Finding
from .charts import Chart
from .totem_document import Line
from .totem_heading import Heading


def heading_findings(heading: Heading, chart: Chart | None, source: str) -> Iterator[Finding]:
    """The findings that concern the whole document."""
    if heading.is_draft:
        message = _("{source}: BlocBudget/ProjetBudget: this is a draft; publish the budget once it is voted.")
        yield Finding("error", "draft-budget", message.format(source=source))
    if chart is None:
        message = _("{source}: no chart of accounts {name} for {year}: import it with `parvis nomenclatures import`.")
        yield Finding(
            "error",
            "chart-missing",
            message.format(source=source, name=heading.nomenclature, year=heading.year),
        )
    elif chart.year != heading.year:
        message = _("{source}: no chart of accounts {name} for {year}, labels are those of {used}; import a newer one.")
        yield Finding(
            "warning",
            "chart-of-another-year",
            message.format(source=source, name=chart.name, year=heading.year, used=chart.year),
        )


def text_findings(heading: Heading, lines: Sequence[Line], source: str) -> Iterator[Finding]:
    """Published texts whose accents were destroyed on the way: bytes of UTF-8 under another declaration."""
    message = _("{source}: {element}: its accents are garbled; the first line must declare the file's true encoding.")
    if is_garbled(heading.name):
        yield Finding("error", "garbled-text", message.format(source=source, element="LibelleColl"), column="BGT_NOM")
    number = next((line.number for line in lines if is_garbled(line["Operation"])), None)
    if number is not None:
        text = message.format(source=source, element=f"LigneBudget {number}, Operation")
        yield Finding("error", "garbled-text", text, number, "BGT_OPERATION")


def is_garbled(text: str) -> bool:
    """Whether `text` is UTF-8 read as Latin-1 or Windows-1252 (“Ã©” for “é”): true accents are no valid UTF-8 there."""
    for encoding in ("latin-1", "cp1252"):
        try:
            if text.encode(encoding).decode("utf-8") != text:
                return True
        except UnicodeError:
            continue
    return False


def label_findings(
    rows: Sequence[Mapping[str, str]], lines: Sequence[Line], chart: Chart, source: str
) -> Iterator[Finding]:
    """One finding per code without a label, at its first line. Without a required label, validation refuses the row."""
    for rule, code, label, message in _label_rules():
        numbers: dict[str, list[int]] = {}
        for row, line in zip(rows, lines, strict=True):
            if row[code] and not row[label]:
                numbers.setdefault(row[code], []).append(line.number)
        for found in numbers.values():
            text = message.format(source=source, row=found[0], count=len(found), chart=f"{chart.name} {chart.year}")
            yield Finding("warning", rule, text, found[0], label)


def _label_rules() -> tuple[tuple[str, str, str, str], ...]:
    """Rule, column of the code, column of its label, message."""
    return (
        (
            "account-not-in-chart",
            "BGT_NATURE",
            "BGT_NATURE_LABEL",
            _(
                "{source}, LigneBudget {row} ({count} in all): the account in Nature is not in chart {chart}, so it "
                "has no label and is refused. Correct the account, or import a newer chart."
            ),
        ),
        (
            "chapter-not-in-chart",
            "BGT_NATURE",
            "BGT_CONTNAT_LABEL",
            _(
                "{source}, LigneBudget {row} ({count} in all): neither ContNat nor Nature leads to a chapter of chart "
                "{chart}, so it is refused. Fill in ContNat, or import a newer chart."
            ),
        ),
        (
            "function-not-in-chart",
            "BGT_FONCTION",
            "BGT_FONCTION_LABEL",
            _(
                "{source}, LigneBudget {row} ({count} in all): the code in Fonction is not in chart {chart}, so it is "
                "published without a label. Correct the code, or import a newer chart."
            ),
        ),
    )
