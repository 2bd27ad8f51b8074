"""Settings of every test: Hypothesis draws the same examples on every machine, and never gives up on a slow one."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "kaohe",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("kaohe")
