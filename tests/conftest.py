"""What every test needs: English messages, and the folder of real municipal files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.messages import speaking


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are asserted in their source language."""
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real municipal files, read and never committed: the folder that PARVIS_TEST_DATA names."""
    folder = os.environ.get("PARVIS_TEST_DATA")
    if not folder:
        pytest.skip("PARVIS_TEST_DATA names no folder of real municipal files")
    return Path(folder)
