"""schema.org in a dataset's page, for search engines. Data, not a script: the page's policy lets nothing run."""

import json
from typing import Any

from markupsafe import Markup

from ...versions.identifiers import dataset_id
from ...versions.manifest import Manifest
from ..addresses import Addresses
from ..catalogue import Publisher
from ..ckan.packages import resource_files
from ..media_types import media_type
from .markdown import unmarked
from .table_view import field_description
from .wording import licence_url, words


def dataset_json_ld(addresses: Addresses, publisher: Publisher, manifest: Manifest) -> Markup:
    """The dataset as JSON-LD that no text in it can break out of."""
    text = json.dumps(_dataset(addresses, publisher, manifest), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - no character of markup is left


def _dataset(addresses: Addresses, publisher: Publisher, manifest: Manifest) -> dict[str, Any]:
    metadata = manifest.metadata
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": words(metadata["title"]),
        "description": unmarked(words(metadata["description"])),
        "url": addresses.absolute(addresses.dataset(publisher.slug, manifest.dataset)),
        "identifier": str(dataset_id(publisher.slug, manifest.dataset)),
        "keywords": list(metadata["keywords"]),
        "license": licence_url(metadata["license"]) or metadata["license"],
        "isAccessibleForFree": True,
        "version": manifest.number,
        "dateModified": manifest.committed_at,
        "inLanguage": "fr",
        "creator": {
            "@type": "GovernmentOrganization",
            "name": publisher.name,
            "identifier": publisher.siren,
            "url": addresses.absolute(addresses.organisation(publisher.slug)),
        },
        "includedInDataCatalog": {"@type": "DataCatalog", "url": addresses.absolute(addresses.home())},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": field["name"], "description": field_description(field)}
            for field in manifest.table_schema["fields"]
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": addresses.absolute(addresses.file(publisher.slug, manifest.dataset, "latest", file.name)),
                "encodingFormat": media_type(file.name).partition(";")[0],
                "contentSize": str(file.size_bytes),
                "sha256": file.sha256,
            }
            for file in resource_files(manifest)
        ],
    }
