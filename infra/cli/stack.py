"""The deployed stack: its outputs and parameters, from CloudFormation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.cli.mistake import Mistake
from tandem.adapters.aws import code_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True, slots=True)
class Stack:
    """`outputs` are template.yaml's, by name."""

    name: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, output: str) -> str:
        """An output. Raises Mistake where an older template deployed the stack, without it."""
        if output not in self.outputs:
            raise Mistake(f"the stack {self.name} has no output {output}", "deploy it again: sam build && sam deploy")
        return self.outputs[output]


def find_stack(client: "CloudFormationClient", name: str) -> Stack:
    """Looks a stack up. Raises Mistake when there is none."""
    try:
        [found] = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if code_of(error) == "ValidationError":
            raise _missing(name, client.meta.region_name) from error
        raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])}
    if not outputs:
        raise _missing(name, client.meta.region_name)
    return Stack(name, outputs, parameters)


def _missing(name: str, region: str) -> Mistake:
    return Mistake(
        f"there is no deployed stack named {name} in {region}",
        "to deploy it on AWS: sam build && sam deploy --guided",
        "to run it on this machine: python -m infra.local up",
        "if it has another name: tandem --stack NAME ..., or export TANDEM_STACK=NAME",
    )
