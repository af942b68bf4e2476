"""Why Dagster's records cannot be opened, in one line that says what to do."""

from __future__ import annotations

import pytest

from orchestration.instance import reason


@pytest.mark.parametrize(
    ("below", "told"),
    [
        (ModuleNotFoundError("no", name="dagster_postgres"), 'pip install "khoi[postgresql]"'),
        (ModuleNotFoundError("no", name="psycopg"), "scheme: postgresql+psycopg2"),
        (OSError("connection refused\n\tby 127.0.0.1"), "connection refused by 127.0.0.1"),
        (ValueError('Errors\n  Error 1: x\nthe environment variable "P" which is not set\n File'), "not set"),
        (KeyError(), "KeyError"),
    ],
)
def test_the_reason_is_one_line_and_says_what_to_do(below: Exception, told: str) -> None:
    error = RuntimeError("too many retries")
    error.__cause__ = below
    assert told in reason(error)
    assert "\n" not in reason(error)
