"""Where things lie, and the environment that tools run in."""

import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
BUILT = LOCAL / "build"
SAM = ROOT / ".tools/sam/bin/sam"
MINISTACK = ROOT / ".tools/ministack/bin/ministack"

REGION = "us-east-1"
# Functions run as processes of this machine, so they are built for it.
ARCHITECTURE = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def environment(endpoint: str | None = None) -> dict[str, str]:
    """Give tools the environment they run in: nothing of the user's own AWS account is left in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    aws = {"AWS_ENDPOINT_URL": endpoint} if endpoint else {}
    return (
        kept
        | aws
        | {name.upper(): value for name, value in CREDENTIALS.items()}
        | {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "localhost,127.0.0.1," + kept.get("NO_PROXY", ""),
            # sam build looks for the runtime's own Python on PATH.
            "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{kept.get('PATH', os.defpath)}",
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_CHECK_UPDATES": "0",
            "SAM_CLI_POLL_DELAY": "0.5",
            "TANDEM_LAYER_CACHE": str(LOCAL / "layers"),
        }
    )
