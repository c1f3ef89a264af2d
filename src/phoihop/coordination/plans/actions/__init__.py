"""Every write of this room; each file holds one subject."""

from phoihop.coordination.plans.actions import (
    changing,
    handing,
    making,
    obstacles,
    reporting,
    steering,
    urging,
)

__all__ = ["changing", "handing", "making", "obstacles", "reporting", "steering", "urging"]
