"""What is stopped, in words."""

from infra.explain.words import listing
from tandem.adapters.breakers import read_opened
from tandem.playbook import Stops


def stopped_in_words(stops: Stops) -> str:
    """`everything and campaign welcome`; `nothing`."""
    return listing(
        [
            *(["everything"] if stops.everything else []),
            *(f"channel {name}" for name in sorted(stops.channels)),
            *(f"campaign {name}" for name in sorted(stops.campaigns)),
            *(f"journey {name} (nobody moves or enters)" for name in sorted(stops.paused - stops.ended)),
            *(f"journey {name} (ended: everybody leaves)" for name in sorted(stops.ended)),
            *(f"channel {name} by its breaker ({read_opened(why).why})" for name, why in stops.breakers.items()),
        ]
    )


def resume_commands(stops: Stops) -> list[str]:
    """A command for each that is stopped."""
    names = [
        *(["everything"] if stops.everything else []),
        *(f"channel {name}" for name in sorted(stops.channels)),
        *(f"campaign {name}" for name in sorted(stops.campaigns)),
        *(f"journey {name}" for name in sorted(stops.paused | stops.ended)),
    ]
    return [
        *(f"tandem playbook resume {name}" for name in names),
        *(f"tandem breaker close {name}" for name in stops.breakers),
    ]
