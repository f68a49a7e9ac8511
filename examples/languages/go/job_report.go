// Prints a backup job by way of the C library cloudbackupjobs, called through cgo.
//
//	go build -o job_report job_report.go
//	CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... ./job_report JOB_ID
//
// What comes before "The program" is made to be copied into a package. Options beside the environment's are a map:
//
//	NewClient(Options{"data_center": "us", "client_id": "...", "client_secret_file": "/run/secrets/cbj", "timeout_ms": 5000})
//
// cgo reads the header itself; pkg-config finds it. The system's loader looks for the library when the program starts;
// LD_LIBRARY_PATH names other folders. While a call waits, other goroutines run, and Ctrl-C is not held up.
package main

/*
#cgo pkg-config: cloudbackupjobs
#include <stdlib.h>
#include <cloudbackupjobs.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

// ErrorDetail is one entry of the service's own list of errors; what it did not send is nil.
type ErrorDetail struct{ Code, Field, Message *string }

// Error is why a call failed. Its Error method is one line for a person.
type Error struct {
	Status     int
	StatusName string
	Message    string
	HTTPStatus int // 0 where no answer came
	RequestID  *string
	TraceID    *string
	RetryAfter *time.Duration
	Retryable  bool
	Details    []ErrorDetail
}

func (e *Error) Error() string { return e.Message }

// JobError is one of the top errors of a job.
type JobError struct {
	Message     *string
	URL         *string
	Occurrences *int64
}

// State is the state of a job: the numbers of cbj_state.
type State int32

const (
	StateUnknown               State = C.CBJ_STATE_UNKNOWN
	StateInProgress            State = C.CBJ_STATE_IN_PROGRESS
	StateFinished              State = C.CBJ_STATE_FINISHED
	StateFailed                State = C.CBJ_STATE_FAILED
	StateFinishedWithException State = C.CBJ_STATE_FINISHED_WITH_EXCEPTION
	StatePartiallyFinished     State = C.CBJ_STATE_PARTIALLY_FINISHED
)

// Job is one job. What the service did not send is nil.
type Job struct {
	ID, StateText                                          *string
	State                                                  State
	StartTime, FinishTime                                  *time.Time
	StartTimeText, FinishTimeText                          *string
	Elapsed                                                *time.Duration
	DurationHours                                          *float64
	TotalCount, FailedCount, SuccessfulCount, SkippedCount *int64
	Errors                                                 []JobError
	RequestID                                              *string
}

func text(found *C.char) *string {
	if found == nil {
		return nil
	}
	copied := C.GoString(found)
	return &copied
}

func count(number C.int64_t) *int64 {
	if number < 0 {
		return nil
	}
	copied := int64(number)
	return &copied
}

func span(ms C.int64_t) *time.Duration {
	if ms < 0 {
		return nil
	}
	duration := time.Duration(ms) * time.Millisecond
	return &duration
}

func moment(ms C.int64_t) *time.Time {
	if int64(ms) == math.MinInt64 {
		return nil
	}
	found := time.UnixMilli(int64(ms)).UTC()
	return &found
}

// Text for C, which would end it at a NUL; to be freed.
func textIn(name, value string) (*C.char, error) {
	if strings.ContainsRune(value, 0) {
		return nil, fmt.Errorf("%s holds a NUL", name)
	}
	return C.CString(value), nil
}

// Copies the error out of its handle, which is freed.
func takeError(status C.cbj_status, handle *C.cbj_error) error {
	defer C.cbj_error_free(handle)
	failure := &Error{
		Status:     int(status),
		StatusName: C.GoString(C.cbj_status_name(status)),
		Message:    C.GoString(C.cbj_error_message(handle)),
		HTTPStatus: int(C.cbj_error_http_status(handle)),
		RequestID:  text(C.cbj_error_request_id(handle)),
		TraceID:    text(C.cbj_error_trace_id(handle)),
		RetryAfter: span(C.cbj_error_retry_after_ms(handle)),
		Retryable:  C.cbj_error_is_retryable(handle) == 1,
	}
	for index := C.size_t(0); index < C.cbj_error_detail_count(handle); index++ {
		failure.Details = append(failure.Details, ErrorDetail{
			text(C.cbj_error_detail_code(handle, index)),
			text(C.cbj_error_detail_field(handle, index)),
			text(C.cbj_error_detail_message(handle, index)),
		})
	}
	return failure
}

// Copies the job out of its handle, which is freed.
func takeJob(handle *C.cbj_job) *Job {
	defer C.cbj_job_free(handle)
	job := &Job{
		ID:              text(C.cbj_job_id(handle)),
		State:           State(C.cbj_job_state(handle)),
		StateText:       text(C.cbj_job_state_text(handle)),
		StartTime:       moment(C.cbj_job_start_time_ms(handle)),
		FinishTime:      moment(C.cbj_job_finish_time_ms(handle)),
		StartTimeText:   text(C.cbj_job_start_time_text(handle)),
		FinishTimeText:  text(C.cbj_job_finish_time_text(handle)),
		Elapsed:         span(C.cbj_job_elapsed_ms(handle)),
		TotalCount:      count(C.cbj_job_total_count(handle)),
		FailedCount:     count(C.cbj_job_failed_count(handle)),
		SuccessfulCount: count(C.cbj_job_successful_count(handle)),
		SkippedCount:    count(C.cbj_job_skipped_count(handle)),
		RequestID:       text(C.cbj_job_request_id(handle)),
	}
	if hours := float64(C.cbj_job_duration_hours(handle)); !math.IsNaN(hours) {
		job.DurationHours = &hours
	}
	for index := C.size_t(0); index < C.cbj_job_error_count(handle); index++ {
		job.Errors = append(job.Errors, JobError{
			text(C.cbj_job_error_message(handle, index)),
			text(C.cbj_job_error_url(handle, index)),
			count(C.cbj_job_error_occurrences(handle, index)),
		})
	}
	return job
}

// Client asks the service. Goroutines may share it. Close frees it, or else the garbage collector.
type Client struct{ handle *C.cbj_client }

// Options has the names of the library's configuration file, with values that are text, whole numbers or booleans.
type Options map[string]any

// NewClient makes a client that is configured by the environment and by options. Where both have an option, the one
// given here wins; nil leaves it out.
func NewClient(options Options) (*Client, error) {
	config := C.cbj_config_new()
	defer C.cbj_config_free(config)
	var failure *C.cbj_error
	if status := C.cbj_config_load_env(config, &failure); status != C.CBJ_OK {
		return nil, takeError(status, failure)
	}
	for name, value := range options {
		if value == nil {
			continue
		}
		if err := setOption(config, name, fmt.Sprint(value)); err != nil {
			return nil, err
		}
	}
	client := &Client{}
	if status := C.cbj_client_new(config, &client.handle, &failure); status != C.CBJ_OK {
		return nil, takeError(status, failure)
	}
	runtime.SetFinalizer(client, (*Client).Close)
	return client, nil
}

func setOption(config *C.cbj_config, name, value string) error {
	nameText, err := textIn("an option's name", name)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(nameText))
	valueText, err := textIn(name, value)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(valueText))
	var failure *C.cbj_error
	if status := C.cbj_config_set_option(config, nameText, valueText, &failure); status != C.CBJ_OK {
		return takeError(status, failure)
	}
	return nil
}

// Close frees the client: not while another goroutine is inside a call.
func (client *Client) Close() {
	C.cbj_client_free(client.handle)
	client.handle = nil
	runtime.SetFinalizer(client, nil)
}

// Job retrieves one job. The location is for Multi-Geo tenants, and empty for all others.
func (client *Client) Job(id, location string) (*Job, error) {
	idText, err := textIn("id", id)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(idText))
	var locationText *C.char
	if location != "" {
		if locationText, err = textIn("location", location); err != nil {
			return nil, err
		}
		defer C.free(unsafe.Pointer(locationText))
	}
	var job *C.cbj_job
	var failure *C.cbj_error
	status := C.cbj_client_get_job(client.handle, idText, locationText, &job, &failure)
	// Not collected, and so not freed, before the call has returned.
	runtime.KeepAlive(client)
	if status != C.CBJ_OK {
		return nil, takeError(status, failure)
	}
	return takeJob(job), nil
}

// The program.

func or(found *string, otherwise string) string {
	if found == nil {
		return otherwise
	}
	return *found
}

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

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: job_report JOB_ID")
		os.Exit(2)
	}
	client, err := NewClient(nil)
	var job *Job
	if err == nil {
		defer client.Close()
		job, err = client.Job(os.Args[1], "")
	}
	var failure *Error
	if errors.As(err, &failure) {
		explain(failure)
		os.Exit(1)
	} else if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	report(job)
}
