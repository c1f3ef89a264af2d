"""Addresses of the client file: below each programme's neutral path, files by an id that says nothing."""

from django.urls import URLPattern, path

from phoihop.registry.pages import acting, desk, files
from phoihop.registry.registering import PROGRAMMES, Programme

_PATTERNS = (
    ("", ""),
    ("new", "moi/<int:pk>/"),
    ("likenesses", "nghi-trung/"),
    ("decide", "nghi-trung/<int:pk>/"),
    ("letters", "thu-den/"),
    ("transfer-answer", "chuyen-den/<str:uid>/"),
    ("referral-answer", "gioi-thieu-den/<str:uid>/"),
    ("transfer-withdraw", "chuyen-di/<str:uid>/rut/"),
    ("referral-withdraw", "gioi-thieu-di/<str:uid>/rut/"),
    ("file", "<str:uid>/"),
    ("correct", "<str:uid>/sua/"),
    ("looks", "<str:uid>/ai-da-xem/"),
    ("admit", "<str:uid>/tiep-nhan/"),
    ("end", "<str:uid>/ket-thuc/"),
    ("consent", "<str:uid>/dong-y/"),
    ("consent-withdraw", "<str:uid>/dong-y/<int:consent>/rut/"),
    ("refer", "<str:uid>/gioi-thieu/"),
    ("transfer", "<str:uid>/chuyen/"),
    ("unmerge", "<str:uid>/tach/<str:merge>/"),
)


def _of(programme: Programme) -> list[URLPattern]:
    views = files.pages(programme) | acting.pages(programme) | desk.pages(programme)
    return [
        path(
            f"ho-so/{programme.path}/{pattern}",
            views[name],
            name=f"registry-{programme.path}-{name}" if name else f"registry-{programme.path}",
        )
        for name, pattern in _PATTERNS
    ]


urlpatterns = [pattern for programme in PROGRAMMES.values() for pattern in _of(programme)]
