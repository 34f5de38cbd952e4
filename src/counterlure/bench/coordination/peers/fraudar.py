"""FRAUDAR, the authors' program in its maintained port: the one densest block, logarithmic weights.

References
----------
Hooi et al. (2016), FRAUDAR: bounding graph fraud in the face of camouflage. Port: rgmining/fraudar 0.7.
"""

from __future__ import annotations

from counterlure.bench.coordination.peers import SOURCES, need
from counterlure.bench.coordination.peers.blocks import matrix, scored
from counterlure.bench.coordination.sample import Answer, Graph


def rank(graph: Graph) -> Answer:
    """As the authors' program runs by default: one block; its accounts are flagged, and nothing else is ranked."""
    greedy = need("fraudar.export.greedy", f"put the sources of rgmining/fraudar into {SOURCES['fraudar']}/")
    return scored([greedy.logWeightedAveDegree(matrix(graph).tolil())], graph.accounts)
