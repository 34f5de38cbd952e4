"""Careers whose truth is known, honest and fabricated, drawn from stated distributions: for tests and measures only.

Honest careers are as messy as real ones; fabricated ones follow recipes of public reports. No account has a name, a
text or a portrait, and what is measured here is synthetic: what the signs do, not how often they occur in the world.
"""

from __future__ import annotations

from counterlure.simulate.careers.fabricated import RECIPES
from counterlure.simulate.careers.population import Population, Shown, population

__all__ = ["RECIPES", "Population", "Shown", "population"]
