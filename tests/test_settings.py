"""What differs between installations is closed, unique and never silently ignored."""

from pathlib import Path

import pytest
import yaml

from pipelines.errors import InvalidDeclaration, PortalRefused, StoreUnavailable
from pipelines.settings import Portal, bundled, portal_token, read_installation, read_organisations, read_settings

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


def test_a_token_comes_from_the_environment_before_its_file(tmp_path):
    (tmp_path / "token").write_text("from-file\n", "utf-8")
    portal = Portal(kind="ckan", url="https://ckan.example.org", token_file=Path("token"))
    assert portal_token("ckan", portal, tmp_path, {}).get_secret_value() == "from-file"
    environment = {"PARVIS_PORTAL_CKAN_TOKEN": "from-environment"}
    assert portal_token("ckan", portal, tmp_path, environment).get_secret_value() == "from-environment"


def test_a_missing_token_names_the_variable_to_set(tmp_path):
    with pytest.raises(PortalRefused, match="set PARVIS_PORTAL_CKAN_TOKEN"):
        portal_token("ckan", Portal(kind="ckan", url="https://ckan.example.org"), tmp_path, {})


def test_the_bundled_folders_are_found():
    assert (bundled() / "schemas").is_dir()
