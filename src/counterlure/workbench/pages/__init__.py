"""The pages that people read."""

from __future__ import annotations

from counterlure.workbench.pages import audit, dossier, exposure, groups, letters, queue, reference, source

ROOMS = (queue, dossier, source, groups, exposure, letters, audit, reference)
