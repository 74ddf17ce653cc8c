"""Somebody looks for a thing of theirs, whatever the thing is."""

from __future__ import annotations

import pytest

from meantime.shop.sought import asks_where

THINGS = """accordion barbell beanie binoculars birdhouse bracelet brooch cardigan cello chandelier colander corkscrew
crib cufflinks dartboard dehumidifier doormat easel espresso flute fondue globe goggles griddle harmonica hatchet
humidor incense juicer kayak kimono ladle leggings microscope necklace ottoman parka pinata protractor quilt raincoat
sandals saxophone skillet telescope tiara ukulele waffle yoyo tent""".split()  # noqa: SIM905


@pytest.mark.parametrize(
    "form", ["where is my {}", "where's my red {}", "WHERE ARE MY {}S!!!!", "where the hell is my {}"]
)
def test_any_thing_is_looked_for(form: str) -> None:
    assert len(THINGS) == 50
    assert all(asks_where(form.format(thing)) for thing in THINGS)


@pytest.mark.parametrize("says", ["where is the moon", "tell me where you are", "where do you ship", "where is my"])
def test_another_question(says: str) -> None:
    assert not asks_where(says)
