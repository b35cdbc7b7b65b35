package pgembed

import (
	"os"
	"strconv"
	"syscall"
)

// Setpgid keeps a terminal's ^C from reaching the database before the service has drained; the parent-death signal
// asks it for a fast shutdown when the service is killed.
func sysProcAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
}

// commandOf is the command line of a process, "" if it is gone.
func commandOf(pid int) string {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		return ""
	}
	return string(b)
}
