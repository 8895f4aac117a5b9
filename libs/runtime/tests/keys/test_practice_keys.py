"""The practices' keys, and the master key above them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from daybook.runtime.keys import Keys, MasterKeyError, make_master_key
from daybook.runtime.settings import Settings

Start = Callable[..., Keys]
Execute = Callable[..., Awaitable[int]]
DATA = b"Plantagenet-Quill"


async def test_macs_agree_between_processes_and_differ_by_practice_purpose_and_value(
    start: Start, keys: Keys, tenant: UUID
) -> None:
    mac = await keys.mac(tenant, b"mrn", b"7719")
    assert mac == await start().mac(tenant, b"mrn", b"7719")
    others = [
        await keys.mac(uuid4(), b"mrn", b"7719"),
        await keys.mac(tenant, b"body", b"7719"),
        await keys.mac(tenant, b"mrn", b"7718"),
    ]
    assert len({mac, *others}) == 4
    assert len(mac) == 32


async def test_a_token_opens_in_its_practice_for_its_purpose(
    start: Start, keys: Keys, tenant: UUID
) -> None:
    token = await keys.seal_token(tenant, b"cursor", DATA)
    assert token.isascii()
    assert not set(token) & set("+/=&?#% ")
    assert await start().open_token(tenant, b"cursor", token) == DATA
    assert await keys.open_token(uuid4(), b"cursor", token) is None
    assert await keys.open_token(tenant, b"state", token) is None
    for wrong in ("", "A", "é", token[:-1], token + "AAAA", token.swapcase()):
        assert await keys.open_token(tenant, b"cursor", wrong) is None


def test_a_master_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "below" / "master-key"
    make_master_key(path)
    made = path.read_bytes()
    make_master_key(path)
    assert len(made) == 32
    assert path.read_bytes() == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["master-key"]


async def test_another_master_key_is_one_clear_error_for_old_and_new_practices(
    start: Start, keys: Keys, tenant: UUID, tmp_path: Path, execute: Execute
) -> None:
    patient = uuid4()
    await keys.for_sealing(tenant, [patient])
    make_master_key(tmp_path / "other")
    wrong = start(master_key=tmp_path / "other")
    fresh = uuid4()
    for attempt in (
        wrong.for_sealing(tenant, [patient]),
        wrong.for_opening([(tenant, patient)]),
        wrong.mac(tenant, b"mrn", b"1"),
        wrong.for_sealing(fresh, [patient]),
    ):
        with pytest.raises(MasterKeyError, match="DAYBOOK_MASTER_KEY"):
            await attempt
    made = "SELECT 1 FROM practice_keys WHERE tenant = :t"
    assert await execute("owner", made, t=fresh) == 0


def test_a_missing_or_short_master_key_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match=r"cannot be read.*DAYBOOK_MASTER_KEY"):
        Keys(replace(settings, master_key=tmp_path / "missing"))
    (tmp_path / "short").write_bytes(b"short")
    with pytest.raises(MasterKeyError, match="5 bytes and must have 32"):
        Keys(replace(settings, master_key=tmp_path / "short"))
