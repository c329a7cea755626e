"""Errors about features, plans and migrations."""

from __future__ import annotations

from parity.core.errors import ConflictError, FieldProblem, InvalidRequestError, NotFoundError


class FeatureNotFoundError(NotFoundError):
    code = "feature_not_found"

    def __init__(self, feature: str) -> None:
        super().__init__(f"There is no feature with the identifier or id {feature!r}.")


class FeatureAlreadyExistsError(ConflictError):
    code = "feature_already_exists"

    def __init__(self, identifier: str) -> None:
        super().__init__(f"A feature with the identifier {identifier!r} already exists, perhaps archived.")
        self.problems = (FieldProblem("identifier", "is in use already."),)


class FeatureIsArchivedError(ConflictError):
    code = "feature_archived"

    def __init__(self, identifier: str) -> None:
        super().__init__(f"The feature {identifier!r} is archived.")


class FeatureInUseError(ConflictError):
    code = "feature_in_use"

    def __init__(self, identifier: str, plans: list[str]) -> None:
        super().__init__(
            f"The feature {identifier!r} is part of published plans: {', '.join(plans)}.", {"plans": plans}
        )


class PlanNotFoundError(NotFoundError):
    code = "plan_not_found"

    def __init__(self, plan: str) -> None:
        super().__init__(f"There is no plan with the identifier {plan!r}.")


class PlanVersionNotFoundError(NotFoundError):
    code = "plan_version_not_found"

    def __init__(self, plan: str, version: object) -> None:
        super().__init__(f"The plan {plan!r} has no version {version}.")


class PlanAlreadyExistsError(ConflictError):
    code = "plan_already_exists"

    def __init__(self, identifier: str) -> None:
        super().__init__(f"A plan with the identifier {identifier!r} already exists, perhaps archived.")
        self.problems = (FieldProblem("identifier", "is in use already."),)


class PlanIsArchivedError(ConflictError):
    code = "plan_archived"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} is archived.")


class PlanAlreadyPublishedError(ConflictError):
    code = "already_published"

    def __init__(self, plan: str, version: int) -> None:
        super().__init__(f"The plan {plan!r} has no draft: its version {version} is published already.")


class PlanHasNoDraftError(ConflictError):
    code = "no_draft"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} has no draft to discard.")


class PlanHasNoPriceError(InvalidRequestError):
    code = "no_price"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} has no price. Give it at least one before publishing it.")


class PlanFeatureNotFoundError(NotFoundError):
    code = "plan_feature_not_found"

    def __init__(self, plan: str, feature: str) -> None:
        super().__init__(f"The plan {plan!r} does not have the feature {feature!r}.")


class PlanFeatureAlreadyExistsError(ConflictError):
    code = "plan_feature_already_exists"

    def __init__(self, plan: str, features: list[str]) -> None:
        super().__init__(f"The plan {plan!r} already has: {', '.join(features)}. Change them one by one.")


class PlanNotPublishedError(ConflictError):
    code = "plan_not_published"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} has no published version yet. Publish it first.")


class MigrationNotFoundError(NotFoundError):
    code = "migration_not_found"

    def __init__(self, plan: str, version: int) -> None:
        super().__init__(f"No subscribers were migrated to version {version} of the plan {plan!r}.")


class MigrationRunningError(ConflictError):
    code = "migration_running"

    def __init__(self, plan: str) -> None:
        super().__init__(f"Subscribers of the plan {plan!r} are still being migrated. Publish it after that.")
