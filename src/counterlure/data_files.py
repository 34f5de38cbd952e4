"""Reading our own YAML files: plain values only, through the C parser where PyYAML was built with it."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str | bytes) -> Any:
    """The content of a YAML text; `yaml.YAMLError` where it does not parse."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 -- a safe loader
