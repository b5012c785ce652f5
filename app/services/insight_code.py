"""A script that computes the number of a card again, where that takes a few lines."""

from app.services.insight_export import StoredInsight

_SCORES = """import json
import urllib.request

address = "{base_url}/api/v1/runs/{run_id}/scores"
with urllib.request.urlopen(address) as answer:
    scores = json.load(answer)["items"]
for score in scores:
    for part in ("validation", "test"):
        found = score[part]
        print(score["metric"], part, found["value"], (found["low"], found["high"]), "baseline", found["baseline"])
"""
_ASK = """import json
import urllib.request

request = urllib.request.Request(
    "{base_url}/api/v1/{path}",
    data=json.dumps({body}).encode(),
    headers={{"Content-Type": "application/json"}},
)
with urllib.request.urlopen(request) as answer:
    result = json.load(answer)["result"]
print(json.dumps(result, indent=1)[:2000])
"""
FROM_SCORES = frozenset({"against_baseline", "fit", "test_gap", "calibration", "too_good"})
ASKED = {
    "weak_slices": ("runs/{run_id}/slices", {"correction": "fdr"}),
    "useless_columns": ("runs/{run_id}/explanations/permutation_importance", {"together": True, "n_rows": 2000}),
    "more_rows": ("runs/{run_id}/explanations/learning_curve", {"n_points": 6}),
}


def code_for(stored: StoredInsight, *, base_url: str) -> str:
    """The script; empty where there is none."""
    kind, run_id = stored.card.kind, stored.card.scope_id
    if kind in FROM_SCORES:
        return _SCORES.format(base_url=base_url, run_id=run_id)
    if kind in ASKED:
        path, body = ASKED[kind]
        return _ASK.format(base_url=base_url, path=path.format(run_id=run_id), body=repr(body))
    return ""
