"""Prints the requirements of the named extras and dependency groups of pyproject.toml, one a line."""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
named = project["project"]["optional-dependencies"] | project["dependency-groups"]
print("\n".join(requirement for name in sys.argv[1:] for requirement in named[name]))
