"""Every computation that services can ask for: those about tables and those about runs."""

from core.computing import catalog
from core.computing.spec import ComputationSpec
from core.registry import Registry
from evaluation import computations

COMPUTATIONS: Registry[ComputationSpec] = Registry.discover("computation", catalog, computations)
