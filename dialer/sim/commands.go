package sim

import (
	"context"
	"maps"
	"slices"

	"saveline/dialer/telephony"
)

// command runs do under the lock if the switch is up.
func (s *Switch) command(do func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return telephony.ErrDown
	}
	return do()
}

// Answer picks up a leg that rings here. Legs that Dial made are answered by the far side.
func (s *Switch) Answer(_ context.Context, id telephony.LegID) error {
	return s.command(func() error {
		l := s.legs[id]
		if l == nil {
			return telephony.ErrGone
		}
		return telephony.ErrState
	})
}

// Hangup ends a leg in whatever state it is.
func (s *Switch) Hangup(_ context.Context, id telephony.LegID, why telephony.HangupReason) error {
	return s.command(func() error {
		l := s.legs[id]
		if l == nil {
			return telephony.ErrGone
		}
		s.end(l, telephony.Cause{Q850: 16, ByUs: true, RingOut: why == telephony.HangupNoAnswer && l.state != telephony.Up})
		return nil
	})
}

// Bridge lets legs hear each other; a leg that is elsewhere moves.
func (s *Switch) Bridge(_ context.Context, bridge telephony.BridgeID, ids ...telephony.LegID) error {
	return s.command(func() error {
		for _, id := range ids {
			switch l := s.legs[id]; {
			case l == nil:
				return telephony.ErrGone
			case l.state != telephony.Up:
				return telephony.ErrState
			}
		}
		for _, id := range ids {
			l := s.legs[id]
			if l.bridge == bridge {
				continue
			}
			s.leaveBridge(l)
			l.bridge = bridge
			s.bridges[bridge] = append(s.bridges[bridge], id)
			s.emit(l, telephony.Event{Kind: telephony.LegBridged, Bridge: bridge})
		}
		if s.bridges[bridge] == nil {
			s.bridges[bridge] = []telephony.LegID{}
		}
		return nil
	})
}

func (s *Switch) leaveBridge(l *leg) {
	if l.bridge == "" {
		return
	}
	left := slices.DeleteFunc(s.bridges[l.bridge], func(id telephony.LegID) bool { return id == l.id })
	s.bridges[l.bridge] = left
	if len(left) == 0 {
		delete(s.bridges, l.bridge)
	}
	s.emit(l, telephony.Event{Kind: telephony.LegUnbridged, Bridge: l.bridge})
	l.bridge = ""
}

// Unbridge takes legs out of a bridge; they stay up.
func (s *Switch) Unbridge(_ context.Context, bridge telephony.BridgeID, ids ...telephony.LegID) error {
	return s.command(func() error {
		if s.bridges[bridge] == nil {
			return telephony.ErrGone
		}
		for _, id := range ids {
			l := s.legs[id]
			if l == nil || l.bridge != bridge {
				return telephony.ErrGone
			}
			s.leaveBridge(l)
		}
		return nil
	})
}

// CloseBridge takes every leg out of a bridge.
func (s *Switch) CloseBridge(_ context.Context, bridge telephony.BridgeID) error {
	return s.command(func() error {
		if s.bridges[bridge] == nil {
			return telephony.ErrGone
		}
		for _, id := range slices.Clone(s.bridges[bridge]) {
			s.leaveBridge(s.legs[id])
		}
		delete(s.bridges, bridge)
		return nil
	})
}

// Hold plays music to a leg; off returns it to its bridge, where the others did not hear it.
func (s *Switch) Hold(_ context.Context, id telephony.LegID, on bool) error {
	return s.command(func() error {
		switch l := s.legs[id]; {
		case l == nil:
			return telephony.ErrGone
		case l.state != telephony.Up:
			return telephony.ErrState
		default:
			l.held = on
		}
		return nil
	})
}

// Play plays a sound to one leg.
func (s *Switch) Play(_ context.Context, play telephony.PlayID, id telephony.LegID, _ telephony.Sound) error {
	return s.command(func() error {
		l := s.legs[id]
		switch _, twice := s.plays[play]; {
		case l == nil:
			return telephony.ErrGone
		case l.state != telephony.Up:
			return telephony.ErrState
		case twice:
			return telephony.ErrExists
		}
		s.plays[play] = id
		s.after(s.cfg.World.Message, id, func() {
			if _, playing := s.plays[play]; playing {
				delete(s.plays, play)
				s.emit(l, telephony.Event{Kind: telephony.PlayDone, Play: play, Complete: true})
			}
		})
		return nil
	})
}

// StopPlay ends a sound early.
func (s *Switch) StopPlay(_ context.Context, play telephony.PlayID) error {
	return s.command(func() error {
		id, playing := s.plays[play]
		if !playing {
			return telephony.ErrGone
		}
		delete(s.plays, play)
		s.emit(s.legs[id], telephony.Event{Kind: telephony.PlayDone, Play: play})
		return nil
	})
}

// Snapshot is what is up now.
func (s *Switch) Snapshot(context.Context) (snap telephony.Snapshot, err error) {
	err = s.command(func() error {
		snap.Legs = make(map[telephony.LegID]telephony.LegInfo, len(s.legs))
		for id, l := range s.legs {
			snap.Legs[id] = telephony.LegInfo{Side: l.req.Side, State: l.state, Labels: maps.Clone(l.req.Labels), Since: l.since}
		}
		snap.Bridges = make(map[telephony.BridgeID][]telephony.LegID, len(s.bridges))
		for id, legs := range s.bridges {
			snap.Bridges[id] = slices.Clone(legs)
		}
		return nil
	})
	return snap, err
}

func (s *Switch) sortedLegs() []telephony.LegID {
	ids := make([]telephony.LegID, 0, len(s.legs))
	for id := range s.legs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
