"""The steps that a recipe can be made of."""

from core.recipes import catalog
from core.recipes.spec import StepSpec
from core.registry import Registry

STEPS: Registry[StepSpec] = Registry.discover("recipe step", catalog)
