import client.ApiClient;
import client.ApiException;
import client.api.CommandsApi;
import client.api.LintApi;
import client.api.PlansApi;
import client.api.StacksApi;
import client.api.VersionsApi;
import client.model.ApplyOptions;
import client.model.Command;
import client.model.CommandStatus;
import client.model.Definition;
import client.model.DeleteBody;
import client.model.ErrorCode;
import client.model.Event;
import client.model.IntentEvent;
import client.model.KnownEvent;
import client.model.Plan;
import client.model.Problem;
import client.model.SavedVersion;
import client.model.StackListItem;
import client.model.StepOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The work of every client of tests/clients, with the types and calls that were generated for Java. */
class Smoke {
    private static final ApiClient CLIENT = new ApiClient();

    public static void main(String[] arguments) throws Exception {
        String token = System.getenv("CORE_MONITOR_TOKEN");
        CLIENT.updateBaseUri(System.getenv("CORE_MONITOR_URL"));
        CLIENT.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        StacksApi stacks = new StacksApi(CLIENT);
        VersionsApi versions = new VersionsApi(CLIENT);
        String name = "clients-java-" + ProcessHandle.current().pid();

        // A typed problem.
        Problem missing = problem(() -> stacks.showStack(UUID.fromString("01a22844-0000-7000-8000-000000000000")));
        check(missing.getCode() == ErrorCode.STACK_NOT_FOUND, missing);
        check(missing.getDetail().equals(missing.getMessage().getText()), missing);

        // Errors with positions.
        Definition wrong = new Definition().compose("services:\n  web: {imgae: x}\n");
        Problem invalid = problem(() -> new LintApi(CLIENT).lintDefinition(wrong));
        check(invalid.getErrors().get(0).getLine() == 2, invalid);

        // Two versions, and what differs.
        SavedVersion created = stacks.createStack(definition("one").name(name), null);
        UUID id = created.getStack().getStackId();
        SavedVersion saved = versions.saveVersion(id, created.getStack().getRevision(), definition("two"), null);
        check(versions.diffVersions(id, 1, 2).getModel().stream().anyMatch(change -> "two".equals(change.getAfter())), saved);

        // A plan, and exactly this plan.
        Plan plan = new PlansApi(CLIENT).makePlan(id, 2, null, null);
        check(plan.getSteps().stream().anyMatch(step -> step.getOp() == StepOp.CREATE_CONTAINER), plan);
        ApplyOptions options = new ApplyOptions().planId(plan.getPlanId());
        Command applied = stacks.applyVersion(id, 2, saved.getStack().getRevision(), 60, name, options);
        check(applied.getStatus() == CommandStatus.DONE, applied);

        // Its events, page by page.
        List<Event> events = new ArrayList<>();
        Long after = null;
        for (List<Event> page; !(page = page(applied, after)).isEmpty(); after = idOf(page)) {
            events.addAll(page);
        }
        List<Long> steps = plan.getSteps().stream().map(step -> (long) step.getId()).toList();
        List<IntentEvent> intents = events.stream().map(Smoke::content).filter(IntentEvent.class::isInstance)
            .map(IntentEvent.class::cast).toList();
        check(!intents.isEmpty() && intents.stream().allMatch(intent -> steps.contains((long) intent.getDetail().getStepId())), intents);

        // What runs now.
        StackListItem listed = stacks.listStacks(name, null, null).getItems().get(0);
        check(listed.getLastCommand().getStatus() == CommandStatus.DONE, listed);
        check("web".equals(stacks.listStackContainers(id).getItems().get(0).getService()), listed);

        // And away again.
        String revision = stacks.showStack(id).getRevision();
        Command deleted = stacks.deleteStack(id, revision, 60, null, new DeleteBody().volumes(true));
        check(deleted.getStatus() == CommandStatus.DONE, deleted);
        System.out.println("Java: " + events.size() + " events of one apply");
    }

    private static Definition definition(String hostname) {
        Map<String, Object> web = Map.of(
            "image", "test/busybox:1", "command", List.of("idle"), "stop_grace_period", "1s", "hostname", hostname);
        return new Definition().compose(Map.of("services", Map.of("web", web)));
    }

    private static List<Event> page(Command command, Long after) throws ApiException {
        return new CommandsApi(CLIENT).listCommandEvents(command.getCommandId(), after, 5).getItems();
    }

    private static Object content(Event event) {
        return event.getActualInstance() instanceof KnownEvent known ? known.getActualInstance() : event.getActualInstance();
    }

    /** The id of the last event of a page. */
    private static Long idOf(List<Event> page) {
        return CLIENT.getObjectMapper().valueToTree(page.get(page.size() - 1)).get("id").asLong();
    }

    private interface Call {
        Object run() throws ApiException;
    }

    private static Problem problem(Call call) throws Exception {
        try {
            throw new AssertionError(call.run());
        } catch (ApiException refused) {
            return CLIENT.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
        }
    }

    private static void check(boolean holds, Object otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
