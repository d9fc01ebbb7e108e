"""What a stranger's check finds, from a folder and over HTTP: every lie, and nothing where there is none."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipelines.messages import speaking
from pipelines.reports import verification
from pipelines.signatures import PublicKey, keys_document, signed
from pipelines.signing import signing_key
from pipelines.verification.verify import Asker, verify
from tests.installation import SIREN, Town
from tests.verification.conftest import OTHER_SLUG, Published

TOWN = "saint-parvis-sur-loire"
KEYS = Path(".well-known/parvis-keys.json")


def failing(found: dict) -> set[tuple[str, str]]:
    return {(claim["place"], claim["what"]) for claim in found["recomputed"] if not claim["holds"]}


def files_of_versions(site: Path) -> list[Path]:
    """Every file below a version's name, but its page."""
    return [
        path
        for path in sorted(site.rglob("*.*.*/*")) + sorted(site.rglob("latest/*"))
        if path.is_file() and path.name not in ("index.html", "changes", "atom.xml")
    ]


def test_a_sound_export_holds_and_the_two_lists_are_apart(published: Published, exported: Path):
    code, found = published.verify(exported)
    assert (code, found["holds"], failing(found)) == (0, True, set())
    recomputed = {claim["what"] for claim in found["recomputed"]}
    attested = {statement["what"] for statement in found["attested"]}
    assert {"signature", "digest", "figures", "rule", "difference", "threshold", "hidden", "identifiers"} <= recomputed
    assert {"rows_waiting", "contributors_counted_by", "linkage_with_other_datasets", "quality"} <= attested
    assert not recomputed & attested


@pytest.mark.parametrize("below", ["", TOWN, f"{TOWN}/demandes", f"{TOWN}/demandes/1.0.0", f"{TOWN}/demandes/latest"])
def test_it_is_the_same_over_http_at_every_level(
    published: Published, exported: Path, host: Callable[[Path], str], below: str
):
    for place in (host(exported) + f"/{below}", str(exported / below)):
        code, found = published.verify(place)
        assert (code, failing(found)) == (0, set())
        assert len(found["recomputed"]) > 10


def test_the_access_point_itself_is_verified(published: Published, free_port: int):
    root = str(published.town.root)
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "serve", "--port", str(free_port), "--root", root], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout and process.stdout.readline()
        from tests.access.running import wait_until_open

        wait_until_open(free_port)
        code, found = published.verify(f"http://127.0.0.1:{free_port}/")
        assert (code, failing(found)) == (0, set())
    finally:
        process.terminate()
        process.wait(10)


def test_it_needs_no_installation(exported: Path, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "verify", str(exported)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd()), "PARVIS_LOCALE": "en"},
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.split("Attested by the publisher")
    assert first.startswith("Recomputed from the published files:") and "signed by one of the keys" in first
    assert "joins with the town's other datasets" in second


def test_in_french_its_words_are_whole(exported: Path):
    with speaking("fr"):
        words = verification(verify(str(exported), Asker(date.today())))
    assert not any("\ufffd" in line for line in words)
    assert any(line.startswith("- le registre des versions a été signé le\u00a0: 20") for line in words)
    assert "- lignes en attente\u00a0: 0" in words


def test_one_flipped_bit_of_any_file_of_any_version_is_found(published: Published, site: Path):
    chance = random.Random(4)
    files = files_of_versions(site / TOWN)
    for path in chance.sample(files, 14):
        content = path.read_bytes()
        flipped = bytearray(content)
        place = chance.randrange(len(flipped) * 8)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        code, found = published.verify(path.parent)
        assert code == 12 and not found["holds"], path
        path.write_bytes(content)


def test_every_missing_file_of_a_version_is_found(published: Published, site: Path):
    for path in [one for one in files_of_versions(site / TOWN) if one.parent == site / TOWN / "avis" / "latest"]:
        path.rename(path.with_name("away"))
        code, found = published.verify(path.parent)
        assert code == 12, path
        assert any(path.name in place for place, _what in failing(found))
        path.with_name("away").rename(path)


def test_an_older_version_in_the_place_of_a_newer_one_is_found(published: Published, site: Path):
    dataset = site / TOWN / "demandes"
    for newer in ("latest", "1", "1.1.0"):
        shutil.rmtree(dataset / newer)
        shutil.copytree(dataset / "1.0.0", dataset / newer)
    found = published.verify(site)[1]
    assert (f"{TOWN}/demandes/1.1.0/certificate.json", "version") in failing(found)
    assert {(f"{TOWN}/demandes/{word}", "newest") for word in ("latest", "1")} <= failing(found)


@pytest.mark.parametrize(
    "name", ["certificate.json", "quality.json", "datapackage.json", "demandes.parquet", "SHA256SUMS"]
)
def test_one_file_of_another_version_is_found(published: Published, site: Path, name: str):
    dataset = site / TOWN / "demandes"
    if (dataset / "1.0.0" / name).read_bytes() == (dataset / "1.1.0" / name).read_bytes():
        return  # the verdicts are the same
    shutil.copyfile(dataset / "1.0.0" / name, dataset / "1.1.0" / name)
    assert published.verify(dataset / "1.1.0")[0] == 12


def test_files_of_another_organisation_are_found(published: Published, site: Path):
    ours, theirs = site / TOWN / "demandes", site / OTHER_SLUG / "demandes"
    shutil.rmtree(ours / "1.0.0")
    shutil.copytree(theirs / "1.0.0", ours / "1.0.0")
    assert (f"{TOWN}/demandes", "organisation") in failing(published.verify(site)[1])
    assert (f"{TOWN}/demandes", "organisation") in failing(published.verify(ours / "1.0.0")[1])
    shutil.rmtree(ours)
    shutil.copytree(theirs, ours)
    assert (f"{TOWN}/demandes", "organisation") in failing(published.verify(ours)[1])


def test_a_version_that_disappeared_is_found_by_what_the_next_one_knows(published: Published, site: Path):
    dataset = site / TOWN / "demandes"
    shutil.rmtree(dataset / "1.0.0")
    rows = [row for row in json.loads((dataset / "changes").read_text()) if row["version"] != "1.0.0"]
    (dataset / "changes").write_text(json.dumps(rows))
    found = failing(published.verify(dataset)[1])
    assert {(f"{TOWN}/demandes/changes", "listed"), (f"{TOWN}/demandes/1.0.0/certificate.json", "readable")} <= found
    (dataset / "versions.json").unlink()
    found = failing(published.verify(dataset)[1])
    assert {(f"{TOWN}/demandes/versions.json", "register"), (f"{TOWN}/demandes/1.1.0", "numbers")} <= found


def test_a_version_that_was_withdrawn_is_told_apart_from_one_that_is_lost(published: Published, tmp_path: Path):
    copy = Published(Town(Path(shutil.copytree(published.town.root, tmp_path / "town"))))
    done = copy.town.run("withdraw", "demandes", "1.0.0", "--reason", "error", "--organisation", SIREN)
    assert done.code == 0, done.err
    site = copy.export(tmp_path / "site")
    code, found = copy.verify(site / TOWN / "demandes")
    assert (code, failing(found)) == (0, set())
    assert {"place": f"{TOWN}/demandes/1.1.0", "what": "withdrawn", "said": "1.0.0"} in found["attested"]
    (site / TOWN / "demandes" / "withdrawn.json").unlink()
    found = failing(copy.verify(site / TOWN / "demandes")[1])
    assert found == {(f"{TOWN}/demandes/withdrawn.json", "taken_back")}


def test_a_signature_that_was_stripped_or_is_a_stranger_s_is_found(published: Published, site: Path):
    path = site / TOWN / "avis" / "1.0.0" / "certificate.json"
    content = json.loads(path.read_bytes())
    signature = content.pop("signature")
    path.write_bytes(signed(content, Ed25519PrivateKey.generate()))
    assert (f"{TOWN}/avis/1.0.0/certificate.json", "signature") in failing(published.verify(path.parent)[1])
    for said in ({}, {"signature": {}}, {"signature": {**signature, "key_id": "0" * 16}}):
        path.write_text(json.dumps({**content, **said}, sort_keys=True, separators=(",", ":")) + "\n")
        assert (f"{TOWN}/avis/1.0.0/certificate.json", "signature") in failing(published.verify(path.parent)[1])


def test_whoever_signs_everything_anew_is_found_by_who_was_told_the_key(
    published: Published, site: Path, tmp_path: Path
):
    own = tmp_path / "told.json"
    shutil.copyfile(site / KEYS, own)
    forge(site, lambda content: None)
    assert published.verify(site)[0] == 0, "the place's own keys prove no more than that it agrees with itself"
    code, found = published.verify(site, "--key", str(own))
    assert code == 12 and {what for _place, what in failing(found)} == {"signature", "register"}
    bare = json.loads(own.read_text())["keys"][0]["ed25519"]
    assert published.verify(site, "--key", bare)[0] == 12


def test_a_key_told_in_base64_is_enough(published: Published, exported: Path):
    bare = json.loads((exported / KEYS).read_text())["keys"][0]["ed25519"]
    code, found = published.verify(exported / TOWN / "avis", "--key", bare)
    assert (code, found["keys_are_told"]) == (0, True)


def test_the_earlier_version_that_one_is_compared_with_is_held_against_the_register_too(
    published: Published, site: Path
):
    root, earlier = published.town.root, site / TOWN / "demandes" / "1.0.0"
    content = json.loads((earlier / "certificate.json").read_bytes())
    del content["signature"]
    content["attested"]["quality"]["error"]["met"] += 1
    (earlier / "certificate.json").write_bytes(signed(content, signing_key(root, root / "work", date.today())))
    code, found = published.verify(site / TOWN / "demandes" / "1.1.0")
    assert code == 12 and (f"{TOWN}/demandes/1.0.0/certificate.json", "signed_for") in failing(found)


def test_a_signature_outside_the_key_s_days_is_found(published: Published, site: Path):
    document = json.loads((site / KEYS).read_text())
    document["keys"][0] |= {"from": "2020-01-01", "until": "2020-12-31"}
    (site / KEYS).write_text(json.dumps(document))
    assert {what for _place, what in failing(published.verify(site / TOWN / "avis")[1])} == {"day"}


@pytest.mark.parametrize("word", ["", "x", "AAAA"])
def test_what_is_no_key_is_refused(published: Published, exported: Path, word: str):
    done = published.town.run("verify", str(exported), "--key", word or " ")
    assert done.code == 10 and "base64" in done.err


def test_a_place_that_is_none_is_refused(published: Published, tmp_path: Path):
    assert published.town.run("verify", str(tmp_path / "nowhere")).code == 14
    assert published.town.run("verify", "ftp://127.0.0.1/").code == 12
    assert published.verify(tmp_path)[0] == 12


# A publisher who lies: sound signatures over figures that the rows do not bear out.


def forge(site: Path, change: Callable[[dict], None], rows: Callable[[Path], None] | None = None) -> None:
    """Sign every certificate anew after `change`, with keys of the forger's own."""
    key = Ed25519PrivateKey.generate()
    (site / KEYS).write_bytes(keys_document([PublicKey(key.public_key(), date(2020, 1, 1))]))
    for path in site.glob("*/*/*/certificate.json"):
        content = json.loads(path.read_bytes())
        del content["signature"]
        change(content)
        before = path.read_bytes()
        path.write_bytes(signed(content, key))
        sums = path.with_name("SHA256SUMS")
        sums.write_text(sums.read_text().replace(sha256(before).hexdigest(), sha256(path.read_bytes()).hexdigest()))
    for path in site.glob("*/*/versions.json"):
        content = json.loads(path.read_bytes())
        del content["signature"]
        for one in content["versions"]:
            one["certificate"] = sha256((path.parent / one["version"] / "certificate.json").read_bytes()).hexdigest()
        path.write_bytes(signed(content, key))


def lie(content: dict, **said: object) -> None:
    for part in content["recomputable"]["parts"]:
        if "smallest_rows" in part:
            part.update(said)


def test_figures_that_the_rows_do_not_bear_out_are_found(published: Published, site: Path):
    forge(site, lambda content: lie(content, smallest_rows=11))
    assert {what for _place, what in failing(published.verify(site)[1])} == {"figures"}


def test_a_rule_that_the_rows_break_is_found(published: Published, site: Path):
    def stricter(content: dict) -> None:
        if content["recomputable"]["groups"]:
            content["recomputable"]["groups"]["minimum"] = 11
            content["recomputable"]["releases"]["minimum"] = 11
        if content["recomputable"]["table"]:
            content["recomputable"]["table"]["minimum"] = 11

    forge(site, stricter)
    assert {what for _place, what in failing(published.verify(site)[1])} == {
        "rule",
        "difference",
        "threshold",
        "hidden",
    }


def test_the_wrong_number_of_rows_is_found(published: Published, site: Path):
    def fewer(content: dict) -> None:
        content["recomputable"]["row_count"] -= 1

    forge(site, fewer)
    assert {what for _place, what in failing(published.verify(site)[1])} == {"rows"}


@pytest.mark.parametrize(
    "change",
    [
        {"subject": {"files": {"../../../etc/passwd": "0" * 64, "avis.parquet": "0" * 64}}},
        {"subject": {"files": {"certificate.json": "0" * 64}}},
        {"subject": {"dataset": "../.."}},
        {"recomputable": {"row_count": -1}},
        {"recomputable": {"parts": [{"part": "x", "row_count": "many"}]}},
        {"recomputable": None},
        {"format": 2},
    ],
    ids=str,
)
def test_a_certificate_of_another_form_is_told_to_be_one(published: Published, site: Path, change: dict):
    def deform(content: dict) -> None:
        for word, said in change.items():
            content[word] = {**content[word], **said} if isinstance(said, dict) else said

    forge(site, deform)
    code, found = published.verify(site / TOWN / "avis" / "1.0.0")
    assert (code, {what for _place, what in failing(found)} & {"form"}) == (12, {"form"})


def test_a_link_that_leads_out_of_the_folder_is_not_followed(published: Published, site: Path, tmp_path: Path):
    path = site / TOWN / "avis" / "latest" / "quality.json"
    elsewhere = tmp_path / "elsewhere.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert (f"{TOWN}/avis/latest/quality.json", "digest") in failing(published.verify(path.parent)[1])


def test_a_download_on_its_own_is_verified_with_a_key_that_was_told(
    published: Published, exported: Path, tmp_path: Path
):
    alone = shutil.copytree(exported / TOWN / "demandes" / "1.0.0", tmp_path / "download")
    code, found = published.verify(alone, "--key", str(exported / KEYS))
    assert (code, failing(found)) == (0, set())
    (alone / "demandes.csv").write_bytes((alone / "demandes.csv").read_bytes() + b"\n")
    assert published.verify(alone, "--key", str(exported / KEYS))[0] == 12
