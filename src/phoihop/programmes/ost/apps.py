from django.apps import AppConfig


class OstConfig(AppConfig):
    name = "phoihop.programmes.ost"
    label = "ost"
