"""Event worlds: contact events and structured fields of accounts and targets, with a known truth. No names, no texts.

`world(WorldSpec(...))` draws one in memory, `write_world` writes the tables that a platform would hold, and the truth
beside them.
"""

from __future__ import annotations

from counterlure.simulate.worlds.spec import FULL_SCALE, LAYERS, Background, Shape, WorldSpec
from counterlure.simulate.worlds.world import Truth, World, world
from counterlure.simulate.worlds.write import FILES, write_world

__all__ = [
    "FILES",
    "FULL_SCALE",
    "LAYERS",
    "Background",
    "Shape",
    "Truth",
    "World",
    "WorldSpec",
    "world",
    "write_world",
]
