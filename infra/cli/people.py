"""What the commands about a person's data work with, of a stack."""

from infra.cli.session import Session
from infra.privacy.archive import ArchiveOf
from infra.privacy.tables import Names, Tables
from tandem.adapters.tombstone_table import TombstoneTable


def tables_of(session: Session) -> Tables:
    """Everything but the bucket."""
    stack = session.stack()
    names = Names(
        customers=stack["CustomersTableName"],
        profiles=stack["ProfilesTableName"],
        decisions=stack["DecisionsTableName"],
        ledger=stack["LedgerTableName"],
        consents=stack["ConsentsTableName"],
        schedules=stack["ScheduleGroupName"],
    )
    return Tables(session.client("dynamodb"), session.client("scheduler"), names)


def tombstones_of(session: Session) -> TombstoneTable:
    """Who was erased."""
    return TombstoneTable(session.client("dynamodb"), session.stack()["TombstonesTableName"])


def archive_of(session: Session, customer_id: str) -> ArchiveOf:
    """A person's lines in the bucket."""
    return ArchiveOf(session.client("s3"), session.stack()["BucketName"], customer_id)
