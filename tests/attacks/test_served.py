"""What the commands publish and the access point serves, attacked: towns of five versions, and erasures."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.settings import read_installation
from tests.attacks.attacks import ATTACKS, moved_by_few
from tests.attacks.served import ROWS, TABLE, Served, deliver, installation, public
from tests.attacks.towns import VERSIONS, Town, growing_town, invented_town

TOWNS = [invented_town(0)]
GROWING = [growing_town(0)]
MANY = [growing_town(seed) for seed in range(10)] + [invented_town(seed) for seed in range(4)]


def won(served: Served, towns: list[Town], part: str) -> Counter[str]:
    """Successes of every attack that reads this part alone."""
    found: Counter[str] = Counter()
    for slug, town in zip(served.slugs, towns, strict=True):
        seen = public(served, slug)
        found.update({name: one.run(seen, town) for name, one in ATTACKS.items() if one.reads == (part,)})
    return +found


def published(root: Path, dataset: str, towns: list[Town], versions: int = VERSIONS, **gates: str) -> Served:
    served = installation(root, len(towns), dataset, **gates)
    for moment in range(versions):
        deliver(served, towns, moment)
    return served


@pytest.mark.parametrize(("dataset", "part"), [(ROWS, "releases"), (TABLE, "tables")])
@pytest.mark.parametrize(
    "towns", [GROWING, pytest.param(MANY, marks=[pytest.mark.campaign, pytest.mark.timeout(3600)])]
)
def test_five_versions_withstand_every_attack(dataset: str, part: str, towns: list[Town], tmp_path: Path) -> None:
    served = published(tmp_path / "town", dataset, towns)
    # What comes is now and then too little to be told of, and waits; without later versions there is nothing to attack.
    # A table waits more often than rows do.
    assert sum(len(served.versions(slug)) >= 3 for slug in served.slugs) > len(served.slugs) / 3
    assert won(served, towns, part) == {}


def test_the_same_attacks_win_where_nothing_judges_the_rows(tmp_path: Path) -> None:
    served = published(tmp_path / "town", ROWS, TOWNS, versions=2, gated="")
    assert len(won(served, TOWNS, "releases")) >= 8


def test_copies_made_before_an_erasure_and_after_the_next_runs_tell_nobody(tmp_path: Path) -> None:
    """Whoever is erased from a blanked group has company there that the source goes on delivering."""
    served = published(tmp_path / "town", ROWS, TOWNS, versions=2)
    (slug,) = served.slugs
    copies = [served.table(slug, version) for version in served.versions(slug)]
    erased = next(row for row in copies[-1].to_pylist() if row["quarter"] is None)["demande_id"]
    siren = read_installation(served.installed.root).organisations[0].siren
    done = served.installed.run("erase", ROWS, "--key", f"demande_id={erased}", "--organisation", siren)
    assert done.code == 0, done.err
    for moment in (1, 2):
        deliver(served, TOWNS, moment)
    after = [served.table(slug, version) for version in served.versions(slug)]
    assert all(erased not in table["demande_id"].to_pylist() for table in after)
    assert sum(moved_by_few(copy, table) for copy in copies for table in after) == 0


def test_withdrawn_versions_leave_a_number_and_a_word(tmp_path: Path) -> None:
    served = published(tmp_path / "town", ROWS, TOWNS, versions=1)
    (slug,) = served.slugs
    table: pa.Table = served.table(slug, "1.0.0")
    served.installed.run("erase", ROWS, "--key", f"demande_id={table['demande_id'][0].as_py()}")
    for name in (f"{ROWS}.csv", f"{ROWS}.parquet", "certificate.json", "quality.json", "datapackage.json", ""):
        answer = served.reader.get(f"/{slug}/{ROWS}/1.0.0/{name}", headers={"accept": "application/json"})
        assert answer.status_code == 410, name
        assert not any(str(number) in answer.text for number in table["demande_id"].to_pylist() if number > 999)
