"""Saved pages of somebody and something invented, in the forms browsers keep; nobody in here exists."""

from __future__ import annotations

import io
import quopri

from counterlure.case.rows import Batch
from counterlure.ingest.context import Context
from counterlure.ingest.member import Member
from counterlure.ingest.saved_page import read


def twice(text: str) -> str:
    """Words as the platform writes them: once for the eye, once for screen readers."""
    return f'<span aria-hidden="true"><!---->{text}<!----></span><span class="visually-hidden">{text}</span>'


SINGLE_FILE = """<!--
 Page saved with SingleFile
 url: https://www.linkedin.com/in/ada-synthetic-0/
 saved date: Sun Mar 01 2026 10:00:00 GMT+0100 (Central European Standard Time)
-->"""
SAVED_AT = 1772355600

MEMBER_PAGE = f"""<!DOCTYPE html><html lang="en">{SINGLE_FILE}<head><title>(3) Ada Synthetic | LinkedIn</title>
<style>p{{content:"Experience"}}</style></head><body><header><nav><a href="/feed">Home</a></nav></header>
<code style="display: none">{{"Experience": "500+ connections"}}</code>
<main><section><h1>Ada Synthetic</h1><span>{twice("· 3rd")}</span><span>She/Her</span>
<div>Research consultant at Invented Partners</div><div>Brussels, Belgium</div><a href="#">Contact info</a>
<ul><li><span>1,204</span> followers</li><li><span>500+</span> connections</li></ul></section>
<section><h2>{twice("About")}</h2><div>{twice("I read many papers.")}</div></section>
<section><h2>{twice("Experience")}</h2><ul>
<li><a href="https://www.linkedin.com/company/0101/"><img alt="Invented Partners logo"></a>
<div>{twice("Research consultant")}</div><div>{twice("Invented Partners · Full-time")}</div>
<div>{twice("Jan 2020 - Present · 6 yrs 3 mos")}</div><div>{twice("Brussels, Belgium · Hybrid")}</div>
<ul><li>{twice("Paid papers on energy.")}</li><li>{twice("Skills: Energy · Policy")}</li></ul></li>
<li><a href="https://www.linkedin.com/company/old-invented/"><div>{twice("Old Invented")}</div>
<div>{twice("9 yrs 9 mos")}</div></a><ul>
<li><a href="https://www.linkedin.com/company/old-invented/"><div>{twice("Senior analyst")}</div>
<div>{twice("Full-time")}</div><div>{twice("Sep 2014 - Dec 2019 · 5 yrs 4 mos")}</div></a>
<ul><li>{twice("Wrote notes.")}</li></ul></li>
<li><div>{twice("Analyst")}</div><div>{twice("Apr 2010 - Aug 2014 · 4 yrs 5 mos")}</div></li></ul></li></ul></section>
<section><h2>{twice("Education")}</h2><ul>
<li><a href="https://www.linkedin.com/school/invented-university/"><div>{twice("Invented University")}</div>
<div>{twice("MSc, Physics")}</div><div>{twice("2005 - 2008")}</div></a></li>
<li><div>{twice("Invented School")}</div></li></ul></section>
<section><h2>{twice("Recommendations")}</h2><button>Received (3)</button></section></main>
<aside><h2>More profiles for you</h2><div>Bo Other · 2nd</div><div>900 followers</div></aside></body></html>"""

VISITOR_PAGE = """<html><head><title>Ada Synthetic - Research consultant - Invented Partners | LinkedIn</title>
<link rel="canonical" href="https://be.linkedin.com/in/ada-synthetic-0"><script type="application/ld+json">
{"@context": "http://schema.org", "@graph": [
 {"@type": "Person", "name": "Ada Synthetic", "url": "https://be.linkedin.com/in/ada-synthetic-0",
  "jobTitle": ["********"], "worksFor": [{"@type": "Organization", "name": "********"}],
  "image": {"contentUrl": "https://media.example/x.jpg"},
  "interactionStatistic": {"@type": "InteractionCounter", "interactionType": "https://schema.org/FollowAction",
                           "userInteractionCount": 1204}},
 {"@type": "WebPage", "dateModified": "2026-01-02T03:04:05.000Z"}]}
</script></head><body><nav>x</nav><main><h1>Ada Synthetic</h1><h2>Research consultant at Invented Partners</h2>
<h3><span>Brussels</span> <span>1K followers</span> <span>500+ connections</span></h3>
<section><h2>Experience</h2><ul><li><a href="https://be.linkedin.com/company/invented-partners?trk=x"><img></a>
<h3>Research consultant</h3><h4>Invented Partners</h4>
<p><span><time>Jan 2020</time> - <time>Present</time> <span>6 years 3 months</span></span></p><p>Brussels, Belgium</p>
<div><p>Paid papers <button>Show more</button><button>Show less</button></p></div></li></ul></section></main></body></html>"""

COPIED = {
    "en": """https://www.linkedin.com/in/ada-synthetic-0/
Skip to main content
Home
Ada Synthetic
Ada Synthetic
She/Her
· 3rd
Consultant
Brussels, Belgium · Contact info
1,204 followers
500+ connections
About
About
I read.
Experience
Experience
Consultant
Consultant
Invented Partners · Full-time
Jan 2020 - Present · 6 yrs 3 mos
Jan 2020 to Present · 6 yrs 3 mos
Brussels, Belgium
Paid papers.
Education
Invented University
Physics
2005 - 2008
Skills
Reading
""",
    "fr": """www.linkedin.com/in/ada-synthetic-0
Ada Synthetic
· 3e
Consultant
Bruxelles, Belgique · Coordonnées
1 204 abonnés
Plus de 500 relations
Infos
I read.
Expérience
Consultant
Invented Partners · Temps plein
janv. 2020 - aujourd’hui · 6 ans 3 mois
Bruxelles, Belgique
Paid papers.
Formation
Invented University
Physics
2005 - 2008
Compétences
Reading
""",
    "de": """https://de.linkedin.com/in/ada-synthetic-0
Ada Synthetic
· 3.
Consultant
Brüssel, Belgien · Kontaktinfo
1.204 Follower:innen
500+ Kontakte
Info
I read.
Berufserfahrung
Consultant
Invented Partners · Vollzeit
Jan. 2020–Heute · 6 Jahre 3 Monate
Brüssel, Belgien
Paid papers.
Ausbildung
Invented University
Physics
2005–2008
Kenntnisse
Reading
""",
}

COMPANY = """https://www.linkedin.com/company/Invented-Partners/about/
Name: Invented Partners
Business Consulting · Paris · 1,204 followers · 51-200 employees
Overview
We pay for notes.
Website
https://invented.example/
Company size
51-200 employees
12 associated members LinkedIn members who've listed Invented Partners as their current workplace.
Headquarters
Paris, Île-de-France
Founded
2019
Locations (1)
Primary
12 rue Inventée, 75001 Paris, FR
"""


def mhtml(page: str, date: str = "Sun, 1 Mar 2026 09:00:00 -0000") -> str:
    """A page as a Chromium browser keeps it in one file."""
    body = quopri.encodestring(page.encode()).decode()
    return (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.linkedin.com/in/ada-synthetic-0/\r\n"
        f'Date: {date}\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b--"\r\n\r\n'
        f"----b--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}\r\n"
        f"----b--\r\nContent-Type: image/png\r\n\r\nx\r\n----b----\r\n"
    )


def page_member(text: str | bytes, name: str) -> Member:
    """A saved page as a member."""
    data = text.encode() if isinstance(text, str) else text
    return Member(f"in/{name}", name, len(data), lambda: io.BytesIO(data))


def one(text: str | bytes, name: str = "2026-03-01-ada.html", context: Context | None = None) -> Batch:
    """The one batch of a saved page."""
    [batch] = read(page_member(text, name), context or Context())
    return batch
