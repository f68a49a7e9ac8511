// Backup jobs by way of the C library cloudbackupjobs, called through cgo. Copy this file, job.go and list.go into a package.
//
// Options beside the environment's are a map:
//
//	NewClient(Options{"data_center": "us", "client_id": "...", "client_secret_file": "/run/secrets/cbj", "timeout_ms": 5000})
//
// Jobs are listed as bufio.Scanner reads lines, or from Go 1.23 on with "for job, err := range jobs.All()":
//
//	jobs, err := client.ListJobs(ctx, &Query{ObjectType: ObjectTypeExchangeOnline, State: StateFailed})
//
// cgo reads the header itself; pkg-config finds it. For Windows, where pkg-config is rare, CGO_CFLAGS=-IFOLDER and
// CGO_LDFLAGS=-LFOLDER name the folders of the header and the library. The system's loader looks for the library when the
// program starts, on Windows first in the program's folder. LD_LIBRARY_PATH names other folders on Linux, PATH on Windows.
//
// While a call waits, other goroutines run, and Ctrl-C is not held up. A context that is done ends the call within 50 ms.
package main

/*
#cgo !windows pkg-config: cloudbackupjobs
#cgo windows LDFLAGS: -lcloudbackupjobs
#include <stdlib.h>
#include <cloudbackupjobs.h>
*/
import "C"

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
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
	RetryAfter *time.Duration // at most 292 years, where a Duration ends
	Retryable  bool
	Details    []ErrorDetail
	context    error
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns context.Canceled or context.DeadlineExceeded if the context ended the call, else nil.
func (e *Error) Unwrap() error { return e.context }

// Version is that of the library.
func Version() string { return C.GoString(C.cbj_version()) }

// HasFeature says whether the library was built with a feature, for example "certificate".
func HasFeature(name string) bool {
	nameText, err := textIn("a feature", name)
	if err != nil {
		return false
	}
	defer C.free(unsafe.Pointer(nameText))
	return C.cbj_has_feature(nameText) == 1
}

// Client asks the service. Goroutines may share it, and any of them may close it at any time. Close frees it, or else the
// garbage collector.
type Client struct {
	handle   *C.cbj_client
	lock     sync.Mutex
	calls    int
	isClosed bool
}

// Options has the names of the library's configuration file, with values that are text, whole numbers or booleans.
type Options map[string]any

// NewClient makes a client that is configured by the environment and by options. Where both have an option, the one
// given here wins; nil leaves it out.
func NewClient(options Options) (*Client, error) {
	return newClient(options, func(config *C.cbj_config, failure **C.cbj_error) C.cbj_status {
		return C.cbj_config_load_env(config, failure)
	})
}

// NewClientFromFile makes a client that is configured by a file and by options.
func NewClientFromFile(path string, options Options) (*Client, error) {
	pathText, err := textIn("path", path)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(pathText))
	return newClient(options, func(config *C.cbj_config, failure **C.cbj_error) C.cbj_status {
		return C.cbj_config_load_file(config, pathText, failure)
	})
}

func newClient(options Options, load func(*C.cbj_config, **C.cbj_error) C.cbj_status) (*Client, error) {
	config := C.cbj_config_new()
	defer C.cbj_config_free(config)
	var failure *C.cbj_error
	if status := load(config, &failure); status != C.CBJ_OK {
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

// Close frees the client. Calls that are under way go on to their end, and the last of them frees it. Later calls fail with
// CBJ_ERROR_INVALID_ARGUMENT.
func (client *Client) Close() {
	client.lock.Lock()
	defer client.lock.Unlock()
	client.isClosed = true
	client.freeIfOver()
	runtime.SetFinalizer(client, nil)
}

func (client *Client) freeIfOver() {
	if client.isClosed && client.calls == 0 {
		C.cbj_client_free(client.handle)
		client.handle = nil
	}
}

// The handle for a call, which is not freed, nor is the client collected, before end. After Close it is nil, which the
// library refuses.
func (client *Client) begin() *C.cbj_client {
	client.lock.Lock()
	defer client.lock.Unlock()
	if client.isClosed {
		return nil
	}
	client.calls++
	return client.handle
}

func (client *Client) end(handle *C.cbj_client) {
	if handle == nil {
		return
	}
	client.lock.Lock()
	defer client.lock.Unlock()
	client.calls--
	client.freeIfOver()
}

// Share makes another client on the same connections and access token, with a timeout of its own.
func (client *Client) Share() (*Client, error) {
	var failure *C.cbj_error
	other := &Client{}
	handle := client.begin()
	defer client.end(handle)
	status := C.cbj_client_share(handle, &other.handle, &failure)
	if status != C.CBJ_OK {
		return nil, takeError(status, failure)
	}
	runtime.SetFinalizer(other, (*Client).Close)
	return other, nil
}

// SetTimeout sets how long a whole call may take, for calls that begin from now on.
func (client *Client) SetTimeout(timeout time.Duration) error {
	handle := client.begin()
	defer client.end(handle)
	return refused("timeout", C.cbj_client_set_timeout_ms(handle, milliseconds(timeout)))
}

// SetAccessToken replaces the access token of a client that was configured with one.
func (client *Client) SetAccessToken(token string) error {
	handle := client.begin()
	defer client.end(handle)
	tokenText, err := textIn("access token", token)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(tokenText))
	return refused("access token", C.cbj_client_set_access_token(handle, tokenText))
}

// What a function says that has a status and no error.
func refused(name string, status C.cbj_status) error {
	if status == C.CBJ_OK {
		return nil
	}
	statusName := C.GoString(C.cbj_status_name(status))
	return &Error{Status: int(status), StatusName: statusName, Message: "the " + name + " is not allowed: " + statusName}
}

// The handle of a client that is cancelled when the context is done: one that shares the connections, so that the calls of
// other goroutines go on. The function stops that, and frees it.
func (client *Client) until(ctx context.Context) (*C.cbj_client, func(), error) {
	if ctx.Done() == nil {
		handle := client.begin()
		return handle, func() { client.end(handle) }, nil
	}
	own, err := client.Share()
	if err != nil {
		return nil, nil, err
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-ctx.Done():
			C.cbj_client_cancel(own.handle)
		case <-stop:
		}
	}()
	return own.handle, func() {
		close(stop)
		<-stopped
		own.Close()
	}, nil
}

// The error, which says so if the context ended the call.
func takeErrorIn(ctx context.Context, status C.cbj_status, handle *C.cbj_error) error {
	failure := takeError(status, handle)
	if status == C.CBJ_ERROR_CANCELLED {
		failure.context = ctx.Err()
	}
	return failure
}

// Job retrieves one job. The location is for Multi-Geo tenants, and empty for all others.
func (client *Client) Job(id, location string) (*Job, error) {
	return client.JobContext(context.Background(), id, location)
}

// JobContext retrieves one job, as Job does, until the context is done.
func (client *Client) JobContext(ctx context.Context, id, location string) (*Job, error) {
	return client.ask(ctx, id, location,
		func(own *C.cbj_client, id, location *C.char, job **C.cbj_job, failure **C.cbj_error) C.cbj_status {
			return C.cbj_client_get_job(own, id, location, job, failure)
		})
}

// WaitJob waits until a job has ended, well or not. It asks for the job at an interval, of which 0 means 30 s, and fails
// with CBJ_ERROR_TIMEOUT after the timeout. Failures that a later call may not have do not end it.
func (client *Client) WaitJob(ctx context.Context, id, location string, interval, timeout time.Duration) (*Job, error) {
	return client.ask(ctx, id, location,
		func(own *C.cbj_client, id, location *C.char, job **C.cbj_job, failure **C.cbj_error) C.cbj_status {
			return C.cbj_client_wait_job(own, id, location, milliseconds(interval), milliseconds(timeout), job, failure)
		})
}

type askFunc func(own *C.cbj_client, id, location *C.char, job **C.cbj_job, failure **C.cbj_error) C.cbj_status

func (client *Client) ask(ctx context.Context, id, location string, call askFunc) (*Job, error) {
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
	own, stop, err := client.until(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	var job *C.cbj_job
	var failure *C.cbj_error
	status := call(own, idText, locationText, &job, &failure)
	if status != C.CBJ_OK {
		return nil, takeErrorIn(ctx, status, failure)
	}
	return takeJob(job), nil
}

func or(found *string, otherwise string) string {
	if found == nil {
		return otherwise
	}
	return *found
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
	// A Duration ends after 292 years.
	duration := time.Duration(math.MaxInt64)
	if int64(ms) <= math.MaxInt64/int64(time.Millisecond) {
		duration = time.Duration(ms) * time.Millisecond
	}
	return &duration
}

func moment(ms C.int64_t) *time.Time {
	if int64(ms) == math.MinInt64 {
		return nil
	}
	found := time.UnixMilli(int64(ms)).UTC()
	return &found
}

// For C, which counts milliseconds from 1970 on: the nearest time that it counts. Its smallest number means no limit.
func unixMs(moment time.Time) C.int64_t {
	switch seconds := moment.Unix(); {
	case moment.Equal(Ever):
		return math.MinInt64
	case seconds < math.MinInt64/1000:
		return math.MinInt64 + 1
	case seconds >= math.MaxInt64/1000:
		return math.MaxInt64
	}
	return C.int64_t(moment.UnixMilli())
}

func yes(answer C.int32_t) *bool {
	if answer < 0 {
		return nil
	}
	copied := answer == 1
	return &copied
}

// For C, which counts milliseconds in 32 bits: any time above 0 is at least one of them, and a longer time than it counts is
// the longest.
func milliseconds(duration time.Duration) C.uint32_t {
	// Divided first: nothing can be added to the longest Duration.
	ms := duration / time.Millisecond
	if duration%time.Millisecond > 0 {
		ms++
	}
	return C.uint32_t(math.Min(math.Max(float64(ms), 0), math.MaxUint32))
}

// Text for C, which would end it at a NUL; to be freed.
func textIn(name, value string) (*C.char, error) {
	if strings.ContainsRune(value, 0) {
		return nil, fmt.Errorf("%s holds a NUL", name)
	}
	return C.CString(value), nil
}

// Copies the error out of its handle, which is freed.
func takeError(status C.cbj_status, handle *C.cbj_error) *Error {
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
