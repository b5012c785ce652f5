"""Every model by key. Importing this module imports no learning library."""

from core.registry import Registry
from models import catalog
from models.spec import ModelSpec

MODELS: Registry[ModelSpec] = Registry.discover("model", catalog)
