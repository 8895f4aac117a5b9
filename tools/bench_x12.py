"""X12: segments read and checked in a second on one core, next to pyx12 on the same file."""

import json
import logging
import sys
import time
from datetime import date
from io import StringIO
from pathlib import Path

from pyx12 import params, x12n_document

from daybook.x12.checking.check import check

SAMPLES = Path(__file__).resolve().parents[1] / "libs" / "x12" / "tests" / "samples"
TODAY = date(2026, 2, 10)
REPEATS = 400


def claims(count: int) -> str:
    """An 837P with as many subscribers, each with a child and its claim of three lines."""
    text = (SAMPLES / "837p-child.edi").read_text("ascii")
    head, rest = text.split("HL*2*", 1)
    body, tail = ("HL*2*" + rest).split("SE*49", 1)
    parts = [
        body.replace("HL*2*1", f"HL*{2 * at + 2}*1")
        .replace("HL*3*2", f"HL*{2 * at + 3}*{2 * at + 2}")
        .replace("A0000000041", f"A{at:010}")
        for at in range(count)
    ]
    segments = head.count("~") - 2 + body.count("~") * count + 1
    return f"{head}{''.join(parts)}SE*{segments}{tail}"


def payments(count: int) -> str:
    """An 835 with as many groups of three claims, one of them a reversal; it balances."""
    text = (SAMPLES / "835-reversal.edi").read_text("ascii")
    head, rest = text.split("LX*1~", 1)
    body, tail = ("LX*1~" + rest).split("PLB*", 1)
    paid = head.replace("171.25", f"{141.25 * count + 30:.2f}")
    segments = head.count("~") - 2 + body.count("~") * count + 2
    return f"{paid}{body * count}PLB*{tail.replace('SE*56', f'SE*{segments}')}"


def figures() -> dict[str, float]:
    """Segments a second of ours and of pyx12, and how many times faster; for 837P and 835."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    found: dict[str, float] = {}
    for name, text in (("837p", claims(REPEATS)), ("835", payments(REPEATS))):
        data, segments = text.encode(), text.count("~")
        began = time.perf_counter()
        if not check(data, TODAY).sound:
            raise SystemExit(f"the {name} to measure with is not sound")
        ours = segments / (time.perf_counter() - began)
        began = time.perf_counter()
        x12n_document.x12n_document(params.params(), StringIO(text), None, None)
        theirs = segments / (time.perf_counter() - began)
        found[f"x12_{name}_segments_per_second"] = round(ours)
        found[f"x12_{name}_pyx12_segments_per_second"] = round(theirs)
        found[f"x12_{name}_ratio"] = round(ours / theirs, 1)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(), indent=2) + "\n")
