"""Keys: shown once, kept as a digest, good for what they were made for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from meantime.db import Database
from meantime.feeds.keys import BadKeyName, UnknownKey, add_key, list_keys, revoke_key
from meantime.feeds.tables import ApiKey


def test_a_secret_is_given_once_and_not_kept(database: Database) -> None:
    with database.writing() as session:
        secret = add_key(session, "warehouse", "write")
    assert secret.startswith("mt_")
    with database.reading() as session:
        row = session.execute(select(ApiKey.__table__)).one()
    assert not any(secret in str(value) or secret.removeprefix("mt_") in str(value) for value in row)


def test_no_two_secrets_are_alike(database: Database) -> None:
    with database.writing() as session:
        assert len({add_key(session, f"key {n}", "read") for n in range(20)}) == 20


@pytest.mark.parametrize("name", ["warehouse", " warehouse ", "", "   ", "w" * 101])
def test_a_name_is_taken_empty_or_too_long(database: Database, name: str) -> None:
    with database.writing() as session:
        add_key(session, "warehouse", "read")
        with pytest.raises(BadKeyName):
            add_key(session, name, "read")


def test_a_key_may_read_or_write_and_nothing_else(database: Database) -> None:
    with database.writing() as session, pytest.raises(ValueError, match="use read or write"):
        add_key(session, "warehouse", "admin")  # type: ignore[arg-type]


def test_revoked_keys_stay_on_the_list(database: Database) -> None:
    with database.writing() as session:
        for name in ("webshop", "accounting"):
            add_key(session, name, "read")
        revoke_key(session, "webshop")
    with database.reading() as session:
        assert [(key.name, key.revoked_at is not None) for key in list_keys(session)] == [
            ("accounting", False),
            ("webshop", True),
        ]


def test_revoking_a_key_again_keeps_the_time_of_the_first(database: Database) -> None:
    times = []
    with database.writing() as session:
        add_key(session, "webshop", "read")
        for _ in range(2):
            revoke_key(session, "webshop")
            times.append(list_keys(session)[0].revoked_at)
    assert times[0] == times[1]


def test_a_key_nobody_made_cannot_be_revoked(database: Database) -> None:
    with database.writing() as session, pytest.raises(UnknownKey):
        revoke_key(session, "webshop")
