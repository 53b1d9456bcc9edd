"""Each function's role holds what the function uses, and names what it uses it on."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.template.conftest import of_type

type Statement = Mapping[str, Any]

# Why there may be a * in a resource: what stands before it is ours alone.
STAR_ALLOWED = {
    "${Bucket.Arn}/playbooks/*": "the playbooks, of our bucket",
    "${Bucket.Arn}/archive/*": "events by the hour, of our bucket",
    "${Bucket.Arn}/refused/*": "what was refused, of our bucket",
    "${Bucket.Arn}/history/*": "the histories, of our bucket",
    "${Bucket.Arn}/imports/*": "imported events, of our bucket",
    '"*"': "CloudWatch's metrics and the SES account have no ARN",
    "${Bucket.Arn}/snapshots/*": "the snapshots, of our bucket",
    "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${Schedules}/*": "timers of our group",
    "arn:${AWS::Partition}:sns:*": "in NotResource: a phone number has no ARN, topics are left out",
}


def statements(template: Mapping[str, Any]) -> Iterator[tuple[str, Statement]]:
    """Every statement of the roles that exist on AWS."""
    for name, role in of_type(dict(template), "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def listed(value: Any) -> list[Any]:
    """One or many, as many."""
    return value if isinstance(value, list) else [value]


def test_every_function_has_a_role_of_its_own(transformed: dict[str, Any]) -> None:
    functions = of_type(transformed, "AWS::Lambda::Function")

    roles = [json.dumps(function["Role"]) for function in functions.values()]

    assert len(set(roles)) == len(functions)


def test_no_role_borrows_a_managed_policy(transformed: dict[str, Any]) -> None:
    roles = of_type(transformed, "AWS::IAM::Role")

    assert [name for name, role in roles.items() if role.get("ManagedPolicyArns")] == []


def test_no_action_has_a_star(transformed: dict[str, Any]) -> None:
    actions = [(name, action) for name, said in statements(transformed) for action in listed(said["Action"])]

    assert [found for found in actions if "*" in found[1]] == []


def test_no_resource_has_a_star_without_a_reason(transformed: dict[str, Any]) -> None:
    found = set()
    for name, statement in statements(transformed):
        for resource in listed(statement.get("Resource") or statement["NotResource"]):
            text = resource["Fn::Sub"] if isinstance(resource, dict) and "Fn::Sub" in resource else json.dumps(resource)
            if "*" in str(text):
                found.add((name, str(text)))

    assert {text for _, text in found} == set(STAR_ALLOWED)


def test_only_texts_are_allowed_by_exclusion(transformed: dict[str, Any]) -> None:
    excluding = [statement for _, statement in statements(transformed) if "NotResource" in statement]

    assert [statement["Action"] for statement in excluding] == ["sns:Publish"]


def test_what_only_the_local_stack_needs_does_not_exist_on_aws(transformed: dict[str, Any]) -> None:
    policies = {name: found for name, found in transformed["Resources"].items() if found["Type"] == "AWS::IAM::Policy"}

    assert {name for name, found in policies.items() if found["Condition"] != "OnLocalStack"} == {"PushPolicy"}
    assert transformed["Parameters"]["Platform"]["Default"] == "aws"


def test_mail_leaves_in_our_name_alone(transformed: dict[str, Any]) -> None:
    [mail] = [said for _, said in statements(transformed) if "ses:SendEmail" in listed(said["Action"])]

    assert mail["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "FromAddress"}}}


def test_changes_are_announced_on_our_bus_alone(transformed: dict[str, Any]) -> None:
    told = [
        (name, said["Resource"])
        for name, said in statements(transformed)
        if "events:PutEvents" in listed(said["Action"])
    ]

    assert told == [("TriggerRole", {"Fn::GetAtt": ["EventBus", "Arn"]})]


def test_events_are_told_by_the_door_alone_and_by_those_who_have_some_to_tell(transformed: dict[str, Any]) -> None:
    told = {
        (name, json.dumps(said["Resource"]))
        for name, said in statements(transformed)
        if "sns:Publish" in listed(said["Action"]) and "Resource" in said
    }

    assert told == {
        (name, json.dumps({"Ref": "EventsTopic"}))
        for name in ("SendRole", "FeedbackRole", "LoadProfilesRole", "UnsubscribeRole")
    }


def test_send_looks_at_customers_and_stops_and_changes_nothing_but_a_breaker(transformed: dict[str, Any]) -> None:
    tables = {"CustomersTable", "PlaybooksTable"}
    said = {
        (action, table, json.dumps(said.get("Condition")))
        for name, said in statements(transformed)
        for resource in listed(said.get("Resource", []))
        for table in tables
        if name == "SendRole" and table in json.dumps(resource)
        for action in listed(said["Action"])
    }
    the_live_item = json.dumps({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["playbook"]}})

    assert said == {("dynamodb:BatchGetItem", table, "null") for table in tables} | {
        ("dynamodb:UpdateItem", "PlaybooksTable", the_live_item)
    }


def test_only_a_stack_with_an_app_reaches_phones_and_only_those_of_its_app(transformed: dict[str, Any]) -> None:
    policy = transformed["Resources"]["PushPolicy"]
    phones, dead = policy["Properties"]["PolicyDocument"]["Statement"]

    assert policy["Condition"] == "HasPush"
    assert phones["Resource"] == {"Fn::Split": [",", {"Ref": "PushEndpoints"}]}
    assert dead == {
        "Sid": "DeadEndpoints",
        "Effect": "Allow",
        "Action": "dynamodb:PutItem",
        "Resource": {"Fn::GetAtt": ["ConsentsTable", "Arn"]},
    }


def test_settle_reads_what_is_open_by_its_index_and_writes_to_the_ledger_alone(transformed: dict[str, Any]) -> None:
    of_tables = [
        (said["Action"], said["Resource"])
        for name, said in statements(transformed)
        if name == "SettleRole" and any("dynamodb" in action for action in listed(said["Action"]))
    ]

    assert of_tables[:2] == [
        ("dynamodb:Query", {"Fn::Sub": "${LedgerTable.Arn}/index/Unsettled"}),
        ("dynamodb:UpdateItem", {"Fn::GetAtt": ["LedgerTable", "Arn"]}),
    ]


def test_unsubscribe_changes_consent_items_and_reads_whose_a_link_was(transformed: dict[str, Any]) -> None:
    actions = {
        (reference, action)
        for name, said in statements(transformed)
        for resource in listed(said.get("Resource", []))
        for reference in ("ConsentsTable", "LedgerTable", "CustomersTable")
        if name == "UnsubscribeRole" and reference in json.dumps(resource)
        for action in listed(said["Action"])
    }

    assert actions == {
        ("ConsentsTable", "dynamodb:PutItem"),
        ("ConsentsTable", "dynamodb:BatchGetItem"),
        ("LedgerTable", "dynamodb:GetItem"),
        ("CustomersTable", "dynamodb:GetItem"),
    }


def test_one_function_alone_is_open_to_everybody_and_by_its_url_alone(transformed: dict[str, Any]) -> None:
    urls = of_type(transformed, "AWS::Lambda::Url")
    open_to_all = [
        said for said in of_type(transformed, "AWS::Lambda::Permission").values() if said["Principal"] == "*"
    ]

    assert [each["AuthType"] for each in urls.values()] == ["NONE"]
    assert {json.dumps(said["FunctionName"]) for said in open_to_all} == {json.dumps({"Ref": "UnsubscribeFunction"})}
    assert all(said.get("FunctionUrlAuthType") == "NONE" or said["InvokedViaFunctionUrl"] for said in open_to_all)
