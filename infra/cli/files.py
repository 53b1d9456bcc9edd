"""Files that were named on the command line."""

from pathlib import Path

from infra.cli.mistake import Mistake
from infra.cli.session import Session
from infra.replay.event_file import EventText, event_texts

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "infra/samples"
EVENT_FILE = "a JSON object, a JSON array or JSON lines; - reads standard input"
STARTER = ROOT / "infra/playbook"


def read_events(name: str, session: Session) -> list[EventText]:
    """The events in a file, or on standard input for `-`. Raises Mistake."""
    try:
        text = session.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Mistake(f"there is no file {name}", f"samples are in {shown(SAMPLES)}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(f"{name} cannot be read: {error}", "it has to be a text file in UTF-8") from error
    texts = event_texts(text)
    if not texts:
        raise Mistake(f"{name} holds no event", "it may be a JSON object, a JSON array, or one JSON object a line")
    return texts


def shown(path: Path) -> str:
    """A path as one would type it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
