"""The files of a folder or an archive come one by one; an archive that means harm gives nothing."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from pipelines.errors import SourceUnavailable
from pipelines.extract.archives import ArchiveLimits, members

FILES = {"plans/2024/a.xml": b"<a/>", "plans/2024/b.xml": b"<b/>", "plans/readme.txt": b"no"}
SMALL = ArchiveLimits(total_bytes=200_000, member_bytes=50_000, members=10)


def tarball(path: Path, mode: str, *infos: tarfile.TarInfo, files: dict[str, bytes] = FILES) -> Path:
    with tarfile.open(path, mode) as archive:
        for info in infos:
            archive.addfile(info)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def zipped(path: Path, files: dict[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def member(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/hostname"
    return info


def xml_files(source: Path, limits: ArchiveLimits = SMALL) -> dict[str, bytes]:
    return {str(name): content for name, content in members(source, lambda name: name.suffix == ".xml", limits)}


def refusal(source: Path, limits: ArchiveLimits = SMALL) -> str:
    with pytest.raises(SourceUnavailable) as refused:
        xml_files(source, limits)
    return str(refused.value)


@pytest.fixture(params=["folder", "tar", "tar.gz", "tar.xz", "zip"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    kind = request.param
    path = tmp_path / f"plans.{kind}"
    if kind == "folder":
        for name, content in FILES.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
        return path
    return zipped(path) if kind == "zip" else tarball(path, {"tar": "w", "tar.gz": "w:gz", "tar.xz": "w:xz"}[kind])


def test_every_wanted_file_comes_with_its_name(source):
    assert xml_files(source) == {"plans/2024/a.xml": b"<a/>", "plans/2024/b.xml": b"<b/>"}


def test_the_content_not_the_name_says_what_an_archive_is(tmp_path):
    tarball(tmp_path / "download", "w:xz")
    assert len(xml_files(tmp_path / "download")) == 2


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "a/../../evil.xml", "..\\evil.xml", "C:\\evil.xml"])
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    assert "leads out" in refusal(tarball(tmp_path / "a.tar", "w", files={name: b"x"}))
    assert "leads out" in refusal(zipped(tmp_path / "a.zip", {name: b"x"}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_link_or_a_device_is_refused(tmp_path, kind):
    assert "a link or a device" in refusal(tarball(tmp_path / "a.tar", "w", member("a.xml", kind)))


def test_a_link_in_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("a.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    assert "a link" in refusal(tmp_path / "a.zip")


def test_a_link_in_a_folder_is_passed_over(tmp_path):
    (tmp_path / "real.xml").write_bytes(b"<a/>")
    (tmp_path / "link.xml").symlink_to("/etc/hostname")
    assert list(xml_files(tmp_path)) == ["real.xml"]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
@pytest.mark.parametrize(
    "files",
    [{"big.xml": b"0" * 60_000}, {f"{n}.bin": b"0" * 40_000 for n in range(6)}, {f"{n}.xml": b"" for n in range(11)}],
    ids=["one large", "large together", "many"],
)
def test_a_bomb_is_refused(tmp_path, mode, files):
    assert "unpacks to more" in refusal(tarball(tmp_path / "a", mode, files=files))


def test_a_zip_bomb_is_refused_whatever_size_it_declares(tmp_path):
    path = zipped(tmp_path / "a.zip", {"big.xml": b"0" * 60_000})
    assert "unpacks to more" in refusal(path)
    declared = (60_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(declared, (100).to_bytes(4, "little")))
    assert "refused" in refusal(path)


def test_an_xz_file_that_asks_for_too_much_memory_is_refused(tmp_path):
    import lzma

    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * 1024 * 1024, "preset": 0}]
    path = tmp_path / "a.tar.xz"
    path.write_bytes(lzma.compress(tarball(tmp_path / "a.tar", "w").read_bytes(), filters=filters))
    assert "refused" in refusal(path)


def test_an_archive_cut_short_is_refused(tmp_path):
    files = {f"{n}.xml": bytes(range(256)) * 100 for n in range(5)}
    for number, mode in enumerate(("w", "w:gz", "w:xz")):
        path = tarball(tmp_path / str(number), mode, files=files)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "refused" in refusal(path)
    path = zipped(tmp_path / "z", files)
    path.write_bytes(path.read_bytes()[:-30])
    assert "refused" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"<html/>", b"plain text " * 100, b"\x1f\x8bxx", b"\xfd7zXZ\0xx", b"PKxx"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    assert "refused" in refusal(tmp_path / "a")


def test_a_missing_archive_is_told(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "absent.zip")
