"""What a refusal must be, whatever it refuses: exact, pointing, and without an echo."""

from typing import Any

import httpx
import pytest

from daybook.runtime.telemetry.logs import NOISY

NAME, BORN, MRN = "Zyxwvut", "1911-11-11", "QPO-7719"
PLANTED = (NAME, BORN, MRN)
PAYERS, PRACTITIONERS = "/practice/payers", "/practice/practitioners"
NOBODY = "0192f7a0-0000-7000-8000-0000000000ff"
Logged = pytest.LogCaptureFixture


def body(**said: Any) -> dict[str, Any]:
    who = {"names": [{"family": NAME}], "birth_date": BORN, **said}
    return {"mrn": MRN, "demographics": who}


def refused(
    answer: httpx.Response, caplog: Logged, status: int, code: str, pointer: str = ""
) -> None:
    """Checks a refusal whole: status, code, where it points, and that it repeats nothing."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    said = answer.json()
    assert (said["status"], said["code"], said["type"]) == (status, code, f"/problems/{code}")
    assert said["detail"]
    if pointer:
        assert pointer in {error["pointer"] for error in said["errors"]}, said["errors"]
    # What telemetry silences in every process, pytest hears all the same.
    logged = "\n".join(r.getMessage() for r in caplog.records if r.name not in NOISY)
    for planted in PLANTED:
        assert planted not in answer.text, f"{planted} in the body"
        assert planted not in str(answer.headers), f"{planted} in a header"
        assert planted not in logged, f"{planted} in a log line"
