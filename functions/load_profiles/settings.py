"""What load_profiles needs from its environment."""

from tandem.adapters.settings import Settings as Base


class Settings(Base):
    """`bucket` holds the snapshots, `profiles_table` is where they are put."""

    bucket: str
    profiles_table: str
