package auth

import (
	"slices"
	"testing"
)

func TestOneClientNarrowsAndNeverWidens(t *testing.T) {
	t.Parallel()
	actor := Actor{User: 7, Clients: []ClientID{1, 2}, AllClients: true}
	for asked, want := range map[ClientID][]ClientID{0: {1, 2}, 2: {2}, 3: nil} {
		if got := (OneClient{ClientID: asked}).By(actor).Clients; !slices.Equal(got, want) {
			t.Errorf("asked for client %d: %v, want %v", asked, got, want)
		}
	}
	if !slices.Equal(actor.Clients, []ClientID{1, 2}) {
		t.Errorf("the actor themselves was narrowed: %v", actor.Clients)
	}
}
