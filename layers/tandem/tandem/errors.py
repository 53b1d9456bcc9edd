"""Every error Tandem raises on purpose.

TandemError
├── BadEvent          an event that can never be handled; it goes to the dead-letter queue with reason and field
├── BadPlaybook       a playbook that may not be published; carries every defect with file, line and field
├── BadHistory        an order history or snapshot that cannot be read; names the column
├── BadSettings       a function or command started without what it needs
├── Unavailable       a passing fault: raise it, and the message comes back to its queue
├── Conflict          another worker wrote first: load again
├── Unreadable        stored bytes of another release
└── RenderError       a template that cannot be rendered for this customer; the send is refused with its reason
"""

from dataclasses import dataclass


class TandemError(Exception):
    """The root. Data lives in attributes; no path is chosen by reading the message."""


@dataclass
class BadEvent(TandemError):
    """`reason` is one of a closed list (see `tandem.events.parse`), `field` the dotted path, empty for the whole."""

    reason: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.reason} ({self.field})" if self.field else self.reason


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """One thing wrong in a playbook: where, and what to do about it. `line` counts from 1."""

    file: str
    line: int
    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.problem}"


@dataclass
class BadPlaybook(TandemError):
    """`defects` are sorted by file and line."""

    defects: tuple[Defect, ...]

    def __str__(self) -> str:
        return "\n".join(str(defect) for defect in self.defects)


@dataclass
class BadHistory(TandemError):
    """`column` is the column or file at fault, `problem` what was found there."""

    column: str
    problem: str

    def __str__(self) -> str:
        return f"{self.column}: {self.problem}"


@dataclass
class BadSettings(TandemError):
    """`names` are all the missing or invalid environment variables, in one error."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"missing or invalid settings: {', '.join(self.names)}"


@dataclass
class Unavailable(TandemError):
    """A service that throttles, fails or does not answer. `operation` is the call, `why` what more is known."""

    service: str
    operation: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.service}.{self.operation} did not succeed{f' ({self.why})' if self.why else ''}; try again"


class Conflict(TandemError):
    """A conditional write lost: another worker wrote first."""


@dataclass
class RenderError(TandemError):
    """`template` is its name, `reason` what was wrong with it for this customer."""

    template: str
    reason: str

    def __str__(self) -> str:
        return f"{self.template}: {self.reason}"


@dataclass
class Unreadable(TandemError):
    """Stored bytes that this release cannot read; `what` names them."""

    what: str

    def __str__(self) -> str:
        return f"{self.what}: stored in a form that this release cannot read"
