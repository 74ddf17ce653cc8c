"""What is wrong with a policy file, said to whoever wrote it: one plain sentence for each fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

MUST = {
    "bool": "must be true or false",
    "dict": "must hold names and values",
    "float": "must be a number",
    "int": "must be a whole number",
    "list": "must be a list",
    "model": "must hold names and values",
    "string": "must be text, in quotes where it looks like a number",
    "tuple": "must be a list",
}
BOUNDS = {"greater_than_equal": "at least", "greater_than": "more than", "less_than_equal": "at most"} | {
    "less_than": "less than"
}
LONGEST_SHOWN = 40


def faults_of(error: ValidationError, policy: type[BaseModel]) -> list[str]:
    """Return one sentence for each fault that was found in a ``policy``."""
    return [_sentence(fault, policy) for fault in error.errors(include_url=False)]


def place_in(error: yaml.YAMLError) -> str:
    """Return where YAML stopped to make sense and why, or "" where it does not say."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "this cannot be read"
    return f": line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else ""


def _sentence(fault: ErrorDetails, policy: type[BaseModel]) -> str:
    path, kind, about = fault["loc"], fault["type"], fault.get("ctx", {})
    name = ".".join(map(str, path)) or "the file"
    if kind == "extra_forbidden":
        return f"{name} is not a known key{_guess(path, policy)}"
    if kind == "missing":
        return f"{'.'.join(map(str, path[:-1])) or 'the file'} must have {path[-1]}"
    if kind == "value_error":
        return f"{name}: {about['error']}" if path else str(about["error"])
    if kind == "literal_error":
        return f"{name} must be {about['expected'].replace("'", '')}, not {_shown(fault['input'])}"
    if kind in BOUNDS:
        (bound,) = about.values()
        return f"{name} must be {BOUNDS[kind]} {bound:g}, not {_shown(fault['input'])}"
    must = MUST.get(kind.partition("_")[0], "must be something else")
    return f"{name} {must}, not {_shown(fault['input'])}"


def _guess(path: Sequence[int | str], policy: type[BaseModel]) -> str:
    known = _keys(policy, path[:-1])
    near = get_close_matches(str(path[-1]), known, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}" if known else ""


def _keys(kind: Any, path: Sequence[int | str]) -> list[str]:
    """Return what may be named at ``path`` inside ``kind``."""
    for step in path:
        fields = getattr(kind, "model_fields", None)
        kind = fields[str(step)].annotation if fields else _inside(kind)
    return list(getattr(kind, "model_fields", {}))


def _inside(kind: Any) -> Any:
    """Return of what a list or a mapping is made."""
    parts = [part for part in get_args(kind) if part is not Ellipsis]
    return parts[-1] if parts else kind


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, Mapping | list):
        return "names and values" if isinstance(value, Mapping) else "a list"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…") if isinstance(value, str) else text
