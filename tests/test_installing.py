"""Both ways to install Parvis find the bundled declarations."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


@pytest.mark.parametrize("mode", [[], ["--editable"]], ids=["wheel", "editable"])
def test_an_installed_parvis_knows_its_datasets(tmp_path, mode):
    python = _environment(tmp_path / "venv")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", *mode, CHECKOUT], check=True, timeout=240)
    command = python.parent / "parvis"
    for arguments in (["init", "--siren", "219900016", "--name", "Saint-Parvis"], ["check"]):
        done = subprocess.run(
            [command, *arguments, "--root", tmp_path / "town"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert [name for name in ("bp_projets", "budget", "grc_signalements") if name not in done.stdout] == []
    found = _bundled(python, tmp_path)
    assert found == CHECKOUT if mode else found.is_relative_to(tmp_path / "venv")


def _environment(folder: Path) -> Path:
    """A virtual environment that sees this one's packages, so that nothing is downloaded."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    # Appended after the environment's own folder, so its own Parvis is found first.
    (site / "zz_packages.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return folder / "bin" / "python"


def _bundled(python: Path, elsewhere: Path) -> Path:
    code = "from pipelines.settings import bundled; print(bundled())"
    return Path(
        subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, cwd=elsewhere).stdout.strip()
    )
