"""A wrong variable is one sentence, before anything is started."""

from pathlib import Path

import pytest
from rich.console import Console

from daybook.cli.broker import broker
from daybook.cli.environment import check_all, check_kafka, check_machine
from daybook.cli.listening import bound
from daybook.cli.serve import migrate, serve
from daybook.cli.sorry import POSTGRES, USAGE, Sorry
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
        ("DAYBOOK_KAFKA_TLS", "not-there"),
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


def test_a_kafka_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA", "127.0.0.1:9,127.0.0.1:99999")
    with pytest.raises(Sorry, match=r"No Kafka answers at 127\.0\.0\.1:9"), broker(tmp_path, print):
        pass


def test_a_kafka_of_somebody_else_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bound(0) as listening:
        server = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("DAYBOOK_KAFKA", server)
        with broker(tmp_path, print) as found:
            assert (found.bootstrap, found.own) == (server, None)


def test_databases_that_cannot_be_reached_are_one_sentence(
    right: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in right.items():
        monkeypatch.setenv(name, value.replace("localhost", "127.0.0.1:9"))
    with pytest.raises(Sorry, match="cannot be brought to this release") as sorry:
        migrate(Console(), ["ehr"])
    assert sorry.value.code == POSTGRES


@pytest.mark.parametrize(("service", "role"), [("eh", "api"), ("ehr", "api,boss")])
def test_a_service_or_role_there_is_not_is_one_sentence(service: str, role: str) -> None:
    with pytest.raises(Sorry) as sorry:
        serve(Console(), service, role, "127.0.0.1", 0, "1")
    assert sorry.value.code == USAGE
