package fakebilling

import (
	"bytes"
	"net/http"
	"slices"
)

// Fault is something that goes wrong once, with the next request that does On.
type Fault struct {
	On     string // "discount", "credit", "coupon", "get", "find", "invoices", …
	Made   bool   // the change is made before it goes wrong: the answer is what gets lost
	Status int    // the answer; 0 breaks the connection without one
	First  func() // called when it goes wrong, before the answer
}

// Break has faults happen, in this order.
func (w *World) Break(f ...Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, f...)
}

// Mend forgets the faults that have not happened.
func (w *World) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = nil
}

// faultOf takes the next fault of a request that does what.
func (w *World) faultOf(what string) (Fault, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.faults, func(f Fault) bool { return f.On == what })
	if i < 0 {
		return Fault{}, false
	}
	f := w.faults[i]
	w.faults = slices.Delete(w.faults, i, i+1)
	return f, true
}

// answer is a response that is kept: for a lost one, and for Stripe's idempotency keys.
type answer struct {
	sent   string // what the request said
	status int
	body   []byte
}

// kept is a ResponseWriter that keeps the answer.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is that of the answer.
func (k *kept) Header() http.Header { return k.header }

// WriteHeader keeps the first status.
func (k *kept) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *kept) Write(p []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(p)
}

// faulty serves a request that does what, or has it go wrong.
func (w *World) faulty(rw http.ResponseWriter, what string, serve func(http.ResponseWriter)) {
	f, broken := w.faultOf(what)
	if !broken {
		serve(rw)
		return
	}
	if f.Made {
		serve(&kept{header: http.Header{}})
	}
	if f.First != nil {
		f.First()
	}
	if f.Status == 0 {
		panic(http.ErrAbortHandler) // the server breaks the connection
	}
	http.Error(rw, `{"message":"out of order"}`, f.Status)
}
