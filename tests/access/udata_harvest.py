"""Runs in udata's own environment: its harvester reads catalogues into its database, and what arrived is printed.

python udata_harvest.py dcat=ADDRESS ckan=ADDRESS          (UDATA_SETTINGS names the server's configuration)
"""

import json
import sys
import uuid
from typing import Any

from udata.app import create_app, standalone  # type: ignore[import-not-found]
from udata.core.dataset.models import Dataset  # type: ignore[import-not-found]
from udata.core.organization.models import Organization  # type: ignore[import-not-found]
from udata.harvest import actions  # type: ignore[import-not-found]
from udata.harvest.models import HarvestJob, HarvestSource  # type: ignore[import-not-found]


def arrived(dataset: Any) -> dict[str, Any]:
    """A dataset as udata holds it now."""
    return {
        "title": dataset.title,
        "description": dataset.description,
        "licence": dataset.license.id if dataset.license else None,
        "frequency": dataset.frequency.value if dataset.frequency else None,
        "tags": sorted(dataset.tags),
        "remote_id": dataset.harvest.remote_id,
        "quality": dict(dataset.quality),
        "resources": [
            {
                "title": each.title,
                "url": each.url,
                "format": each.format,
                "size": each.filesize,
                "checksum": each.checksum and [each.checksum.type, each.checksum.value],
            }
            for each in dataset.resources
        ],
    }


def harvested(backend: str, address: str) -> dict[str, Any]:
    """A source of its own, harvested for good; then all of it is taken away again."""
    name, organisation = f"harvest {uuid.uuid4().hex}", Organization.objects.first()
    source = HarvestSource(name=name, url=address, backend=backend, organization=organisation).save()
    try:
        actions.run(source)
        job = HarvestJob.objects(source=source).order_by("-created").first()
        return {
            "status": job.status,
            "errors": [each.message for told in (job, *job.items) for each in told.errors],
            "datasets": [arrived(Dataset.objects.get(id=item.dataset.id)) for item in job.items if item.dataset],
        }
    finally:
        Dataset.objects(harvest__source_id=str(source.id)).delete()
        HarvestJob.objects(source=source).delete()
        source.delete()


def main(*asked: str) -> None:
    app = standalone(create_app())
    app.config["HARVESTER_BACKENDS"] = ["*"]
    with app.app_context():
        print(json.dumps([harvested(*each.split("=", 1)) for each in asked]))


main(*sys.argv[1:])
