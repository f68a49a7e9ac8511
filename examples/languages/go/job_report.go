// Prints backup jobs.
//
//	go build -o job_report *.go
//	CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... ./job_report JOB_ID | list | summary | wait JOB_ID
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"time"
)

func digits(found *int64) string {
	if found == nil {
		return "?"
	}
	return fmt.Sprint(*found)
}

func when(found *time.Time, sent *string) string {
	if found == nil {
		if sent == nil {
			return "-"
		}
		return *sent + "   (not a date that can be read)"
	}
	return fmt.Sprintf("%s   (%s)", found.Format("2006-01-02 15:04:05 -0700"), *sent)
}

func took(job *Job) string {
	if job.Elapsed == nil {
		if job.DurationHours == nil {
			return "-"
		}
		return fmt.Sprintf("%g h", *job.DurationHours)
	}
	seconds, words := int64(job.Elapsed.Seconds()), ""
	if seconds >= 3600 {
		words += fmt.Sprintf("%d h ", seconds/3600)
	}
	if seconds >= 60 {
		words += fmt.Sprintf("%d min ", seconds/60%60)
	}
	return fmt.Sprintf("%s%d s", words, seconds%60)
}

func report(job *Job) {
	known := ""
	if job.State == StateUnknown {
		known = "   (not a state that this version knows)"
	}
	fmt.Printf("Job %s\n", or(job.ID, "(without an id)"))
	fmt.Printf("  State       %s%s\n", or(job.StateText, "not reported"), known)
	fmt.Printf("  Started     %s\n", when(job.StartTime, job.StartTimeText))
	fmt.Printf("  Finished    %s\n", when(job.FinishTime, job.FinishTimeText))
	fmt.Printf("  Took        %s\n", took(job))
	fmt.Printf("  Objects     %s in all: %s successful, %s failed, %s skipped\n", digits(job.TotalCount),
		digits(job.SuccessfulCount), digits(job.FailedCount), digits(job.SkippedCount))
	label := "Top errors"
	for _, each := range job.Errors {
		times := ""
		if each.Occurrences != nil {
			times = digits(each.Occurrences) + " x "
		}
		fmt.Printf("  %-11s %s%s\n", label, times, or(each.Message, "(without a text)"))
		if each.URL != nil {
			fmt.Printf("  %-11s   %s\n", "", *each.URL)
		}
		label = ""
	}
	if job.RequestID != nil {
		fmt.Printf("  Request id  %s\n", *job.RequestID)
	}
}

func explain(failure *Error) {
	say := func(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }
	say("%s", failure.Message)
	say("  Status      %s", failure.StatusName)
	if failure.HTTPStatus != 0 {
		say("  HTTP        %d", failure.HTTPStatus)
	}
	label := "Details"
	for _, detail := range failure.Details {
		field := ""
		if detail.Field != nil {
			field = " " + *detail.Field
		}
		say("  %-11s %s%s: %s", label, or(detail.Code, "-"), field, or(detail.Message, "-"))
		label = ""
	}
	switch {
	case failure.RetryAfter != nil:
		say("  Try again   in %.0f s", math.Ceil(failure.RetryAfter.Seconds()))
	case failure.Retryable:
		say("  Try again   later")
	default:
		say("  Try again   after a change")
	}
	if failure.RequestID != nil {
		say("  Request id  %s", *failure.RequestID)
	}
	if failure.TraceID != nil {
		say("  Trace id    %s", *failure.TraceID)
	}
}

func list(client *Client) error {
	jobs, err := client.ListJobs(context.Background(), &Query{Since: Ever, PageSize: 2})
	if err != nil {
		return err
	}
	defer jobs.Close()
	number := 0
	for ; jobs.Next(); number++ {
		printLine(jobs.Job())
	}
	if jobs.Err() != nil {
		return jobs.Err()
	}
	fmt.Printf("%d jobs, %s\n", number, completeness(jobs.Complete()))
	return nil
}

func summarize(client *Client) error {
	summary, err := client.SummarizeJobs(context.Background(), &Query{Since: Ever, PageSize: 2})
	if err != nil {
		return err
	}
	fmt.Println("latest", idOf(summary.Latest))
	fmt.Println("latest ended", idOf(summary.LatestEnded))
	fmt.Println("failed", summary.InState[StateFailed].Count)
	fmt.Println(completeness(summary.Complete))
	return nil
}

func wait(client *Client, id string) error {
	job, err := client.WaitJob(context.Background(), id, "", 50*time.Millisecond, 10*time.Second)
	if err == nil {
		printLine(job)
	}
	return err
}

func show(client *Client, id string) error {
	job, err := client.Job(id, "")
	if err == nil {
		report(job)
	}
	return err
}

func idOf(job *Job) string {
	if job == nil {
		return "-"
	}
	return or(job.ID, "-")
}

func printLine(job *Job) { fmt.Println(idOf(job), or(job.StateText, "-")) }

func completeness(isComplete bool) string {
	if isComplete {
		return "complete"
	}
	return "incomplete"
}

// What the arguments ask for; nil for a wrong use.
func command(arguments []string) func(*Client) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "list":
		return list
	case len(arguments) == 1 && arguments[0] == "summary":
		return summarize
	case len(arguments) == 2 && arguments[0] == "wait":
		return func(client *Client) error { return wait(client, arguments[1]) }
	case len(arguments) == 1:
		return func(client *Client) error { return show(client, arguments[0]) }
	}
	return nil
}

func run(command func(*Client) error) error {
	client, err := NewClient(nil)
	if err != nil {
		return err
	}
	defer client.Close()
	return command(client)
}

func main() {
	command := command(os.Args[1:])
	if command == nil {
		fmt.Fprintln(os.Stderr, "usage: job_report JOB_ID | list | summary | wait JOB_ID")
		os.Exit(2)
	}
	err := run(command)
	var failure *Error
	if errors.As(err, &failure) {
		explain(failure)
		os.Exit(1)
	} else if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
