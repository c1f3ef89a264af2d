from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "phoihop.coordination.documents"
    label = "documents"

    def ready(self) -> None:
        from phoihop.base.org.files import place
        from phoihop.coordination.documents.queries import sight

        if sight.may_fetch not in place.ALSO:
            place.ALSO.append(sight.may_fetch)
