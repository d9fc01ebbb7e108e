"""A TOTEM document becomes scdl/budget rows; one that cannot says which element, and what was expected."""

from pathlib import Path

import pytest

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.extract import Extract, References
from pipelines.extract.charts import Account, Chapter, Chart
from pipelines.extract.totem import extract_totem
from pipelines.extract.totem_document import Line
from pipelines.extract.totem_rows import COLUMNS, chapter_of, function_label, plain_amount, section_of

HEADING = {
    "LibelleColl": "Saint-Parvis-sur-Loire",
    "IdColl": "21990001600011",
    "IdEtab": "21990001600011",
    "Nomenclature": "M57-M57_EXEMPLE",
    "NatDec": "01",
    "Exer": "2024",
    "DteDec": "2024-04-03",
}


def element(name: str, value: str) -> str:
    return f'<{name} V="{value}"/>' if value else ""


def line(attributes: str = "", **values: str) -> str:
    given = {"Nature": "60612", "CodRD": "D", "OpBudg": "0", "ArtSpe": "false", "CredOuv": "10.00"} | values
    return f"<LigneBudget {attributes}>" + "".join(element(*pair) for pair in given.items()) + "</LigneBudget>"


def document(*lines: str, annexes: str = "", block: str = "", **heading: str) -> str:
    given = HEADING | heading
    parts = [
        ("EnTeteDocBudgetaire", ("LibelleColl", "IdColl")),
        ("EnTeteBudget", ("IdEtab", "Nomenclature")),
        ("BlocBudget", ("NatDec", "Exer", "DteDec", "NumDec", "NatFonc")),
    ]
    town, budget, decided = (
        f"<{name}>" + "".join(element(child, given.get(child, "")) for child in children) + f"{block}</{name}>"
        for name, children in parts
    )
    return (
        '<DocumentBudgetaire xmlns="http://www.minefi.gouv.fr/cp/demat/docbudgetaire">'
        f"{town}<Budget>{budget}{decided}{''.join(lines)}<Annexes>{annexes}</Annexes></Budget></DocumentBudgetaire>"
    )


@pytest.fixture
def extract(tmp_path: Path, excerpt: References):
    def read(content: str | bytes, references: References = excerpt) -> Extract:
        path = tmp_path / "budget.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return extract_totem(path, references)

    return read


@pytest.fixture
def row(extract):
    """The one row of a document of one line."""
    return lambda content: extract(content).table.to_pylist()[0]


@pytest.fixture
def refusal(extract):
    def read(content: str | bytes) -> str:
        with pytest.raises((InvalidData, SourceUnavailable)) as refused:
            extract(content)
        return str(refused.value)

    return read


def test_a_line_becomes_a_row_of_the_official_columns(row):
    assert row(document(line(ContNat="011", Fonction="020", Operation="2024-01", MtPrev="9.5", MtReal="-3"))) == {
        "BGT_NATDEC": "budget primitif",
        "BGT_ANNEE": "2024",
        "BGT_SIRET": "21990001600011",
        "BGT_NOM": "Saint-Parvis-sur-Loire",
        "BGT_CONTNAT": "011",
        "BGT_CONTNAT_LABEL": "Achats et charges courantes",
        "BGT_NATURE": "60612",
        "BGT_NATURE_LABEL": "Énergie et électricité",
        "BGT_FONCTION": "020",
        "BGT_FONCTION_LABEL": "Administration de la ville",
        "BGT_OPERATION": "2024-01",
        "BGT_SECTION": "fonctionnement",
        "BGT_OPBUDG": "réel",
        "BGT_CODRD": "dépense",
        "BGT_MTREAL": "-3.00",
        "BGT_MTBUDGPREC": "",
        "BGT_MTRARPREC": "",
        "BGT_MTPROPNOUV": "",
        "BGT_MTPREV": "9.50",
        "BGT_CREDOUV": "10.00",
        "BGT_MTRAR3112": "",
        "BGT_ARTSPE": "non spécialisé",
        "DECISION": "",
    }
    assert list(COLUMNS) == list(row(document(line())))


@pytest.mark.parametrize(
    "code, step",
    [
        ("01", "budget primitif"),
        ("02", "décision modificative"),
        ("03", "budget supplémentaire"),
        ("09", "compte administratif"),
        ("10", "compte administratif"),
    ],
)
def test_the_step_is_in_the_schema_s_words(row, code, step):
    assert row(document(line(), NatDec=code))["BGT_NATDEC"] == step


@pytest.mark.parametrize(
    "given, chapter",
    [
        ({"Nature": "60612", "CodRD": "D", "ContNat": "011"}, "011"),
        ({"Nature": "60612", "CodRD": "D"}, "011"),
        ({"Nature": "2188", "CodRD": "D", "ContNat": "2188"}, "21"),  # the account in the chapter's place
        ({"Nature": "752", "CodRD": "R"}, "75"),
        ({"Nature": "777", "CodRD": "R", "OpBudg": "1", "TypOpBudg": "2"}, "042"),
        ({"Nature": "6811", "CodRD": "D", "OpBudg": "1"}, "042"),
        ({"Nature": "6811", "CodRD": "D", "OpBudg": "1", "TypOpBudg": "1"}, ""),  # it has no place inside a section
        ({"Nature": "60612", "CodRD": "R"}, ""),
    ],
)
def test_the_chapter_is_the_line_s_or_the_chart_s(row, given, chapter):
    assert row(document(line(**given)))["BGT_CONTNAT"] == chapter


@pytest.mark.parametrize("kind, chapter", [("1", "041"), ("2", "040"), ("", "040")])
def test_an_operation_d_ordre_without_its_kind_goes_between_sections(kind, chapter):
    places = {"DR": "21", "DOES": "040", "DOIS": "041"}
    chart = Chart("M57_A", "2024", accounts={"2131": Account("Bâtiments", places)})
    given = {"Nature": "2131", "CodRD": "D", "OpBudg": "1", "TypOpBudg": kind}
    assert chapter_of(Line(1, given), chart, is_voted_by_function=False) == chapter


BY_FUNCTION = Chart(
    "M57_D",
    "2024",
    accounts={"60612": Account("Énergie", {"DR": "011"})},
    chapters={"011": Chapter("Charges", "F"), "930": Chapter("Services", "F"), "938": Chapter("Transports", "F")},
    functions={"930": "une fonction", "020": "Administration"},
    rubriques={"93020": Account("Administration générale", {"DR": "930"})},
)


@pytest.mark.parametrize(
    "given, chapter",
    [
        ({"Fonction": "93020"}, "930"),
        ({"Fonction": "93020", "ContFon": "938"}, "938"),
        ({"Fonction": "93020", "ContFon": "938", "ContNat": "011"}, "011"),
        ({"Fonction": "020"}, ""),
    ],
)
def test_a_budget_voted_by_function_has_its_chapters_by_function(given, chapter):
    line = Line(1, {"Nature": "60612", "CodRD": "D", "OpBudg": "0", **given})
    assert chapter_of(line, BY_FUNCTION, is_voted_by_function=True) == chapter


def test_a_budget_voted_by_nature_looks_at_no_rubrique():
    line = Line(1, {"Nature": "60612", "CodRD": "D", "OpBudg": "0", "Fonction": "93020", "ContFon": "930"})
    assert chapter_of(line, BY_FUNCTION, is_voted_by_function=False) == "011"
    assert function_label(line, BY_FUNCTION, is_voted_by_function=False) == ""
    assert function_label(line, BY_FUNCTION, is_voted_by_function=True) == "Administration générale"


def test_natfonc_says_that_a_budget_is_voted_by_function(row):
    assert row(document(line(Nature="60612"), NatFonc="2"))["BGT_CONTNAT"] == ""
    assert row(document(line(Nature="60612"), NatFonc="3"))["BGT_CONTNAT"] == "011"


@pytest.mark.parametrize(
    "accounts, section",
    [
        (["60612", "7067", "002", "022", "023"], "F"),
        (["1641", "2188", "3355", "45411", "5", "001", "010", "018", "020", "021", "024"], "I"),
        (["", "8", "999", "03"], ""),
    ],
)
def test_the_section_needs_no_chart(accounts, section):
    assert {section_of(account) for account in accounts} == {section}


def test_the_section_is_the_chapter_s_only_where_the_account_does_not_tell(row):
    assert row(document(line(Nature="60699")))["BGT_SECTION"] == "fonctionnement"  # without any chapter
    assert row(document(line(Nature="60699", ContNat="21")))["BGT_SECTION"] == "fonctionnement"
    assert row(document(line(Nature="8001", ContNat="21")))["BGT_SECTION"] == "investissement"


@pytest.mark.parametrize(
    "given, printed",
    [
        ("10", "10.00"),
        ("397.2", "397.20"),
        ("-0.05", "-0.05"),
        ("1E+3", "1000.00"),
        ("123456789012345.67", "123456789012345.67"),
        ("0.125", "0.125"),  # nothing is rounded: the schema judges it
        ("1E+999999", "1E+999999"),
        ("NaN", "NaN"),
        ("1 000,00", "1 000,00"),
        ("", ""),
    ],
)
def test_an_amount_is_printed_plainly_or_left_as_it_is(given, printed):
    assert plain_amount(given) == printed


def test_sums_and_calculated_lines_are_left_out_and_rows_keep_their_place(extract):
    found = extract(
        document(
            line(Nature="60612"),
            line('calculated="true"', Nature="6042"),
            line(Nature="6261", OpBudg="T"),
            line(Nature="60632"),
        )
    )
    assert found.table["BGT_NATURE"].to_pylist() == ["60612", "60632"]
    assert found.rows == (1, 4)


def test_a_line_in_an_annex_is_no_budget_line(extract):
    found = extract(document(line(), annexes=f"<DATA_X>{line(Nature='6042')}</DATA_X>{line(Nature='6261')}"))
    assert found.table["BGT_NATURE"].to_pylist() == ["60612"]


def test_an_unknown_code_is_left_for_the_schema_to_refuse(row):
    found = row(document(line(CodRD="X", OpBudg="7", ArtSpe="peut-être")))
    assert (found["BGT_CODRD"], found["BGT_OPBUDG"], found["BGT_ARTSPE"]) == ("X", "7", "peut-être")


def test_the_encoding_that_the_file_declares_is_read(row):
    content = '<?xml version="1.0" encoding="ISO-8859-1"?>' + document(line(), LibelleColl="Évry-en-Parvis")
    assert row(content.encode("iso-8859-1"))["BGT_NOM"] == "Évry-en-Parvis"


def test_a_single_financial_account_is_read_through_its_envelope(extract):
    found = extract(
        '<c:CompteFinancierUnique xmlns:c="http://www.minefi.gouv.fr/cp/demat/doccfu">'
        '<DocumentComptable xmlns="http://www.minefi.gouv.fr/cp/demat/doccomptable"><LigneBudget/></DocumentComptable>'
        + document(line(), NatDec="10")
        + "</c:CompteFinancierUnique>"
    )
    assert found.table["BGT_NATDEC"].to_pylist() == ["compte administratif"]


@pytest.mark.parametrize(
    "heading, said",
    [
        ({"Exer": "2022 en erreur"}, "BlocBudget/Exer: expected a year of four digits"),
        ({"Exer": ""}, "BlocBudget/Exer: expected a year of four digits"),
        ({"NatDec": "99999"}, "BlocBudget/NatDec: expected a step: 01, 02, 03, 09, 10"),
        ({"IdColl": "21990001600012"}, "EnTeteDocBudgetaire/IdColl: expected a SIRET of 14 digits with a right key"),
        ({"IdColl": "219 900 016 00011"}, "EnTeteDocBudgetaire/IdColl: expected a SIRET of 14 digits with a right key"),
        ({"IdEtab": "2199000160001"}, "EnTeteBudget/IdEtab: expected a SIRET of 14 digits with a right key"),
        ({"IdEtab": "21560046100010"}, "EnTeteBudget/IdEtab: expected the SIREN of EnTeteDocBudgetaire/IdColl"),
        ({"LibelleColl": ""}, "EnTeteDocBudgetaire/LibelleColl: expected the organisation's name"),
        (
            {"Nomenclature": "M57_en_erreur"},
            "EnTeteBudget/Nomenclature: expected a chart of accounts such as M57-M57_A",
        ),
        (
            {"NatDec": "02", "DteDec": ""},
            "BlocBudget/DteDec: expected the date of the décision modificative (YYYY-MM-DD), or its NumDec",
        ),
        (
            {"NatDec": "02", "DteDec": "31-11-2024", "NumDec": "2"},
            "BlocBudget/DteDec: expected the date of the décision modificative (YYYY-MM-DD), or its NumDec",
        ),
    ],
)
def test_a_wrong_heading_is_told_by_element_and_expectation(refusal, heading, said):
    message = refusal(document(line(), **heading))
    assert message == f"budget.xml: {said}; correct it in the finance software, and export again."


def test_a_wrong_value_is_never_quoted(refusal):
    assert "Querbadoux" not in refusal(document(line(), Exer="Querbadoux"))


def test_the_organisation_is_the_header_s(extract):
    assert extract(document(line())).siren == "219900016"


def test_two_amending_decisions_of_one_year_are_told_apart(row):
    first, second = (row(document(line(), NatDec="02", DteDec=day)) for day in ("2024-06-10", "2024-11-25"))
    undated = row(document(line(), NatDec="02", DteDec="", NumDec="3"))
    assert [one["DECISION"] for one in (first, second, undated)] == ["2024-06-10", "2024-11-25", "3"]


@pytest.mark.parametrize("written", ["2024-11-25", "25-11-2024", "25/11/2024"])
def test_a_date_is_one_part_however_it_is_written(row, written):
    assert row(document(line(), NatDec="02", DteDec=written))["DECISION"] == "2024-11-25"


def test_a_step_that_comes_once_a_year_is_its_own_part_whatever_its_date(row):
    exports = (document(line(), NatDec="09", DteDec=day) for day in ("", "2025-04-01", "2027-01-15"))
    assert {row(export)["DECISION"] for export in exports} == {""}


@pytest.mark.parametrize("budgets", [0, 2])
def test_a_file_holds_one_budget(refusal, budgets):
    whole = document(line())
    start, end = whole.index("<Budget>"), whole.index("</DocumentBudgetaire>")
    message = refusal(whole[:start] + whole[start:end] * budgets + whole[end:])
    assert (
        message
        == f"budget.xml: expected one Budget with its EnTeteBudget, found {budgets}; export one file per budget."
    )


def test_a_budget_without_lines_is_refused(refusal):
    assert "no budget line" in refusal(document(line(OpBudg="T")))


@pytest.mark.parametrize("content", ["<services/>", "<DocumentBudgetaire/>", "<html><body/></html>"])
def test_another_xml_file_is_no_totem_file(refusal, content):
    assert refusal(content).startswith("budget.xml: not a TOTEM file (expected DocumentBudgetaire")


def test_a_draft_is_not_published(extract):
    (finding,) = extract(document(line(), block='<ProjetBudget V="true"/>')).findings
    assert (finding.severity, finding.rule) == ("error", "draft-budget")


@pytest.mark.parametrize(
    "name, garbled",
    [
        ("Évry-en-Parvis", False),
        ("ÉVRY – L'ÎLE", False),
        ("Ãvry", False),
        ("Saint-Parvis", False),
        ("Évry".encode().decode("latin-1"), True),
        ("L’île".encode().decode("cp1252"), True),
    ],
)
def test_a_text_whose_accents_were_destroyed_stops_the_file(extract, name, garbled):
    found = extract(document(line(), LibelleColl=name)).findings + extract(document(line(Operation=name))).findings
    assert [finding.rule for finding in found] == ["garbled-text"] * (2 if garbled else 0)
    assert not any(name in finding.message for finding in found)


def test_a_missing_chart_stops_the_file(extract, tmp_path):
    found = extract(document(line(), Nomenclature="M14-M14_COM_SUP3500"))
    (finding,) = found.findings
    assert (finding.severity, finding.rule) == ("error", "chart-missing")
    assert finding.message == (
        "budget.xml: no chart of accounts M14_COM_SUP3500 for 2024: import it with `parvis nomenclatures import`."
    )
    assert extract(document(line()), References((tmp_path / "nowhere",))).findings[0].rule == "chart-missing"


def test_a_year_after_the_newest_chart_has_the_newest_s_labels_and_says_so(extract):
    found = extract(document(line(), Exer="2027"))
    (finding,) = found.findings
    assert found.table["BGT_NATURE_LABEL"].to_pylist() == ["Énergie et électricité"]
    assert (finding.severity, finding.rule) == ("warning", "chart-of-another-year")
    assert "no chart of accounts M57_EXEMPLE for 2027, labels are those of 2024" in finding.message


def test_a_year_before_the_oldest_chart_has_none(extract):
    assert [finding.rule for finding in extract(document(line(), Exer="2019")).findings] == ["chart-missing"]


def test_an_account_absent_from_the_chart_is_found_once_with_its_place(extract):
    found = extract(
        document(line(), line(Nature="60699", ContNat="011"), line(Nature="60699", ContNat="011"), line(Nature="6261"))
    )
    (finding,) = found.findings
    assert (finding.severity, finding.rule, finding.row, finding.column) == (
        "warning",
        "account-not-in-chart",
        2,
        "BGT_NATURE_LABEL",
    )
    assert finding.message.startswith(
        "budget.xml, LigneBudget 2 (2 in all): the account in Nature is not in chart M57_EXEMPLE 2024"
    )
    assert found.table["BGT_NATURE_LABEL"].to_pylist()[1:3] == ["", ""]


def test_a_line_that_leads_to_no_chapter_and_an_unknown_function_are_found(extract):
    found = extract(document(line(CodRD="R"), line(Fonction="999")))
    assert [(finding.rule, finding.row) for finding in found.findings] == [
        ("chapter-not-in-chart", 1),
        ("function-not-in-chart", 2),
    ]
