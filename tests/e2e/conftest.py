"""What the tests of the whole platform share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .processes import Platform

Starts = Callable[..., Platform]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is end to end."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def a_platform(tmp_path: Path) -> Iterator[Starts]:
    """Makes platforms (not started yet) that are gone once the test ends."""
    with ExitStack() as stack:

        def made(*options: str, **said: Any) -> Platform:
            platform = Platform(tmp_path, *options, **said)
            stack.callback(platform.close)
            return platform

        yield made


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A seeded platform for the tests of a file that only ask."""
    made = Platform(tmp_path_factory.mktemp("platform"))
    try:
        yield made.start()
    finally:
        made.close()
