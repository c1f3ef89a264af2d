"""What goes out: spreadsheets as text only, sealed files, neutral properties, no identifiers by accident."""
