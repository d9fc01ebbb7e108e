"""What imports keep for good is let go at the end, where somebody looks at what is left."""

import subprocess
import sys
from pathlib import Path

from tests.installation import build_town


def test_duckdb_s_binding_tells_of_no_leak_at_the_end_of_a_command(tmp_path: Path) -> None:
    town = build_town(tmp_path)
    source = town.example("grc_signalements", ".json")
    command = ["privacy", "propose", "grc_signalements", "--source", str(source), "--root", str(tmp_path)]
    done = subprocess.run([sys.executable, "-m", "pipelines", *command], capture_output=True, text=True, check=True)
    assert done.stderr == "" and done.stdout
