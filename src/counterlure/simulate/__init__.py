"""Organisations that do not exist, with approaches whose truth is known: for demonstration, tests and measures only.

Everything is invented and says so: names are built from syllables, hosts end in `.example`, scenes are a few lines
long and follow the published shape of past cases. They serve to check that hostile approaches are found and honest
ones left alone. Nothing here addresses a person, adapts to an answer or sends anything, and no scene is longer than
what a public warning already prints.

`write_organisation` makes the archives of one organisation, `write_volume` makes many large ones, and
`rename_case_inputs` changes every name in an organisation and nothing else, to prove that names carry no weight.
`worlds` makes whole platforms of contact events, without a name or a text, in which an operation is to be found.
"""

from __future__ import annotations

from counterlure.simulate.organisation import write_organisation
from counterlure.simulate.renaming import rename_case_inputs
from counterlure.simulate.truth import Truth, read_truth
from counterlure.simulate.volume import write_volume

__all__ = ["Truth", "read_truth", "rename_case_inputs", "write_organisation", "write_volume"]
