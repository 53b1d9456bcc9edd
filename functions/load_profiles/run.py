"""One run of load_profiles: load what landed, then raise the dates that are due."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions.load_profiles.wake import snapshots_in
from tandem.attributes.stored import pack_header
from tandem.profiles import raising
from tandem.profiles.load import Loader, counts, usd
from tandem.profiles.raising import Raiser


@dataclass(frozen=True, slots=True)
class Run:
    """The loader, what raises dates, and the bucket that snapshots lie in."""

    bucket: str
    loader: Loader
    raiser: Raiser

    def answer(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """The key, the header, the counts and the cost of each snapshot; or what was raised, where that was asked."""
        moments = snapshots_in(event, self.bucket)
        return [self._load(as_of) for as_of in moments] if moments else [self._raise()]

    def _load(self, as_of: datetime) -> dict[str, Any]:
        with TemporaryDirectory() as folder:
            manifest, done = self.loader.load(as_of, Path(folder))
            dated = self.raiser.raise_dates(Path(folder))
        return {
            "key": manifest.key,
            **pack_header(manifest.header),
            "counts": counts(done),
            "usd": usd(done.loaded.units),
            "dates": raising.counts(dated),
        }

    def _raise(self) -> dict[str, Any]:
        with TemporaryDirectory() as folder:
            return {"dates": raising.counts(self.raiser.raise_dates(Path(folder)))}
