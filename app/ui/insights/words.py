"""Families, sureness and states of insights as a person reads them: an icon and a word, never a colour alone."""

from types import MappingProxyType

from core.knowledge import InsightStatus

FAMILY = MappingProxyType(
    {
        "pattern": ":material/insights: Pattern",
        "anomaly": ":material/troubleshoot: Oddity",
        "problem": ":material/report: Problem",
        "model": ":material/model_training: Model",
        "next_step": ":material/signpost: Next step",
        "tuning": ":material/tune: Tuning",
    }
)
FAMILY_WORD = MappingProxyType({key: text.rpartition(": ")[2] for key, text in FAMILY.items()})
SURENESS = MappingProxyType(
    {
        "certain": ":green[:material/verified: certain]",
        "strong": ":green[:material/signal_cellular_alt: strong]",
        "moderate": ":orange[:material/signal_cellular_alt_2_bar: moderate]",
        "weak": ":gray[:material/signal_cellular_alt_1_bar: weak]",
    }
)
SURENESS_WORD = MappingProxyType(
    {"certain": "Certain", "strong": "Strong", "moderate": "Moderate", "weak": "Weak"},
)
SURENESS_HELP = (
    "Certain: counted, no chance in it. Strong: hardly chance, and large enough to matter. Moderate: likely, worth a "
    "second look. Weak: a hint."
)
STATUS = MappingProxyType(
    {
        InsightStatus.NEW: "New",
        InsightStatus.KEPT: "Kept",
        InsightStatus.DISMISSED: "Dismissed",
    }
)
SCOPE = MappingProxyType(
    {
        "dataset": ":material/table: A dataset",
        "run": ":material/timeline: A run",
        "comparison": ":material/leaderboard: A comparison",
        "workspace": ":material/home_work: The workspace",
    }
)
ABOUT = MappingProxyType(
    {"dataset": "Dataset", "run": "Run", "comparison": "Comparison", "workspace": "Workspace"},
)
