"""The sample tables on offer."""

from core.registry import Registry
from core.samples import catalog
from core.samples.spec import SampleSpec

SAMPLES: Registry[SampleSpec] = Registry.discover("sample", catalog)
