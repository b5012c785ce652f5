"""Vectors in a Chroma server, through its documented REST interface.

Chroma's own client is not used: it waits without limit, and its import takes half a second and 43 MB of every worker.
A collection of ours is a collection of Chroma's under the same id.
"""

import base64
import json
import os
import urllib.parse
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.errors import Unavailable
from core.retrieval.spec import Vectors

CONFIGURATION = {"hnsw": {"space": "ip", "max_neighbors": 32, "ef_construction": 200, "ef_search": 4000}}
"""Of every collection. Chroma's own values find half of the ten nearest among 10,000 random vectors; these find at
least 98 % of them up to 100,000 (``tests/benchmarks/bench_embedding.py``) and take a few milliseconds more. The vectors
are unit vectors, so the inner product is their cosine."""

_PREFIX = "praxis-"
"""Chroma wants names of at least three characters that begin with a letter or a digit."""
_API = "/api/v2"
_COLLECTIONS = f"{_API}/tenants/default_tenant/databases/default_database/collections"
_MOST_IN_REQUEST = 2_000
"""Vectors that are sent by one request; the server may ask for fewer."""
_MOST_IN_ANSWER = 2_000
"""Vectors that are fetched by one request."""
_CONNECT_TIMEOUT_S = 2.0
_TIMEOUT_S = 30.0
_HINT = "Run: python -m app doctor"


class ChromaVectors:
    """The ``VectorIndex`` port. Connections are made when they are needed, by each process for itself."""

    def __init__(self, url: str) -> None:
        """Remember the server; nothing is asked yet.

        Args:
            url: ``Settings.chroma_url``; with ``user:password@`` for a proxy that wants them.
        """
        self._base, self._credentials = _split(url)
        self._pool: Any = None
        self._pid = 0
        self._batch_size = 0
        self._known: dict[str, str] = {}
        """Chroma's id of a collection by ours; an id that is gone is looked up anew."""

    def add(self, collection_id: str, ids: Sequence[str], vectors: Vectors, metadata: Sequence[dict[str, Any]]) -> None:
        """See ``VectorIndex.add``."""
        rows: Vectors = np.ascontiguousarray(vectors, dtype="<f4")
        size = self._most_in_request()
        for start in range(0, len(ids), size):
            part = slice(start, start + size)
            records = {
                "ids": list(ids[part]),
                "embeddings": [base64.b64encode(row.data).decode() for row in rows[part]],
                "metadatas": list(metadata[part]),
            }
            self._of_collection(collection_id, "upsert", records, makes_it=True)

    def remove_document(
        self, collection_id: str, document_id: str, *, but_generation: int | None = None, up_to: int | None = None
    ) -> None:
        """See ``VectorIndex.remove_document``."""
        wanted: list[dict[str, Any]] = [{"document_id": document_id}]
        if but_generation is not None:
            wanted.append({"generation": {"$ne": but_generation}})
        if up_to is not None:
            wanted.append({"generation": {"$lte": up_to}})
        where = wanted[0] if len(wanted) == 1 else {"$and": wanted}  # Chroma takes no conjunction of one
        self._of_collection(collection_id, "delete", {"where": where})

    def remove_collection(self, collection_id: str) -> None:
        """See ``VectorIndex.remove_collection``."""
        self._known.pop(collection_id, None)
        self._ask("DELETE", f"{_COLLECTIONS}/{_name(collection_id)}", may_be_missing=True)

    def search(
        self, collection_id: str, vector: Vectors, n: int, *, document_ids: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        """See ``VectorIndex.search``."""
        question: dict[str, Any] = {"query_embeddings": [vector.tolist()], "n_results": n, "include": ["distances"]}
        if document_ids:
            question["where"] = {"document_id": {"$in": list(document_ids)}}
        found = self._of_collection(collection_id, "query", question)
        if found is None:
            return []
        # Chroma's distance of inner products is 1 minus the product.
        cosines = (min(1.0, 1.0 - distance) for distance in found["distances"][0])
        return list(zip(found["ids"][0], cosines, strict=True))

    def get(self, collection_id: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """See ``VectorIndex.get``."""
        vectors: dict[str, Vectors] = {}
        for start in range(0, len(ids), _MOST_IN_ANSWER):
            wanted = {"ids": list(ids[start : start + _MOST_IN_ANSWER]), "include": ["embeddings"]}
            found = self._of_collection(collection_id, "get", wanted)
            if found is None:
                return {}
            rows: Vectors = np.array(found["embeddings"], dtype=np.float32)
            vectors.update(zip(found["ids"], rows, strict=True))
        return vectors

    def count(self, collection_id: str) -> int:
        """See ``VectorIndex.count``."""
        return int(self._of_collection(collection_id, "count") or 0)

    def check(self) -> None:
        """Ask for a sign of life. Raises Unavailable."""
        self._ask("GET", f"{_API}/heartbeat")

    def _most_in_request(self) -> int:
        if not self._batch_size:
            limits = self._ask("GET", f"{_API}/pre-flight-checks")
            self._batch_size = max(1, min(_MOST_IN_REQUEST, int(limits.get("max_batch_size") or _MOST_IN_REQUEST)))
        return self._batch_size

    def _of_collection(
        self, collection_id: str, what: str, content: dict[str, Any] | None = None, *, makes_it: bool = False
    ) -> Any:
        """One request about a collection; None when Chroma does not have it."""
        method = "GET" if content is None else "POST"
        for _ in range(2):  # a collection that was removed and made again has another id there
            id_ = self._known.get(collection_id) or self._find(collection_id, makes_it=makes_it)
            if id_ is None:
                return None
            answer = self._ask(method, f"{_COLLECTIONS}/{id_}/{what}", content, may_be_missing=True)
            if answer is not None:
                return answer
            self._known.pop(collection_id, None)
        if makes_it:
            raise Unavailable("The collection was removed while vectors were added to it.", hint="Try again.")
        return None

    def _find(self, collection_id: str, *, makes_it: bool) -> str | None:
        name = _name(collection_id)
        if makes_it:
            wanted = {"name": name, "get_or_create": True, "configuration": CONFIGURATION}
            answer = self._ask("POST", _COLLECTIONS, wanted)
        else:
            answer = self._ask("GET", f"{_COLLECTIONS}/{name}", may_be_missing=True)
        if answer is None:
            return None
        self._known[collection_id] = str(answer["id"])
        return self._known[collection_id]

    def _ask(self, method: str, path: str, content: Any = None, *, may_be_missing: bool = False) -> Any:
        """The answer to one request; None for something that may be missing and is."""
        import urllib3

        body = None if content is None else json.dumps(content).encode()
        try:
            answer = self._connections().request(method, self._base + path, body=body)
            if answer.status == 404 and may_be_missing:
                return None
            if answer.status >= 300:
                raise Unavailable(f"The vector index refuses: {_reason(answer.status, answer.data)}", hint=_HINT)
            return json.loads(answer.data) if answer.data else {}
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unavailable("The vector index (Chroma) does not answer.", hint=_HINT) from error

    def _connections(self) -> Any:
        import urllib3

        if not self._base:
            raise Unavailable("There is no vector index.", hint="Set PRAXIS_CHROMA_URL, or start Praxis with: make run")
        if self._pool is None or self._pid != os.getpid():  # a connection must not be used on both sides of a fork
            headers = {"Content-Type": "application/json"}
            if self._credentials:
                headers |= urllib3.make_headers(basic_auth=self._credentials)
            # Every request of ours may be repeated, so no method is an exception.
            retries = urllib3.Retry(
                connect=3, read=1, redirect=0, status=0, other=0, backoff_factor=0.1, allowed_methods=None
            )
            timeout = urllib3.Timeout(connect=_CONNECT_TIMEOUT_S, read=_TIMEOUT_S)
            self._pool = urllib3.PoolManager(headers=headers, retries=retries, timeout=timeout)
            self._pid = os.getpid()
        return self._pool


def _split(url: str) -> tuple[str, str]:
    """Address and credentials; nothing for what is no address."""
    try:
        address = urllib.parse.urlsplit(url)
        host, port = address.hostname, address.port
    except ValueError:
        return "", ""
    if not host:
        return "", ""
    shown = f"[{host}]" if ":" in host else host
    base = f"{address.scheme}://{shown}{f':{port}' if port else ''}{address.path.rstrip('/')}"
    return base, f"{address.username}:{address.password or ''}" if address.username else ""


def _name(collection_id: str) -> str:
    return f"{_PREFIX}{collection_id}"


def _reason(status: int, content: bytes) -> str:
    try:
        message = str(json.loads(content).get("message", ""))
    except (ValueError, AttributeError):
        message = ""
    return f"{message[:300] or f'status {status}'}."
