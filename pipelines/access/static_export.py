"""The access point as plain files, for towns that cannot run a server: same addresses, any web host."""

import asyncio
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from starlette.types import ASGIApp

from ..errors import StoreUnavailable
from ..messages import _
from ..versions.manifest import Manifest
from ..versions.register import NAME as REGISTER
from ..versions.register import read_register
from ..versions.store import Store
from .addresses import KEYS, Addresses
from .app import create_app
from .catalogue import Catalogue
from .discovery.dcat import FORMATS
from .limits import Limits
from .pages import about
from .pages.budget import is_budget
from .pages.templates import static_digests
from .site import Organisation, Site

MARK = ".parvis-export"
SCRATCH = ".parvis-unfinished-"


def export_static(store: Store, organisations: Sequence[Organisation], site: Site, folder: Path) -> int:
    """Write everything published below `folder`, in place of the last export; how many files that is.

    A version that was withdrawn since is gone from it. Raises StoreUnavailable
    where the folder holds something else.
    """
    _refuse_foreign(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    still = replace(site, answers_queries=False)
    catalogue = Catalogue(store, organisations, lambda: 0.0)
    app = create_app(store, organisations, still, Limits(requests_per_minute=0))
    with TemporaryDirectory(prefix=SCRATCH, dir=folder) as scratch:
        asyncio.run(_write_everything(app, catalogue, still, Path(scratch)))
        _take_the_place(Path(scratch), folder)
    return sum(1 for path in folder.rglob("*") if path.is_file())


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not (folder / MARK).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreUnavailable(
            _("{folder}: holds other files than an export; name an empty or a new folder.").format(folder=folder)
        )


def _take_the_place(fresh: Path, folder: Path) -> None:
    """What lies in `fresh` becomes what `folder` holds; the folder stays the one that a shell or a host has open."""
    for old in folder.iterdir():
        if old.name in (MARK, fresh.name):
            continue
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()
    for new in fresh.iterdir():
        new.rename(folder / new.name)


async def _write_everything(app: ASGIApp, catalogue: Catalogue, site: Site, folder: Path) -> None:
    addresses = Addresses(site.public_url)
    # In the site's own language: a plain file cannot ask its reader.
    transport, plain = httpx.ASGITransport(app=app), {"accept-encoding": "identity"}
    async with httpx.AsyncClient(transport=transport, base_url="http://export", headers=plain) as client:
        snapshot, store = catalogue.now(), catalogue.store
        for path in ["/", *_documents(site)]:
            await _write(client, addresses, path, folder)
        for publisher in snapshot.publishers:
            for name in ("", "atom.xml", *(["kit.zip"] if snapshot.of(publisher) else [])):
                await _write(client, addresses, f"/{publisher.slug}/{name}", folder)
        for publisher, name in snapshot.places:  # also where every version was withdrawn
            dataset = f"/{publisher.slug}/{name}/"
            has_register = read_register(store, publisher.siren, name) is not None
            for document in ("atom.xml", "withdrawn.json", *([REGISTER] if has_register else [])):
                await _write(client, addresses, dataset + document, folder)
        for newest in snapshot.manifests:
            dataset = f"/{snapshot.by_siren[newest.siren].slug}/{newest.dataset}/"
            for path in (dataset, f"{dataset}changes"):
                await _write(client, addresses, path, folder)
            for summary in await _summaries(client, addresses, newest, dataset):
                await _write(client, addresses, summary, folder)
            for version in _version_names(catalogue.versions(newest)):
                await _write_version(client, addresses, f"{dataset}{version}/", newest, folder)


async def _write_version(
    client: httpx.AsyncClient, addresses: Addresses, path: str, newest: Manifest, folder: Path
) -> None:
    """The page of a version and each file that it links to."""
    await _write(client, addresses, path, folder)
    sums = await client.get(f"{addresses.prefix}{path}SHA256SUMS")
    names = [line.partition("  ")[2] for line in sums.text.splitlines()]
    for name in (*names, "SHA256SUMS", f"{newest.dataset}.csvt"):
        await _write(client, addresses, path + name, folder)


async def _summaries(client: httpx.AsyncClient, addresses: Addresses, newest: Manifest, path: str) -> list[str]:
    """The pages of a budget in plain words: the newest document's, and those that it links to."""
    if not is_budget(newest):
        return []
    first = f"{path}summary/"
    page = await client.get(addresses.prefix + first)
    if page.status_code == 404:  # a budget of amending decisions alone
        return []
    found = re.findall(rf'href="{re.escape(addresses.prefix + first)}([^"/]+/)"', page.text)
    return [first, *(first + name for name in dict.fromkeys(found))]


def _version_names(versions: Sequence[Manifest]) -> list[str]:
    """Every number, and the moving names: `latest`, and each major."""
    numbers = [manifest.number for manifest in versions]
    majors = dict.fromkeys(number.partition(".")[0] for number in numbers)
    return ["latest", *majors, *numbers]


def _documents(site: Site) -> Iterator[str]:
    if site.keys and site.keys.is_file():
        yield KEYS
    yield from ("/atom.xml", "/sitemap.xml", "/openapi.json", *(f"/-/{page}/" for page in about.PAGES))
    yield from (f"/catalog{ending}" for ending in FORMATS)
    yield from (f"/-/static/{name}" for name in static_digests())


async def _write(client: httpx.AsyncClient, addresses: Addresses, path: str, folder: Path) -> None:
    """One address as a file; an address that ends with a slash is the folder's index.html."""
    answer = await client.get(addresses.prefix + path)
    answer.raise_for_status()
    place = folder / path.lstrip("/") / "index.html" if path.endswith("/") else folder / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(answer.content)
