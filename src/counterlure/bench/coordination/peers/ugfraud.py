"""FRAUDAR as UGFraud runs it: block after block, until one is hardly less dense than the one before.

References
----------
Dou et al. (2020), Robust spammer detection by Nash reinforcement learning, whose tool box UGFraud is.
"""

from __future__ import annotations

from counterlure.bench.coordination.peers import SOURCES, need
from counterlure.bench.coordination.peers.blocks import matrix, scored
from counterlure.bench.coordination.sample import Answer, Graph


def rank(graph: Graph) -> Answer:
    """Score: density of the densest block that holds the account. It ranks and flags nobody: most are in some block."""
    detector = need("UGFraud.Detector.Fraudar", f"put the sources of safe-graph/UGFraud into {SOURCES['ugfraud']}/")
    blocks = detector.detect_blocks(matrix(graph), detector.logWeightedAveDegree)
    return scored(blocks, graph.accounts)._replace(flagged=None)
