"""The shop's own rules: the example is true, and a wrong file is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from meantime.settings import ROOT
from meantime.shop.policy import BadPolicy, Policy, load_policy


def test_the_example_shows_all_rules_with_their_defaults() -> None:
    import yaml

    example = ROOT / "policy.example.yml"
    assert load_policy(example) == Policy()
    assert yaml.safe_load(example.read_text()).keys() == Policy.model_fields.keys()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("qoute_confidence: 0.9", "qoute_confidence is not a known key; did you mean quote_confidence?"),
        ("contact: {fax: '1'}", "contact.fax is not a known key; there are phone, email, hours, opening"),
        ("days: {zones: [{nme: North, postcodes: ['9'], extra: 1}]}", "days.zones.0.nme is not a known key; did you"),
        ("order_number_pattern: '('", "not a regular expression"),
        ("days: {handling: -1}", "days.handling must be at least 0, not -1"),
        ("days: {handling: one}", "days.handling must be a whole number, not 'one'"),
        ("days: [1]", "days must hold names and values, not a list"),
        ("days: {transit: {slow: {shortest: 9, longest: 5}}}", "days.transit.slow: shortest (9) must not be more than"),
        ("days: {transit: {slow: {shortest: 9}}}", "days.transit.slow must have longest"),
        ("days: {transit: {}}", "days.transit: must name a ship method"),
        ("quote_confidence: 1", "quote_confidence must be less than 1, not 1"),
        ("quote_confidence: most", "quote_confidence must be a number, not 'most'"),
        ("sms: {keywords: mine}", "sms.keywords must be twilio or own, not 'mine'"),
        ("contact: {phone: 5035550100}", "contact.phone must be text, in quotes"),
        ("contact: {closed_on_holidays: 3}", "contact.closed_on_holidays must be true or false, not 3"),
        ("goodwill: {steps: 7}", "goodwill.steps must be a list, not 7"),
        ("- 1", "the file must hold names and values, not a list"),
        ("words", "the file must hold names and values, not 'words'"),
        ("identity: [", "is not YAML: line 1, column"),
        ("retention: {conversations_days: 7}", "retention.conversations_days must be at least 31, not 7"),
        ("retention: {audit_days: 90}", "retention.audit_days: must stay empty: the audit is kept for good"),
        ("cancelling: {proposal_minutes: 90}", "cancelling.proposal_minutes must be at most 30, not 90"),
    ],
)
def test_a_wrong_policy_is_refused_in_plain_words(tmp_path: Path, content: str, fault: str) -> None:
    file = tmp_path / "policy.yml"
    file.write_text(content)
    with pytest.raises(BadPolicy) as refused:
        load_policy(file)
    assert fault in str(refused.value)
    assert not any(phrase in str(refused.value).casefold() for phrase in ("input should", "permitted", "pydantic"))


@pytest.mark.parametrize(
    ("zone", "fault"),
    [
        ("{postcodes: ['9'], extra: 1}", "days.zones.0 must have name"),
        ("{name: North, extra: 1}", "must name postcodes, or the country"),
        ("{name: North, postcodes: ['9']}", "must have transit or extra, one of them"),
        ("{name: North, postcodes: ['9'], extra: 1, transit: {a: {shortest: 1, longest: 2}}}", "one of them"),
        ("{name: North, postcodes: [995], extra: 1}", "must be text, in quotes where it looks like a number, not 995"),
        ("{name: North, postcodes: ['995-99'], extra: 1}", "'995-99' must lie between two beginnings of the same"),
        ("{name: North, postcodes: ['999-995'], extra: 1}", "'999-995' ends before it begins"),
        ("{name: North, postcodes: ['-'], extra: 1}", "'-' is not the beginning of a postcode"),
        ("{name: North, country: XX, extra: 1}", "days.zones.0.country: 'XX' is not a country"),
        ("{name: North, postcodes: ['9'], transit: {a: {shortest: 3, longest: 2}}}", "shortest (3) must not be"),
    ],
)
def test_a_zone_that_says_nothing_clear_is_refused(tmp_path: Path, zone: str, fault: str) -> None:
    file = tmp_path / "policy.yml"
    file.write_text(f"days: {{zones: [{zone}]}}")
    with pytest.raises(BadPolicy) as refused:
        load_policy(file)
    assert fault in str(refused.value)


def test_each_fault_has_a_line_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "policy.yml"
    file.write_text("days: {handling: -1, receiving: x}\nsmss: {}")
    with pytest.raises(BadPolicy) as refused:
        load_policy(file)
    assert [line.split()[0] for line in str(refused.value).splitlines()[1:]] == [
        "days.receiving",
        "days.handling",
        "smss",
    ]


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    file = tmp_path / "policy.yml"
    file.write_bytes("contact: {hours: 'Zürich'}".encode("latin-1"))
    with pytest.raises(BadPolicy, match="not written in UTF-8"):
        load_policy(file)


def test_a_missing_policy_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="cannot be read"):
        load_policy(tmp_path / "none.yml")
