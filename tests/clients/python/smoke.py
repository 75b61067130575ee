"""The work of every client of tests/clients, with the types and calls that were generated for Python."""

import os
from uuid import UUID

from core_monitor import AuthenticatedClient
from core_monitor.api.commands import list_command_events
from core_monitor.api.lint import lint_definition
from core_monitor.api.plans import make_plan
from core_monitor.api.stacks import (
    apply_version,
    create_stack,
    delete_stack,
    list_stack_containers,
    list_stacks,
    show_stack,
)
from core_monitor.api.versions import diff_versions, save_version
from core_monitor.models import (
    ApplyOptions,
    Command,
    CommandStatus,
    Definition,
    DeleteBody,
    IntentEvent,
    Problem,
    StepOp,
)
from core_monitor.types import UNSET

client = AuthenticatedClient(
    base_url=os.environ["CORE_MONITOR_URL"], token=os.environ["CORE_MONITOR_TOKEN"], timeout=90
)
name = f"clients-python-{os.getpid()}"


def compose(hostname):
    image = {"image": "test/busybox:1", "command": ["idle"], "stop_grace_period": "1s"}
    return {"services": {"web": {**image, "hostname": hostname}}}


def ok(answer):
    assert answer is not None and not isinstance(answer, Problem), answer
    return answer


# A typed problem.
missing = show_stack.sync(UUID("01a22844-0000-7000-8000-000000000000"), client=client)
assert isinstance(missing, Problem) and missing.code == "stack-not-found", missing
assert missing.message.text == missing.detail

# Errors with positions.
invalid = lint_definition.sync(client=client, body=Definition(compose="services:\n  web: {imgae: x}\n"))
assert isinstance(invalid, Problem) and invalid.errors[0].line == 2, invalid

# Two versions, and what differs.
created = ok(create_stack.sync(client=client, body=Definition(name=name, compose=compose("one"))))
stack_id = created.stack.stack_id
saved = ok(
    save_version.sync(
        stack_id, client=client, if_match=created.stack.revision, body=Definition(compose=compose("two"))
    )
)
difference = ok(diff_versions.sync(stack_id, 1, 2, client=client))
assert any(change.after == "two" for change in difference.model), difference.model

# A plan, and exactly this plan.
plan = ok(make_plan.sync(stack_id, 2, client=client))
assert any(step.op == StepOp.CREATE_CONTAINER and step.service == "web" for step in plan.steps), plan.steps
applied = ok(
    apply_version.sync(
        stack_id,
        2,
        client=client,
        if_match=saved.stack.revision,
        idempotency_key=name,
        wait=60,
        body=ApplyOptions(plan_id=plan.plan_id),
    )
)
assert applied.status == CommandStatus.DONE, applied.failure

# Its events, page by page.
events, cursor = [], UNSET
while True:
    page = ok(list_command_events.sync(applied.command_id, client=client, limit=5, after=cursor))
    events += page.items
    if not page.items:
        break
    cursor = page.items[-1].id
intents = [event for event in events if isinstance(event, IntentEvent)]
steps = {step.id for step in plan.steps}
assert intents and all(event.detail.step_id in steps for event in intents), intents

# What runs now.
listed = ok(list_stacks.sync(client=client, name=name))
assert listed.items[0].state == "running" and listed.items[0].last_command.status == "DONE", listed
containers = ok(list_stack_containers.sync(stack_id, client=client))
assert containers.items[0].service == "web", containers

# And away again.
stack = ok(show_stack.sync(stack_id, client=client))
deleted = ok(
    delete_stack.sync(stack_id, client=client, wait=60, if_match=stack.revision, body=DeleteBody(volumes=True))
)
assert isinstance(deleted, Command) and deleted.status == CommandStatus.DONE, deleted
print(f"Python: {len(events)} events of one apply")
