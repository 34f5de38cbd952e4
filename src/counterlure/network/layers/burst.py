"""Acting in the same short windows: each account holds the hours in which it was unusually busy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterlure.network.graph import counted, distinct
from counterlure.network.layers.holdings import built, common
from counterlure.network.model import ABSENT, Contacts, Floats, Layer, Tables

HOUR = 3_600
SPAN_DAYS = 14
RATE = 0.5
"""Busy hours that an account keeping its own pace is expected to have at most, over its whole time."""
BUSY_MIN = 2
SHARE_MAX = 0.05
"""An hour in which more of all accounts were busy is an event of the platform, and no evidence."""

Numbers = NDArray[np.int64]


def layer(tables: Tables, *, seconds: int = HOUR, rate: float = RATE) -> Layer | None:
    """In which hours each account contacted more people than its own pace explains; None where no contact tells when.

    An account's pace is its contacts spread over its own span, first to last contact and at least `SPAN_DAYS`, in
    proportion to what everybody else did in each hour: nights, weekends and a rush of the platform are expected. An
    hour with x >= 2 of its n contacts is busy when P(Binomial(n, q) >= x) <= rate / hours in the span, so by chance
    it has at most `rate` busy hours. Null of the layer: busy hours fall on an hour as often as those of everybody.

    Parameters
    ----------
    seconds : length of a slot, aligned to the epoch. rate : count, busy slots allowed by chance per account.
    """
    when = _Slots(tables.contacts, seconds)
    if when.slot.size == 0:
        return None
    busy = when.chance() <= rate / when.span[when.owner]
    account, slot = when.account[when.owner[busy]], when.place[busy]
    pace = when.account[when.contacts >= BUSY_MIN]
    holders = np.bincount(slot, minlength=when.slot.size)
    kept = (holders > 0) & ~common(holders, pace.size, SHARE_MAX)
    code = np.cumsum(kept) - 1
    words = np.datetime_as_string((when.slot[kept] * seconds).astype("datetime64[s]"), timezone="UTC").astype(object)
    shared = kept[slot]
    return built("burst", account[shared], code[slot[shared]], words, pace)


class _Slots:
    """Who was active in which slot, counted.

    slot : shape (slots,), numbers of slots in which anybody was active, ascending. account, contacts, span : shape
    (active accounts,): who, contacts with a time, slots in its span. owner, place, count : per account and slot that
    it was active in: places in `account` and in `slot`, and contacts there.
    """

    def __init__(self, contacts: Contacts, seconds: int) -> None:
        told = contacts.first_at != ABSENT
        number = contacts.first_at[told] // seconds
        begin = int(number.min()) if number.size else 0
        slot, place = distinct(number - begin, int(number.max(initial=0)) - begin + 1)
        self.slot = slot.astype(np.int64) + begin
        who = contacts.account[told]
        self.account, owner = distinct(who, int(who.max(initial=0)) + 1)
        self.contacts = np.bincount(owner, minlength=self.account.size)
        pair, self.count = counted(owner, place, max(self.slot.size, 1))
        self.owner, self.place = np.divmod(pair, max(self.slot.size, 1))
        self.activity = np.bincount(place, minlength=self.slot.size)
        self.low, self.high = self._spans(SPAN_DAYS * 24 * HOUR // seconds)
        self.span = self.high - self.low + 1

    def _spans(self, least: int) -> tuple[Numbers, Numbers]:
        """First and last slot of each account's span, inside the period that the contacts cover."""
        if self.slot.size == 0:
            return self.slot, self.slot
        begins = np.searchsorted(self.owner, np.arange(self.account.size))
        ends = np.append(begins[1:], self.owner.size) - 1
        first, last = self.slot[self.place[begins]], self.slot[self.place[ends]]
        lack = np.maximum(0, least - (last - first + 1))
        return np.maximum(first - lack // 2, self.slot[0]), np.minimum(last + (lack + 1) // 2, self.slot[-1])

    def chance(self) -> Floats:
        """P(at least so many of an account's contacts in that slot), shape of `count`; 1 below `BUSY_MIN`."""
        from scipy.special import betainc

        total = np.concatenate([[0], np.cumsum(self.activity)])
        inside = (
            total[np.searchsorted(self.slot, self.high, side="right")] - total[np.searchsorted(self.slot, self.low)]
        )
        chance = np.ones(self.count.size)
        several = np.flatnonzero(self.count >= BUSY_MIN)
        owner, count = self.owner[several], self.count[several]
        held = self.contacts[owner]
        # One more contact in every slot of the span: where nobody else acted, acting is rare, not impossible.
        others = self.activity[self.place[several]] - count + 1
        share = others / (inside[owner] - held + self.span[owner])
        chance[several] = betainc(count, held - count + 1, share)
        return chance
