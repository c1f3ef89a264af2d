from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "phoihop.registry"
    label = "registry"
