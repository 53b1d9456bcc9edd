"""What a function is told by its environment: one small frozen model each, a field's name in capitals its variable."""

import os
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from tandem.errors import BadSettings


class Settings(BaseModel):
    """The base: subclass it with fields. An empty variable counts as missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def of_this_process(cls) -> Self:
        """The settings of the running function. The environment is read here and nowhere else."""
        return cls.from_env(os.environ)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """The settings in `environ`; all that are missing or invalid are named in one BadSettings."""
        found = {name: environ[name.upper()] for name in cls.model_fields if environ.get(name.upper())}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            wrong = {str(part["loc"][0]).upper() if part["loc"] else cls.__name__ for part in error.errors()}
            raise BadSettings(tuple(sorted(wrong))) from error
