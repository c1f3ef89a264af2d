from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "phoihop.engines.ui"
    label = "ui"
