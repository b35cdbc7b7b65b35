//go:build !linux && !windows

package pgembed

import (
	"os/exec"
	"strconv"
	"syscall"
)

// Setpgid keeps a terminal's ^C from reaching the database before the service has drained. There is no parent-death
// signal here: a server that outlives a killed service is adopted by the next one.
func sysProcAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// commandOf is the command line of a process, "" if it is gone.
func commandOf(pid int) string {
	b, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return string(b)
}
