"""Django's settings, from the environment alone; docs/settings.md explains each variable.

One machine needs none of them: SQLite, evidence in a folder, a secret made at first start.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service import environment
from service.connections import (
    broker_url,
    data_folder,
    database,
    host_of,
    secret_key,
    store_secrets,
    store_url,
)
from service.mail import read_mail

DATA: Path = data_folder()
"""The folder for everything: database, evidence, key, broker, work in progress."""

DATABASES = {"default": database(DATA)}
SECRET_KEY = secret_key(DATA)
BROKER_URL = broker_url(DATA)
EVIDENCE_STORE = store_url(DATA)
EVIDENCE_STORE_SECRETS = store_secrets()

ORIGIN = environment.text("HOLDFAST_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
"""Scheme, host and port by which people reach the service."""
REPLAY_ORIGIN = environment.text("HOLDFAST_REPLAY_ORIGIN", "").rstrip("/")
"""The same for replay, with ``{capture}`` where each capture's own name stands; '' for none."""

EXIT_URL = environment.page("HOLDFAST_EXIT_URL", "https://www.bbc.co.uk/weather")
"""Where the link that leaves every page at once leads: an ordinary page that nobody asks about."""
OPERATOR = environment.text("HOLDFAST_OPERATOR", "")
"""Who runs the service, as people who submit something should read it."""
OWN_TEMPLATES = [Path(each).expanduser() for each in environment.items("HOLDFAST_TEMPLATES")]
"""Folders with pages, or parts of pages, of the operator's own, which go before ours."""

DEBUG = False
ALLOWED_HOSTS = [host_of(ORIGIN), *environment.items("HOLDFAST_HOSTS")]
if host_of(ORIGIN) == "127.0.0.1":
    ALLOWED_HOSTS.append("localhost")  # passkeys know names, no numbers
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
    "ninja",  # for the files of its documentation page
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "service.accounts",
    "service.cases",
    "service.captures",
    "service.sessions",
    "service.profiles",
    "service.custody",
    "service.evidence",
    "service.sharing",
    "service.webhooks",
    "service.operations",
    "service.api",
    "service.web",
]
MIDDLEWARE = [
    "service.operations.requests.RequestLog",
    "service.web.replay_host.ReplayHost",  # before whatever answers on the app's host
    "service.operations.probes.probes",
    "service.api.middleware.ApiManners",
    "service.web.bounded.BoundedBodies",
    "django.middleware.security.SecurityMiddleware",
    "service.web.headers.Headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "service.web.methods.PageMethods",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # after what its files need as well
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "service.accounts.sessions.SessionsEndMiddleware",
    "service.web.refusals.Refusals",
]
ROOT_URLCONF = "service.urls"
WSGI_APPLICATION = "service.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*OWN_TEMPLATES, Path(__file__).parent / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "service.web.context.of_every_page",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",  # outlives the broker
        "LOCATION": "cache",
        # Who fills it must not thereby make it forget who is to wait (the usual number is 300).
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
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
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "service.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "service.accounts.forms.SignInForm"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {  # every window is five minutes: service.accounts.throttling says so
    "login": "60/5m/ip",
    "login_failed": "20/5m/ip,5/5m/key",
    "reauthenticate": "10/5m/user",
    "change_password": "5/5m/user",
    "reset_password": "10/5m/ip,3/5m/key",
    "reset_password_from_key": "30/5m/ip",
    "setup": "10/5m/ip",
    "share": "120/5m/ip",
    "share_phrase": "10/5m/key",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/5m/ip"}
MFA_ADAPTER = "service.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "service.accounts.forms.CodeForm",
    "reauthenticate": "service.accounts.forms.CodeAgainForm",
    "add_webauthn": "service.accounts.forms.NewPasskeyForm",
    "authenticate_webauthn": "service.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "service.accounts.forms.PasskeyAgainForm",
    "login_webauthn": "service.accounts.forms.PasskeySignInForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Holdfast"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator gives the address; nothing hangs on it
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # http://localhost alone is accepted by browsers
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# E-mail
_MAIL = read_mail()
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.scheme == "smtp", _MAIL.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _MAIL.sender
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = bool(EMAIL_HOST)

# Sessions
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
"""Seconds from signing in to the end of a session, whatever happens in it."""
SESSION_IDLE_S = int(timedelta(minutes=60).total_seconds())
"""Seconds after which a session ends in which its person did nothing."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_AGE = None  # gone with the browser's session: nothing stays behind for a year
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"

# Browsers
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # without any, browsers send "Origin: null" with forms
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
        "frame-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20  # 10,000 addresses; anything longer is refused
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
MAX_BODY_BYTES = 9 << 20  # the above, with what a form adds
CSRF_FAILURE_VIEW = "service.web.errors.form_too_old"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no text in a cookie

# The API
API_RATE = environment.whole("HOLDFAST_API_RATE", 6_000, 1, 1_000_000)
"""Requests a minute with one API token, in the long run; a minute's worth may come at once."""

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

# Watching
METRICS_NETWORKS = environment.networks("HOLDFAST_METRICS_NETWORKS") or ("127.0.0.0/8", "::1/128")
"""From where `/metrics`, and the details of `/readyz`, may be seen without the token."""
METRICS_TOKEN = environment.secret("HOLDFAST_METRICS_TOKEN")

LOGGING_CONFIG = None  # service.operations.logs sets it up, the same for every process
