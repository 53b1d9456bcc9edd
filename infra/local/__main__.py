"""`python -m infra.local up|down|status`: keep a stack on this machine to play with."""

import argparse
import json
import sys

from infra.local.paths import LOCAL
from infra.local.stack import LocalStack, StackError, launch, running, stop

STATE = LOCAL / "stack.json"


def main() -> None:
    """Run one subcommand."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "status"])
    parser.add_argument("--port", type=int, help="up: the port to listen on (a free one by default)")
    parser.add_argument("--send-mode", default="shadow", choices=["shadow", "allowlist", "live"])
    arguments = parser.parse_args()
    try:
        match arguments.command:
            case "up":
                up(arguments.port, arguments.send_mode)
            case "down":
                down()
            case _:
                status()
    except StackError as error:
        sys.exit(str(error))


def up(port: int | None, send_mode: str) -> None:
    """Start it unless it runs, deploy what changed, and say how to reach it."""
    stack = remembered() or launch(port)
    STATE.write_text(json.dumps({"port": stack.port, "pid": stack.pid, "log": str(stack.log)}))
    print(f"MiniStack runs at {stack.endpoint}; building and deploying ...", flush=True)
    outputs = stack.deploy({"SendMode": send_mode})
    stack.verify_sender(outputs["FromAddress"])
    status()


def down() -> None:
    """Stop it, if it runs."""
    if stack := remembered():
        stop(stack.pid)
        print("stopped; what it held is gone")
    else:
        print("nothing runs")
    STATE.unlink(missing_ok=True)


def status() -> None:
    """Say whether it runs and what to type next."""
    stack = remembered()
    if stack is None:
        print("nothing runs; start it with: python -m infra.local up")
        return
    print(f"MiniStack runs at {stack.endpoint} (process {stack.pid}, log {stack.log})")
    for name, value in stack.outputs().items():
        print(f"  {name:26} {value}")
    print("\nTo point aws, sam and tandem here, in this shell:\n")
    print(f"  export AWS_ENDPOINT_URL={stack.endpoint} AWS_DEFAULT_REGION=us-east-1")
    print("  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n")
    print("  .venv/bin/tandem doctor            what is still missing")
    print(f"  curl {stack.endpoint}/_ministack/ses/messages   the emails that left")
    print("  python -m infra.local down         stop it; nothing is kept")


def remembered() -> LocalStack | None:
    """Return the stack that an earlier `up` left running, if it still runs."""
    if not STATE.exists():
        return None
    kept = json.loads(STATE.read_text())
    stack = LocalStack(kept["port"], kept["pid"], LOCAL / f"ministack-{kept['port']}.log")
    return stack if running(stack.pid) and stack.healthy() else None


if __name__ == "__main__":
    main()
