"""A chat that makes a shop's pages heavy is taken off them again."""

from __future__ import annotations

import gzip

from meantime.shop_pages import WIDGET

MOST_BYTES = 25 * 1024


def test_the_one_script_with_both_elements_is_light() -> None:
    source = WIDGET.read_bytes()
    assert b"meantime-chat" in source
    assert b"meantime-availability" in source
    assert len(gzip.compress(source, 9)) <= MOST_BYTES
