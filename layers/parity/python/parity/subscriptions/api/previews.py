"""The preview of an update in answers (docs/contract.md, "Subscriptions")."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.prices import minor_units
from parity.core.periods import Reset
from parity.http.models import ResponseModel, Timestamp
from parity.subscriptions.rules.charges import next_charge

if TYPE_CHECKING:
    from typing import Self

    from parity.entitlements.rules.evaluation import Entitlement
    from parity.subscriptions.rules.charges import Charge
    from parity.subscriptions.service.changes import Preview


class LineItem(ResponseModel):
    """`amount` is in the currency, `amountUnits` in its smallest unit: 20.00 USD are 2000 units."""

    description: str
    amount: float
    amount_units: int


class NextInvoice(ResponseModel):
    amount_due: float
    amount_due_units: int
    next_payment_attempt: Timestamp
    line_items: list[LineItem]

    @classmethod
    def of(cls, charge: Charge) -> Self:
        price = charge.terms.price
        amount, units = float(Decimal(price.amount)), minor_units(price.amount, price.currency)
        description = f"{charge.terms.plan_name} ({charge.terms.charge_period})"
        return cls(
            amount_due=amount,
            amount_due_units=units,
            next_payment_attempt=charge.on,
            line_items=[LineItem(description=description, amount=amount, amount_units=units)],
        )


class PreviewedEntitlement(ResponseModel):
    """`value` is a limit or a number; null where it is unlimited or the feature is BOOLEAN."""

    feature_id: str
    feature_type: FeatureType | None
    has_access: bool
    value: int | None
    unlimited: bool
    reset: Reset | None

    @classmethod
    def of(cls, entitlement: Entitlement) -> Self:
        return cls(
            feature_id=entitlement.feature,
            feature_type=entitlement.feature_type,
            has_access=entitlement.has_access,
            value=entitlement.value,
            unlimited=entitlement.unlimited,
            reset=_reset_of(entitlement),
        )


class UpdatePreview(ResponseModel):
    """The amounts charged immediately are 0: Parity charges nothing.

    `before` and `after` are the entitlements at `effectiveOn`, without and with the update.
    """

    currency: str
    recurring_amount: float
    recurring_amount_units: int
    amount_charged_immediately: float = 0
    amount_charged_immediately_units: int = 0
    next_invoice: NextInvoice | None
    effective_on: Timestamp
    before: list[PreviewedEntitlement]
    after: list[PreviewedEntitlement]

    @classmethod
    def of(cls, preview: Preview) -> Self:
        subscription = preview.subscription
        pending = subscription.change if subscription.has_next_period else None
        price = (pending or subscription.terms).price
        charge = next_charge(subscription)
        return cls(
            currency=price.currency,
            recurring_amount=float(Decimal(price.amount)),
            recurring_amount_units=minor_units(price.amount, price.currency),
            next_invoice=NextInvoice.of(charge) if charge else None,
            effective_on=preview.effective_on,
            before=[PreviewedEntitlement.of(each) for each in preview.before],
            after=[PreviewedEntitlement.of(each) for each in preview.after],
        )


def _reset_of(entitlement: Entitlement) -> Reset | None:
    """The reset of the source whose window the entitlement has; None without a window."""
    if (window := entitlement.window) is None:
        return None
    resets = (source.reset for source in entitlement.sources if source.window(window.start) == window)
    return next(resets, None)
