"""Every name of a simulated organisation exchanged for another, and nothing else: the proof that names carry no weight.

A name part is only exchanged for one of its own list (given, family, company, place), everywhere at once: in running
text, profile addresses, e-mail addresses, host names and the truth. Words, dates, numbers and order stay.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import unquote

from counterlure.errors import InputError
from counterlure.simulate.forms import Form, zipped
from counterlure.simulate.names import NameBook, fold, in_slug
from counterlure.simulate.truth import read_truth

# A conversation id comes first, so that no run of letters inside one is taken for a name.
_NAMES = re.compile(
    r"2-[\w+/]{54}=="
    r"|(?<=/in/)(?P<slug>[\w%-]+)"
    r"|(?P<local>[\w.]+)(?=@)"
    r"|(?P<host>[a-z]+)(?=\.example\b)"
    r"|(?P<word>[^\W\d_]+)"
)


@dataclass(frozen=True)
class Bijection:
    """One exchange of names; `forward` maps each name part to the part that replaces it."""

    forward: Mapping[str, str]

    @classmethod
    def random(cls, names: NameBook, seed: int) -> Bijection:
        """A random one without fixed points, where a list holds two names or more."""
        rng = Random(f"{seed}/renaming")  # noqa: S311
        forward: dict[str, str] = {}
        for part in names.parts:
            order = rng.sample(part, len(part))
            forward |= dict(zip(order, [*order[1:], *order[:1]], strict=True))
        return cls(forward)

    def inverse(self) -> Bijection:
        """The exchange that undoes this one."""
        return Bijection({new: old for old, new in self.forward.items()})

    def translator(self) -> Callable[[str], str]:
        """A function that renames every name in a text."""
        folded = {fold(old): new for old, new in self.forward.items()}

        def replaced(found: re.Match[str]) -> str:
            text = found[0]
            if found.lastgroup is None:
                return text
            if found.lastgroup == "word":
                return self.forward.get(text, text)
            if found.lastgroup == "slug":
                pieces = ((piece, folded.get(fold(unquote(piece)))) for piece in text.split("-"))
                return "-".join(in_slug(new) if new else piece for piece, new in pieces)
            pieces = ((piece, folded.get(piece)) for piece in text.split("."))
            return ".".join(fold(new) if new else piece for piece, new in pieces)

        return lambda text: _NAMES.sub(replaced, text)


def rename_case_inputs(src: Path, dst: Path, seed: int) -> Bijection:
    """Copy an organisation written by `write_organisation` from `src` to `dst` with every name exchanged.

    The bijection is made of `seed` and the names that `src/truth.json` lists. `dst` must not exist.
    """
    bijection = Bijection.random(read_truth(src / "truth.json").names, seed)
    rename(src, dst, bijection)
    return bijection


def rename(src: Path, dst: Path, bijection: Bijection) -> None:
    """Copy `src` to `dst`, which must not exist, with every name exchanged."""
    if dst.exists():
        raise InputError(str(dst), "exists already; name a new folder")
    translate = bijection.translator()
    windows = _windows_folders(src)
    for path in sorted(path for path in src.rglob("*") if path.is_file()):
        target = dst / path.relative_to(src)
        target.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes()
        if path.suffix == ".zip":
            target.write_bytes(_rezipped(content, translate))
        else:
            target.write_bytes(_renamed(content, translate, "cp1252" if path.parent in windows else "utf-8"))


def _windows_folders(src: Path) -> frozenset[Path]:
    """Where the re-saved files are; their bytes alone cannot tell, as a file without accents is UTF-8 as well."""
    deliveries = read_truth(src / "truth.json").deliveries
    return frozenset(src / path for d in deliveries if d.form == Form.RESAVED for path in d.paths)


def _renamed(content: bytes, translate: Callable[[str], str], encoding: str = "utf-8") -> bytes:
    """The bytes with names exchanged, in the encoding they came in."""
    if content.startswith(b"\xff\xfe"):
        encoding = "utf-16-le"
    return translate(content.decode(encoding)).encode(encoding)


def _rezipped(content: bytes, translate: Callable[[str], str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: _renamed(archive.read(name), translate) for name in archive.namelist()})
