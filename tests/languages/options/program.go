package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	client, err := NewClient(Options{"base_url": os.Args[1], "access_token": "of-the-options", "location": nil,
		"max_retries": 0, "timeout_ms": 20_000, "trust": "bundled"})
	if err != nil {
		panic(err)
	}
	job, err := client.Job("FB1", "")
	if err != nil {
		panic(err)
	}
	fmt.Println(*job.StateText)
	if _, err := NewClient(Options{"base_url": "http://192.0.2.1", "allow_http": true}); err != nil {
		panic(err)
	}
	for _, wrong := range []Options{{"timeout": 5}, {"max_retries": -1}, {"client_secret_file": "/nonexistent/x"}, {"timeout_ms": 0}} {
		_, err := NewClient(wrong)
		var failure *Error
		if errors.As(err, &failure) {
			fmt.Println(failure.StatusName, failure)
		}
	}
}
