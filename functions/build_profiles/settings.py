"""What build_profiles needs from its environment."""

from tandem.adapters.settings import Settings as Base


class Settings(Base):
    """`bucket` holds the order histories and takes the snapshots."""

    bucket: str
