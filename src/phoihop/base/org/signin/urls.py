"""Addresses of signing in. Only these of allauth's views are reachable, under names that allauth expects."""

from django.conf import settings
from django.urls import path

from phoihop.base.org.signin.pages import again, card, door, leaving, own

urlpatterns = [
    path("dang-nhap/", door.login, name="account_login"),
    path("dang-nhap/khoa/", door.passkey, name="mfa_login_webauthn"),
    path("dang-nhap/buoc-hai/", door.second_factor, name="mfa_authenticate"),
    path("dang-nhap/xac-nhan/", again.reauthenticate, name="account_reauthenticate"),
    path("dang-nhap/giu-lai/", door.carried, name="signin_carried"),
    path("dang-nhap/the/", card.card, name="signin_card"),
    path("dang-nhap/the/chon/", card.choose, name="signin_choose"),
    path("dang-nhap/the/mat-khau/", card.password, name="signin_choose_password"),
    path("dang-xuat/", door.logout, name="account_logout"),
    path("phien/", again.status, name="signin_status"),
    path("phien/tiep/", again.resume, name="signin_resume"),
    path("toi/dang-nhap/", own.index, name="mfa_index"),
    path("toi/dang-nhap/khoa/", own.add_passkey, name="mfa_add_webauthn"),
    path("toi/dang-nhap/ung-dung/", own.add_totp, name="mfa_activate_totp"),
    path("toi/dang-nhap/go/<int:number>/", own.remove, name="signin_remove"),
    path("toi/dang-nhap/ma-du-phong/", own.recovery_codes, name="mfa_view_recovery_codes"),
    path("toi/dang-nhap/ma-du-phong/moi/", own.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("toi/mat-khau/", own.password, name="account_change_password"),
    path("toi/thiet-bi/", own.devices, name="signin_devices"),
    path("toi/thiet-bi/ket-thuc/", own.end_sessions, name="signin_end"),
    path("tai-khoan/<int:number>/the/", card.issue, name="signin_issue_card"),
    path("tai-khoan/<int:number>/nghi/", leaving.off_board, name="signin_off_board"),
]

if settings.PHOIHOP_OIDC_NAME:
    from allauth.socialaccount.providers.openid_connect import views as openid

    # The names are allauth's; the one provider is called "sso" (config/settings.py).
    urlpatterns += [
        path("dang-nhap/uy-quyen/", openid.login, {"provider_id": "sso"}, name="signin_oidc"),
        path("dang-nhap/uy-quyen/<slug:provider_id>/", openid.login, name="openid_connect_login"),
        path("dang-nhap/uy-quyen/<slug:provider_id>/ve/", openid.callback, name="openid_connect_callback"),
    ]
