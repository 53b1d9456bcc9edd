"""Whether the stack has every channel that the live playbook's campaigns name."""

from typing import Final

from infra.cli.checks import Check, Question, State, deploy
from infra.cli.playbooks import live_playbook
from infra.cli.session import Session
from infra.cli.stack import Stack
from infra.explain.words import listing
from tandem.customer import Channel

# The parameter that sets a channel up, and what it looks like.
_NEEDS: Final = {
    Channel.PUSH: ("PushEndpoints", "arn:aws:sns:REGION:ACCOUNT:endpoint/GCM/APP/*"),
    Channel.WEBHOOK: ("WebhookUrl", "https://YOUR-TOOL/messages"),
}


def channels(session: Session, stack: Stack) -> Check:
    """What a stack has not set up refuses its messages."""
    live = live_playbook(session)
    named = {channel for campaign in live.campaigns for channel in campaign.channels} if live else set[Channel]()
    lacking = [channel for channel, (name, _) in _NEEDS.items() if channel in named and not stack.parameters.get(name)]
    if not lacking:
        return Check("channels", State.GOOD, "all that the campaigns name are set up")
    said = f"campaigns name {listing([str(each) for each in lacking])}, not set up: its messages are refused"
    return Check("channels", State.WARNS, said, deploy(stack, **dict(_NEEDS[each] for each in lacking)))


QUESTIONS: Final[tuple[tuple[str, Question], ...]] = (("channels", channels),)
