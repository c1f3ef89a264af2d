"""The one screen of leaving."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from phoihop.base.org.models import Account
from phoihop.base.org.signin import actions
from phoihop.base.org.signin.pages.shared import page
from phoihop.kernel.refusals import Refusal


@require_http_methods(["GET", "POST"])
def off_board(request: HttpRequest, number: int) -> HttpResponse:
    """GET: what the person holds. POST: all of it ends, and the page shows that nothing is left."""
    account = Account.objects.select_related("person").filter(pk=number).first()
    if account is None:
        raise Http404
    viewer = request.viewer  # type: ignore[attr-defined]
    try:
        if request.method == "POST":
            actions.off_board(by=viewer, account=account)
        found = actions.holdings(viewer, account=account)
    except Refusal as refusal:
        if refusal.reason == "not-found":
            raise
        return page(request, "signin/refused.html", status=409, refusal=refusal)
    language = "en" if get_language() == "en" else "vi"
    held = [(kind.about.as_dict()[language], kind.lines) for kind in found]
    return page(request, "signin/leaving.html", account=account, held=held, done=not account.is_active)
