"""The stack on this machine: the real template, built and deployed by the real SAM CLI, on MiniStack."""

from infra.local.build import build
from infra.local.stack import LocalStack, Mail, StackError, Text, start

__all__ = ["LocalStack", "Mail", "StackError", "Text", "build", "start"]
