"""The one address that says how e-mail is sent."""

import pytest

from phoihop.config import mail

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}),
        ("smtp://mail.example:587", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False}),
        ("smtp://127.0.0.1", {"EMAIL_PORT": 25, "EMAIL_USE_TLS": False, "EMAIL_BACKEND": SMTP}),
        ("smtps://ph%40so@mail.example", {"EMAIL_PORT": 465, "EMAIL_HOST_USER": "ph@so"}),
    ],
)  # fmt: skip
def test_an_address_says_how_mail_travels(url, expected):
    found = mail.settings(url, "secret")
    assert expected.items() <= found.items()
    assert ("EMAIL_HOST_PASSWORD" in found) == bool(url)


def test_over_a_network_it_never_travels_in_clear():
    for url in ("smtp://10.0.0.1", "smtp://mail.example:25", "smtps://mail.example"):
        found = mail.settings(url, "")
        assert found["EMAIL_USE_TLS"] or found["EMAIL_USE_SSL"]


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "http://mail.example",
        "smtp://",
        "smtp://user:secret@mail.example",
        "smtp://mail.example/path",
        "smtp://mail.example?tls=off",
        "smtp://mail.example:99999",
    ],
)
def test_an_address_that_sends_nothing_is_told_at_the_start(url):
    with pytest.raises(ValueError, match=r"."):
        mail.checked(url)
