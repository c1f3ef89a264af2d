"""Files in and out: one intake, one vault, links that live a minute and serve one account."""
