"""Features, all in one partition, because an organisation has a few hundred.

Features are stored by identifier. One more item per feature leads from its id to its identifier.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import FeatureAlreadyExistsError, FeatureNotFoundError
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import Feature, MeterKind
from parity.catalog.store import keys
from parity.catalog.store.meters import put_meter
from parity.catalog.store.revision import advance_revision
from parity.core.identifiers import is_possible_slug, is_uuid
from parity.core.times import from_iso, to_iso
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.items import from_json_text, to_json_text
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


class FeatureStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get(self, feature: str) -> Feature:
        """By identifier, or by id with a second request; strongly consistent. Raises FeatureNotFoundError."""
        identifier = self._identifier(feature) if is_uuid(feature) else feature
        item = self.table.get(keys.feature(identifier)) if identifier and is_possible_slug(feature) else None
        if item is None:
            raise FeatureNotFoundError(feature)
        return _from_item(item)

    def _identifier(self, id: str) -> str | None:  # noqa: A002
        item = self.table.get(keys.feature_pointer(id.lower()))
        return str(item["identifier"]) if item else None

    def get_many(self, features: Iterable[str]) -> dict[str, Feature]:
        """The features that exist, by the identifier or id asked for; one request, or two with ids."""
        identifiers = self._identifiers(set(filter(is_possible_slug, features)))
        items = self.table.batch_get(map(keys.feature, set(identifiers.values())), consistent=True)
        found = {feature.identifier: feature for feature in map(_from_item, items)}
        return {asked: found[identifier] for asked, identifier in identifiers.items() if identifier in found}

    def _identifiers(self, features: set[str]) -> dict[str, str]:
        asked_by_id = {feature.lower(): feature for feature in features if is_uuid(feature)}
        pointers = self.table.batch_get(map(keys.feature_pointer, asked_by_id), consistent=True)
        by_id = {asked_by_id[item["id"]]: item["identifier"] for item in pointers}
        return by_id | {feature: feature for feature in features if not is_uuid(feature)}

    def all(self) -> list[Feature]:
        """In the order of their identifiers, archived ones included; strongly consistent."""
        items = self.table.query_all("PK = :features", {":features": keys.features()}, ConsistentRead=True)
        return [_from_item(item) for item in items]

    def create(self, feature: Feature, record: AnswerRecord | None = None) -> None:
        """Raises FeatureAlreadyExistsError, and the errors of `keep_answer` for a used idempotency key."""
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(
            _to_item(feature),
            "attribute_not_exists(PK)",
            refused=lambda _: FeatureAlreadyExistsError(feature.identifier),
        )
        pointer = {**keys.feature_pointer(feature.id), "id": feature.id, "identifier": feature.identifier}
        transaction.put(pointer)
        put_meter(transaction, feature)
        transaction.commit()

    def replace(self, old: Feature, new: Feature, revision: int | None = None) -> None:
        """Raises VersionChangedError if the stored feature is no longer `old`.

        With a revision of the catalogue, also if the stored revision is no longer that one.
        """
        transaction = Transaction(self.table)
        transaction.put(
            _to_item(new),
            "version = :version",
            {":version": old.version},
            refused=lambda _: VersionChangedError(),
        )
        if revision is not None:
            advance_revision(transaction, revision)
        transaction.commit()


def _to_item(feature: Feature) -> Item:
    return {
        **keys.feature(feature.identifier),
        "id": feature.id,
        "name": feature.name,
        "featureType": feature.feature_type.value,
        "meterKind": feature.meter_kind.value if feature.meter_kind else None,
        "meter": to_json_text(feature.meter),
        "units": to_json_text(feature.units),
        "description": feature.description,
        "metadata": to_json_text(feature.metadata),
        "archivedOn": to_iso(feature.archived_on) if feature.archived_on else None,
        "version": feature.version,
        "createdOn": to_iso(feature.created_on),
        "modifiedOn": to_iso(feature.modified_on),
    }


def _from_item(item: Item) -> Feature:
    return Feature(
        id=item["id"],
        identifier=item["SK"],
        name=item["name"],
        feature_type=FeatureType(item["featureType"]),
        meter_kind=MeterKind(item["meterKind"]) if "meterKind" in item else None,
        meter=from_json_text(item.get("meter")),
        units=from_json_text(item.get("units")),
        description=item.get("description"),
        metadata=from_json_text(item.get("metadata")),
        archived_on=from_iso(item["archivedOn"]) if "archivedOn" in item else None,
        version=item["version"],
        created_on=from_iso(item["createdOn"]),
        modified_on=from_iso(item["modifiedOn"]),
    )


@cache
def feature_store() -> FeatureStore:
    return FeatureStore(table())
