"""pyx12 4.0 by its API: a second opinion on what breaks syntax and guide."""

import json
import logging
from collections.abc import Iterator
from functools import cache
from io import StringIO
from typing import Any

import pytest
from pyx12 import map_if, params, x12n_document

_load = map_if.load_map_file


@cache
def _map(name: str) -> Any:
    return _load(name, params.params())


def complaints(data: bytes) -> list[str]:
    """What pyx12 finds wrong, as `SEG02 why`; empty where it finds nothing."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch:
        # Maps take seconds to load and are the same for every file.
        patch.setattr(map_if, "load_map_file", lambda name, *_: _map(name))
        found = StringIO()
        good = x12n_document.x12n_document(
            params.params(), StringIO(data.decode()), None, None, fd_json=found
        )
    said = sorted(set(_said(json.loads(found.getvalue()), "")))
    assert bool(good) == (not said)
    return said


def _said(node: Any, where: str) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _said(one, where)
    elif isinstance(node, dict):
        where = node.get("seg_id") or where
        if "ele_pos" in node:
            where = f"{where[:3]}{node['ele_pos']:02}"
        for error in node.get("errors", ()):
            why, _, _ = error["err_str"].partition('"')
            yield f"{where} {why.strip()}"
        for name, value in node.items():
            if name != "errors":
                yield from _said(value, where)
