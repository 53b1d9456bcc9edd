"""The judge: looks at every commit and every message that leaves, by checks of its own. Raises Wrong."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tandem.customer import Customer, Record, Send
from tandem.decisions import Decision, Outcome, Reached, decision_document, read_record, repeat, same
from tandem.events import Event, SendExpired
from tandem.playbook import Campaign, Playbook, Stops
from tests.orchestra.candidates import Candidates
from tests.orchestra.departures import (
    Departure,
    check_caps,
    check_exits,
    check_hours,
    check_order,
    check_stops,
    check_window,
    check_words,
)
from tests.orchestra.design import Design
from tests.orchestra.goals import Goals
from tests.orchestra.history import Decided, History, Wrong, percentile
from tests.orchestra.instances import Instances, check_durations

AFTER_HOLDOUT = frozenset(
    {Outcome.EXCLUDED, Outcome.CAP, Outcome.QUIET_HOURS, Outcome.OUTRANKED, Outcome.CHOSEN, Outcome.HOLDOUT}
)


class Judge:
    """What it has seen of one customer."""

    def __init__(self, customer_id: str, design: Design) -> None:
        self.customer_id = customer_id
        self.design = design
        self.playbooks: dict[int, Playbook] = {}
        self.history = History()
        self.candidates = Candidates()
        self.goals = Goals()
        self.instances = Instances()
        self.documents: dict[str, Mapping[str, Any]] = {}
        self.decided: dict[str, Decided] = {}
        self.refused: set[str] = set()
        self.withdrawn: set[str] = set()
        self.expired: set[str] = set()  # as `send` found them
        self.departures: list[Departure] = []
        self.customer = Customer(customer_id)

    # ------------------------------------------------------------------------------------------------------- a commit

    def committed(self, customer: Customer, events: Iterable[Event], now: datetime, stops: Stops) -> None:
        """A record was saved, with what it owes."""
        playbook = self.playbooks[customer.playbook]
        self.history.commits += 1
        fresh = self.history.take(events)
        for event in fresh:
            self._come_back(event)
        self.candidates.expect(fresh, playbook, now)
        self.instances.committed(customer, playbook, self.history.commits)
        self.refused |= {each.id for each in customer.sends if each.refused}
        sends = {each.id: each for each in customer.owed if isinstance(each, Send)}
        for each in customer.owed:
            if isinstance(each, Record):
                self._record(each, playbook, sends, stops)
        check_durations(customer, playbook, stops, now)
        self.withdrawn |= {each.id for each in customer.sends if each.withdrawn}
        self.customer = customer

    def _come_back(self, event: Event) -> None:
        """A message that did not leave, for a reason that passes, and that nothing had withdrawn."""
        if isinstance(event.body, SendExpired):
            entry = self.customer.send(event.body.send_id)
            if entry and not entry.withdrawn and entry.sent_at is None:
                self.candidates.came_back(entry.id)

    def _record(self, record: Record, playbook: Playbook, sends: Mapping[str, Send], stops: Stops) -> None:
        document = json.loads(json.dumps(record.document))
        known = self.documents.setdefault(record.id, document)
        if known != document:
            raise Wrong(f"two decisions have one id:\n{known}\n{document}\ntwo decisions have the id {record.id}")
        read = read_record(document)
        if isinstance(read, Reached):
            self.goals.reached(read)
            return
        decision = self.design.recorded(read)
        self.goals.decided(decision, playbook)
        self._repeats(decision, playbook)
        self.candidates.decided(decision)
        for each in decision.candidates:
            self._holdout(each.campaign, each.outcome, playbook)
        if decision.campaign is not None:
            self._said(decision, playbook, sends, stops)

    def _repeats(self, decision: Decision, playbook: Playbook) -> None:
        again = repeat(decision, self.design.played(playbook), self.design.by)
        if not same(decision, again):
            told = f"{decision_document(decision)}\n{decision_document(again)}"
            raise Wrong(f"{told}\nrepeated, {decision.id} differs")

    def _holdout(self, name: str, outcome: Outcome, playbook: Playbook) -> None:
        """By the hash that the playbook states, before anything that depends on what was sent."""
        campaign = playbook.by_id.get(name)
        if campaign is None or outcome not in AFTER_HOLDOUT:
            return
        rules = [campaign.holdout, None if campaign.transactional else playbook.holdout]
        held = any(each and percentile(each.salt, self.customer_id) < each.percent for each in rules)
        if held != (outcome is Outcome.HOLDOUT):
            raise Wrong(f"{name} is {outcome}, though held out: {held}")

    # ------------------------------------------------------------------------------------------------------ a decision

    def _said(self, decision: Decision, playbook: Playbook, sends: Mapping[str, Send], stops: Stops) -> None:
        """A message was decided."""
        send = sends.get(decision.id)
        if send is None or decision.id in self.decided:
            raise Wrong(f"{decision.id} chose and sends nothing, or sends again")
        origin = send.origin
        key = self.candidates.said[decision.id]
        decided = Decided(
            send=send,
            order=len(self.decided),
            at=decision.at,
            commit=self.history.commits,
            playbook=playbook,
            zone=self.history.zone(),
            since=self.candidates.all[key].since or decision.at,
            journey=origin.journey if origin else "",
        )
        arrival = Departure(decided, decision.at)
        check_words(arrival, self.history)
        check_stops(arrival, stops)
        check_hours(arrival)
        self._excluded(decided)
        self.decided[decision.id] = decided

    def _excluded(self, new: Decided) -> None:
        """Nothing holds it back that was said or entered before."""
        campaign = new.campaign
        if campaign.transactional:
            return
        for other in self.decided.values():
            excludes = getattr(new.playbook.by_id.get(other.send.campaign), "excludes", None)
            if (
                excludes
                and other.send.campaign != campaign.id
                and other.send.id not in self.refused
                and _covers(excludes, campaign)
                and other.at + excludes.lasts > new.at
            ):
                raise Wrong(f"{new.send.id} ({campaign.id}) is excluded by {other.send.id} ({other.send.campaign})")
        for each in self.instances.all:
            name = each.id.partition("/")[0]
            excludes = getattr(new.playbook.journey_by_id.get(name), "excludes", None)
            if not excludes or name == new.journey.partition("/")[0] or not _covers(excludes, campaign):
                continue
            if each.entered == new.commit or (each.ended_in == new.commit and not excludes.lasts):
                continue  # perhaps after this decision; perhaps before
            if each.ended_at is None or each.ended_at + excludes.lasts > new.at:
                raise Wrong(f"{new.send.id} ({campaign.id}) is excluded by journey {each.id}")

    # ----------------------------------------------------------------------------------------------------- a departure

    def departed(self, send: Send, now: datetime, stops: Stops) -> None:
        """A message left."""
        decided = self.decided.get(send.id)
        if decided is None or any(each.decided.send.id == send.id for each in self.departures):
            raise Wrong(f"{send.id} left twice, or was never decided")
        new = Departure(decided, now)
        check_caps(new, self.departures)
        check_hours(new)
        check_window(new)
        check_words(new, self.history)
        check_stops(new, stops)
        check_order(new, self.history)
        check_exits(new, self.history, self.instances.last(decided.journey) if decided.journey else None)
        self.departures.append(new)

    def ended(self) -> None:
        """Nothing happens any more: nobody waits, nobody is under way, and every candidate has ended."""
        customer = self.customer
        if customer.waiting or customer.journeys:
            raise Wrong(f"still waiting: {customer.waiting}, under way: {customer.journeys}")
        if lost := self.expired - self.withdrawn - self.candidates.returned:
            raise Wrong(f"expired, and not decided anew: {lost}")
        self.goals.check(self.history.told)
        if unended := self.candidates.unended():
            raise Wrong(f"never ended: {unended}")


def _covers(excludes: Any, campaign: Campaign) -> bool:
    return (
        excludes.everything
        or campaign.id in excludes.campaigns
        or (campaign.category != "" and campaign.category in excludes.categories)
    )
