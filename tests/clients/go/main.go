// The work of every client of tests/clients, with the types and calls that were generated for Go.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	client "coremonitor"
)

func definition(hostname string) client.Definition {
	web := map[string]any{
		"image": "test/busybox:1", "command": []string{"idle"}, "stop_grace_period": "1s", "hostname": hostname,
	}
	return *client.NewDefinition(map[string]any{"services": map[string]any{"web": web}})
}

// check ends the program unless what is claimed holds.
func check(holds bool, otherwise any) {
	if !holds {
		panic(fmt.Sprintf("%+v", otherwise))
	}
}

// ok is the body of an answer; a problem ends the program.
func ok[T any](body T, err error) T {
	var refused *client.GenericOpenAPIError
	if errors.As(err, &refused) {
		panic(refused.Error() + ": " + string(refused.Body()))
	}
	check(err == nil, err)
	return body
}

func problem(err error) client.Problem {
	var refused *client.GenericOpenAPIError
	check(errors.As(err, &refused), err)
	body, typed := refused.Model().(client.Problem)
	check(typed, refused.Error()+string(refused.Body()))
	return body
}

func main() {
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: os.Getenv("CORE_MONITOR_URL")}}
	api := client.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), client.ContextAccessToken, os.Getenv("CORE_MONITOR_TOKEN"))
	name := fmt.Sprintf("clients-go-%d", os.Getpid())

	// A typed problem.
	_, _, err := api.StacksAPI.ShowStack(ctx, "01a22844-0000-7000-8000-000000000000").Execute()
	missing := problem(err)
	check(missing.Code == client.ERRORCODE_STACK_NOT_FOUND && missing.Detail == missing.Message.Text, missing)

	// Errors with positions.
	wrong := *client.NewDefinition("services:\n  web: {imgae: x}\n")
	_, _, err = api.LintAPI.LintDefinition(ctx).Definition(wrong).Execute()
	check(*problem(err).Errors[0].Line.Get() == 2, err)

	// Two versions, and what differs.
	first := definition("one")
	first.SetName(name)
	created, _, err := api.StacksAPI.CreateStack(ctx).Definition(first).Execute()
	created = ok(created, err)
	id := created.Stack.StackId
	saved, _, err := api.VersionsAPI.SaveVersion(ctx, id).IfMatch(created.Stack.Revision).Definition(definition("two")).Execute()
	saved = ok(saved, err)
	difference, _, err := api.VersionsAPI.DiffVersions(ctx, id, 1, 2).Execute()
	check(ok(difference, err).Model[0].After == "two", difference)

	// A plan, and exactly this plan.
	plan, _, err := api.PlansAPI.MakePlan(ctx, id, 2).Execute()
	plan = ok(plan, err)
	steps, creates := map[int32]bool{}, false
	for _, step := range plan.Steps {
		steps[step.Id] = true
		creates = creates || step.Op == client.STEPOP_CREATE_CONTAINER
	}
	check(creates, plan)
	options := client.NewApplyOptions()
	options.SetPlanId(plan.PlanId)
	applied, _, err := api.StacksAPI.ApplyVersion(ctx, id, 2).IfMatch(saved.Stack.Revision).IdempotencyKey(name).
		Wait(60).ApplyOptions(*options).Execute()
	check(ok(applied, err).Status == client.COMMANDSTATUS_DONE, applied)

	// Its events.
	events, _, err := api.CommandsAPI.ListCommandEvents(ctx, applied.CommandId).Execute()
	intents := 0
	for _, event := range ok(events, err).Items {
		if event.KnownEvent == nil || event.KnownEvent.IntentEvent == nil {
			continue
		}
		intents++
		check(steps[event.KnownEvent.IntentEvent.Detail.GetStepId()], event)
	}
	check(intents > 0, events)

	// What runs now.
	listed, _, err := api.StacksAPI.ListStacks(ctx).Name(name).Execute()
	last := ok(listed, err).Items[0].LastCommand.Get()
	check(last.Status == client.COMMANDSTATUS_DONE, last)
	containers, _, err := api.StacksAPI.ListStackContainers(ctx, id).Execute()
	check(*ok(containers, err).Items[0].Service.Get() == "web", containers)

	// And away again.
	stack, _, err := api.StacksAPI.ShowStack(ctx, id).Execute()
	body := client.NewDeleteBody()
	body.SetVolumes(true)
	deleted, _, err := api.StacksAPI.DeleteStack(ctx, id).IfMatch(ok(stack, err).Revision).Wait(60).DeleteBody(*body).Execute()
	check(ok(deleted, err).Status == client.COMMANDSTATUS_DONE, deleted)
	fmt.Printf("Go: %d events of one apply\n", len(events.Items))
}
