package main

/*
#include <stdlib.h>
#include <cloudbackupjobs.h>
*/
import "C"

import (
	"math"
	"time"
)

// JobError is one of the top errors of a job.
type JobError struct {
	Message     *string
	URL         *string
	Occurrences *int64
	HasCode     *bool
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

// IsTerminal says whether a job in this state has ended.
func (state State) IsTerminal() bool { return C.cbj_state_is_terminal(C.cbj_state(state)) == 1 }

// Job is one job. What the service did not send is nil.
type Job struct {
	ID, StateText                                          *string
	State                                                  State
	StartTime, FinishTime                                  *time.Time
	StartTimeText, FinishTimeText                          *string
	Elapsed                                                *time.Duration // at most 292 years, where a Duration ends
	DurationHours                                          *float64
	DurationText                                           *string
	TotalCount, FailedCount, SuccessfulCount, SkippedCount *int64
	Errors                                                 []JobError
	HasErrorList                                           bool // the service sent the errors, be there none
	RequestID, TraceID                                     *string
	ResponseTime                                           *time.Time
	JSON                                                   string // the job as the service sent it
}

// Copies the job out of its handle, which is freed.
func takeJob(handle *C.cbj_job) *Job {
	defer C.cbj_job_free(handle)
	return copyJob(handle)
}

func copyJob(handle *C.cbj_job) *Job {
	if handle == nil {
		return nil
	}
	job := &Job{
		ID:              text(C.cbj_job_id(handle)),
		State:           State(C.cbj_job_state(handle)),
		StateText:       text(C.cbj_job_state_text(handle)),
		StartTime:       moment(C.cbj_job_start_time_ms(handle)),
		FinishTime:      moment(C.cbj_job_finish_time_ms(handle)),
		StartTimeText:   text(C.cbj_job_start_time_text(handle)),
		FinishTimeText:  text(C.cbj_job_finish_time_text(handle)),
		Elapsed:         span(C.cbj_job_elapsed_ms(handle)),
		HasErrorList:    C.cbj_job_has_error_list(handle) == 1,
		TotalCount:      count(C.cbj_job_total_count(handle)),
		FailedCount:     count(C.cbj_job_failed_count(handle)),
		SuccessfulCount: count(C.cbj_job_successful_count(handle)),
		SkippedCount:    count(C.cbj_job_skipped_count(handle)),
		DurationText:    text(C.cbj_job_duration_text(handle)),
		RequestID:       text(C.cbj_job_request_id(handle)),
		TraceID:         text(C.cbj_job_trace_id(handle)),
		ResponseTime:    moment(C.cbj_job_response_time_ms(handle)),
		JSON:            C.GoString(C.cbj_job_json(handle)),
	}
	if hours := float64(C.cbj_job_duration_hours(handle)); !math.IsNaN(hours) {
		job.DurationHours = &hours
	}
	for index := C.size_t(0); index < C.cbj_job_error_count(handle); index++ {
		job.Errors = append(job.Errors, JobError{
			text(C.cbj_job_error_message(handle, index)),
			text(C.cbj_job_error_url(handle, index)),
			count(C.cbj_job_error_occurrences(handle, index)),
			yes(C.cbj_job_error_has_code(handle, index)),
		})
	}
	return job
}

// ParseJob reads a saved answer of the service.
func ParseJob(json []byte) (*Job, error) {
	copied := C.CBytes(json)
	defer C.free(copied)
	var job *C.cbj_job
	var failure *C.cbj_error
	if status := C.cbj_job_parse((*C.char)(copied), C.size_t(len(json)), &job, &failure); status != C.CBJ_OK {
		return nil, takeError(status, failure)
	}
	return takeJob(job), nil
}
