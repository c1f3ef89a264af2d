"""Square codes as drawings in the page itself: no picture is fetched, nothing is inlined that CSP forbids."""

from urllib.parse import quote, urlencode

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from phoihop.base.org.models import Account


def svg(text: str) -> SafeString:
    """A square code, four blank modules around it, drawn in the colour of the text on white."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="square-code" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" aria-hidden="true">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>',
        len(rows),
        path,
    )


def totp_address(account: Account, secret: str) -> str:
    """What an app that makes one-time codes reads."""
    label = quote(f"Phoi Hop:{account.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': 'Phoi Hop'}, quote_via=quote)}"
