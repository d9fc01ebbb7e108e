"""What every test needs: English messages, and the folder of real municipal files."""

import os
import socket
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


@pytest.fixture
def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
