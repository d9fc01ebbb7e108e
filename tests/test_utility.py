"""What protection costs: rows, town-level totals and places that are left, on towns of a real size and real votes."""

import random
import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines.anonymise import Already, Gated, anonymise, gate
from pipelines.declarations import Dataset, read_dataset
from pipelines.extract import References
from pipelines.extract.connectors import extract
from pipelines.settings import bundled
from pipelines.validate import validate_table
from pipelines.versions import Store
from tests.installation import build_town

KEY = bytes(range(32))
GRC, BP = (read_dataset(bundled() / "datasets" / name, [bundled()]) for name in ("grc_signalements", "bp_projets"))
SERVICES = ("Nid-de-poule", "Dépôt sauvage", "Éclairage public en panne", "Graffiti")


def requests(residents: int, squares: int) -> pa.Table:
    """A year of requests, 8 for 100 residents, more in some of the `squares` of a kilometre than in others."""
    chance = random.Random(residents)
    places = [(47.30 + 0.009 * (n // 7), 0.60 + 0.0133 * (n % 7), chance.choice([1, 2, 4, 8])) for n in range(squares)]
    moments = sorted(
        datetime(2024, 1, 1) + timedelta(days=chance.uniform(0, 366)) for _n in range(residents * 8 // 100)
    )
    where = chance.choices(places, [weight for _lat, _lon, weight in places], k=len(moments))
    columns = {
        "signalement_id": [str(number) for number in range(len(moments))],
        "annee": pa.array([2024] * len(moments), pa.int32()),
        "service_code": [None] * len(moments),
        "service": [chance.choice(SERVICES) for _moment in moments],
        "statut": ["ouvert"] * len(moments),
        "date_demande": pa.array(moments, pa.timestamp("s")),
        "date_cloture": pa.array([None] * len(moments), pa.timestamp("s")),
        "delai_jours": pa.array([chance.randint(0, 120) for _moment in moments], pa.int64()),
        "latitude": [lat + chance.uniform(0, 0.004) for lat, _lon, _weight in where],
        "longitude": [lon + chance.uniform(0, 0.004) for _lat, lon, _weight in where],
    }
    return pa.table(columns)


def gated(table: pa.Table, dataset: Dataset) -> Gated:
    treated = anonymise(table, dataset.table_schema, dataset.privacy, KEY, "s")
    return gate(treated, dataset.privacy, dataset.name, Already())


@pytest.mark.parametrize(
    ("residents", "squares", "places_kept"), [(1_000, 4, 0.0), (2_000, 6, 0.3), (5_000, 6, 0.6), (50_000, 49, 0.6)]
)
def test_all_requests_of_a_town_are_kept_with_their_quarterly_totals(
    residents: int, squares: int, places_kept: float
) -> None:
    rows = requests(residents, squares)
    quarters = [rows.filter(pc.equal(pc.quarter(rows["date_demande"]), quarter)) for quarter in range(1, 5)]
    parts = [gated(quarter, GRC) for quarter in quarters]
    assert [part.table.num_rows for part in parts] == [quarter.num_rows for quarter in quarters]
    for before, part in zip(quarters, parts, strict=True):
        assert Counter(part.table["service"].to_pylist()) == Counter(before["service"].to_pylist())
        assert part.report.groups is not None
        assert part.report.groups.smallest >= 11
    shown = sum(part.table.num_rows - part.table["latitude"].null_count for part in parts)
    assert shown >= places_kept * rows.num_rows


@pytest.mark.parametrize(("residents", "squares"), [(1_000, 4), (2_000, 10)])
def test_a_village_that_declares_the_year_shows_most_of_its_places(residents: int, squares: int) -> None:
    """By quarters fewer than one place in four has company enough."""
    rows, columns = requests(residents, squares), dict(GRC.privacy.columns)
    columns["date_demande"] = columns["date_demande"].model_copy(update={"to": "year"})
    yearly = GRC.model_copy(update={"privacy": GRC.privacy.model_copy(update={"columns": columns})})
    by_year, by_quarter = gated(rows, yearly), gated(rows.filter(pc.equal(pc.quarter(rows["date_demande"]), 1)), GRC)
    assert by_year.table.num_rows == rows.num_rows
    assert Counter(by_year.table["service"].to_pylist()) == Counter(rows["service"].to_pylist())
    shown = [1 - one.table["latitude"].null_count / one.table.num_rows for one in (by_quarter, by_year)]
    assert shown[0] < 0.25
    assert shown[1] > 0.65


def test_a_village_declares_the_year_with_two_words_changed(tmp_path: Path) -> None:
    town = build_town(tmp_path / "town")
    own = town.root / "datasets" / GRC.name
    shutil.copytree(bundled() / "datasets" / GRC.name, own)
    declared = (own / "dataset.yaml").read_text("utf-8")
    yearly = declared.replace("part_key: [trimestre]", "part_key: [annee]").replace("to: quarter}", "to: year}")
    (own / "dataset.yaml").write_text(yearly, "utf-8")
    done = town.run("run", GRC.name)
    assert done.code == 0, done.err
    latest = town.latest(GRC.name)
    assert latest is not None
    published = Store(town.root / "store").read_table(latest)
    assert set(published["date_demande"].to_pylist()) == set(published["annee"].to_pylist())


REAL = {  # file -> projects, and how many of them have a number of votes from 1 to 10
    "France_Toulouse_2022.pb": (199, 30),
    "Hungary_Budapest_2024.pb": (175, 0),
    "france_toulouse_2019_.pb": (30, 0),
    "netherlands_amsterdam_179_.pb": (24, 0),
    "poland_wroclaw_2016_rejon-nr-1-250.pb": (24, 0),
}


@pytest.mark.parametrize("name", REAL)
def test_every_project_of_a_real_vote_is_kept_and_few_counts_are_hidden(real_data: Path, name: str) -> None:
    found = extract(real_data / "participation_pb" / name, BP.source, References())
    fields = [title for title in found.table.column_names if title in BP.field_names]
    valid = validate_table(type(found)(found.table.select(fields), found.rows, found.source), BP.table_schema).table
    done = gated(valid, BP)
    few = sum(0 < (votes or 0) < 11 for votes in valid["votes"].to_pylist())
    assert done.table.num_rows == valid.num_rows
    assert done.table["votes"].null_count == valid["votes"].null_count + few
    assert (valid.num_rows, few) == REAL[name]
    assert not done.report.not_judged
