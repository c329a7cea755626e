"""Requests and answers about the prices of a plan (docs/http.md, "Catalogue")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from parity.catalog.rules.plans import PriceType
from parity.catalog.rules.prices import (
    AMOUNT,
    CURRENCIES,
    MAX_TRIAL_DAYS,
    PriceDraft,
    check_periods,
    checked_currency,
    new_price,
)
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import ChargePeriod
from parity.http.declarations import AfterValidator, Field, Response, StrictBool, WithJsonSchema
from parity.http.models import Ignored, Integer, RequestModel, ResponseModel
from parity.http.preconditions import response_with_etag

if TYPE_CHECKING:
    from typing import Self

    from parity.catalog.rules.plans import PlanAtVersion, Price

MAX_AMOUNT_CHARACTERS = 20


Amount = Annotated[
    str,
    Field(max_length=MAX_AMOUNT_CHARACTERS),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": MAX_AMOUNT_CHARACTERS,
            "pattern": rf"^(?:{AMOUNT.pattern})$",
        }
    ),
]


def _check_enabled(enabled: bool) -> bool:  # noqa: FBT001
    if not enabled:
        raise ValueError("must be true; leave out a price that is not for sale.")
    return enabled


class PriceInput(RequestModel):
    """The price for one charge period. A trial needs a recurring period."""

    charge_period: ChargePeriod
    price_type: PriceType
    amount: Annotated[
        Amount | None,
        Field(description='A decimal number in quotes, such as "20.00"; required for PAID, 0 for FREE.'),
    ] = None
    currency: Annotated[
        str,
        AfterValidator(checked_currency),
        WithJsonSchema(
            {
                "type": "string",
                "enum": sorted(CURRENCIES),
                "description": "A code of ISO 4217, such as USD.",
            }
        ),
    ] = "USD"
    free_trial: StrictBool | None = None
    trial_period: Annotated[Integer, Field(ge=0, le=MAX_TRIAL_DAYS, description="Days.")] | None = None
    enabled: Annotated[
        StrictBool, AfterValidator(_check_enabled), WithJsonSchema({"type": "boolean", "const": True})
    ] = True
    tax_behavior: Ignored = None

    def to_price(self, at: str) -> Price:
        """Raises InvalidFieldsError with the wrong fields, as paths below `at`."""
        draft = PriceDraft(
            charge_period=self.charge_period,
            price_type=self.price_type,
            amount=self.amount,
            currency=self.currency,
            trial_days=self._trial_days(f"{at}/trial_period"),
        )
        return new_price(draft, at)

    def _trial_days(self, field: str) -> int:
        if self.free_trial and not self.trial_period:
            raise InvalidFieldsError(FieldProblem(field, "is required with freeTrial."))
        if self.trial_period and self.free_trial is False:
            raise InvalidFieldsError(FieldProblem(field, "contradicts freeTrial, which is false."))
        return self.trial_period or 0


class PricesReplace(RequestModel):
    """All prices of the draft, one per charge period."""

    prices: Annotated[list[PriceInput], Field(max_length=len(ChargePeriod))]

    def to_prices(self) -> tuple[Price, ...]:
        """Raises InvalidFieldsError."""
        prices = tuple(price.to_price(f"prices/{number}") for number, price in enumerate(self.prices))
        check_periods(prices)
        return prices


class PriceModel(ResponseModel):
    """A price; `amount` has as many decimals as its currency: `20.00` in USD, `20` in JPY."""

    charge_period: ChargePeriod
    price_type: PriceType
    amount: str
    currency: str
    free_trial: bool
    trial_period: int
    enabled: bool = True

    @classmethod
    def of(cls, price: Price) -> Self:
        return cls(
            charge_period=price.charge_period,
            price_type=price.price_type,
            amount=price.amount,
            currency=price.currency,
            free_trial=price.trial_days > 0,
            trial_period=price.trial_days,
        )


class PriceList(ResponseModel):
    """All prices of one version of the plan."""

    count: int
    next: None = None
    previous: None = None
    plan_version: int
    results: list[PriceModel]


def prices_response(plan_at_version: PlanAtVersion) -> Response[PriceList]:
    prices = plan_at_version.version.prices
    body = PriceList(
        count=len(prices),
        plan_version=plan_at_version.version.number,
        results=[PriceModel.of(price) for price in prices],
    )
    return response_with_etag(body, plan_at_version.plan.version)
