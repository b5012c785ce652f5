"""Every setting, in one place: environment variables with the prefix ``PRAXIS_``, or a ``.env`` file."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """The frozen configuration of one Praxis instance. Empty values mean the embedded default."""

    model_config = SettingsConfigDict(env_prefix="PRAXIS_", env_file=".env", extra="ignore", frozen=True)

    home: Annotated[Path, Field(description="Folder that holds all state of this instance.")] = Path("data/runtime")
    host: Annotated[str, Field(description="Address to listen on. Anything but loopback needs an access token.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=0, le=65535, description="Port of the pages and of /api. 0 takes a free one.")] = 8501
    access_token: Annotated[
        SecretStr, Field(description="Secret that people and programs must present. Empty: no sign-in, loopback only.")
    ] = SecretStr("")
    allowed_hosts: Annotated[
        str,
        Field(description="Comma-separated host names under which the pages are reached, for example by a proxy."),
    ] = ""

    database_url: Annotated[
        SecretStr, Field(description="PostgreSQL 15 or later, as postgresql://user:password@host/name. Empty: SQLite.")
    ] = SecretStr("")
    redis_url: Annotated[
        SecretStr, Field(description="Redis or Valkey, as redis://host:6379/0. Empty: a server of our own is started.")
    ] = SecretStr("")
    artifact_url: Annotated[
        str, Field(description="Where files go: any fsspec URL such as s3://bucket/prefix. Empty: a folder in home.")
    ] = ""
    artifact_endpoint_url: Annotated[
        str, Field(description="Address of an S3-compatible server, when it is not Amazon's.")
    ] = ""
    chroma_url: Annotated[
        str, Field(description="Chroma server for vectors, as http://host:8000. Empty: one of our own is started.")
    ] = ""

    max_upload_mb: Annotated[int, Field(ge=1, description="Largest upload, in megabytes (10^6 bytes).")] = 5_000
    max_columns: Annotated[int, Field(ge=1, description="Most columns a table may have.")] = 10_000
    ingest_memory_mb: Annotated[
        int, Field(ge=64, description="Memory that reading one table may take before it spills to disk, in megabytes.")
    ] = 1_000

    computation_memory_mb: Annotated[
        int,
        Field(ge=64, description="Memory that one chart, profile, test or query may take before it spills to disk."),
    ] = 750
    fetch_allowed_hosts: Annotated[
        str,
        Field(description="Comma-separated internal hosts that data may be fetched from; others must be public."),
    ] = ""
    secret_key: Annotated[
        SecretStr,
        Field(description="Key that saved passwords are encrypted with. Empty: a file of its own in home."),
    ] = SecretStr("")
    llm_model: Annotated[
        str,
        Field(description="Language model for answers; its server comes from OPENAI_BASE_URL and OPENAI_API_KEY."),
    ] = ""
    llm_timeout_s: Annotated[
        float, Field(gt=0, le=3_600, description="Longest time that one answer of the language model may take.")
    ] = 180.0
    llm_first_token_s: Annotated[
        float, Field(gt=0, le=3_600, description="Longest time until a streamed answer begins, in seconds.")
    ] = 60.0
    llm_tokens_per_day: Annotated[
        int, Field(ge=0, description="Most tokens that the language model may read and write in a day (UTC). 0: any.")
    ] = 0
    llm_price_per_million_input: Annotated[
        float, Field(ge=0, description="What a million tokens that the model reads cost, in any currency.")
    ] = 0.0
    llm_price_per_million_output: Annotated[
        float, Field(ge=0, description="What a million tokens that the model writes cost, in the same currency.")
    ] = 0.0
    llm_cost_per_day: Annotated[
        float, Field(ge=0, description="Most that the language model may cost in a day (UTC). 0: any.")
    ] = 0.0
    llm_cache: Annotated[
        bool, Field(description="Whether answers to equal requests are kept in home and given again.")
    ] = True
    llm_hide_contacts: Annotated[
        bool, Field(description="Whether e-mail addresses and telephone numbers are blotted out before they are sent.")
    ] = False

    embedding_model: Annotated[
        str,
        Field(
            description="Model for passages and questions: a sentence-transformers name or folder, or openai:NAME for "
            "an endpoint. Empty: all-MiniLM-L6-v2, offline."
        ),
    ] = ""
    reranker_model: Annotated[
        str, Field(description="Cross-encoder that judges candidates again, a sentence-transformers name. Empty: none.")
    ] = ""
    max_document_mb: Annotated[
        int, Field(ge=1, description="Largest document that is read, in megabytes (10^6 bytes).")
    ] = 200

    handbook: Annotated[
        bool, Field(description="Whether Praxis's own help is made a collection of documents at the first start.")
    ] = True

    cpu_workers: Annotated[int, Field(ge=0, le=64, description="Training workers that serve starts here.")] = 1
    interactive_workers: Annotated[
        int, Field(ge=0, le=64, description="Workers for short work, such as reading an upload, that serve starts.")
    ] = 2
    document_workers: Annotated[
        int, Field(ge=0, le=64, description="Workers for reading documents into the index that serve starts.")
    ] = 1
    n_jobs: Annotated[
        int, Field(ge=-1, description="Cores that one training may use; -1 takes all, 0 is not allowed.")
    ] = -1
    train_timeout_s: Annotated[int, Field(ge=1, description="Longest time one training may run, in seconds.")] = 86_400
    ingest_timeout_s: Annotated[int, Field(ge=1, description="Longest time one ingest may run, in seconds.")] = 7_200
    index_timeout_s: Annotated[
        int, Field(ge=1, description="Longest time that reading one document may take, in seconds.")
    ] = 7_200
    heartbeat_timeout_s: Annotated[
        float, Field(ge=1, description="Silence of a job, in seconds, after which it counts as lost.")
    ] = 10.0
    max_attempts: Annotated[
        int, Field(ge=1, description="How often the worker of a run may disappear; after that the run stays lost.")
    ] = 3
    checkpoint_interval_s: Annotated[
        float, Field(ge=0, description="Least time between two checkpoints of a run, in seconds.")
    ] = 2.0
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="How much the processes log.")
    ] = "info"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the instance."""
        return self.host in LOOPBACK_HOSTS

    @property
    def browser_url(self) -> str:
        """Where a browser on this machine finds the pages."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
