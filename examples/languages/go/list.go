package main

/*
#include <stdlib.h>
#include <cloudbackupjobs.h>
*/
import "C"

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"
	"unsafe"
)

// JobType is what a job does: the numbers of cbj_job_type. The library passes others on to the service.
type JobType int32

const (
	// begin generated: job_types
	JobTypeAll       JobType = C.CBJ_JOB_TYPE_ALL
	JobTypeBackup    JobType = C.CBJ_JOB_TYPE_BACKUP
	JobTypeRestore   JobType = C.CBJ_JOB_TYPE_RESTORE
	JobTypeExport    JobType = C.CBJ_JOB_TYPE_EXPORT
	JobTypeDeletion  JobType = C.CBJ_JOB_TYPE_DELETION
	JobTypeRetention JobType = C.CBJ_JOB_TYPE_RETENTION
	// end generated
)

// String is the name, for example "backup".
func (jobType JobType) String() string {
	return or(text(C.cbj_job_type_name(C.cbj_job_type(jobType))), fmt.Sprint(int32(jobType)))
}

// ParseJobType finds a type by its name. Case, blanks, '_' and '-' do not count.
func ParseJobType(name string) (JobType, error) {
	nameText, err := textIn("a job type", name)
	if err != nil {
		return 0, err
	}
	defer C.free(unsafe.Pointer(nameText))
	if found := C.cbj_job_type_from_name(nameText); found >= 0 {
		return JobType(found), nil
	}
	return 0, fmt.Errorf("there is no job type %q", name)
}

// ObjectType is the kind of objects that a job is about: the numbers of cbj_object_type, as for JobType.
type ObjectType int32

const (
	// begin generated: object_types
	ObjectTypeAll                ObjectType = C.CBJ_OBJECT_TYPE_ALL
	ObjectTypeExchangeOnline     ObjectType = C.CBJ_OBJECT_TYPE_EXCHANGE_ONLINE
	ObjectTypeSharepointOnline   ObjectType = C.CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE
	ObjectTypeOnedrive           ObjectType = C.CBJ_OBJECT_TYPE_ONEDRIVE
	ObjectTypeMicrosoft365Groups ObjectType = C.CBJ_OBJECT_TYPE_MICROSOFT_365_GROUPS
	ObjectTypeProjectOnline      ObjectType = C.CBJ_OBJECT_TYPE_PROJECT_ONLINE
	ObjectTypePublicFolder       ObjectType = C.CBJ_OBJECT_TYPE_PUBLIC_FOLDER
	ObjectTypeTeams              ObjectType = C.CBJ_OBJECT_TYPE_TEAMS
	ObjectTypeVivaEngage         ObjectType = C.CBJ_OBJECT_TYPE_VIVA_ENGAGE
	ObjectTypeTeamsChat          ObjectType = C.CBJ_OBJECT_TYPE_TEAMS_CHAT
	ObjectTypePowerBi            ObjectType = C.CBJ_OBJECT_TYPE_POWER_BI
	ObjectTypePowerAutomate      ObjectType = C.CBJ_OBJECT_TYPE_POWER_AUTOMATE
	ObjectTypePowerApps          ObjectType = C.CBJ_OBJECT_TYPE_POWER_APPS
	// end generated
)

// String is the name, for example "exchange-online".
func (objectType ObjectType) String() string {
	return or(text(C.cbj_object_type_name(C.cbj_object_type(objectType))), fmt.Sprint(int32(objectType)))
}

// ParseObjectType finds a kind of objects by its name. Case, blanks, '_' and '-' do not count.
func ParseObjectType(name string) (ObjectType, error) {
	nameText, err := textIn("an object type", name)
	if err != nil {
		return 0, err
	}
	defer C.free(unsafe.Pointer(nameText))
	if found := C.cbj_object_type_from_name(nameText); found >= 0 {
		return ObjectType(found), nil
	}
	return 0, fmt.Errorf("there is no object type %q", name)
}

// Ever is the Since of a query without a limit.
var Ever = time.UnixMilli(math.MinInt64)

// Query says which jobs to find. The zero value, like nil, means every job that started in the last 7 days.
type Query struct {
	Since      time.Time // jobs that started then or later; zero: 7 days ago
	Until      time.Time // jobs that started before then; zero: no limit
	JobType    JobType
	ObjectType ObjectType
	State      State  // StateUnknown: any
	Location   string // empty: the configured one, or all
	PageSize   uint32 // 0: the library's own
	MaxJobs    uint32 // where a listing gives up and is incomplete; 0: the library's own
}

// The query's handle, to be freed.
func (query *Query) handle() (*C.cbj_query, error) {
	handle := C.cbj_query_new()
	if query == nil {
		return handle, nil
	}
	var err error
	set := func(name string, isSet bool, status func() C.cbj_status) {
		if isSet && err == nil {
			err = refused(name+" of the query", status())
		}
	}
	set("since", !query.Since.IsZero(), func() C.cbj_status {
		return C.cbj_query_set_since_ms(handle, unixMs(query.Since))
	})
	set("until", !query.Until.IsZero(), func() C.cbj_status {
		return C.cbj_query_set_until_ms(handle, unixMs(query.Until))
	})
	set("job type", true, func() C.cbj_status { return C.cbj_query_set_job_type(handle, C.cbj_job_type(query.JobType)) })
	set("object type", true, func() C.cbj_status {
		return C.cbj_query_set_object_type(handle, C.cbj_object_type(query.ObjectType))
	})
	set("state", true, func() C.cbj_status { return C.cbj_query_set_state(handle, C.cbj_state(query.State)) })
	set("page size", query.PageSize > 0, func() C.cbj_status {
		return C.cbj_query_set_page_size(handle, C.uint32_t(query.PageSize))
	})
	set("max jobs", query.MaxJobs > 0, func() C.cbj_status {
		return C.cbj_query_set_max_jobs(handle, C.uint32_t(query.MaxJobs))
	})
	if query.Location != "" && err == nil {
		var location *C.char
		if location, err = textIn("location", query.Location); err == nil {
			defer C.free(unsafe.Pointer(location))
			err = refused("location of the query", C.cbj_query_set_location(handle, location))
		}
	}
	if err != nil {
		C.cbj_query_free(handle)
		return nil, err
	}
	return handle, nil
}

// Jobs is a list of jobs, read page by page as it is needed, by one goroutine. Close frees it, or else the garbage
// collector; it outlives its client.
type Jobs struct {
	handle *C.cbj_job_iter
	ctx    context.Context
	stop   func()
	job    *Job
	err    error
}

// ListJobs fetches the first page of the jobs that a query means. The context holds for the later pages, too.
func (client *Client) ListJobs(ctx context.Context, query *Query) (*Jobs, error) {
	queryHandle, err := query.handle()
	if err != nil {
		return nil, err
	}
	defer C.cbj_query_free(queryHandle)
	own, stop, err := client.until(ctx)
	if err != nil {
		return nil, err
	}
	jobs := &Jobs{ctx: ctx, stop: stop}
	var failure *C.cbj_error
	status := C.cbj_client_list_jobs(own, queryHandle, &jobs.handle, &failure)
	if status != C.CBJ_OK {
		stop()
		return nil, takeErrorIn(ctx, status, failure)
	}
	runtime.SetFinalizer(jobs, (*Jobs).Close)
	return jobs, nil
}

// Next goes to the next job. It answers false at the end, and after a failure, which Err returns; if it is called again
// after a failure, it asks for the same page again, and no job is lost.
func (jobs *Jobs) Next() bool {
	defer runtime.KeepAlive(jobs)
	var job *C.cbj_job
	var failure *C.cbj_error
	jobs.job, jobs.err = nil, nil
	if status := C.cbj_job_iter_next(jobs.handle, &job, &failure); status != C.CBJ_OK {
		jobs.err = takeErrorIn(jobs.ctx, status, failure)
		return false
	}
	if job == nil {
		return false
	}
	jobs.job = takeJob(job)
	return true
}

// Job is the job that Next found.
func (jobs *Jobs) Job() *Job { return jobs.job }

// Err is why Next answered false; nil at the end of the list.
func (jobs *Jobs) Err() error { return jobs.err }

// All is what Go 1.23 calls an iter.Seq2[*Job, error]. A failure is the last pair.
func (jobs *Jobs) All() func(yield func(*Job, error) bool) {
	return func(yield func(*Job, error) bool) {
		for jobs.Next() {
			if !yield(jobs.job, nil) {
				return
			}
		}
		if jobs.err != nil {
			yield(nil, jobs.err)
		}
	}
}

// TotalCount is how many jobs there are, as the service said last, in whole days.
func (jobs *Jobs) TotalCount() *int64 {
	defer runtime.KeepAlive(jobs)
	return count(C.cbj_job_iter_total_count(jobs.handle))
}

// MissingCount is, after the end, how many jobs the service says it has and did not send; nil where the number is unknown.
func (jobs *Jobs) MissingCount() *int64 {
	defer runtime.KeepAlive(jobs)
	return count(C.cbj_job_iter_missing_count(jobs.handle))
}

// Complete says, after the end, whether no job is known to be missing.
func (jobs *Jobs) Complete() bool {
	defer runtime.KeepAlive(jobs)
	return C.cbj_job_iter_is_complete(jobs.handle) == 1
}

// Close frees the list, also before its end.
func (jobs *Jobs) Close() {
	if jobs.handle == nil {
		return
	}
	C.cbj_job_iter_free(jobs.handle)
	jobs.handle = nil
	jobs.stop()
	runtime.SetFinalizer(jobs, nil)
}

// Summary is what the jobs of a query say together. A job that there is not is nil.
type Summary struct {
	Latest       *Job // by its start
	LatestEnded  *Job // by its finish
	InState      map[State]StateSummary
	Count        int64
	TotalCount   *int64 // as the service said last, in whole days
	MissingCount *int64 // jobs that the service says it has and did not send; nil where the number is unknown
	Complete     bool   // no job is known to be missing
}

// StateSummary is about the jobs in one state.
type StateSummary struct {
	Count  int64
	Latest *Job
}

// SummarizeJobs reads the whole list within the time of one call.
func (client *Client) SummarizeJobs(ctx context.Context, query *Query) (*Summary, error) {
	queryHandle, err := query.handle()
	if err != nil {
		return nil, err
	}
	defer C.cbj_query_free(queryHandle)
	own, stop, err := client.until(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	var handle *C.cbj_summary
	var failure *C.cbj_error
	status := C.cbj_client_summarize_jobs(own, queryHandle, &handle, &failure)
	if status != C.CBJ_OK {
		return nil, takeErrorIn(ctx, status, failure)
	}
	defer C.cbj_summary_free(handle)
	summary := &Summary{
		Latest:       copyJob(C.cbj_summary_latest(handle)),
		LatestEnded:  copyJob(C.cbj_summary_latest_ended(handle)),
		InState:      map[State]StateSummary{},
		Count:        int64(C.cbj_summary_count(handle)),
		TotalCount:   count(C.cbj_summary_total_count(handle)),
		MissingCount: count(C.cbj_summary_missing_count(handle)),
		Complete:     C.cbj_summary_is_complete(handle) == 1,
	}
	// The library answers -1 for a number that is no state.
	for state := C.cbj_state(0); C.cbj_summary_count_in_state(handle, state) >= 0; state++ {
		summary.InState[State(state)] = StateSummary{
			Count:  int64(C.cbj_summary_count_in_state(handle, state)),
			Latest: copyJob(C.cbj_summary_latest_in_state(handle, state)),
		}
	}
	return summary, nil
}
