"""What the tests of the whole platform share."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
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
def folder(scratch: Path) -> Iterator[Path]:
    """A folder for one test."""
    with TemporaryDirectory(dir=scratch) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def a_platform(folder: Path) -> Iterator[Starts]:
    """Makes platforms (not started yet) that are gone once the test ends."""
    with ExitStack() as stack:

        def made(*options: str, **said: Any) -> Platform:
            platform = Platform(folder, *options, **said)
            stack.callback(platform.close)
            return platform

        yield made


@pytest.fixture(scope="session")
def lasting(scratch: Path) -> Iterator[Platform]:
    """A seeded platform for the whole run."""
    with TemporaryDirectory(dir=scratch) as made:
        platform = Platform(Path(made))
        try:
            yield platform.start()
        finally:
            platform.close()


@pytest.fixture
def platform(lasting: Platform) -> Platform:
    """The lasting platform; it runs, whatever the test before has done to it."""
    return lasting.start() if lasting.run.ended() else lasting


@pytest.fixture(scope="session")
def java_and_maven() -> None:
    """For a platform that brings its own Kafka."""
    if not (shutil.which("java") and shutil.which("mvn")) and not os.environ.get("CI"):
        pytest.skip("A Kafka of our own needs Java 17 or newer and Maven: install them")
