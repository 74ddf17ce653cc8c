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
        ("order_number_patern: x", "order_number_patern"),
        ("order_number_pattern: '('", "not a regular expression"),
        ("days: {handling: -1}", "days.handling"),
        ("identity: [", "is not YAML"),
        ("cancelling: {proposal_minutes: 90}", "cancelling.proposal_minutes"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(tmp_path: Path, content: str, fault: str) -> None:
    file = tmp_path / "policy.yml"
    file.write_text(content)
    with pytest.raises(BadPolicy, match=fault):
        load_policy(file)


def test_a_missing_policy_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="cannot be read"):
        load_policy(tmp_path / "none.yml")
