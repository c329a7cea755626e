"""What no measurement on one machine can say: stated figures, generous rather than tight."""

from __future__ import annotations

CPU_MS_PER_CALL = 1.0
CPU_MS_PER_REQUEST = 2.0
"""Of a whole processor, for a call and for each of its requests to DynamoDB.

That is about twice what handlers took on the machine of the other measurements: 1.5 ms for a check, and 5 ms
for creating a customer with four requests.
"""

WAIT_MS_PER_REQUEST = 5.0
"""Until DynamoDB answers. Requests wait one after the other, unless the function sends several at once."""

WHOLE_PROCESSOR_MB = 1769
"""The memory at which Lambda gives a function one processor. With less memory it gives as much less."""

RECEIVER_MS = 200.0
"""Until the receiver of a webhook answers."""

AUTHORIZER_SHARE = 0.01
"""Of requests, for which the gateway has not kept the authorizer's answer. A product that asks more than 100
times a minute with its key has fewer. Customers who ask with tokens of their own, once a minute, have all."""

TRACED_SHARE = 0.05
"""Of requests that X-Ray samples, beside one in a second."""

SYSTEM_LOG_BYTES = 1_200
"""The lines `platform.start` and `platform.report` of a call."""

ACCESS_LOG_BYTES = {"core": 450, "edge": 300}
"""A line of each gateway's access log."""

HEADER_BYTES = 500
"""Of an answer, beside its body."""

QUEUE_REQUESTS_PER_MESSAGE = 3
"""Send, receive and delete, where no two messages share a request."""
