"""The computations that services can ask for."""

from core.computing import catalog
from core.computing.spec import ComputationSpec
from core.registry import Registry

COMPUTATIONS: Registry[ComputationSpec] = Registry.discover("computation", catalog)
