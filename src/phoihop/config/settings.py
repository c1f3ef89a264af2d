"""Every choice the operator has is a row of TABLE; everything else here is fixed."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from phoihop.base.database.home import default_folder
from phoihop.config import database, mail

PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an operator may change, by an environment variable of this name."""

    name: str
    default: str
    help: str
    convert: Callable[[str], Any] = str


def _switch(said: str) -> bool:
    if said not in ("on", "off"):
        raise ValueError("on or off")
    return said == "on"


def _mode(said: str) -> str:
    if said not in ("production", "demo"):
        raise ValueError("production or demo")
    return said


def _issuer(text: str) -> str:
    """What the provider says is believed for the way it came: over https, or from this machine."""
    parts = urlsplit(text)
    if text and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("not an https address")
    return text


TABLE = (
    Setting("PHOIHOP_UPLOAD_MB", "20", "Largest file that is taken in one upload, in megabytes.", int),
    Setting(
        "PHOIHOP_SECRET_KEY",
        "",
        "Key that signs what the browser holds. Empty: a new one at every start.",
    ),
    Setting(
        "PHOIHOP_MODE",
        "production",
        "What this installation is for: production, or demo (invented people, keys that lie open).",
        _mode,
    ),
    Setting(
        "PHOIHOP_KEY_FILE",
        "",
        "The sealed file of the encryption keys. Empty: keys/keys.sealed in the data folder.",
    ),
    Setting(
        "PHOIHOP_PUBLIC_URL",
        "http://localhost:8765",
        "The address people type, printed on sign-in cards; with https, cookies travel encrypted only.",
    ),
    Setting(
        "PHOIHOP_OIDC_ISSUER",
        "",
        "Address of an OpenID Connect provider for delegated sign-in; empty: none.",
        _issuer,
    ),
    Setting("PHOIHOP_OIDC_CLIENT", "", "The client id that provider gave us."),
    Setting("PHOIHOP_OIDC_SECRET_FILE", "", "File with the client secret."),
    Setting("PHOIHOP_OIDC_NAME", "SSO", "What the button for delegated sign-in says."),
    Setting(
        "PHOIHOP_PROXIES",
        "0",
        "How many proxies of your own stand before the program; so many addresses they tell are believed.",
        int,
    ),
    Setting(
        "PHOIHOP_TRANSIT_URL", "", "Address of OpenBao or Vault, where the keys live instead of the file."
    ),
    Setting(
        "PHOIHOP_FILES", "", "Folder of the sealed files that people upload. Empty: files in the data folder."
    ),
    Setting(
        "PHOIHOP_BOUNDARIES",
        "",
        "GeoJSON file with outlines of units, the property code of each the unit's own. Empty: maps show "
        "units by their coordinates.",
    ),
    Setting("PHOIHOP_FILES_GB", "20", "How much those files may take together, in gigabytes.", int),
    Setting("PHOIHOP_TRANSIT_TOKEN_FILE", "", "File with the token for that service."),
    Setting("PHOIHOP_TRANSIT_CA_FILE", "", "Certificate of the authority that vouches for that service."),
    Setting(
        "PHOIHOP_DISCLOSURE",
        "off",
        "Numbered answers to requests of outside bodies: on or off. "
        "Needs a decision of whoever answers for it.",
        _switch,
    ),
    Setting(
        "PHOIHOP_EMAIL_URL",
        "",
        "Mail server for reminders: smtp://user@host:587 (asks for STARTTLS, unless it is this machine) or "
        "smtps://user@host. Empty: no e-mail is sent; notices inside the program remain.",
        mail.checked,
    ),
    Setting("PHOIHOP_EMAIL_PASSWORD_FILE", "", "File with the password for that server."),
    Setting("PHOIHOP_EMAIL_FROM", "phoihop@localhost", "The address reminders come from."),
)

# Read before Django starts or by single commands; here to be told of, not to be chosen.
BESIDE = (
    Setting(
        "PHOIHOP_DATA",
        "~/.local/share/phoihop",
        "The data folder, its owner's alone. In it: the database, keys, files, figures (facts without "
        "names, from which indicators are worked out), backups (where backup puts them unless --to says "
        "otherwise) and witness (seals of the audit, list of erasures; best mounted "
        "from another machine).",
    ),
    Setting(
        "PHOIHOP_KEY_PASSPHRASE_FILE", "", "File with the passphrase of the key file, its owner's alone."
    ),
    Setting(
        "PHOIHOP_KEY_PASSPHRASE",
        "",
        "The passphrase itself, where neither a file nor a systemd credential can be had; child processes "
        "see it.",
    ),
    Setting(
        "PHOIHOP_BACKUP_PASSPHRASE",
        "",
        "Passphrase of the copy of the key file that backup --with-keys makes; another than the key file's "
        "own. Empty: asked on the terminal.",
    ),
    Setting(
        "DATABASE_URL", "", "A PostgreSQL of your own, as the serving role. Empty: the one brought along."
    ),
    Setting("DATABASE_OWNER_URL", "", "The same as the owner of the tables: migrations, retiring keys."),
    Setting("DATABASE_SEALER_URL", "", "The same as the role that seals the audit."),
    Setting("DATABASE_REPORTER_URL", "", "The same as the role that reads views for reports."),
    Setting("DATABASE_SETUP_URL", "", "The same as a superuser: restoring alone needs it."),
    Setting("PHOIHOP_DB_ROLE", "app", "Which of these roles a process takes; commands set it themselves."),
    Setting("PG_BIN", "", "Folder of other PostgreSQL programs than those brought along."),
    Setting("PHOIHOP_DEBUG", "", "1: the command line shows where it failed, to whoever develops it."),
)


def chosen(setting: Setting) -> Any:
    """The operator's value, or the default; ValueError names the variable that cannot be read."""
    raw = os.environ.get(setting.name) or setting.default
    try:
        return setting.convert(raw)
    except ValueError as error:
        raise ValueError(f"{setting.name}: {setting.help} ({error})") from error


_chosen = {setting.name: chosen(setting) for setting in TABLE}

PHOIHOP_UPLOAD_BYTES: int = _chosen["PHOIHOP_UPLOAD_MB"] * 2**20
PHOIHOP_MODE: str = _chosen["PHOIHOP_MODE"]
PHOIHOP_KEY_FILE = Path(_chosen["PHOIHOP_KEY_FILE"] or default_folder() / "keys" / "keys.sealed")
PHOIHOP_FILES = Path(_chosen["PHOIHOP_FILES"] or default_folder() / "files")
PHOIHOP_BOUNDARIES: Path | None = (
    Path(_chosen["PHOIHOP_BOUNDARIES"]) if _chosen["PHOIHOP_BOUNDARIES"] else None
)
PHOIHOP_FILES_BYTES: int = _chosen["PHOIHOP_FILES_GB"] * 2**30
PHOIHOP_PUBLIC_URL: str = _chosen["PHOIHOP_PUBLIC_URL"]
PHOIHOP_PROXIES: int = _chosen["PHOIHOP_PROXIES"]
PHOIHOP_TRANSIT_URL: str = _chosen["PHOIHOP_TRANSIT_URL"]
PHOIHOP_TRANSIT_TOKEN_FILE: str = _chosen["PHOIHOP_TRANSIT_TOKEN_FILE"]
PHOIHOP_TRANSIT_CA_FILE: str = _chosen["PHOIHOP_TRANSIT_CA_FILE"]
PHOIHOP_DISCLOSURE: bool = _chosen["PHOIHOP_DISCLOSURE"]

PHOIHOP_EMAIL = bool(_chosen["PHOIHOP_EMAIL_URL"])
_mail_password = _chosen["PHOIHOP_EMAIL_PASSWORD_FILE"]
_mail = mail.settings(
    _chosen["PHOIHOP_EMAIL_URL"],
    Path(_mail_password).read_text("utf-8").strip() if _mail_password else "",
)
EMAIL_BACKEND: str = _mail["EMAIL_BACKEND"]
EMAIL_HOST: str = _mail.get("EMAIL_HOST", "localhost")
EMAIL_PORT: int = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL: bool = _mail.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS: bool = _mail.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT: int = _mail.get("EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL: str = _chosen["PHOIHOP_EMAIL_FROM"]

SECRET_KEY = _chosen["PHOIHOP_SECRET_KEY"] or secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, [urlsplit(PHOIHOP_PUBLIC_URL).hostname])]
ROOT_URLCONF = "phoihop.config.urls"
WSGI_APPLICATION = "phoihop.config.wsgi.application"

DATABASES: dict[str, Any] = {"default": database.settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.Account"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "phoihop.base.security",
    "phoihop.base.org",
    "phoihop.base.release",
    "phoihop.engines.ui",
    "phoihop.engines.forms",
    "phoihop.engines.publishing",
    "phoihop.registry",
    "phoihop.programmes.ost",
    "phoihop.coordination.documents",
    "phoihop.coordination.plans",
    "phoihop.interfaces.dashboards",
]
if PHOIHOP_MODE == "demo":
    INSTALLED_APPS.append("phoihop.demo")  # brings a way in that asks nothing: nowhere else

MIDDLEWARE = [
    "phoihop.base.org.middleware.real_address",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "phoihop.engines.ui.middleware.language",
    "phoihop.engines.ui.middleware.private_pages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "phoihop.base.org.middleware.one_transaction",
    "phoihop.coordination.documents.middleware.upload_limit",
    "django.middleware.common.CommonMiddleware",
    "phoihop.engines.ui.middleware.same_origin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "phoihop.base.org.signin.middleware.Sessions",
    "allauth.account.middleware.AccountMiddleware",
    "phoihop.base.org.middleware.WhoAsks",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "phoihop.engines.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "phoihop.engines.ui.context.chrome",
            ],
        },
    }
]

# Files stay in memory: a temporary file on disk would outlive the promise made on the page.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = PHOIHOP_UPLOAD_BYTES + 100_000

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Module files import each other by plain name, so the browser asks each time whether one changed.
WHITENOISE_MAX_AGE = 0
WHITENOISE_ALLOW_ALL_ORIGINS = False

# With https a browser takes a cookie called __Host-… only over https, from this very host, for every path.
_HTTPS = PHOIHOP_PUBLIC_URL.startswith("https://")
_HOST = "__Host-" if _HTTPS else ""

# Whoever ends the https in front of us says so in this header, and must set it itself at every request.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS

LANGUAGE_COOKIE_NAME = f"{_HOST}phoihop_language"
LANGUAGE_COOKIE_SECURE = _HTTPS
PHOIHOP_THEME_COOKIE = f"{_HOST}phoihop_theme"

CSRF_COOKIE_NAME = f"{_HOST}phoihop_csrf"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "phoihop.engines.ui.pages.forbidden"

SESSION_ENGINE = "phoihop.base.org.signin.store"
SESSION_COOKIE_NAME = f"{_HOST}phoihop_session"
SESSION_COOKIE_SECURE = _HTTPS
# Not Strict: a link in a letter, or the way back from a sign-in provider, would find nobody signed in. What
# writes is guarded by the token, by its Origin, and by its own cookie, which is Strict.
SESSION_COOKIE_SAMESITE = "Lax"
PHOIHOP_DEVICE_COOKIE = f"{_HOST}phoihop_device"

PASSWORD_HASHERS = ["phoihop.base.org.signin.hashing.Argon2id"]
# Nobody signs in through Django's own function: every way in is slowed down and recorded (signin.attempts).
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.BaseBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/hom-nay/"
ACCOUNT_ADAPTER = "phoihop.base.org.signin.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # allauth counts in a cache of each process; ours count in the database
MFA_ADAPTER = "phoihop.base.org.signin.adapter.Factors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_RATE_LIMITS = False
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODE_DIGITS = 10

PHOIHOP_OIDC_NAME = ""
if _chosen["PHOIHOP_OIDC_ISSUER"]:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    PHOIHOP_OIDC_NAME = _chosen["PHOIHOP_OIDC_NAME"]
    SOCIALACCOUNT_ADAPTER = "phoihop.base.org.signin.delegated.Delegated"
    SOCIALACCOUNT_AUTO_SIGNUP = False
    SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
    SOCIALACCOUNT_STORE_TOKENS = False
    # A link, not a form: a form that leads away is what the content policy forbids. The state in the session
    # and PKCE bind the way back to this browser.
    SOCIALACCOUNT_LOGIN_ON_GET = True
    _secret_file = _chosen["PHOIHOP_OIDC_SECRET_FILE"]
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "SCOPE": ["openid", "profile"],
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": PHOIHOP_OIDC_NAME,
                    "client_id": _chosen["PHOIHOP_OIDC_CLIENT"],
                    "secret": Path(_secret_file).read_text("utf-8").strip() if _secret_file else "",
                    "settings": {"server_url": _chosen["PHOIHOP_OIDC_ISSUER"]},
                }
            ],
        }
    }

# No other site learns an address. Not "no-referrer": with it a browser hides the origin of our own
# forms too, and a write of unknown origin is refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# The server speaks plain HTTP to this machine alone, so the HTTPS settings have nothing to protect.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W016", "security.W002"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"wordless": {"()": "phoihop.config.logs.Wordless"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "wordless"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Paths hold only opaque tokens, but a log needs no list of who asked for what.
    # A wrong Host or Origin is answered, not logged: its text is a stranger's.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "CRITICAL"}},
}
