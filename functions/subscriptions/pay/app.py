"""POST /api/v1/subscriptions/{subscriptionId}/payment: reports the outcome of a payment."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.subscriptions.api.endings import PaymentRequest
from parity.subscriptions.api.parameters import SubscriptionId
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.api.subscriptions import SubscriptionModel, subscription_response
from parity.subscriptions.service.changes import report_payment
from parity.subscriptions.service.writes import SubscriptionTarget

app = api()


@app.post(
    "/api/v1/subscriptions/<subscriptionId>/payment",
    summary="Report a payment",
    tags=["Subscriptions"],
    operation_id="reportSubscriptionPayment",
    responses=describe_responses(200, "The subscription as it is now.", 400, 404, 409, 415, 422, 503),
)
def report_payment_outcome(
    subscription_id: SubscriptionId, body: PaymentRequest, idempotency_key: IdempotencyKey = None
) -> Response[SubscriptionModel]:
    """A failure makes an active subscription past due, with access for 14 more days.

    A success makes a subscription active that is past due or incomplete, and applies a change that awaits it.
    Reports with `paymentId` or `occurredOn` may be repeated and come in any order: a report that is older
    than what is known is recorded and changes nothing.
    """
    request, moment = IdempotentRequest(app, idempotency_key), now()
    target, record = SubscriptionTarget(subscription_id), request.recorder(subscription_response)
    report = body.to_report(moment)
    return subscription_response(report_payment(subscription_stores(), target, report, moment, record))


handler = entrypoint(app)
