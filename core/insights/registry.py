"""What is looked for in datasets."""

from core.insights import detectors
from core.insights.detector import Detector
from core.registry import Registry

DETECTORS: Registry[Detector] = Registry.discover("insight", detectors)
