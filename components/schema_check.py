"""Check a JSON schema against the schema of schemas once, not with every action call.

Rasa validates each answer of the action server with `jsonschema.validate`, which first validates Rasa's own,
constant schema: 3 of the 10 ms of processor time of a turn. The answers are checked as before.
"""

import json
from typing import Any, Dict, Set, Type

from jsonschema import Draft7Validator


def check_schemas_once(validator: Type[Any] = Draft7Validator) -> None:
    """Make ``validator`` remember which schemas it found to be well formed. Calling it again does nothing."""
    if hasattr(validator.check_schema, "well_formed"):
        return
    check = validator.check_schema
    well_formed: Set[str] = set()

    def check_unless_known(schema: Dict[str, Any]) -> None:
        key = json.dumps(schema, sort_keys=True)
        if key not in well_formed:
            check(schema)
            well_formed.add(key)

    check_unless_known.well_formed = well_formed  # type: ignore[attr-defined]
    validator.check_schema = check_unless_known
