"""Signing in: accounts by name, passkeys, one-time codes, printed cards, sessions, and how they end."""
