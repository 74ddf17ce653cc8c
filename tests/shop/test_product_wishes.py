"""What customers' own words say of what else they would take."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from meantime.shop.product_wishes import PriceKind, PriceWish, ProductWish, wish_in


@dataclass(frozen=True)
class Thing:
    name: str
    attributes: dict[str, Any]
    currency: str = "USD"


def things(name: str, **values: tuple[str, ...]) -> list[Thing]:
    """Every combination of the values; the first is the customer's own."""
    names = [attribute.replace("_", " ") for attribute in values]
    return [Thing(name, dict(zip(names, chosen, strict=True))) for chosen in product(*values.values())]


KINDS: dict[str, list[Thing]] = {
    "kettle": [
        Thing("Wren Electric Kettle", {"color": "black", "volume": "1.2 l"}),
        Thing("Wren Electric Kettle", {"color": "steel", "volume": "1.2 l"}),
        Thing("Finch Stovetop Kettle", {"color": "steel", "volume": "1.8 l"}),
        Thing("Finch Stovetop Kettle", {"color": "copper", "volume": "1.8 l"}),
    ],
    "tent": [
        Thing("Lark Two-Person Tent", {"color": "sand", "sleeps": "2"}),
        Thing("Lark Four-Person Tent", {"color": "sand", "sleeps": "4"}),
        Thing("Lark Four-Person Tent", {"color": "green", "sleeps": "4"}),
    ],
    "bottle": things(
        "Water Bottle",
        capacity=("500ml", "750ml", "1000ml"),
        material=("stainless steel", "glass", "plastic"),
        colour=("black", "blue", "green", "red"),
    ),
    "shoes": things(
        "Running Shoes", size=("8", "9", "9.5", "10"), color=("red", "white", "black"), material=("leather", "mesh")
    ),
    "boots": things("Hiking Boots", size=("8", "9"), waterproof=("yes", "no"), material=("leather", "synthetic")),
    "shirt": things("T-Shirt", size=("M", "S", "L", "XL", "XXL"), color=("blue", "red"), style=("crew neck", "v-neck")),
    "glasses": things(
        "Sunglasses",
        frame_color=("black", "brown"),
        lens_color=("green", "brown", "blue"),
        lens_type=("polarized", "non-polarized"),
    ),
    "keyboard": things("Keyboard", backlight=("RGB", "white", "none"), size=("60%", "full size")),
    "earbuds": things("Earbuds", battery_life=("4 hours", "8 hours"), water_resistance=("IPX7", "not resistant")),
    "puzzle": things("Jigsaw Puzzle", pieces=("1000", "500", "1500"), theme=("animals", "art")),
    "shelf": things("Bookshelf", material=("metal", "wood"), height=("4 ft", "5 ft")),
    "phone": things("Smartphone", color=("gold", "rose gold", "black"), storage=("64GB", "128GB")),
    "reader": things("E-Reader", screen_size=("6-inch", "8-inch"), capacity=("8GB", "32GB")),
    "lamp": [
        Thing("Harbor Floor Lamp", {"wood": "oak"}),
        Thing("Reed Floor Lamp", {"wood": "oak"}),
        Thing("Reed Table Lamp", {"wood": "walnut", "height": "40 cm"}),
        Thing("Fern Table Lamp", {"wood": "walnut", "height": "60 cm"}),
    ],
    "speaker": things("Speaker", water_resistance=("no", "yes"), color=("black", "blue")),
    "helmet": things("Helmet", size=("S", "M", "L"), ventilation=("low", "medium", "high")),
    "camera": things("Camera", field_of_view=("110 degrees", "130 degrees")),
    "jacket": things("Fleece Jacket", color=("black", "navy", "red"), zipper=("half", "full"), size=("M", "L")),
}


def wish(kind: str, words: str) -> ProductWish:
    return wish_in(words, KINDS[kind], KINDS[kind][0])


def either(attribute: str, *values: str, words: str = "") -> dict[str, Any]:
    """What is expected where several values would do."""
    return {"attributes": {attribute: words or " or ".join(values)}, "any_of": {attribute: values}}


@pytest.mark.parametrize(
    ("kind", "words", "attributes"),
    [
        # one value, said in many ways
        ("kettle", "in steel", {"color": "steel"}),
        ("kettle", "the steel one please", {"color": "steel"}),
        ("kettle", "do you have any steel ones?", {"color": "steel"}),
        ("kettle", "does it come in copper", {"color": "copper"}),
        ("kettle", "what about steel?", {"color": "steel"}),
        ("kettle", "make it copper", {"color": "copper"}),
        ("kettle", "coper or something", {"color": "copper"}),
        ("kettle", "COPPER!", {"color": "copper"}),
        ("helmet", "high please", {"ventilation": "high"}),
        ("helmet", "medium ventilation in L", {"ventilation": "medium", "size": "L"}),
        ("bottle", "green bottles", {"colour": "green"}),
        ("bottle", "another one, colour green", {"colour": "green"}),
        ("bottle", "gren", {"colour": "green"}),
        ("bottle", "a steel bottle in blue", {"material": "stainless steel", "colour": "blue"}),
        ("bottle", "something in red plastic", {"material": "plastic", "colour": "red"}),
        ("shelf", "a wooden one", {"material": "wood"}),
        ("phone", "rose gold", {"color": "rose gold"}),
        ("phone", "the gold one in 128 gb", {"storage": "128GB"}),
        ("shirt", "vneck", {"style": "v-neck"}),
        ("shirt", "with a v neck", {"style": "v-neck"}),
        ("jacket", "in navy blue", {"color": "navy"}),
        ("jacket", "full zip", {"zipper": "full"}),
        ("keyboard", "white backlight, full size", {"backlight": "white", "size": "full size"}),
        # numbers with units are one value, whatever the spelling
        ("bottle", "750ml", {"capacity": "750ml"}),
        ("bottle", "the 750 ml one", {"capacity": "750ml"}),
        ("bottle", "1 liter", {"capacity": "1000ml"}),
        ("bottle", "1000 millilitres", {"capacity": "1000ml"}),
        ("bottle", "the 750 one", {"capacity": "750ml"}),
        ("kettle", "1.8 litres", {"volume": "1.8 l"}),
        ("kettle", "1,8 l", {"volume": "1.8 l"}),
        ("shelf", "5 feet, wood", {"material": "wood", "height": "5 ft"}),
        ("earbuds", "8 hours battery", {"battery life": "8 hours"}),
        # bare numbers and letters need something beside them
        ("shoes", "size 9", {"size": "9"}),
        ("shoes", "size: 9", {"size": "9"}),
        ("shoes", "the size should be 9", {"size": "9"}),
        ("shoes", "size 9.5", {"size": "9.5"}),
        ("shoes", "the size is wrong, i need a 10", {"size": "10"}),
        ("shoes", "in a 9 please", {"size": "9"}),
        ("shoes", "9", {"size": "9"}),
        ("shoes", "9 instead of 8", {"size": "9"}),
        ("shoes", "white ones in size 10", {"color": "white", "size": "10"}),
        ("puzzle", "1500 pieces", {"pieces": "1500"}),
        ("puzzle", "a 500 piece one", {"pieces": "500"}),
        ("tent", "a tent for four", {"sleeps": "4"}),
        ("tent", "the one for 4 people", {"sleeps": "4"}),
        ("shirt", "size L", {"size": "L"}),
        ("shirt", "in L please", {"size": "L"}),
        ("shirt", "a large", {"size": "L"}),
        ("shirt", "extra large in red", {"size": "XL", "color": "red"}),
        ("shirt", "2xl", {"size": "XXL"}),
        # names
        ("kettle", "do you have the Finch one", {"name": "Finch Stovetop Kettle"}),
        ("kettle", "the stovetop kettle", {"name": "Finch Stovetop Kettle"}),
        ("tent", "the four person one", {"name": "Lark Four-Person Tent"}),
        ("tent", "I need a 4-person tent", {"name": "Lark Four-Person Tent"}),
        ("lamp", "the Reed table lamp", {"name": "Reed Table Lamp"}),
        # yes or no
        ("boots", "not waterproof is fine", {"waterproof": "no"}),
        ("boots", "non-waterproof", {"waterproof": "no"}),
        ("boots", "without waterproofing", {"waterproof": "no"}),
        ("boots", "waterprof ones please", {"waterproof": "yes"}),
        ("speaker", "is there a water resistant one", {"water resistance": "yes"}),
        ("keyboard", "no backlight", {"backlight": "none"}),
        ("earbuds", "not water resistant", {"water resistance": "not resistant"}),
        # two attributes that share their values
        ("glasses", "brown lenses", {"lens color": "brown"}),
        ("glasses", "a brown frame with blue lenses", {"frame color": "brown", "lens color": "blue"}),
        ("glasses", "lens color brown", {"lens color": "brown"}),
        ("glasses", "non polarised", {"lens type": "non-polarized"}),
        # nobody has it, and that has to be said
        ("kettle", "in red", {"color": "red"}),
        ("shoes", "size 12", {"size": "12"}),
        ("bottle", "2 liters", {"capacity": "2l"}),
        ("shelf", "a bamboo one", {"material": "bamboo"}),
    ],
)
def test_what_it_should_be_like(kind: str, words: str, attributes: dict[str, str]) -> None:
    assert wish(kind, words) == ProductWish(attributes=attributes)


@pytest.mark.parametrize("own", ["black", "copper"])
@pytest.mark.parametrize(
    "words",
    [
        "swap the {own} kettle for a steel one",
        "Swap {own} for steel",
        "I want to swap the {own} kettle W1234567 98103 steel",
        "I want to swap {own} steel",
        "can you exchange my {own} kettle with a steel one?",
        "exchange the {own} one, steel please",
        "exchange my {own} one. Steel please",
        "i want a steel one instead of the {own} one",
        "can i have steel instead of {own}",
        "instead of the {own} one can i get steel",
        "instead of {own} i'd take steel",
        "instead of {own} a steel one",
        "instead of the {own}, steel",
        "in place of the {own} kettle steel",
        "substitute a steel one for the {own} one",
        "substitute steel for the {own} one",
        "substitute the {own} one with a steel one",
        "substitute the {own} kettle for a steel one",
        "a substitute for the {own} kettle in steel",
        "a replacement for the {own} one: steel",
        "an alternative to the {own} kettle is steel",
        "replace the {own} one by steel",
        "change the color from {own} to steel",
        "I'd like to change the colour of my {own} kettle to steel",
        "I ordered the {own} kettle but would take steel",
        "I ordered a {own} one, is there a steel one?",
        "we bought {own} so we need steel",
        "I have a {own} one on order; would a steel one be quicker?",
        "my {own} kettle is late, steel would do",
        "my {own} one? steel",
        "my {own} is late, steel would do",
        "my old {own} kettle is late, steel would do",
        "any substitute for the {own} one in steel",
        "steel rather than {own}",
        "I'd rather have steel than {own}",
        "cancel the {own} one and send me a steel one",
        "return the {own} one, get steel",
        "something like the {own} one but steel",
        "similar to the {own} kettle in steel",
    ],
)
def test_what_the_customer_has_is_no_wish_even_when_they_misremember(words: str, own: str) -> None:
    assert wish("kettle", words.format(own=own)) == ProductWish(attributes={"color": "steel"})


@pytest.mark.parametrize("own", ["black", "copper"])
@pytest.mark.parametrize(
    "words",
    [
        "exchange my {own} kettle",
        "is there something similar to the {own} kettle",
        "something like the {own} one",
        "do you have an alternative for the {own} one",
        "I had {own}",
    ],
)
def test_who_only_says_what_they_have_wishes_for_nothing_yet(words: str, own: str) -> None:
    assert not wish("kettle", words.format(own=own))


@pytest.mark.parametrize(
    ("kind", "words", "attributes"),
    [
        ("kettle", "swap the kettle in black for steel", {"color": "steel"}),
        ("kettle", "replace my Wren electric kettle by the Finch", {"name": "Finch Stovetop Kettle"}),
        ("kettle", "my kettle is black, I'd take steel too", {"color": "steel"}),
        ("kettle", "if you don't have black, steel is ok", {"color": "steel"}),
        ("kettle", "not the black one, the steel one", {"color": "steel"}),
        ("kettle", "no the steel one", {"color": "steel"}),
        ("kettle", "do you have something for my daughter in steel?", {"color": "steel"}),
        ("kettle", "exchange it in steel", {"color": "steel"}),
        ("kettle", "swap it, but for steel", {"color": "steel"}),
        ("kettle", "how about a swap in steel", {"color": "steel"}),
        ("kettle", "can you swap in a steel one", {"color": "steel"}),
        ("kettle", "can i have a steel one", {"color": "steel"}),
        ("kettle", "I would like steel", {"color": "steel"}),
        ("kettle", "is there a substitute? steel maybe", {"color": "steel"}),
        ("bottle", "a blue bottle instead of the red glass bottle", {"colour": "blue"}),
        ("shoes", "swap my size 8 for a 9", {"size": "9"}),
        ("shoes", "swap 2 of the red shoes for white", {"color": "white"}),
        ("boots", "swap my waterproof boots for size 9", {"size": "9"}),
        ("kettle", "I had black. 1.8 l please", {"volume": "1.8 l"}),
        ("kettle", "I had black, 1.8 l please", {"volume": "1.8 l"}),
        ("kettle", "black was my choice and now it is late", {}),
        ("kettle", "the black one", {}),
        ("kettle", "the black one is late, what else do you have", {}),
        ("kettle", "The black kettle I ordered is delayed.", {}),
    ],
)
def test_what_describes_the_own_item_is_told_from_the_wish(kind: str, words: str, attributes: dict[str, str]) -> None:
    assert wish(kind, words) == ProductWish(attributes=attributes)


@pytest.mark.parametrize(
    ("kind", "words", "attributes"),
    [
        ("kettle", "another black one", {"color": "black"}),
        ("kettle", "black please", {"color": "black"}),
        ("kettle", "is there a black stovetop one", {"color": "black", "name": "Finch Stovetop Kettle"}),
        ("kettle", "swap it for another black one in 1.8 l", {"color": "black", "volume": "1.8 l"}),
        ("shoes", "same size but white", {"size": "8", "color": "white"}),
        ("shoes", "keep the color, size 9", {"color": "red", "size": "9"}),
        ("boots", "do you have waterproof ones in size 9", {"waterproof": "yes", "size": "9"}),
        ("kettle", "swap the Wren for the black Finch", {"color": "black", "name": "Finch Stovetop Kettle"}),
        ("kettle", "I want the black Finch", {"color": "black", "name": "Finch Stovetop Kettle"}),
        ("kettle", "is there the black Finch somewhere", {"color": "black", "name": "Finch Stovetop Kettle"}),
        (
            "kettle",
            "it is late, do you have the black Finch",
            {"color": "black", "name": "Finch Stovetop Kettle"},
        ),
    ],
)
def test_what_the_customer_has_can_be_wished_for_again(kind: str, words: str, attributes: dict[str, str]) -> None:
    assert wish(kind, words) == ProductWish(attributes=attributes)


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("bottle", "in blue or green", either("colour", "blue", "green")),
        ("bottle", "blue/green", either("colour", "blue", "green")),
        ("bottle", "blue, green or red", either("colour", "blue", "green", "red")),
        ("bottle", "do you have it in blue? or else in red", either("colour", "blue", "red")),
        ("kettle", "steel or black", either("color", "steel", "black")),
        ("kettle", "perhaps black or maybe steel, black or steel", either("color", "steel", "black")),
        ("kettle", "if not black then steel or black", either("color", "steel", "black")),
        ("kettle", "why not steel or copper", either("color", "steel", "copper")),
        ("shoes", "do you have them in size 9 or 10", either("size", "9", "10")),
        ("kettle", "not black", either("color", "steel", "copper", words="not black")),
        ("kettle", "anything but black", either("color", "steel", "copper", words="not black")),
        ("kettle", "any other than black", either("color", "steel", "copper", words="not black")),
        ("kettle", "no black ones please", either("color", "steel", "copper", words="not black")),
        ("kettle", "I don't like black", either("color", "steel", "copper", words="not black")),
        ("kettle", "I do not want the steel one", either("color", "black", "copper", words="not steel")),
        ("kettle", "not black or steel", either("color", "copper", words="not black or steel")),
        ("kettle", "can i switch to another color", either("color", "steel", "copper", words="not black")),
        ("glasses", "not polarized", either("lens type", "non-polarized", words="not polarized")),
        ("shoes", "exchange them for a bigger size", either("size", "9", "9.5", "10", words="bigger than 8")),
        ("shoes", "one size up", either("size", "9", "9.5", "10", words="bigger than 8")),
        ("shirt", "a smaller one", either("size", "S", words="smaller than M")),
        ("shirt", "something larger", either("size", "L", "XL", "XXL", words="bigger than M")),
        ("kettle", "smaller", either("volume", words="smaller than 1.2 l")),
        ("bottle", "the biggest", {"attributes": {"capacity": "1000ml"}}),
        ("reader", "with a bigger screen", either("screen size", "8-inch", words="bigger than 6-inch")),
        ("reader", "more capacity, bigger capacity", either("capacity", "32GB", words="bigger than 8GB")),
    ],
)
def test_more_than_one_value_may_do(kind: str, words: str, expected: dict[str, Any]) -> None:
    assert wish(kind, words) == ProductWish(**expected)


def test_a_wish_says_which_values_will_do() -> None:
    found = wish("kettle", "steel or copper")
    assert [found.accepts("color", v) for v in ("steel", "copper", "black", None)] == [True, True, False, False]
    assert found.accepts("volume", "9 l")
    assert not wish("kettle", "smaller").accepts("volume", "1.8 l")


@pytest.mark.parametrize(
    ("words", "is_wish"),
    [
        ("in steel", True),
        ("cheaper", True),
        ("any color", True),
        ("the same one", True),
        ("any price", True),
        ("hello", False),
    ],
)
def test_a_wish_for_anything_at_all_is_a_wish(words: str, is_wish: bool) -> None:
    assert bool(wish("kettle", words)) is is_wish


@pytest.mark.parametrize(
    ("kind", "words", "attributes", "unimportant"),
    [
        ("boots", "size 9, waterproof does not matter", {"size": "9"}, {"waterproof"}),
        ("boots", "size 9, I don't care if it's waterproof", {"size": "9"}, {"waterproof"}),
        ("boots", "doesn't have to be waterproof", {}, {"waterproof"}),
        ("boots", "no need to be waterproof", {}, {"waterproof"}),
        ("boots", "size and material don't matter", {}, {"size", "material"}),
        ("kettle", "any colour is fine", {}, {"color"}),
        ("kettle", "color is not important", {}, {"color"}),
        ("kettle", "I don't mind the color", {}, {"color"}),
        ("kettle", "whatever colour, 1.8 l", {"volume": "1.8 l"}, {"color"}),
        ("kettle", "a different colour would be fine", {}, {"color"}),
        ("bottle", "any material, but blue", {"colour": "blue"}, {"material"}),
        ("kettle", "steel, price doesn't matter", {"color": "steel"}, {"price"}),
        ("boots", "any size 9 ones?", {"size": "9"}, set()),
    ],
)
def test_what_does_not_matter(kind: str, words: str, attributes: dict[str, str], unimportant: set[str]) -> None:
    assert wish(kind, words) == ProductWish(attributes=attributes, unimportant=frozenset(unimportant))


def test_several_values_of_what_matters_beside_what_does_not() -> None:
    expected = either("color", "white", "black")
    assert wish("shoes", "white or black, size doesn't matter") == ProductWish(
        **expected, unimportant=frozenset({"size"})
    )


@pytest.mark.parametrize(
    ("words", "attributes"),
    [
        ("same but 750 ml", {"capacity": "750ml"}),
        ("the same one in blue please", {"colour": "blue"}),
        ("same bottle only in glass", {"material": "glass"}),
        ("everything else the same, just blue", {"colour": "blue"}),
        ("like mine but blue", {"colour": "blue"}),
        ("I want exactly the same", {}),
    ],
)
def test_the_same_but_for_something(words: str, attributes: dict[str, str]) -> None:
    assert wish("bottle", words) == ProductWish(attributes=attributes, same_otherwise=True)


@pytest.mark.parametrize(
    "words", ["not the same one", "to the same address", "on the same day", "something of the same kind"]
)
def test_not_every_same_is_about_the_item(words: str) -> None:
    assert wish("bottle", words) == ProductWish()


@pytest.mark.parametrize(
    ("words", "kind", "minor"),
    [
        ("the cheapest one", PriceKind.CHEAPEST, None),
        ("whatever is least expensive", PriceKind.CHEAPEST, None),
        ("something cheaper", PriceKind.CHEAPER, None),
        ("do you have a less expensive one", PriceKind.CHEAPER, None),
        ("less than mine", PriceKind.CHEAPER, None),
        ("the best one you have", PriceKind.DEAREST, None),
        ("your best kettle that you've got", PriceKind.DEAREST, None),
        ("the most expensive", PriceKind.DEAREST, None),
        ("at the same price", PriceKind.SAME, None),
        ("it should cost the same", PriceKind.SAME, None),
        ("as long as it doesn't cost more", PriceKind.NO_DEARER, None),
        ("not more expensive than mine", PriceKind.NO_DEARER, None),
        ("for the same price or less", PriceKind.NO_DEARER, None),
        ("under $50", PriceKind.AT_MOST, 5000),
        ("up to 50 dollars", PriceKind.AT_MOST, 5000),
        ("no more than 50", PriceKind.AT_MOST, 5000),
        ("nothing over 1,200.50 please", PriceKind.AT_MOST, 120050),
        ("49,99 max", PriceKind.AT_MOST, 4999),
        ("50 or less", PriceKind.AT_MOST, 5000),
        ("my budget is 45.99", PriceKind.AT_MOST, 4599),
        ("less than fifty bucks", PriceKind.AT_MOST, 5000),
        ("I don't want to spend more than 75", PriceKind.AT_MOST, 7500),
        ("cheaper than $30", PriceKind.AT_MOST, 3000),
        ("the cheapest under 60", PriceKind.CHEAPEST, 6000),
        ("the best one under $90", PriceKind.DEAREST, 9000),
    ],
)
def test_what_it_may_cost(words: str, kind: PriceKind, minor: int | None) -> None:
    assert wish("kettle", words) == ProductWish(price=PriceWish(kind, minor))


@pytest.mark.parametrize(
    "words",
    ["not the cheapest", "under 2 days", "up to 6 people", "under €50", "the best match", "no more than 10 minutes"],
)
def test_what_is_no_wish_for_a_price(words: str) -> None:
    assert wish("kettle", words).price is None


def test_an_amount_is_no_size() -> None:
    assert wish("shoes", "under $9 in white") == ProductWish(
        price=PriceWish(PriceKind.AT_MOST, 900), attributes={"color": "white"}
    )


def test_a_wish_may_have_it_all() -> None:
    assert wish("bottle", "same but in blue or green, 1 liter, glass, for no more than $30") == ProductWish(
        price=PriceWish(PriceKind.AT_MOST, 3000),
        attributes={"capacity": "1000ml", "material": "glass", "colour": "blue or green"},
        same_otherwise=True,
        any_of={"colour": ("blue", "green")},
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("bottle", "I'm at jane.blue@example.com, order W1234567"),
        ("shoes", "W9 1234, 10 9AA"),
        ("shoes", "W0000009, my zip is 10001"),
        ("shoes", "order 9"),
        ("puzzle", "my postcode is 1500"),
        ("puzzle", "+1 500 555 0100"),
        ("shoes", "2 of them"),
        ("tent", "the 4 tents"),
        ("tent", "the 4 of them"),
        ("speaker", "something for the water"),
        ("shoes", "in 9 days"),
        ("tent", "I can wait for 4 weeks"),
        ("shirt", "I'm at L"),
        ("shelf", "would you have my money back in time"),
        ("jacket", "I want a full refund"),
        ("phone", "I am a gold member"),
        ("keyboard", "none of these"),
        ("boots", "yes please"),
        ("boots", "no thanks"),
        ("earbuds", "water resistant ones"),
        ("camera", "any of them"),
        ("lamp", "in the same name"),
        ("phone", "oh god please help"),
        ("kettle", "we lack one"),
        ("shoes", "I give up"),
        ("shoes", "I cannot wait any longer"),
        ("lamp", "a taller one"),
        ("kettle", "anything similar?"),
        ("kettle", "hello, can I trade the kettle for a lamp"),
        ("kettle", ""),
    ],
)
def test_other_words_are_no_wish(kind: str, words: str) -> None:
    assert not wish(kind, words)


def test_one_value_in_two_spellings_is_one() -> None:
    kettles = [
        Thing("Kettle", {"Color": "black"}),
        Thing("Kettle", {"color": "Grey"}),
        Thing("Kettle", {"color": "gray"}),
    ]
    found = wish_in("the grey one", kettles, kettles[0])
    assert found.any_of == {"Color": ("Grey", "gray")}


def test_values_that_are_no_text_are_read_as_they_are_written() -> None:
    shoes = [Thing("Shoe", {"size": n, "wide": wide}) for n in (8, 9) for wide in (False, True)]
    assert wish_in("wide ones in size 9", shoes, shoes[0]).attributes == {"size": "9", "wide": "True"}
