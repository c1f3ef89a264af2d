"""Every way of not letting a file out; the messages are in refusals.toml, else in those of uploads."""

from phoihop.base.security.uploads.refusing import refuse as any_upload
from phoihop.kernel.messages import Messages

refuse = Messages("phoihop.base.security.outgoing", any_upload)
