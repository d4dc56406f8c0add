"""The tables of the store. New ones are added to an older database when it is opened.

A change of one that exists, or of what its rows mean, is a step in ``migrations``.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
runs = sa.Table(
    "dl101_runs",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(128), nullable=False, index=True),
    sa.Column("created", sa.Double, nullable=False, index=True),
    sa.Column("wanted", sa.String(8), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("total_steps", sa.Integer, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("config", sa.Text, nullable=False),
    sa.Column("result", sa.Text),
)
events = sa.Table(
    "dl101_events",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("event", sa.Text, nullable=False),
)
checkpoints = sa.Table(
    "dl101_checkpoints",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("state", sa.LargeBinary(2**30), nullable=False),
)
versions = sa.Table(
    "dl101_versions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
)
# Where a run was started, as a mark that means nothing beyond the life of one server process; for
# quotas. A table of its own: an older database gets it when it is opened, and no row changes.
origins = sa.Table(
    "dl101_origins",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("address", sa.String(64), nullable=False),
)

# What servers that share the store tell each other; see leases.py.
servers = sa.Table(
    "dl101_servers",
    metadata,
    sa.Column("server", sa.String(160), primary_key=True),
    sa.Column("expires", sa.Double, nullable=False),
)
leases = sa.Table(
    "dl101_claims",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("server", sa.String(160), nullable=False, index=True),
    sa.Column("held", sa.Boolean, nullable=False),
)
orders = sa.Table(
    "dl101_orders",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.String(64), nullable=False, index=True),
    sa.Column("text", sa.String(64), nullable=False),
)
statuses = sa.Table(
    "dl101_statuses",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
)
OF_A_RUN = (events, checkpoints, statuses, orders, origins, runs)
