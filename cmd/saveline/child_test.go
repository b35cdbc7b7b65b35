package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"
)

const testKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

// programDir is where the program is built, once, by the first test that starts it as a process.
var programDir string

func TestMain(m *testing.M) {
	flag.Parse()
	if !isSet("test.parallel") {
		_ = flag.Set("test.parallel", "5") // most of these tests wait for processes, and those for phones to ring
	}
	dir, err := os.MkdirTemp("", "saveline-cmd-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	programDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func isSet(name string) (set bool) {
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

var program = sync.OnceValues(func() (string, error) {
	name := filepath.Join(programDir, "saveline")
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return name, nil
})

// child is the program as a process of its own. It is killed when the test ends, if it still runs.
type child struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string // empty for a child that serves nothing
	mu     sync.Mutex
	out    bytes.Buffer
	said   chan struct{} // closed when it says its address
	exited chan struct{}
	err    error
}

var saysAddress = regexp.MustCompile(`msg=serving address=(\S+)`)

// startChild starts the program with nothing in its environment but what is given.
func startChild(t *testing.T, env map[string]string, args ...string) *child {
	t.Helper()
	name, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: exec.Command(name, args...), said: make(chan struct{}), exited: make(chan struct{})}
	c.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for k, v := range env {
		c.cmd.Env = append(c.cmd.Env, k+"="+v)
	}
	r, w := io.Pipe()
	c.cmd.Stdout, c.cmd.Stderr = w, w
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() { defer close(read); c.listen(r) }()
	go func() {
		c.err = c.cmd.Wait()
		_ = w.Close()
		<-read
		close(c.exited)
	}()
	t.Cleanup(func() {
		c.kill()
		if t.Failed() {
			t.Logf("%v said:\n%s", args, c.tail(6000))
		}
	})
	return c
}

func (c *child) listen(r io.Reader) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if !bytes.Contains(line, []byte("level=INFO msg=request")) {
			c.mu.Lock()
			c.out.Write(line)
			c.mu.Unlock()
		}
		if m := saysAddress.FindSubmatch(line); m != nil && c.url == "" {
			c.url = "http://" + string(m[1])
			close(c.said)
		}
		if err != nil {
			return
		}
	}
}

// text is all it has said so far, on both channels, but for the requests that went well.
func (c *child) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

func (c *child) tail(n int) string {
	s := c.text()
	return s[max(0, len(s)-n):]
}

// serving waits until it serves.
func (c *child) serving(within time.Duration) *child {
	c.t.Helper()
	select {
	case <-c.said:
	case <-c.exited:
		c.t.Fatalf("it ended (%v) before it served", c.err)
	case <-time.After(within):
		c.t.Fatalf("it does not serve after %v", within)
	}
	return c
}

func (c *child) signal(s syscall.Signal) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		c.t.Fatalf("signal %v: %v", s, err)
	}
}

// kill is kill -9; it waits until nothing is left of the process.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.exited
}

// status waits for its end and returns how it ended.
func (c *child) status(within time.Duration) int {
	c.t.Helper()
	select {
	case <-c.exited:
	case <-time.After(within):
		c.t.Fatalf("it still runs after %v", within)
	}
	var exit *exec.ExitError
	if c.err != nil && !errors.As(c.err, &exit) {
		c.t.Fatal(c.err)
	}
	return c.cmd.ProcessState.ExitCode()
}

func (c *child) isRunning() bool {
	select {
	case <-c.exited:
		return false
	default:
		return true
	}
}

// serve starts `saveline serve` on a free port, as the given node.
func serve(t *testing.T, dsn, node string) *child {
	t.Helper()
	env := map[string]string{
		"DATABASE_URL": dsn, "SAVELINE_SECRET_KEY": testKey, "SAVELINE_DATA_DIR": t.TempDir(), "SAVELINE_NODE": node,
		"SAVELINE_DATABASE_POOL": "12",
	}
	return startChild(t, env, "serve", "-addr", "127.0.0.1:0").serving(30 * time.Second)
}

// until asks again and again until ok, and fails the test if that takes too long.
func until(t *testing.T, within time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}
