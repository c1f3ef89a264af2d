"""Files that were let in: what they are and where in the vault they lie. The bytes are never in a table."""

from django.db import models

from phoihop.base.security.columns import internal, personal
from phoihop.base.security.rows import ACCOUNT, AGENCIES, PURPOSE, RowAccess, at_place

AS_THE_THING = {
    "keep": "programme",
    "ground": "Luật Lưu trữ 33/2024/QH15; luật chuyên ngành của chương trình",
}


class StoredFile(models.Model):
    """One file of one agency or facility. ``vault``: its opaque name; ``about``: the thing it hangs on."""

    vault = internal(models.CharField(max_length=40, unique=True))
    name = personal(models.TextField(), erase="blank", **AS_THE_THING)
    media_type = internal(models.CharField(max_length=100))
    size = internal(models.BigIntegerField())
    sha256 = internal(models.CharField(max_length=64))
    about = internal(models.CharField(max_length=80, blank=True))
    account = internal(models.BigIntegerField())
    agency = internal(models.BigIntegerField(null=True))
    facility = internal(models.BigIntegerField(null=True))
    programme = personal(models.CharField(max_length=40, blank=True), erase="keep", **AS_THE_THING)
    at = internal(models.DateTimeField(auto_now_add=True))

    # A file of a programme is behind that programme's wall; one of an office behind the office's.
    row_access = RowAccess(
        f"(programme <> '' and {at_place('facility')}) "
        f"or (programme = '' and (account = {ACCOUNT} or agency = any({AGENCIES}))) or {PURPOSE} = 'job'"
    )

    def __str__(self) -> str:
        return f"{self.pk}"
