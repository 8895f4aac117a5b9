"""A wrong variable is one sentence, before anything is started."""

from pathlib import Path

import pytest

from daybook.cli.environment import check_all, check_kafka, check_machine
from daybook.cli.sorry import USAGE, Sorry
from daybook.runtime.keys import make_master_key

DSN = "postgresql://{role}:{password}@localhost/{database}"


@pytest.fixture
def right(tmp_path: Path) -> dict[str, str]:
    """An environment in which `daybook serve` starts."""
    make_master_key(tmp_path / "master.key")
    (tmp_path / "jwks.json").write_text('{"keys": []}')
    return {
        "DAYBOOK_POSTGRES": DSN,
        "DAYBOOK_JWKS": str(tmp_path / "jwks.json"),
        "DAYBOOK_MASTER_KEY": str(tmp_path / "master.key"),
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAYBOOK_TRACE_SAMPLE", "often"),
        ("DAYBOOK_TRACE_SAMPLE", "1.5"),
        ("DAYBOOK_LOG_LEVEL", "loud"),
        ("DAYBOOK_PARTITIONS", "0"),
        ("DAYBOOK_GENERATION", "x"),
        ("DAYBOOK_BODY_LIMIT", "-1"),
    ],
)
def test_what_anybody_may_set_is_checked(right: dict[str, str], name: str, value: str) -> None:
    for check in (check_machine, check_all):
        with pytest.raises(Sorry, match=name) as sorry:
            check({**right, name: value})
        assert sorry.value.code == USAGE
        assert str(sorry.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAYBOOK_POSTGRES", ""),
        ("DAYBOOK_POSTGRES", "postgresql://me@localhost/mine"),
        ("DAYBOOK_POSTGRES", "postgresql://{user}@localhost/{database}"),
        ("DAYBOOK_POSTGRES", "postgresql://{role}@localhost/{"),
        ("DAYBOOK_MASTER_KEY", ""),
        ("DAYBOOK_MASTER_KEY", "not-there.key"),
        ("DAYBOOK_JWKS", "not-there.json"),
        ("DAYBOOK_KAFKA", "localhost"),
    ],
)
def test_what_a_container_needs_is_checked(right: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(Sorry, match=name) as sorry:
        check_all({**right, name: value})
    assert sorry.value.code == USAGE


def test_a_right_environment_passes(right: dict[str, str]) -> None:
    settings = check_all({**right, "DAYBOOK_KAFKA": "one:9092,two:9092"})
    assert settings.kafka == "one:9092,two:9092"
    assert check_kafka("127.0.0.1:9092") == "127.0.0.1:9092"


def test_one_machine_finds_databases_and_keys_itself() -> None:
    settings = check_machine({"DAYBOOK_TRACE_SAMPLE": "1", "DAYBOOK_KAFKA": "elsewhere:1"})
    assert (settings.sample, settings.kafka, settings.log_level) == (1.0, None, "WARNING")
