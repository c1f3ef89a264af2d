"""The application as the web server loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
application = get_wsgi_application()

from phoihop.config import startup, warming  # noqa: E402  (needs the applications loaded)

startup.refuse_or_go_on()
warming.begin()
