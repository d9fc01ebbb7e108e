"""What is published about a version's rows: the suite's verdicts and the signed certificate, after a last scan."""

import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from ..anonymise import GateReport
from ..anonymise.certificate import CertifiedPart, Earlier, Subject, attested_bands, certificate
from ..anonymise.earlier import is_alike
from ..anonymise.final_scan import refuse_final_leaks, scan_files, scan_said
from ..anonymise.gate import stable_key
from ..anonymise.groups import group_rule, measure
from ..declarations import Dataset
from ..keys import read_key
from ..quality import Verdict, read_suite
from ..settings import Installation
from ..signatures import signed
from ..signing import signing_key
from ..versions import Store
from ..versions.companions import Edition
from ..versions.manifest import CERTIFICATE, QUALITY, Manifest
from .site_texts import refuse_leaks_of_site

FORMAT = 1
PartKey = tuple[str, ...]


@dataclass(frozen=True)
class Attestation:
    """Makes the companions of the next version of one dataset."""

    dataset: Dataset
    installation: Installation
    store: Store
    reports: Mapping[PartKey, GateReport]  # of the parts that passed the gates in this run
    verdicts: Sequence[Verdict]

    def companions(self, edition: Edition) -> Mapping[str, bytes]:
        """quality.json and certificate.json."""
        manifest = edition.manifest
        verdicts = quality_document(self.dataset, self.verdicts)
        digests = {file.name: file.sha256 for file in manifest.files} | {QUALITY: sha256(verdicts).hexdigest()}
        earlier = self.store.versions(manifest.siren, manifest.dataset)
        content = certificate(
            subject(manifest, digests),
            self.dataset.privacy,
            edition.table.column_names,
            self._parts(edition, earlier[-1] if earlier else None),
            self._earlier(earlier, manifest),
            counts(self.verdicts),
        )
        self._scan(edition, {QUALITY: json.loads(verdicts), CERTIFICATE: content})
        return {QUALITY: verdicts, CERTIFICATE: sign(content, self.installation, manifest)}

    def _earlier(self, versions: Sequence[Manifest], manifest: Manifest) -> Earlier:
        privacy = self.dataset.privacy
        alike = [one.number for one in versions if is_alike(one.privacy, privacy, self.dataset.tables)]
        others = [one.number for one in versions if one.number not in alike]
        return Earlier(alike, others, stable_key(manifest.table_schema, privacy))

    def _scan(self, edition: Edition, beside: Mapping[str, Any]) -> None:
        """Raises UnsafeData, before anything is committed, where a file or what is said of it holds an identifier."""
        manifest, privacy = edition.manifest, self.dataset.privacy
        said = {
            **manifest.metadata,
            "organisation": manifest.organisation_name,
            "schema": manifest.table_schema,
            "privacy": manifest.privacy,
            "changes": [cause.detail for cause in manifest.causes],
            **beside,
        }
        leaks = (*scan_files(edition.paths, edition.table, privacy), *scan_said(said, privacy.contacts))
        refuse_final_leaks(leaks, self.dataset.name)
        refuse_leaks_of_site(self.installation, manifest.siren)

    def _parts(self, edition: Edition, previous: Manifest | None) -> list[CertifiedPart]:
        """Each part's figures; what was attested of a part that this run left as it was is said again."""
        carried = _attested_parts(self.store, previous)
        key = read_key(self.installation.work)
        privacy = self.dataset.privacy
        rule = None if privacy.aggregate else group_rule(privacy, edition.table.column_names)
        parts, start = [], 0
        for part in edition.manifest.parts:
            identity = part_identity(key, edition.manifest, part.key)
            report = self.reports.get(part.key)
            bands = carried.get(identity, {}) if report is None else attested_bands(report, privacy)
            figures = measure(edition.table.slice(start, part.row_count), rule) if rule else None
            parts.append(CertifiedPart(identity, part.row_count, figures, bands))
            start += part.row_count
        return parts


@dataclass(frozen=True)
class Reissue:
    """Makes the companions of a version that says again what an earlier one said: only what names it is new."""

    installation: Installation
    store: Store
    old: Manifest

    def companions(self, edition: Edition) -> Mapping[str, bytes]:
        """None where the earlier version had none."""
        content = _read(self.store, self.old, CERTIFICATE)
        verdicts = _read(self.store, self.old, QUALITY)
        if content is None or verdicts is None:
            return {}
        manifest = edition.manifest
        digests = {file.name: file.sha256 for file in manifest.files} | {QUALITY: sha256(verdicts).hexdigest()}
        whole = json.loads(content)
        del whole["signature"]
        whole["subject"] = vars(subject(manifest, digests))
        if whole["recomputable"]["releases"]:
            earlier = self.store.versions(manifest.siren, manifest.dataset)
            whole["recomputable"]["releases"]["compared_with"] = [
                one.number for one in earlier if one.privacy == self.old.privacy
            ]
        return {QUALITY: verdicts, CERTIFICATE: sign(whole, self.installation, manifest)}


def subject(manifest: Manifest, digests: Mapping[str, str]) -> Subject:
    return Subject(
        manifest.siren, manifest.organisation, manifest.dataset, manifest.number, manifest.committed_at, digests
    )


def sign(content: Mapping[str, Any], installation: Installation, manifest: Manifest) -> bytes:
    """With the key of the day of the commit."""
    day = datetime.fromisoformat(manifest.committed_at).date()
    return signed(content, signing_key(installation.root, installation.work, day))


def part_identity(key: bytes, manifest: Manifest, part: PartKey) -> str:
    """What stands for a part in public."""
    named = json.dumps(["parvis part", manifest.siren, manifest.dataset, *part])
    return hmac.new(key, named.encode(), sha256).hexdigest()[:16]


def quality_document(dataset: Dataset, verdicts: Sequence[Verdict]) -> bytes:
    """quality.json: each expectation of the suite with its verdict; no cell, and nothing computed from one."""
    suite = read_suite(dataset.quality, dataset.suite)
    judged = [
        {
            "expectation": asked.expect,
            "table": asked.table,
            "severity": asked.severity,
            "message": {"fr": asked.message.fr, "en": asked.message.en},
            "is_met": verdict.is_met,
        }
        for asked, verdict in zip(suite.expectations, verdicts, strict=True)
    ]
    document = {"format": FORMAT, "suite": dataset.quality, "counts": counts(verdicts), "expectations": judged}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def counts(verdicts: Sequence[Verdict]) -> dict[str, dict[str, int]]:
    """How many expectations of each severity are met, and how many are not."""
    found = Counter((one.severity, one.is_met) for one in verdicts)
    return {word: {"met": found[word, True], "not_met": found[word, False]} for word in ("error", "warning")}


def _attested_parts(store: Store, manifest: Manifest | None) -> dict[str, dict[str, str]]:
    content = _read(store, manifest, CERTIFICATE) if manifest else None
    if content is None:
        return {}
    parts = json.loads(content)["attested"]["parts"]
    return {one["part"]: {word: said for word, said in one.items() if word != "part"} for one in parts}


def _read(store: Store, manifest: Manifest, name: str) -> bytes | None:
    file = manifest.file(name)
    if file is None:
        return None
    with store.open(file) as stream:
        return stream.read()
