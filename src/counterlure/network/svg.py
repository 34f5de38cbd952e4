"""Elements of a standalone SVG, every text and attribute escaped, and the styles of its own: light, dark and print."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

_LIGHT = {"paper": "#ffffff", "ink": "#1b1f24", "soft": "#57606a", "mark": "#2a76b9", "rule": "#c4ccd4"}
_DARK = {"paper": "#14181d", "ink": "#e9edf1", "soft": "#a3adb8", "mark": "#7cb8f2", "rule": "#414a54"}
_RULES = (
    ".paper{{fill:{paper}}}text{{fill:{ink}}}.soft{{fill:{soft}}}.mark{{fill:{mark}}}"
    ".open{{fill:{paper};stroke:{mark}}}.chance,.tick{{stroke:{ink}}}.rule{{stroke:{rule}}}.frame{{stroke:{soft}}}"
)
_SHAPES = (
    "text{font:11px system-ui,'Segoe UI','Helvetica Neue',Arial,sans-serif}.title{font-size:17px;font-weight:600}"
    ".head{font-size:12.5px;font-weight:600}.small{font-size:9.5px}.open{stroke-width:1}"
    ".chance{fill:none;stroke-width:1.4;stroke-dasharray:4 2}.tick{fill:none;stroke-width:2.4}"
    ".rule,.frame{fill:none;stroke-width:1}"
)


def tag(name: str, text: str | None = None, **attributes: str | float) -> Markup:
    """One element; `class_` and the like lose their underscore, numbers keep one decimal."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _short(value)) for key, value in attributes.items()
    )
    if text is None:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{}{}>{}</{}>").format(name, written, text, name)


def label(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> Markup:
    """A line of text."""
    named = {"class_": kind} if kind else {}
    placed = {"text_anchor": anchor} if anchor != "start" else {}
    return tag("text", text, x=x, y=y, **placed, **named)


def box(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    """A rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, class_=kind)


def path(moves: str, kind: str) -> Markup:
    """A line of straight pieces."""
    return tag("path", d=moves, class_=kind)


def standalone(width: int, height: int, lang: str, title: str, desc: str, parts: Iterable[Markup]) -> str:
    """A file of its own: no script, nothing to fetch, dark where the reader's screen is, light on paper."""
    styles = (
        f"{_SHAPES}{_RULES.format(**_LIGHT)}@media screen and (prefers-color-scheme:dark){{{_RULES.format(**_DARK)}}}"
    )
    head = [tag("title", title, id="t"), tag("desc", desc, id="d"), Markup("<style>{}</style>").format(Markup(styles))]  # noqa: S704 -- ours
    body = Markup("\n").join([*head, box(0, 0, width, height, "paper"), *parts])
    frame = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" xml:lang="{lang}"'
        ' role="img" aria-labelledby="t d">\n{body}\n</svg>\n'
    )
    return str(frame.format(w=width, h=height, lang=lang, body=body))


def _short(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
