"""What this room refuses, in words that name no medicine and no illness (../refusals.toml)."""

from phoihop.kernel.messages import Messages

refuse = Messages("phoihop.programmes.ost")
