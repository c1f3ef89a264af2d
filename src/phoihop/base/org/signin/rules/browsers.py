"""Which browser a request comes from, as coarsely as a person would say it."""

import ipaddress

# The first that is found counts: Edge says Chrome too, and Chrome says Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def family(user_agent: str) -> str:
    """Browser and system without versions ("Chrome · Windows"): updates do not change it. "?" if unknown."""
    return f"{_first(_BROWSERS, user_agent)} · {_first(_SYSTEMS, user_agent)}"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if sign in text), "?")


def subscriber(address: str, bits: int) -> str:
    """An address as far as it tells subscribers apart: IPv6 by its first ``bits``; empty if it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 6:
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, bits), strict=False))
    return str(found)
