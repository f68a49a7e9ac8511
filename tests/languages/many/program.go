package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

func must[T any](found T, err error) T {
	if err != nil {
		panic(err)
	}
	return found
}

func failed(err error) string {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.StatusName
	}
	return fmt.Sprint(err)
}

func orNil[T any](answer *T) string {
	if answer == nil {
		return "nil"
	}
	return fmt.Sprint(*answer)
}

func main() {
	ctx := context.Background()
	fmt.Println(JobTypeBackup, must(ParseObjectType("Exchange Online")), int(must(ParseJobType("restore"))))
	fmt.Println(Version(), HasFeature("certificate"), HasFeature("x"))

	job := must(ParseJob([]byte(os.Args[2])))
	var codes []string
	for _, each := range job.Errors {
		codes = append(codes, orNil(each.HasCode))
	}
	fmt.Println(*job.ID, *job.DurationText, *job.TraceID, job.ResponseTime.Unix(), "["+strings.Join(codes, ", ")+"]", job.State.IsTerminal(), job.HasErrorList)
	_, err := ParseJob([]byte("{"))
	fmt.Printf("%s\n%s\n", job.JSON, failed(err))

	client := must(NewClient(nil))
	_, noType := ParseJobType("nonsense")
	errs := []error{noType, client.SetTimeout(0)}
	for _, wrong := range []Query{{PageSize: 1001}, {ObjectType: -1}, {State: 77}, {Location: "E\x00"}} {
		_, err := client.ListJobs(ctx, &wrong)
		errs = append(errs, err)
	}
	for _, err := range errs {
		if err != nil {
			fmt.Print("refused ")
		}
	}
	fmt.Println()

	jobs := must(client.ListJobs(ctx, &Query{Since: time.Date(2026, 11, 19, 23, 0, 0, 0, time.UTC),
		Until: time.Date(2026, 11, 20, 2, 30, 0, 0, time.UTC), JobType: JobTypeBackup, ObjectType: ObjectTypeOnedrive,
		State: StateFailed, Location: "EUR", PageSize: 2, MaxJobs: 3}))
	var found []string
	collect := func(job *Job, err error) bool {
		if err != nil {
			found = append(found, failed(err))
		} else {
			found = append(found, *job.ID)
		}
		return true
	}
	jobs.All()(collect)
	jobs.All()(collect)
	fmt.Println(strings.Join(found, " "), *jobs.TotalCount(), jobs.Complete(), orNil(jobs.MissingCount()))

	jobs = must(client.ListJobs(ctx, &Query{Since: Ever}))
	jobs.Next()
	fmt.Println(*jobs.Job().ID, *jobs.TotalCount(), jobs.Complete(), orNil(jobs.MissingCount()))
	jobs.Close()

	summary := must(client.SummarizeJobs(ctx, &Query{Since: Ever}))
	failures, partly := summary.InState[StateFailed], summary.InState[StatePartiallyFinished]
	latestPartly := "job"
	if partly.Latest == nil {
		latestPartly = "nil"
	}
	fmt.Println(*failures.Latest.ID, failures.Count, partly.Count, latestPartly, summary.Count, *summary.TotalCount, summary.Complete,
		orNil(summary.MissingCount), failures.Latest.HasErrorList)

	if err := client.SetAccessToken("second"); err != nil {
		panic(err)
	}
	fmt.Println(*must(client.Job("FB1", "")).StateText)
	other := must(client.Share())
	other.SetTimeout(300 * time.Millisecond)
	_, err = other.Job("FB1", "")
	fmt.Println(failed(err))
	fmt.Println(*must(client.Job("FB1", "")).StateText)
	_, err = client.WaitJob(ctx, "FB1", "", 20*time.Millisecond, 200*time.Millisecond)
	fmt.Println(failed(err))
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err = client.WaitJob(short, "FB1", "", 10*time.Second, 20*time.Second)
	if failed(err) == "CBJ_ERROR_CANCELLED" && errors.Is(err, context.DeadlineExceeded) {
		fmt.Println("cancelled", *must(client.Job("FB1", "")).ID)
	}
	fmt.Println(*must(must(NewClientFromFile(os.Args[1], Options{"max_retries": 0})).Job("FB1", "")).ID)
}
