"""Django's settings, from the environment alone; docs/settings.md explains each variable.

One machine needs none of them: SQLite, evidence in a folder, a secret made at first start.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service import environment
from service.connections import (
    broker_url,
    database,
    host_of,
    secret_key,
    store_secrets,
)

_HOME = Path(environment.text("XDG_DATA_HOME", "~/.local/share")).expanduser()

DATA: Path = environment.folder("HOLDFAST_DATA", _HOME / "holdfast")
"""The folder for everything: database, evidence, key, broker, work in progress."""

DATABASES = {"default": database(DATA)}
SECRET_KEY = secret_key(DATA)
BROKER_URL = broker_url(DATA)
EVIDENCE_STORE = environment.text("HOLDFAST_STORE", f"file://{DATA / 'evidence'}")
EVIDENCE_STORE_SECRETS = store_secrets()

ORIGIN = environment.text("HOLDFAST_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
"""Scheme, host and port by which people reach the service."""
REPLAY_ORIGIN = environment.text("HOLDFAST_REPLAY_ORIGIN", "").rstrip("/")
"""The same for replay, with ``{capture}`` where each capture's own name stands; '' for none."""

DEBUG = False
ALLOWED_HOSTS = [host_of(ORIGIN), *environment.items("HOLDFAST_HOSTS")]
if REPLAY_ORIGIN:
    ALLOWED_HOSTS.append("." + host_of(REPLAY_ORIGIN).partition(".")[2])
CSRF_TRUSTED_ORIGINS = [ORIGIN]
IS_HTTPS = ORIGIN.startswith("https://")
TRUSTED_PROXIES = environment.whole("HOLDFAST_TRUSTED_PROXIES", 0, 0, 10)
"""How many proxies of ours stand before the web server, each adding to X-Forwarded-For."""
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "service.accounts",
    "service.cases",
    "service.captures",
    "service.custody",
    "service.evidence",
    "service.sharing",
    "service.webhooks",
    "service.operations",
    "service.api",
    "service.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "service.urls"
WSGI_APPLICATION = "service.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",  # outlives the broker
        "LOCATION": "cache",
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [Path(__file__).parent / "web" / "assets" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "service.accounts.adapter.ClosedAdapter"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # http://localhost alone is accepted by browsers
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"

# Browsers
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20  # 10,000 addresses; anything longer is refused
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# The queue
LEASE_S = environment.number("HOLDFAST_LEASE", 60, 2, 3_600)
"""Seconds after its last heartbeat at which a worker is doubted; half as many later it is lost."""
STORING_LEASE_S = environment.number("HOLDFAST_STORING_LEASE", 21_600, 2, 604_800)
"""Seconds after which a machine with a sealed bag in its outbox, that says nothing, is lost."""
HOST_CONCURRENCY = environment.whole("HOLDFAST_HOST_CONCURRENCY", 2, 1, 100)
"""Captures of one web site at a time, over all workers."""
HOST_DELAY_S = environment.number("HOLDFAST_HOST_DELAY", 1, 0, 3_600)
"""Seconds between the starts of two captures of one web site, over all workers."""
RETRY_FIRST_S = environment.number("HOLDFAST_RETRY_FIRST", 20, 0.1, 86_400)
"""Seconds before the second attempt; each further one waits four times as long."""
ATTEMPTS = environment.whole("HOLDFAST_ATTEMPTS", 4, 1, 20)
"""Attempts at a page that may yet come (time-outs, 429, 5xx, a browser that crashed)."""
FIXITY_EVERY_S = environment.number("HOLDFAST_FIXITY_DAYS", 30, 0, 3_650) * 86_400
"""Seconds after which a stored bag is read again."""
FIXITY_BYTES_PER_S = environment.number("HOLDFAST_FIXITY_RATE", 20, 0.1, 10_000) * (1 << 20)
"""How fast, so that nobody who waits notices it (the setting is in MiB a second)."""
MIN_FREE = environment.whole("HOLDFAST_MIN_FREE", 512, 0, 1 << 20) << 20
"""Bytes of disk that must be free for a capture to begin (the setting is in MiB)."""
EXPRESS_LINES = 5
"""A submission of more lines than these goes to the queue ``bulk``."""

LOGGING_CONFIG = None  # service.operations.logs sets it up, the same for every process
