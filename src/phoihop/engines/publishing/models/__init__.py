"""Tables of this room."""

from phoihop.engines.publishing.models.builds import Build, Standing
from phoihop.engines.publishing.models.figures import Number, ReportedValue, Told
from phoihop.engines.publishing.models.releases import Release, ReleaseKey

__all__ = ["Build", "Number", "Release", "ReleaseKey", "ReportedValue", "Standing", "Told"]
