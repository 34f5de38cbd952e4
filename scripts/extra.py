"""Prints the requirements of the named extras of pyproject.toml, one a line."""

import sys
import tomllib
from pathlib import Path

extras = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
print("\n".join(requirement for name in sys.argv[1:] for requirement in extras[name]))
