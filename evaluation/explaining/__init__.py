"""Why a fitted pipeline says what it says: pure functions from a pipeline and raw rows to tables and figures."""
