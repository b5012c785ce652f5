"""Every finder by scope."""

from core.registry import Registry
from evaluation.insights import comparisons, recommending, runs, workspaces
from evaluation.insights.comparison_evidence import ComparisonEvidence
from evaluation.insights.recommend_evidence import RecommendEvidence
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.spec import Finder
from evaluation.insights.workspace_evidence import WorkspaceEvidence

OF_RUNS: Registry[Finder[RunEvidence]] = Registry.discover("finder of insights", runs)
OF_COMPARISONS: Registry[Finder[ComparisonEvidence]] = Registry.discover("finder of insights", comparisons)
OF_MODELS: Registry[Finder[RecommendEvidence]] = Registry.discover("finder of insights", recommending)
OF_WORKSPACES: Registry[Finder[WorkspaceEvidence]] = Registry.discover("finder of insights", workspaces)
