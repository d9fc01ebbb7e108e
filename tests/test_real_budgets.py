"""`parvis run budget --source` on real documents: published to the cent and valid, or refused in one clear line."""

import json
from decimal import Decimal
from pathlib import Path

import frictionless
import pyarrow.compute as pc
import pytest
from lxml import etree
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.site import Site
from pipelines.settings import read_installation
from pipelines.versions import Store
from tests.installation import Town, build_town

SOUND = {
    "21560134500014_CFU_2023_M57A.xml": "215601345",
    "crach_BP_2022_M14_lotissement.xml": "215600461",
    "crach_BP_2022_M14_principal.xml": "215600461",
    "crach_CA_2021_M14_principal.xml": "215600461",
    "crach_DM2_2021_M14_principal.xml": "215600461",
    "montreuil_CA_2017_M14.xml": "219300480",
    "montreuil_CA_2022_M14.xml": "219300480",
}
DAMAGED = {
    "bad_mauvais_siret.xml": "EnTeteBudget/IdEtab",
    "bad_mauvaise_annee.xml": "BlocBudget/Exer",
    "bad_mauvaise_etape.xml": "BlocBudget/NatDec",
    "bad_mauvaise_nomenclature.xml": "EnTeteBudget/Nomenclature",
    "bad_sans_budget.xml": "expected one Budget",
}
AMOUNTS = {"BGT_MTREAL": "MtReal", "BGT_MTPREV": "MtPrev", "BGT_CREDOUV": "CredOuv", "BGT_MTPROPNOUV": "MtPropNouv"}


@pytest.fixture(scope="module")
def towns(real_data, tmp_path_factory) -> Town:
    """An installation with the three real towns and the official charts of accounts."""
    town = build_town(tmp_path_factory.mktemp("towns"))
    for siren, name in (("215600461", "Crach"), ("219300480", "Montreuil"), ("215601345", "Mohon")):
        assert town.run("organisations", "add", siren, "--name", name).code == 0
    charts = next((real_data / "nomenclatures").glob("plans_de_comptes_*.tar.xz"))
    assert town.run("nomenclatures", "import", str(charts)).code == 0
    return town


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_document_is_published_valid_and_to_the_cent(towns, real_data, tmp_path, name):
    source = real_data / "totem" / name
    result = towns.run("run", "budget", "--source", str(source))
    assert result.code == 0, result.err
    store = Store(towns.root / "store")
    manifest = store.latest(SOUND[name], "budget")
    published = store.read_table(manifest)
    rows = published.slice(*_own_part(manifest, source))
    for column, element in AMOUNTS.items():
        assert (pc.sum(rows[column]).as_py() or Decimal(0)) == _sum_in(source, element), column
    csv = tmp_path / "budget.csv"
    with store.open(manifest.file("budget.csv")) as stream:
        csv.write_bytes(stream.read())
    official = json.loads((real_data / "schemas" / "scdl_budget_0.8.3.json").read_text("utf-8"))
    schema = frictionless.Schema.from_descriptor(official)
    report = frictionless.Resource(path=csv.name, basepath=str(tmp_path), schema=schema).validate()
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName"])[:5]


def test_the_page_in_plain_words_adds_up_what_the_document_says(towns, real_data):
    """Real expenses of the accounts without carried-over results, read by lxml alone, to the euro."""
    source = real_data / "totem" / "montreuil_CA_2022_M14.xml"
    if Store(towns.root / "store").latest("219300480", "budget") is None:
        assert towns.run("run", "budget", "--source", str(source)).code == 0
    spent = Decimal(0)
    for line in _lines(source):
        said = {name: line.find(f"{{*}}{name}") for name in ("CodRD", "OpBudg", "Nature", "MtReal")}
        cells = {name: "" if cell is None else cell.get("V") for name, cell in said.items()}
        if (cells["CodRD"], cells["OpBudg"]) == ("D", "0") and cells["Nature"] not in ("001", "002"):
            spent += Decimal(cells["MtReal"] or 0)
    site = Site({"fr": "x", "en": "x"}, "http://127.0.0.1", populations={"219300480": {2022: 111_367}})
    app = create_app(Store(towns.root / "store"), read_installation(towns.root).organisations, site)
    page = TestClient(app, headers={"accept-language": "en"}).get("/montreuil/budget/summary/").text
    assert f'<dd class="large">€{spent:,.0f}</dd>' in page
    assert f"€{spent / 111_367:,.0f} per inhabitant" in page


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_document_is_refused_in_one_clear_line(towns, real_data, name):
    store = Store(towns.root / "store")
    before = {siren: store.latest(siren, "budget") for siren in set(SOUND.values())}
    result = towns.run("run", "budget", "--source", str(real_data / "totem" / name))
    assert result.code == 11, result.out
    assert result.err.count("\n") == 1
    assert name in result.err
    assert DAMAGED[name] in result.err
    assert {siren: store.latest(siren, "budget") for siren in before} == before


def _own_part(manifest, source: Path) -> tuple[int, int]:
    """Where the rows of this document's part lie: (first, count), found by its number of lines."""
    lines, first = sum(1 for _line in _lines(source)), 0
    found = []
    for part in manifest.parts:
        if part.row_count == lines and _exercise(source) in part.key:
            found.append((first, part.row_count))
        first += part.row_count
    assert len(found) == 1
    return found[0]


def _sum_in(source: Path, element: str) -> Decimal:
    values = (line.find(f"{{*}}{element}") for line in _lines(source))
    return sum((Decimal(value.get("V")) for value in values if value is not None and value.get("V")), Decimal(0))


def _lines(source: Path):
    """The document's own lines, read by lxml alone: no totals, none that were computed beforehand."""
    for line in etree.parse(source).iter("{*}LigneBudget"):
        kind = line.find("{*}OpBudg")
        if line.get("calculated") not in ("true", "1") and (kind is None or kind.get("V") != "T"):
            yield line


def _exercise(source: Path) -> str:
    return next(etree.parse(source).iter("{*}Exer")).get("V")
