"""Charts of accounts for the converter: the official ones, and the excerpt of the example."""

from pathlib import Path

import pytest

from pipelines.extract import References
from pipelines.extract.nomenclatures import import_nomenclatures
from pipelines.settings import bundled


@pytest.fixture(scope="session")
def official_charts(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> References:
    """The 215 official charts of 2013 to 2024, as `parvis nomenclatures import` puts them into an installation."""
    folder = tmp_path_factory.mktemp("plans")
    import_nomenclatures(str(real_data / "nomenclatures" / "plans_de_comptes_2013-2024.tar.xz"), folder)
    return References((folder,))


@pytest.fixture(scope="session")
def excerpt() -> References:
    """The chart that the example uses."""
    return References((bundled() / "quality" / "nomenclatures" / "plans",))
