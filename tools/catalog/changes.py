"""What has to change so that a running Parity has the features and plans of a file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parity.catalog.rules.features import Feature
from tools.api_client import Api
from tools.catalog.normal_form import (
    FEATURE_FIELDS,
    PLAN_FIELDS,
    CatalogueError,
    full_details,
    make_feature,
    normal_feature,
    normal_plan,
)
from tools.catalog.remote import RemoteCatalogue
from tools.catalog.yaml_text import write_yaml

Json = dict[str, Any]

FIXED = ("featureType", "featureDetails", "meter")
"""What a feature keeps for ever: usage has been counted by it."""

CHANGEABLE = tuple(name for name in FEATURE_FIELDS if name not in FIXED)


@dataclass(frozen=True)
class Changes:
    """The catalogue as it is and as the file wants it, both in their normal form, of what the file names."""

    old: dict[str, dict[str, Json]]
    new: dict[str, dict[str, Json]]
    drafts: frozenset[str]

    def diff(self) -> str:
        """As `diff -u` shows it; empty if there is nothing to do."""
        old, new = (write_yaml(each, in_order=False).splitlines() for each in (self.old, self.new))
        lines = list(difflib.unified_diff(old, new, "now", "file", lineterm=""))
        unpublished = [f"! plans.{name}: its draft is published" for name in self._list_unpublished()]
        return "\n".join([*lines, *unpublished])

    def apply(self, api: Api) -> Iterator[str]:
        """Makes the changes; says each when it is made. If one fails, the next run goes on from there."""
        for identifier, feature in self.new["features"].items():
            if feature != self.old["features"].get(identifier):
                yield self._apply_feature(api, identifier, feature)
        for identifier, plan in self.new["plans"].items():
            if plan != self.old["plans"].get(identifier) or identifier in self.drafts:
                yield self._apply_plan(api, identifier, plan)

    def _list_unpublished(self) -> list[str]:
        return [
            name
            for name, plan in self.new["plans"].items()
            if name in self.drafts and plan == self.old["plans"][name]
        ]

    def _apply_feature(self, api: Api, identifier: str, feature: Json) -> str:
        if identifier not in self.old["features"]:
            api.post("/catalog/features", {**feature, "identifier": identifier})
            return f"The feature {identifier} is created."
        api.patch(f"/catalog/features/{identifier}", {name: feature.get(name) for name in CHANGEABLE})
        return f"The feature {identifier} is changed."

    def _apply_plan(self, api: Api, identifier: str, plan: Json) -> str:
        path = f"/catalog/plans/{identifier}"
        fields = {name: plan.get(name) for name in PLAN_FIELDS}
        old = self.old["plans"].get(identifier)
        if old is None:
            api.post("/catalog/plans", {**fields, "identifier": identifier})
            old = {**fields, "features": {}, "prices": {}}
        if any(old.get(name) != value for name, value in fields.items()):
            api.patch(path, fields)
        _apply_details(api, f"{path}/features", old["features"], plan["features"])
        if old["prices"] != plan["prices"]:
            prices = [{**price, "chargePeriod": period} for period, price in plan["prices"].items()]
            api.post(f"{path}/prices/bulk", {"prices": prices})
        if api.get(path).json()["draftVersion"]:
            api.post(f"{path}/publish", {})
        return f"The plan {identifier} is as in the file."


def _apply_details(api: Api, path: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> None:
    for name in old.keys() - new.keys():
        api.delete(f"{path}/{name}")
    for name in [name for name in new if name in old and new[name] != old[name]]:
        api.patch(f"{path}/{name}", {"details": full_details(new[name])})
    if added := [{"feature": name, "details": new[name]} for name in new if name not in old]:
        api.post(path, {"planEntitlements": added})


def compare_catalogues(remote: RemoteCatalogue, file: Mapping[str, Mapping[str, Json]]) -> Changes:
    """Raises CatalogueError with all that cannot be as the file wants it."""
    features = {name: make_feature(name, fields) for name, fields in file["features"].items()}
    problems = [*_list_archived(remote, file), *_list_fixed(remote.features, features)]
    if problems:
        raise CatalogueError("\n".join(problems))
    every = remote.features | features
    new = {
        "features": {name: normal_feature(feature) for name, feature in features.items()},
        "plans": {name: normal_plan(name, plan, every) for name, plan in file["plans"].items()},
    }
    if unpriced := [name for name, plan in new["plans"].items() if not plan["prices"]]:
        raise CatalogueError(f"plans.{unpriced[0]}.prices: a plan that is sold needs a price.")
    now = remote.to_normal_form()
    old = {
        section: {name: now[section][name] for name in new[section] if name in now[section]}
        for section in new
    }
    return Changes(old, new, frozenset(remote.drafts))


def _list_archived(remote: RemoteCatalogue, file: Mapping[str, Mapping[str, Json]]) -> Iterator[str]:
    for section, entries in file.items():
        for name in entries:
            if (section, name) in remote.archived:
                yield f"{section}.{name} is archived and takes no change: use another identifier."


def _list_fixed(old: Mapping[str, Feature], new: Mapping[str, Feature]) -> Iterator[str]:
    for name, feature in new.items():
        if name in old:
            before, after = normal_feature(old[name]), normal_feature(feature)
            for field in FIXED:
                if before.get(field) != after.get(field):
                    yield f"features.{name}.{field} never changes: use another identifier."
