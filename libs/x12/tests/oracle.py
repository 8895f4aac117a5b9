"""pyx12 4.0 by its API, as a second opinion on what breaks syntax and guide."""

import json
import logging
from functools import cache
from io import StringIO
from typing import Any

import pytest
from pyx12 import map_if, params, x12n_document


@cache
def _map(name: str) -> Any:
    return _load(name, params.params())


_load = map_if.load_map_file


def sound(data: bytes) -> bool:
    """Whether pyx12 finds nothing wrong; its maps are loaded once."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_if, "load_map_file", lambda name, *_: _map(name))
        found = StringIO()
        good = x12n_document.x12n_document(
            params.params(), StringIO(data.decode()), None, None, fd_json=found
        )
    json.loads(found.getvalue())
    return bool(good)
