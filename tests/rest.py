"""A client of the public REST contract."""

from typing import Any

import httpx

from tests.factories import make_csv
from tests.stacks import wait_for

CSV = make_csv(400)


class Api(httpx.Client):
    """A client of /api/v1 with the few steps that most tests need."""

    def upload(self, content: bytes | str = CSV, **form: Any) -> httpx.Response:
        headers = form.pop("headers", None)
        file_name = form.pop("file_name", "table.csv")
        files = {"file": (file_name, content.encode() if isinstance(content, str) else content)}
        return self.post("datasets", files=files, data=form, headers=headers)

    def wait_for_dataset(self, dataset_id: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            body: dict[str, Any] = self.get(f"datasets/{dataset_id}").json()
            return body if body["status"] in ("ready", "failed") else None

        return wait_for(look, what="the end of the ingest")

    def wait_for_run(self, run_id: str, *statuses: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            body: dict[str, Any] = self.get(f"runs/{run_id}").json()
            return body if body["status"] in (statuses or ("finished", "stopped", "failed", "lost")) else None

        return wait_for(look, what=f"{statuses or 'the end'} of the run")

    def train(self, **request: Any) -> dict[str, Any]:
        answer = self.post("runs", json=request)
        assert answer.status_code == 202, answer.text
        return self.wait_for_run(answer.json()["id"])
