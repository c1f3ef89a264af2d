"""Where devices synchronise. A device is no person: it has no session and no cookie, and its offer is signed
with its own key, so that there is nothing another site could make it send."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from phoihop.base.org.page import said
from phoihop.base.security import throttle
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions.syncing import synchronise
from phoihop.programmes.ost.dosing.border import MOST_BYTES

_OFTEN = 900  # offers a minute from one address: all sites of a province may come through one
_UNKNOWN = "ost-sync-unknown"


@csrf_exempt
@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """One offer, one answer. Whoever is unknown and whoever signs wrongly hear the same."""
    source = request.META.get("REMOTE_ADDR", "")
    wait = throttle.waiting((_UNKNOWN, source))
    if not wait:
        taken = throttle.take("ost-sync", source, _OFTEN, 60)
        wait = 0 if taken else taken.seconds
    if wait:
        answer = _refused("too-fast", _("Đồng bộ quá nhiều lần. Hãy thử lại sau."), 429)
        answer["Retry-After"] = str(wait)
        return answer
    declared = request.headers.get("Content-Length", "")
    if not declared.isdigit() or int(declared) > MOST_BYTES:
        return _refused("too-large", _("Dữ liệu quá lớn. Hãy gửi từng phần."), 413)
    try:
        given = synchronise(request.body)
    except Refusal as refusal:
        return _refused(refusal.reason, said(refusal), 400)
    if given is None:
        throttle.failed(_UNKNOWN, source, free=20, per=600, first=1, longest=60)
        return _refused("unknown", _("Thiết bị chưa đăng ký hoặc chữ ký không đúng."), 403)
    return HttpResponse(given, content_type="application/json")


def _refused(reason: str, message: str, status: int) -> HttpResponse:
    return JsonResponse({"reason": reason, "message": message}, status=status)
