"""When something happened, told by what a device's clocks showed and what the centre said of the time.

Moments are whole seconds since 1970-01-01 UTC. A device has two clocks: the *wall* clock, which anyone may
set wrong, and a *counter*, which runs with true time (or slower, never faster) from one start of the
device to the next; ``boot`` names that start. A counter that stands still while the device sleeps must
begin a new boot when it wakes. The centre's clock is taken to be right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ZONE = 7 * 3_600  # seconds that Asia/Ho_Chi_Minh is ahead of UTC: no summer time since 1975
DAY = 86_400
TOLERANCE = 300  # seconds by which clocks may differ and still be said to agree
FAR_OFF = 12 * 3_600  # a wall clock as wrong as this makes no new permits
ROUND_TRIP = 120  # seconds within which an answer must come to tell the time
_EPOCH = date(1970, 1, 1).toordinal()


def business_date(moment: int) -> date:
    """The day in Vietnam on which a moment lies."""
    return date.fromordinal((moment + ZONE) // DAY + _EPOCH)


def midnight(day: date) -> int:
    """The moment at which a day begins in Vietnam."""
    return (day.toordinal() - _EPOCH) * DAY - ZONE


@dataclass(frozen=True, slots=True)
class Anchor:
    """The centre's time as a device took it: ``server`` lies at most ``spread`` seconds before the moment at
    which wall and counter showed this."""

    server: int
    wall: int
    counter: int
    boot: str
    spread: int

    @property
    def offset(self) -> int:
        """What to add to the wall clock."""
        return self.server - self.wall


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clocks showed when an event was written, and the last anchor that the device had."""

    wall: int
    counter: int
    boot: str
    anchor: Anchor | None

    @property
    def since(self) -> int | None:
        """Seconds by the counter since the anchor; None when the device was started anew, or had none."""
        if self.anchor is None or self.anchor.boot != self.boot or self.counter < self.anchor.counter:
            return None
        return self.counter - self.anchor.counter

    @property
    def undisturbed(self) -> bool:
        """Whether wall clock and counter went on together since the anchor: nobody set the one, nothing
        held up the other."""
        since = self.since
        if since is None or self.anchor is None:
            return False
        return abs(self.wall - self.anchor.wall - since) <= TOLERANCE


@dataclass(frozen=True, slots=True)
class Timing:
    """When an event happened: certainly not before ``earliest`` nor after ``latest`` (None: not known yet);
    ``best`` is the moment told by clocks that agree with all else that is known, None if they do not."""

    earliest: int
    latest: int | None
    best: int | None

    @property
    def certain(self) -> bool:
        """Whether the business date is beyond doubt."""
        return self.latest is not None and business_date(self.earliest) == business_date(self.latest)


def time_log(readings: Sequence[Reading]) -> list[Timing]:
    """The timings of one unbroken stretch of a device's log, given in the order in which it was written.

    An event lies after everything before it and before everything after it; what the counter says of the
    time between two events of one boot, and between an event and an anchor, narrows this from both sides.
    A wall clock is believed across a restart only where it proved right at the anchors before and after,
    and never ran against the log's order or those bounds in between.
    """
    lows = _lows(readings)
    highs = _highs(readings)
    timings = []
    for reading, low, high, steady in zip(readings, lows, highs, _steady(readings, lows, highs), strict=True):
        if high is not None and high < low:  # a counter ran fast: say only what both together leave open
            timings.append(Timing(high, low, None))
            continue
        best = None
        if reading.anchor is not None:
            if reading.since is not None and reading.undisturbed:
                best = reading.anchor.server + reading.since
            elif steady:
                best = reading.wall + reading.anchor.offset
        if best is not None:
            best = max(best, low) if high is None else min(max(best, low), high)
        timings.append(Timing(low, high, best))
    return timings


def _lows(readings: Sequence[Reading]) -> list[int]:
    """The earliest moment of each event: what was known when it was written, carried forward."""
    lows: list[int] = []
    low = 0
    before: Reading | None = None
    for reading in readings:
        if before is not None and before.boot == reading.boot:
            low += max(0, reading.counter - before.counter)
        if reading.anchor is not None:
            low = max(low, reading.anchor.server + (reading.since or 0))
        lows.append(low)
        before = reading
    return lows


def _highs(readings: Sequence[Reading]) -> list[int | None]:
    """The latest moment of each event: what was known later, carried back."""
    highs: list[int | None] = []
    high: int | None = None
    after: Reading | None = None
    for reading in reversed(readings):
        if high is not None and after is not None and after.boot == reading.boot:
            high -= max(0, after.counter - reading.counter)
        if reading.anchor is not None and reading.since is not None and reading.undisturbed:
            # The wall clock would show a short sleep that the counter missed.
            passed = max(reading.since, reading.wall - reading.anchor.wall)
            own = reading.anchor.server + reading.anchor.spread + passed
            high = own if high is None else min(high, own)
        highs.append(high)
        after = reading
    highs.reverse()
    return highs


def _steady(readings: Sequence[Reading], lows: Sequence[int], highs: Sequence[int | None]) -> list[bool]:
    """For each event, whether the wall clock can be believed from its anchor to the next one."""
    found: list[bool] = []
    start = 0
    while start < len(readings):
        anchor = readings[start].anchor
        end = start
        while end < len(readings) and readings[end].anchor == anchor:
            end += 1
        steady = anchor is not None
        if anchor is not None:
            after = readings[end].anchor if end < len(readings) else None
            if end < len(readings) and (after is None or abs(after.offset - anchor.offset) > TOLERANCE):
                steady = False
            # The reading that closes the stretch belongs to it: its wall clock has to fit as well.
            closing = min(end + 1, len(readings))
            for index in range(start, closing):
                told = readings[index].wall + anchor.offset
                high = highs[index]
                if told < lows[index] - TOLERANCE or (high is not None and told > high + TOLERANCE):
                    steady = False
                if index > start and not _in_step(readings[index - 1], readings[index]):
                    steady = False
        found.extend([steady] * (end - start))
        start = end
    return found


def _in_step(before: Reading, after: Reading) -> bool:
    """Whether the wall clock moved between two events as time must have."""
    moved = after.wall - before.wall
    if before.boot == after.boot:
        return abs(moved - (after.counter - before.counter)) <= TOLERANCE
    return moved >= -TOLERANCE


@dataclass(frozen=True, slots=True)
class Now:
    """What a device takes the time to be. ``sure``: by the counter since an anchor, not by the wall clock."""

    moment: int
    sure: bool


def device_now(reading: Reading, floor: int) -> Now | None:
    """The time on a device, or None when its clocks cannot be believed: it never had an anchor, or they
    show a time before ``floor``, the latest moment that certainly has passed."""
    if reading.anchor is None:
        return None
    if reading.since is not None:
        return Now(reading.anchor.server + reading.since, True)
    told = reading.wall + reading.anchor.offset
    return Now(max(told, floor), False) if told >= floor - TOLERANCE else None
