"""Reads what colleagues hand in: LinkedIn archives, captures, mails and reports, as typed rows with their origin."""

from __future__ import annotations

from counterlure.ingest.deliveries import DeliveryResult, read_deliveries
from counterlure.ingest.limits import DEFAULT, Limits
from counterlure.ingest.owner import owner_given
from counterlure.ingest.process import confinement

__all__ = ["DEFAULT", "DeliveryResult", "Limits", "confinement", "owner_given", "read_deliveries"]
