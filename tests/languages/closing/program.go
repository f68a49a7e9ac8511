package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

func main() {
	client, err := NewClient(nil)
	if err != nil {
		panic(err)
	}
	called := make(chan string)
	call := func(ctx context.Context) {
		job, err := client.JobContext(ctx, "FB1", "")
		if err != nil {
			called <- err.Error()
		} else {
			called <- *job.ID
		}
	}
	stoppable, stop := context.WithCancel(context.Background())
	defer stop()
	go call(context.Background())
	go call(stoppable)
	// The calls are inside of the library when the test has written a line.
	os.Stdin.Read(make([]byte, 1))
	client.Close()
	client.Close()
	fmt.Println(<-called, <-called)
	_, err = client.Job("FB1", "")
	var failure *Error
	if errors.As(err, &failure) && failure.StatusName == "CBJ_ERROR_INVALID_ARGUMENT" {
		fmt.Println("closed")
	}
}
