"""The template as written, and as CloudFormation gets it after the SAM transform."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

type Template = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def template() -> Template:
    """template.yaml with its intrinsic functions in their long form."""
    parsed: Template = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


@pytest.fixture(scope="session")
def transformed() -> Template:
    """What CloudFormation deploys: layers and functions, event sources and permissions, spelled out."""
    source: Template = yaml_parse((ROOT / "template.yaml").read_text())
    for resource in source["Resources"].values():
        for uri in ("CodeUri", "ContentUri"):
            if uri in resource.get("Properties", {}):
                resource["Properties"][uri] = "s3://bucket/key"
    defaults = {name: str(parameter["Default"]) for name, parameter in source["Parameters"].items()}
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
    translated: Template = translator.translate(source, defaults)
    return translated


def of_type(template: Template, kind: str) -> Mapping[str, Template]:
    """The properties of every resource of a type, by logical id."""
    return {name: found.get("Properties", {}) for name, found in template["Resources"].items() if found["Type"] == kind}
