"""What programs and the scripts of the pages ask for; every room holds one router."""

from __future__ import annotations

from counterlure.workbench.api import accounts, again, groups, letters, queue, targets

ROOMS = (queue, accounts, targets, again, groups, letters)
