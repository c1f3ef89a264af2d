"""Every way intake says no; the messages are in refusals.toml, else in those of every upload."""

from phoihop.base.security.uploads.refusing import refuse as any_upload
from phoihop.kernel.messages import Messages

refuse = Messages("phoihop.engines.reading.intake", any_upload)
