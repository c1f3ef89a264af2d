"""Which room answers which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("phoihop.base.org.signin.urls")),
    path("", include("phoihop.base.org.urls")),
    path("", include("phoihop.base.org.files.urls")),
    path("", include("phoihop.base.release.urls")),
    path("", include("phoihop.coordination.documents.urls")),
    path("", include("phoihop.coordination.plans.urls")),
    path("", include("phoihop.engines.ui.urls")),
]

handler400 = "phoihop.engines.ui.pages.bad_request"
handler404 = "phoihop.engines.ui.pages.not_found"
handler500 = "phoihop.engines.ui.pages.broken"
