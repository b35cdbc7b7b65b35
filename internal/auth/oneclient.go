package auth

// OneClient is how a list is narrowed to one of several clients; embed it in the input beside httpx.Page.
type OneClient struct {
	ClientID ClientID `query:"clientId" minimum:"1" doc:"only what is this client's; of all the actor's clients if left out"`
}

// By is the actor who sees no client but the one asked for; 0 asks for all of theirs. Of a client that is not the
// actor's they see nothing, as if it were not there.
func (o OneClient) By(a Actor) Actor {
	switch {
	case o.ClientID == 0:
		return a
	case a.Sees(o.ClientID):
		a.Clients = []ClientID{o.ClientID}
	default:
		a.Clients = nil
	}
	return a
}
