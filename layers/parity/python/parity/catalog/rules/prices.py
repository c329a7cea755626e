"""Prices: currencies, amounts and trials.

An amount is a decimal text with as many decimals as the currency has: `20.00` in USD, `20` in JPY.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from parity.catalog.rules.plans import Price, PriceType
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import ChargePeriod

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]+))?")
MAX_TRIAL_DAYS = 730

CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
    ZWG
"""
CURRENCIES = frozenset(CODES.split())
"""The codes of ISO 4217 without metals, funds and units of account."""

WITHOUT_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
WITH_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
DIGITS = dict.fromkeys(WITHOUT_DIGITS.split(), 0) | dict.fromkeys(WITH_THREE_DIGITS.split(), 3)
"""How many decimals a currency has, where it is not two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDraft:
    """What a caller sends for a price. Only a PAID price needs an amount."""

    charge_period: ChargePeriod
    price_type: PriceType
    amount: str | None
    currency: str
    trial_days: int


def checked_currency(code: str) -> str:
    """The code in upper case. Raises ValueError if there is no such currency."""
    if code.upper() not in CURRENCIES:
        raise ValueError("must be a currency code of ISO 4217, such as USD.")
    return code.upper()


def checked_amount(amount: str, currency: str) -> str:
    """The amount with the currency's decimals: `20` gives `20.00` in USD and `20` in JPY.

    Raises ValueError for an amount that is not a number, is negative, or has more decimals.
    """
    digits = DIGITS.get(currency, 2)
    found = AMOUNT.fullmatch(amount)
    if not found:
        raise ValueError('must be a decimal number from 0 in quotes, such as "20.00".')
    whole, fraction = str(int(found[1])), found[2] or ""
    if len(fraction) > digits:
        raise ValueError(f"must have at most {digits} digits after the point in {currency}.")
    return f"{whole}.{fraction:0<{digits}}" if digits else whole


def minor_units(amount: str, currency: str) -> int:
    """The amount in the currency's smallest unit: 2000 for `20.00` USD, 20 for `20` JPY."""
    return int(Decimal(amount).scaleb(DIGITS.get(currency, 2)))


def new_price(draft: PriceDraft, at: str) -> Price:
    """Raises InvalidFieldsError with the wrong fields, as paths below `at`: `prices/0/amount`."""
    if problems := tuple(_problems(draft)):
        raise InvalidFieldsError(*(FieldProblem(f"{at}/{field}", text) for field, text in problems))
    return Price(
        charge_period=draft.charge_period,
        price_type=draft.price_type,
        amount=checked_amount(draft.amount or "0", draft.currency),
        currency=draft.currency,
        trial_days=draft.trial_days,
    )


def _problems(draft: PriceDraft) -> Iterator[tuple[str, str]]:
    if draft.trial_days and draft.charge_period is ChargePeriod.ONE_TIME:
        yield "trial_period", "is refused for ONE_TIME: a trial needs a recurring period."
    if draft.amount is None:
        if draft.price_type is PriceType.PAID:
            yield "amount", "is required for a PAID price."
        return
    try:
        amount = checked_amount(draft.amount, draft.currency)
    except ValueError as error:
        yield "amount", str(error)
    else:
        if draft.price_type is PriceType.FREE and amount.strip("0."):
            yield "amount", "must be 0 for a FREE price."


def check_periods(prices: Sequence[Price]) -> None:
    """Raises InvalidFieldsError if a charge period has two prices."""
    seen: set[ChargePeriod] = set()
    for number, price in enumerate(prices):
        if price.charge_period in seen:
            raise InvalidFieldsError(
                FieldProblem(f"prices/{number}/charge_period", "has another price already.")
            )
        seen.add(price.charge_period)
