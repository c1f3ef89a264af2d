"""The one screen of leaving."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from phoihop.base.org.models import Account
from phoihop.base.org.page import page as guarded
from phoihop.base.org.page import viewer_of
from phoihop.base.org.signin import actions
from phoihop.base.org.signin.pages.shared import page


@guarded("org.off_board", of=Account, arg="number", post=True)
def off_board(request: HttpRequest, account: Account) -> HttpResponse:
    """GET: what the person holds. POST: all of it ends, and the page shows that nothing is left."""
    viewer = viewer_of(request)
    if request.method == "POST":
        actions.off_board(by=viewer, account=account)
    language = "en" if get_language() == "en" else "vi"
    held = [
        (kind.about.as_dict()[language], kind.lines) for kind in actions.holdings(viewer, account=account)
    ]
    return page(request, "signin/leaving.html", account=account, held=held, done=not account.is_active)
