package main

import (
	"context"
	"fmt"
)

// runOpenAPI prints the description of the API; docs/openapi.yaml is its golden copy.
func runOpenAPI(_ context.Context, e env, args []string) error {
	if _, err := parse(e.flags("openapi"), args, 0); err != nil {
		return err
	}
	text, err := describe().OpenAPI().YAML()
	if err != nil {
		return fmt.Errorf("print openapi: %w", err)
	}
	_, err = e.stdout.Write(text)
	return err
}
