"""Two invented towns in a real store, and the access point over it."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.versions.store import Store
from tests.access import square as of_the_square
from tests.access.town import LORIOL, PROJETS, SITE, VALMONT, candidate, publish


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store: Valmont's projects in two versions, Loriol's in one. Not to be written to."""
    store = Store(tmp_path_factory.mktemp("towns") / "store")
    publish(store, candidate(VALMONT, PROJETS[:4]))
    publish(store, candidate(VALMONT), day=10)
    publish(store, candidate(LORIOL), day=13)
    return store.root


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Store:
    """A store of one's own, to publish more into."""
    return Store(shutil.copytree(published, tmp_path / "store"))


@pytest.fixture
def client(store: Store) -> TestClient:
    """A reader who asks for English."""
    app = create_app(store, [VALMONT, LORIOL], SITE)
    return TestClient(
        app, base_url="http://127.0.0.1:8010", headers={"accept-language": "en"}, raise_server_exceptions=False
    )


@pytest.fixture(scope="session")
def square(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with something for every kind of page. Not to be written to."""
    return of_the_square.fill(Store(tmp_path_factory.mktemp("square") / "store")).root


@pytest.fixture
def visitor(square: Path) -> TestClient:
    """A reader of it, in English, on the last day of March 2026."""
    app = create_app(Store(square), of_the_square.TOWNS, of_the_square.SITE, today=lambda: date(2026, 3, 31))
    return TestClient(app, base_url="http://127.0.0.1:8010", headers={"accept-language": "en"})
