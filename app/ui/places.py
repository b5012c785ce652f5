"""Where the pages are, as navigation, links and switches name them: relative to app/main.py."""

HOME = "../pages/home.py"
DATASETS = "../pages/datasets.py"
TRAIN = "../pages/train.py"
RUNS = "../pages/runs.py"
COMPARE = "../pages/compare.py"
MONITORING = "../pages/monitoring.py"
