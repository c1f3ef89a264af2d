"""Taking a file in, and giving one out."""

from typing import Any

from phoihop.base.org.doors import action, label, place_of, query
from phoihop.base.org.files.place import KeptFile
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import vaults
from phoihop.base.security.models import StoredFile
from phoihop.base.security.uploads import intake, links
from phoihop.kernel.refusals import Refusal


@action("org.keep_file", "Gửi tệp lên", "Upload a file")
def keep(*, by: Viewer, data: bytes, name: str, purpose: intake.Purpose, about: Any = None) -> StoredFile:
    """Let a file in, seal it and hang it on a thing (or on the person's own agency).

    Refusal with intake's reasons, "disk-full", "quota". If the row cannot be written, the bytes go again.
    """
    assert by.account is not None
    taken = intake.take(data, name, purpose)
    stored = vaults.vault().store([taken.data])
    kind, number = label(about)
    place = place_of(about)
    try:
        return StoredFile.objects.create(
            vault=stored.id,
            name=taken.name,
            media_type=taken.media_type,
            size=stored.size,
            sha256=taken.sha256,
            about=f"{kind}:{number}" if kind else "",
            account=by.account,
            agency=place.agency or (by.agencies[0] if by.agencies else None),
            facility=place.facility,
            programme=place.programme,
        )
    except BaseException:
        vaults.vault().delete(stored.id)
        raise


@query("org.fetch_file", "Tải tệp về", "Download a file", of="file")
def link(viewer: Viewer, *, file: KeptFile) -> str:
    """A token with which this account, and no other, fetches the file within a minute."""
    assert viewer.account is not None
    return links.sign_link(file.row.vault, viewer.account, key=vaults.link_key())


def check(viewer: Viewer, file: KeptFile, token: str) -> None:
    """Refusal("link-over") if the token is another's, of another file, or too old."""
    account = viewer.account or 0
    if not links.check_link(token, file.row.vault, account, key=vaults.link_key()):
        raise Refusal(
            "link-over",
            "Liên kết tải về đã hết hạn. Hãy mở lại tệp từ trang của nó.",
            "The download link is over. Open the file from its page again.",
        )
