"""The catalogue of a running Parity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from parity.catalog.rules.features import Feature
from tools.api_client import Api
from tools.catalog.normal_form import FEATURE_FIELDS, PLAN_FIELDS, make_feature, normal_feature, normal_plan

Json = dict[str, Any]


@dataclass
class RemoteCatalogue:
    """Features and plans by identifier; those that are archived are only named."""

    features: dict[str, Feature] = field(default_factory=dict)
    plans: dict[str, Json] = field(default_factory=dict)
    archived: set[tuple[str, str]] = field(default_factory=set)
    """What is archived, such as `("plans", "team")`."""
    drafts: set[str] = field(default_factory=set)
    """The plans that have a draft."""

    def to_normal_form(self) -> dict[str, dict[str, Json]]:
        features = {name: normal_feature(feature) for name, feature in self.features.items()}
        return {"features": features, "plans": self.plans}


def read_catalogue(api: Api, *, drafts: bool) -> RemoteCatalogue:
    """With `drafts`, a plan is what its draft says if it has one. Without, only what is published is read."""
    found = RemoteCatalogue()
    for feature in _list_all(api, "/catalog/features"):
        identifier = feature["identifier"]
        if feature["isArchived"]:
            found.archived.add(("features", identifier))
        else:
            found.features[identifier] = make_feature(identifier, _pick(feature, FEATURE_FIELDS))
    every = found.features | _archived_features(api, found.archived)
    for plan in _list_all(api, "/catalog/plans"):
        identifier = plan["identifier"]
        if plan["isArchived"]:
            found.archived.add(("plans", identifier))
            continue
        draft, published = plan["draftVersion"], plan["publishedVersion"]
        if draft:
            found.drafts.add(identifier)
        if version := (draft or published) if drafts else published:
            found.plans[identifier] = normal_plan(identifier, _read_plan(api, identifier, version), every)
    return found


def _archived_features(api: Api, archived: set[tuple[str, str]]) -> dict[str, Feature]:
    """A plan may still have them."""
    names = [name for section, name in archived if section == "features"]
    answers = {name: api.get(f"/catalog/features/{name}").json() for name in names}
    return {name: make_feature(name, _pick(answer, FEATURE_FIELDS)) for name, answer in answers.items()}


def _read_plan(api: Api, identifier: str, version: int) -> Json:
    path = f"/catalog/plans/{identifier}"
    fields, features, prices = (
        api.get(f"{path}{part}", version=str(version)).json() for part in ("", "/features", "/prices")
    )
    return {
        **_pick(fields, PLAN_FIELDS),
        "features": {each["feature"]: _drop_nulls(each["details"]) for each in features["results"]},
        "prices": {each.pop("chargePeriod"): each for each in prices["results"]},
    }


def _list_all(api: Api, path: str) -> Iterator[Json]:
    page = api.get(path, status="all", page_size="100").json()
    yield from page["results"]
    while page["next"]:
        page = api.get(page["next"]).json()
        yield from page["results"]


def _pick(answer: Json, names: tuple[str, ...]) -> Json:
    return {name: answer[name] for name in names if answer[name] is not None}


def _drop_nulls(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
