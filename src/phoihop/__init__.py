"""Phối Hợp: the signed plan, kept alive."""

__version__ = "0.1.0"
