"""Which room answers which address."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("phoihop.base.org.signin.urls")),
    path("", include("phoihop.base.org.urls")),
    path("", include("phoihop.base.org.files.urls")),
    path("", include("phoihop.base.release.urls")),
    path("", include("phoihop.registry.urls")),
    path("", include("phoihop.programmes.ost.urls")),
    path("", include("phoihop.coordination.documents.urls")),
    path("", include("phoihop.coordination.plans.urls")),
    path("", include("phoihop.interfaces.dashboards.urls")),
    path("", include("phoihop.engines.ui.urls")),
]

if settings.PHOIHOP_MODE == "demo":
    # Before the house's own: its first page offers the demo's people to who is not in yet.
    urlpatterns.insert(0, path("", include("phoihop.demo.urls")))

handler400 = "phoihop.engines.ui.pages.bad_request"
handler404 = "phoihop.engines.ui.pages.not_found"
handler500 = "phoihop.engines.ui.pages.broken"
