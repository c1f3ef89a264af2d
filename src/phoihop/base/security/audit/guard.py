"""The part of the audit that the database keeps by itself: ``guard.sql``."""

from pathlib import Path

# Functions and triggers. The owner executes it once the tables exist, and may do so again.
GUARD = Path(__file__).with_name("guard.sql").read_text(encoding="utf-8")
