"""One trace from the request to the projection, metrics of the flow, logs without personal data.

setup.py      providers for a process, and their end
tracing.py    spans of our own; nothing is instrumented behind our back
metrics.py    what the loops know about themselves, read when somebody asks
logs.py       JSON lines, in which no exception's text appears
"""

from daybook.runtime.telemetry.metrics import Meters
from daybook.runtime.telemetry.setup import UVICORN, Telemetry, setup
from daybook.runtime.telemetry.tracing import (
    HandedOver,
    continued,
    current_traceparent,
    relayed,
    spans_of,
)

__all__ = [
    "UVICORN",
    "HandedOver",
    "Meters",
    "Telemetry",
    "continued",
    "current_traceparent",
    "relayed",
    "setup",
    "spans_of",
]
