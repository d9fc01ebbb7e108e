"""What differs between installations is closed, unique and never silently ignored."""

from pathlib import Path

import pytest
import yaml

from pipelines.errors import InvalidDeclaration, PortalRefused, StoreUnavailable
from pipelines.portal_access import Portal, PortalAccess
from pipelines.settings import bundled, read_installation, read_organisations, read_settings
from pipelines.versions import Store
from tests.access.town import VALMONT, candidate, publish
from tests.installation import build_town

CONFIG = {"format": 1, "title": {"fr": "Données", "en": "Data"}, "public_url": "https://data.example.org/"}
HEADER = "siren,slug,name,code_insee,kind,contact_email,shard\n"
TOWN = "219900016,saint-parvis,Saint-Parvis,99001,commune,,\n"


def install(root: Path, organisations: str = TOWN, **config: object) -> Path:
    (root / "parvis.yaml").write_text(yaml.safe_dump({**CONFIG, **config}), "utf-8")
    (root / "organisations.csv").write_text(HEADER + organisations, "utf-8")
    return root


def test_an_installation_reads_its_organisations_by_siren(tmp_path):
    installation = read_installation(install(tmp_path))
    assert installation.by_siren["219900016"].slug == "saint-parvis"
    assert installation.config.public_url == "https://data.example.org"


def test_a_folder_without_parvis_yaml_is_no_installation(tmp_path):
    with pytest.raises(InvalidDeclaration, match="run `parvis init` or give --root"):
        read_installation(tmp_path)


def test_a_newer_format_is_refused_before_its_unknown_keys(tmp_path):
    with pytest.raises(StoreUnavailable, match="format 2 is newer than this Parvis knows"):
        read_installation(install(tmp_path, format=2, novelty=True))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"public_ulr": "x"}, "public_ulr: unknown key"),
        ({"license": "etalab-3.0"}, "license: unknown word “etalab-3.0” (did you mean “etalab-2.0”?)"),
        ({"portals": {"Mon Portail": {"kind": "ckan", "url": "http://x"}}}, "portals.Mon Portail: expected a name"),
        ({"public_url": "data.example.org"}, "public_url: expected an address"),
        ({"portals": {"ckan": {"kind": "ckann", "url": "http://x"}}}, "portals.ckan.kind: expected"),
        (
            {"portals": {"ckan": {"kind": "ckan", "url": "http://x", "token": "secret-0815"}}},
            "portals.ckan.token: unknown",
        ),
    ],
)
def test_parvis_yaml_is_closed(tmp_path, config, said):
    with pytest.raises(InvalidDeclaration) as error:
        read_installation(install(tmp_path, **config))
    assert said in str(error.value)
    assert "secret-0815" not in str(error.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("219900017,b,B,,commune,,\n", "line 3: the SIREN must be nine digits with a right key"),
        ("219 900 024,bb,B,,commune,,\n", "line 3: the SIREN must be nine digits with a right key"),
        (TOWN, "line 3: this SIREN is there already"),
        ("219900024,saint-parvis,B,,commune,,\n", "line 3: the slug “saint-parvis” is there already"),
        ("219900024,api,B,,commune,,\n", "line 3: the slug must be"),
        ("219900024,Été,B,,commune,,\n", "line 3: the slug must be"),
        ("219900024,b\n", "line 3: wrong number of cells"),
    ],
)
def test_a_line_of_organisations_csv_is_refused_by_its_number(tmp_path, line, said):
    with pytest.raises(InvalidDeclaration) as error:
        read_organisations(install(tmp_path, TOWN + line) / "organisations.csv")
    assert said in str(error.value)


def test_an_unknown_variable_is_an_error_and_not_a_default():
    with pytest.raises(
        InvalidDeclaration,
        match=r"PARVIS_PORTAL_TIMEOUT is not a setting \(did you mean “PARVIS_PORTAL_TIMEOUT_SECONDS”",
    ):
        read_settings({"PARVIS_PORTAL_TIMEOUT": "3"})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_TIMEOUT_SECONDS", "bientôt", "PARVIS_PORTAL_TIMEOUT_SECONDS: expected a number."),
        ("PORTAL_TIMEOUT_SECONDS", "0", "PARVIS_PORTAL_TIMEOUT_SECONDS: expected a number > 0."),
        ("SOURCE_MAX_BYTES", "256M", "PARVIS_SOURCE_MAX_BYTES: expected a whole number."),
        ("LOCALE", "de", "PARVIS_LOCALE: expected fr, en."),
    ],
)
def test_a_setting_that_cannot_be_says_what_was_expected(monkeypatch, name, value, said):
    monkeypatch.setenv(f"PARVIS_{name}", value)
    with pytest.raises(InvalidDeclaration) as error:
        read_settings({})
    assert str(error.value).endswith(said)


def test_a_lost_list_of_organisations_says_how_it_comes_back(tmp_path):
    install(tmp_path)
    (tmp_path / "organisations.csv").unlink()
    with pytest.raises(InvalidDeclaration, match="Take it from a backup.*first line is siren,slug,name"):
        read_installation(tmp_path)


def access(root: Path, environment: dict[str, str] | None = None, **declared: object) -> PortalAccess:
    portal = Portal(kind="ckan", url="https://ckan.example.org", **declared)
    return PortalAccess("ckan", portal, root, environment or {})


def test_a_token_comes_from_the_environment_before_its_file(tmp_path):
    (tmp_path / "token").write_text("from-file\n", "utf-8")
    declared = {"token_file": Path("token")}
    assert access(tmp_path, **declared).token().get_secret_value() == "from-file"
    environment = {"PARVIS_PORTAL_CKAN_TOKEN": "from-environment"}
    assert access(tmp_path, environment, **declared).token().get_secret_value() == "from-environment"


def test_an_organisation_s_own_token_comes_before_that_of_all(tmp_path):
    (tmp_path / "tokens").mkdir()
    (tmp_path / "tokens" / "nord").write_text("of-nord\n", "utf-8")
    portal = access(tmp_path, {"PARVIS_PORTAL_CKAN_TOKEN": "of-all"}, token_folder=Path("tokens"))
    assert [portal.token(slug).get_secret_value() for slug in ("nord", "sud")] == ["of-nord", "of-all"]
    assert "of-nord" not in repr(portal) and "of-all" not in repr(portal)


def test_a_missing_token_names_the_variable_to_set(tmp_path):
    with pytest.raises(PortalRefused, match="set PARVIS_PORTAL_CKAN_TOKEN"):
        access(tmp_path).token()
    with pytest.raises(PortalRefused, match="tokens does not exist"):
        access(tmp_path, token_folder=Path("tokens")).token("nord")


def test_a_portal_s_names_of_organisations_stand_in_parvis_yaml_or_for_thousands_in_a_file(tmp_path):
    (tmp_path / "names.csv").write_text("slug,organisation\nnord,534fff80a3a7292c64a77e41\nsud,ville-du-sud\n", "utf-8")
    portal = access(tmp_path, organisations_file=Path("names.csv"), organisations={"sud": "sud-sur-mer"})
    names = [portal.organisation(slug) for slug in ("nord", "sud", "est")]
    assert names == ["534fff80a3a7292c64a77e41", "sud-sur-mer", "est"]


@pytest.mark.parametrize("content", ["siren;id\n", None])
def test_a_file_of_names_that_is_none_is_told(tmp_path, content):
    if content:
        (tmp_path / "names.csv").write_text(content, "utf-8")
    with pytest.raises(
        InvalidDeclaration, match=r"names\.csv: (the first line must be slug,organisation|cannot be read)"
    ):
        access(tmp_path, organisations_file=Path("names.csv")).organisation("nord")


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"datasets": ["budget"], "harvested": ["budget"]}, "budget: pushed or harvested, never both"),
        ({"kind": "udata", "datastore": True}, "datastore: only a CKAN has one"),
        ({"keep_versions": -1}, "keep_versions"),
    ],
)
def test_what_a_portal_cannot_be_is_refused(tmp_path, declared, told):
    content = {"format": 1, "title": {"fr": "T", "en": "T"}, "public_url": "http://x"}
    portal = {"kind": "ckan", "url": "https://ckan.example.org", **declared}
    (tmp_path / "parvis.yaml").write_text(yaml.safe_dump({**content, "portals": {"p": portal}}), "utf-8")
    with pytest.raises(InvalidDeclaration, match=told):
        read_installation(tmp_path)


def test_the_bundled_folders_are_found():
    assert (bundled() / "schemas").is_dir()


def test_an_address_under_which_another_organisation_published_is_refused_and_told(tmp_path):
    town = build_town(tmp_path)
    publish(Store(tmp_path / "store"), candidate(VALMONT))
    result = town.run("organisations", "add", "219900024", "--name", "Valmont")
    assert (result.code, f"the address of what {VALMONT.siren} published" in result.err) == (10, True)
    with (tmp_path / "organisations.csv").open("a") as listed:
        listed.write("219900024,valmont,Valmont,,commune,,\n")
    assert "! organisation 219900024: the slug “valmont” is the address of" in town.run("check").out
    with (tmp_path / "organisations.csv").open("a") as listed:
        listed.write(f"{VALMONT.siren},valmont-le-vieux,Valmont-le-Vieux,,commune,,\n")
    assert f"organisation {VALMONT.siren}" not in town.run("check").out
