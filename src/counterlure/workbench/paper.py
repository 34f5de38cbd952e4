"""A letter as a file. Its text knows headings, items and quotations and nothing else: no link, no picture."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from counterlure.errors import MissingExtra
from counterlure.report.letters import CSP

MEDIA = {
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "eml": "message/rfc822",
}
SUBJECT_LIMIT = 150


def paper(body: str, lang: str, form: str) -> bytes:
    """The text as html, txt, pdf or eml.

    Raises
    ------
    MissingExtra : a PDF is asked for and WeasyPrint or the libraries it needs are not installed.
    """
    if form == "txt":
        return body.encode()
    if form == "html":
        return _page(body, lang).encode()
    return _pdf(body, lang) if form == "pdf" else _mail(body, lang)


def preview(body: str) -> Markup:
    """The text as part of a page."""
    return Markup(_html(body))  # noqa: S704 -- made from text in which no markup counts


def title_of(body: str) -> str:
    """The first heading, or the first line."""
    lines = body.splitlines() or [""]
    first = next((line for line in lines if line.startswith("# ")), lines[0])
    return first.removeprefix("# ").strip()[:SUBJECT_LIMIT]


def _html(body: str) -> str:
    return str(_markdown().render(body))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False}).enable(["heading", "list", "blockquote"])


def _page(body: str, lang: str) -> str:
    return _template().render(
        lang=lang,
        title=title_of(body),
        csp=CSP,
        css=Markup(_style()),  # noqa: S704
        content=Markup(_html(body)),  # noqa: S704
    )


@cache
def _style() -> str:
    return files("counterlure.report").joinpath("letter.css").read_text(encoding="utf-8")


@cache
def _template() -> Template:
    folder = FileSystemLoader(str(files(__package__).joinpath("templates")))
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template("paper.html.j2")


def _pdf(body: str, lang: str) -> bytes:
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:  # OSError: Pango is not on the machine
        raise MissingExtra(
            "a PDF needs WeasyPrint and Pango: install counterlure[pdf] and your system's pango"
        ) from error
    made = HTML(string=_page(body, lang), url_fetcher=_fetches_nothing).write_pdf(pdf_variant="pdf/ua-1")
    return bytes(made)


def _fetches_nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"a letter fetches nothing, not even {url}")


def _mail(body: str, lang: str) -> bytes:
    """A draft without sender and recipient, which mail programs open for editing."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(title_of(body).split())
    mail["X-Unsent"] = "1"
    mail.set_content(body)
    mail.add_alternative(_page(body, lang), subtype="html")
    mail.set_boundary("counterlure-letter")
    return mail.as_bytes()
