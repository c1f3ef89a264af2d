"""Every way of saying no to a file: reasons and their messages, kept in a refusals.toml beside the code."""

from phoihop.kernel.messages import Messages

refuse = Messages("phoihop.base.security.uploads")
