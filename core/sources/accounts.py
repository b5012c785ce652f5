"""Accounts at places that data comes from, saved like connections to databases."""

from typing import Annotated

from pydantic import Field

from core.params import Params

KAGGLE = "kaggle"
"""``Connection.kind`` of a Kaggle account; its secret is the key."""


class KaggleAccount(Params):
    """Who signs in at Kaggle."""

    username: Annotated[
        str,
        Field(
            max_length=100,
            pattern=r"^[A-Za-z0-9._-]*$",
            title="User name",
            description="Empty for a token of the newer kind, which needs none.",
            json_schema_extra={"front": True},
        ),
    ] = ""
