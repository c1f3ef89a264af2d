from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "phoihop.engines.forms"
    label = "forms"
