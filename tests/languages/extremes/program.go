package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

func must[T any](found T, err error) T {
	if err != nil {
		panic(err)
	}
	return found
}

func main() {
	// The interval of a wait is not seen in what it does.
	for duration, ms := range map[time.Duration]int{math.MaxInt64: math.MaxUint32, math.MinInt64: 0, -1: 0, 0: 0, 1: 1,
		time.Millisecond: 1, time.Millisecond + 1: 2, math.MaxUint32*time.Millisecond + 1: math.MaxUint32} {
		if found := milliseconds(duration); int(found) != ms {
			fmt.Println(int64(duration), "ns are", found, "ms")
		}
	}

	ctx := context.Background()
	client := must(NewClient(nil))
	job := must(client.Job("FB1", ""))
	fmt.Println(*job.ID, job.FinishTime.Unix(), *job.FinishTimeText, int64(job.Elapsed.Seconds()))
	jobs := must(client.ListJobs(ctx, &Query{Since: Ever}))
	jobs.Next()
	fmt.Println(*jobs.Job().ID, jobs.Job().FinishTime.Unix())
	summary := must(client.SummarizeJobs(ctx, &Query{Since: Ever}))
	fmt.Println(*summary.LatestEnded.ID, summary.LatestEnded.FinishTime.Unix())

	_, err := client.Job("FB1", "")
	var failure *Error
	errors.As(err, &failure)
	fmt.Println(failure.StatusName, int64(failure.RetryAfter.Seconds()), failure.HTTPStatus, *failure.RequestID, *failure.TraceID,
		failure.Retryable, *failure.Details[0].Code, *failure.Details[0].Field, *failure.Details[0].Message)

	if err := client.SetTimeout(math.MaxInt64); err != nil {
		fmt.Println(err)
	}
	job, err = client.WaitJob(ctx, "FB2", "", math.MaxInt64, math.MaxInt64)
	if err != nil {
		fmt.Println(err)
	} else {
		fmt.Println(*job.ID, *job.StateText)
	}

	// The last moment of a Time, and one before the first that has Unix milliseconds.
	first, last := time.Unix(math.MinInt64/1000-1, 0), time.Unix(1<<63-62135596801, 999999999)
	found := "none"
	if jobs, err := client.ListJobs(ctx, &Query{Since: first, Until: last}); err == nil && jobs.Next() {
		found = *jobs.Job().ID
	}
	again := "none"
	if jobs, err := client.ListJobs(ctx, &Query{Since: first}); err == nil && jobs.Next() {
		again = *jobs.Job().ID
	}
	fmt.Println(found, again)
}
