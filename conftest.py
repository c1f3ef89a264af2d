"""What every test of the house shares: how hard the properties are tried."""

from hypothesis import HealthCheck, settings

# Timings vary with the machine; slow input has tests of its own, which measure.
settings.register_profile("fast", deadline=None, max_examples=50, derandomize=True)
settings.register_profile(
    "long", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fast")
