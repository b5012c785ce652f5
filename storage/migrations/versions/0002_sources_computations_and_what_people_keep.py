"""Sources and families of datasets, computations, and what people keep beside their datasets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dataset") as batch:
        batch.add_column(sa.Column("family_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("source", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("n_columns", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("is_cancel_requested", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        batch.alter_column("original_sha256", existing_type=sa.String(length=64), nullable=True)
    _fill_in_what_older_datasets_lack()
    with op.batch_alter_table("dataset") as batch:
        batch.alter_column("family_id", existing_type=sa.String(length=36), nullable=False)
        batch.alter_column("source", existing_type=sa.JSON(), nullable=False)
        batch.alter_column("n_columns", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("is_cancel_requested", existing_type=sa.Boolean(), nullable=False)
    op.create_index(op.f("ix_dataset_family_id"), "dataset", ["family_id"], unique=False)
    op.create_index(op.f("ix_dataset_parent_id"), "dataset", ["parent_id"], unique=False)
    op.create_table(
        "staged_upload",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("file_name", sa.String(length=400), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_staged_upload_created_at"), "staged_upload", ["created_at"], unique=False)
    op.create_index(op.f("ix_staged_upload_sha256"), "staged_upload", ["sha256"], unique=False)
    op.create_table(
        "computation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("dataset_id", sa.String(length=36), nullable=True),
        sa.Column("cache_key", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("is_cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=200), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_sha256", sa.String(length=64), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    for name in ("cache_key", "created_at", "dataset_id", "status"):
        op.create_index(op.f(f"ix_computation_{name}"), "computation", [name], unique=False)
    op.create_table(
        "connection",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("encrypted_secret", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "saved_chart",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("dataset_id", sa.String(length=36), nullable=False),
        sa.Column("chart", sa.String(length=64), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_saved_chart_dataset_id"), "saved_chart", ["dataset_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("dataset_id", sa.String(length=36), nullable=False),
        sa.Column("computation_id", sa.String(length=36), nullable=False),
        sa.Column("test", sa.String(length=64), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("p_value", sa.Float(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["computation_id"], ["computation.id"]),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("computation_id"),
    )
    op.create_index(op.f("ix_ledger_entry_dataset_id"), "ledger_entry", ["dataset_id"], unique=False)
    op.create_table(
        "query_record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sql", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.String(length=36), nullable=True),
        sa.Column("computation_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["computation_id"], ["computation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "recipe_draft",
        sa.Column("dataset_id", sa.String(length=36), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"]),
        sa.PrimaryKeyConstraint("dataset_id"),
    )


def _fill_in_what_older_datasets_lack() -> None:
    """Every dataset of the first schema was an upload without descendants."""
    dataset = sa.table(
        "dataset",
        sa.column("id", sa.String),
        sa.column("columns", sa.JSON),
        sa.column("family_id", sa.String),
        sa.column("source", sa.JSON),
        sa.column("n_columns", sa.Integer),
        sa.column("is_cancel_requested", sa.Boolean),
    )
    connection = op.get_bind()
    for dataset_id, columns in connection.execute(sa.select(dataset.c.id, dataset.c.columns)).all():
        connection.execute(
            dataset.update()
            .where(dataset.c.id == dataset_id)
            .values(
                family_id=dataset_id,
                source={"kind": "upload", "params": {}, "details": {}},
                n_columns=len(columns),
                is_cancel_requested=False,
            )
        )


def downgrade() -> None:
    for table in ("recipe_draft", "query_record", "ledger_entry", "saved_chart", "connection", "computation"):
        op.drop_table(table)
    op.drop_table("staged_upload")
    op.drop_index(op.f("ix_dataset_parent_id"), table_name="dataset")
    op.drop_index(op.f("ix_dataset_family_id"), table_name="dataset")
    # What was made from other datasets has no uploaded bytes, which the first schema asks for.
    op.execute("UPDATE dataset SET original_sha256 = coalesce(original_sha256, content_sha256, '')")
    with op.batch_alter_table("dataset") as batch:
        batch.alter_column("original_sha256", existing_type=sa.String(length=64), nullable=False)
        for name in ("started_at", "is_cancel_requested", "n_columns", "source", "family_id"):
            batch.drop_column(name)
