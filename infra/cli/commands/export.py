"""`tandem export CUSTOMER`: all that is held of a person, as one JSON document."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from infra.cli.mistake import Mistake
from infra.cli.people import archive_of, tables_of, tombstones_of
from infra.cli.session import Session
from infra.cli.view import View, view
from infra.explain.attributes import attribute_documents
from infra.explain.words import count
from infra.privacy import export
from tandem.actor import attributes_of
from tandem.attributes import Attributes
from tandem.attributes.stored import profile_document
from tandem.customer import Customer
from tandem.decisions import decision_document
from tandem.decisions.reached import reached_document
from tandem.events.times import to_text

VERSION: Final = 1


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "export",
        help="all that is held of a person, as JSON",
        description="Everything the stack holds of a customer as one JSON document: record, attributes, profile, "
        "decisions, messages, consents, timers. docs/privacy.md tells its shape.",
    )
    parser.add_argument("customer", metavar="CUSTOMER", help="the customer_id of the events")
    parser.add_argument("--archive", action="store_true", help="with every event in the bucket: reads all of it")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to (default: standard output)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when something is held."""
    document = document_of(arguments.customer, session, with_archive=arguments.archive)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    if arguments.output is None:
        session.screen.raw(text)
        return 0
    try:
        Path(arguments.output).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Mistake(f"{arguments.output} cannot be written: {error}") from error
    session.screen.line(f"{arguments.customer} is in {arguments.output} ({count(len(text.encode()), 'byte')}).")
    return 0


def document_of(customer_id: str, session: Session, *, with_archive: bool) -> Mapping[str, Any]:
    """The document. Raises Mistake where nothing at all is held."""
    found, tables = view(session, customer_id), tables_of(session)
    erased_at = tombstones_of(session).erased_at(customer_id)
    attributes = _attributes(customer_id, found, session)
    rows = export.messages(tables, customer_id, found.customer)
    events = _events(customer_id, session) if with_archive else None
    if found.is_empty and not erased_at and not rows and not events:
        raise Mistake(f"nothing is held of the customer {customer_id}", "of events alone: --archive")
    return {
        "v": VERSION,
        "customer_id": customer_id,
        "exported_at": to_text(session.clock()),
        "erased_at": to_text(erased_at) if erased_at else None,
        "record": export.record(found.customer, attributes) if found.customer else None,
        "attributes": attribute_documents(attributes) if attributes else [],
        "profile": profile_document(found.profile) if found.profile else None,
        "decisions": [decision_document(each) for each in found.decisions],
        "goals": [reached_document(each) for each in found.reached],
        "messages": export.plain_items(rows),
        "consents": export.consents(tables, customer_id, found.customer, rows),
        "events": events,
    }


def _attributes(customer_id: str, found: View, session: Session) -> Attributes | None:
    if found.playbook is None or (found.customer is None and found.profile is None):
        return None
    customer = found.customer or Customer(customer_id)
    return attributes_of(customer, found.profile, found.header, found.playbook, now=session.clock())


def _events(customer_id: str, session: Session) -> list[dict[str, Any]]:
    archive = archive_of(session, customer_id)
    with session.screen.progress("objects", len(archive.keys())) as advance:
        return sorted(archive.events(advance), key=lambda line: str(line["received_at"]))
