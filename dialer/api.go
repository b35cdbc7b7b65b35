package dialer

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// out wraps an answer's body for the API.
type out[T any] struct {
	Body T
}

// Routes adds the dialer's operations to the API.
func (s *Service) Routes(api huma.API) {
	s.deskRoutes(api)
	s.callRoutes(api)
	s.floorRoutes(api)
	s.settingsRoutes(api)
}

type setStateIn struct {
	Body struct {
		State      AgentState   `json:"state" enum:"ready,away"`
		CampaignID campaigns.ID `json:"campaignId,omitempty" doc:"for ready; left out, the campaign stays"`
		Reason     string       `json:"reason,omitempty" maxLength:"60" doc:"for away: one of the pause reasons"`
	}
}

func (in *setStateIn) set() SetState {
	return SetState{State: in.Body.State, Campaign: in.Body.CampaignID, Reason: in.Body.Reason}
}

type leadIn struct {
	Body struct {
		LeadID campaigns.LeadID `json:"leadId" minimum:"1"`
	}
}

// BeatBody answers a heartbeat.
type BeatBody struct {
	State   AgentState `json:"state"`
	Version int64      `json:"version" doc:"of the desk: newer than the page's means refetch"`
}

type searchIn struct {
	Q string `query:"q" maxLength:"80"`
}

func (s *Service) deskRoutes(api huma.API) {
	const tag = "desk"
	httpx.Register(api, httpx.Operation{
		ID: "get-desk", Method: "GET", Path: "/v1/desk", Tag: tag, Permission: auth.DeskWork,
		Summary: "My desk: state, call, the person, my day",
	}, func(ctx context.Context, _ *struct{}) (*out[Desk], error) { return s.deskOf(ctx) })
	httpx.Register(api, httpx.Operation{
		ID: "set-desk-state", Method: "POST", Path: "/v1/desk/state", Tag: tag, Permission: auth.DeskWork,
		Summary: "Be ready or away; during a call it follows the outcome",
	}, func(ctx context.Context, in *setStateIn) (*out[Desk], error) {
		if err := s.SetAgentState(ctx, auth.ActorFrom(ctx), in.set()); err != nil {
			return nil, err
		}
		return s.deskOf(ctx)
	})
	httpx.Register(api, httpx.Operation{
		ID: "desk-heartbeat", Method: "POST", Path: "/v1/desk/heartbeat", Tag: tag, Permission: auth.DeskWork,
		Summary: "A sign of life, every five seconds",
	}, func(ctx context.Context, _ *struct{}) (*out[BeatBody], error) {
		b, err := s.Heartbeat(ctx, auth.ActorFrom(ctx))
		return &out[BeatBody]{BeatBody{b.State, b.Version}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "desk-dial", Method: "POST", Path: "/v1/desk/dial", Tag: tag, Permission: auth.DeskWork,
		Summary: "Call the lead on my desk, or in manual mode one I picked",
	}, func(ctx context.Context, in *leadIn) (*out[Desk], error) { return s.deskAct(ctx, in, s.DialLead) })
	httpx.Register(api, httpx.Operation{
		ID: "desk-skip", Method: "POST", Path: "/v1/desk/skip", Tag: tag, Permission: auth.DeskWork,
		Summary: "Do not call the lead on my desk",
	}, func(ctx context.Context, in *leadIn) (*out[Desk], error) { return s.deskAct(ctx, in, s.SkipLead) })
	httpx.Register(api, httpx.Operation{
		ID: "list-desk-leads", Method: "GET", Path: "/v1/desk/leads", Tag: tag, Permission: auth.DeskWork,
		Summary: "Leads I may call by hand, my own callbacks first",
	}, func(ctx context.Context, in *searchIn) (*out[httpx.List[DeskLead]], error) {
		leads, err := s.DeskLeads(ctx, auth.ActorFrom(ctx), in.Q)
		return &out[httpx.List[DeskLead]]{httpx.List[DeskLead]{Items: leads, Total: len(leads)}}, err
	})
}

func (s *Service) deskOf(ctx context.Context) (*out[Desk], error) {
	d, err := s.Desk(ctx, auth.ActorFrom(ctx))
	return &out[Desk]{d}, err
}

// deskAct queues a command and waits for the dialer's word, so that a refusal is this request's answer.
func (s *Service) deskAct(
	ctx context.Context, in *leadIn, act func(context.Context, auth.Actor, campaigns.LeadID) (CommandID, error),
) (*out[Desk], error) {
	id, err := act(ctx, auth.ActorFrom(ctx), in.Body.LeadID)
	if err != nil {
		return nil, err
	}
	if err := s.Await(ctx, id); err != nil {
		return nil, err
	}
	return s.deskOf(ctx)
}

type callIn struct {
	ID CallID `path:"id"`
}

type holdIn struct {
	ID   CallID `path:"id"`
	Body struct {
		On bool `json:"on"`
	}
}

type callsIn struct {
	httpx.Page
	auth.OneClient
	CampaignID campaigns.ID `query:"campaignId"`
	AgentID    auth.UserID  `query:"agentId"`
	Sort       string       `query:"sort" enum:"placed,person,-person,campaign,-campaign,agent,-agent,ended,-ended,talk,-talk,outcome,-outcome" doc:"- is descending; the newest first if left out"`
}

func (s *Service) callRoutes(api huma.API) {
	const tag = "calls"
	httpx.Register(api, httpx.Operation{
		ID: "hangup-call", Method: "POST", Path: "/v1/calls/{id}/hangup", Tag: tag, Permission: auth.DeskWork,
		Summary: "End my call", Status: 204,
	}, s.hangUp)
	httpx.Register(api, httpx.Operation{
		ID: "hold-call", Method: "POST", Path: "/v1/calls/{id}/hold", Tag: tag, Permission: auth.DeskWork,
		Summary: "Put the customer on hold, or take them back", Status: 204,
	}, func(ctx context.Context, in *holdIn) (*struct{}, error) {
		id, err := s.Hold(ctx, auth.ActorFrom(ctx), in.ID, in.Body.On)
		if err != nil {
			return nil, err
		}
		return nil, s.Await(ctx, id)
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-calls", Method: "GET", Path: "/v1/calls", Tag: tag, Permission: auth.CallsRead,
		Summary: "Calls, newest first",
	}, func(ctx context.Context, in *callsIn) (*out[httpx.List[Record]], error) {
		f := CallFilter{Campaign: in.CampaignID, Agent: in.AgentID, Sort: in.Sort, Limit: in.Size, Offset: in.Offset()}
		page, total, err := s.Calls(ctx, in.By(auth.ActorFrom(ctx)), f)
		return &out[httpx.List[Record]]{httpx.List[Record]{Items: page, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-call", Method: "GET", Path: "/v1/calls/{id}", Tag: tag, Permission: auth.CallsRead,
		Summary: "One call with everything that happened to it",
	}, func(ctx context.Context, in *callIn) (*out[Detail], error) {
		d, err := s.CallDetail(ctx, auth.ActorFrom(ctx), in.ID)
		return &out[Detail]{d}, err
	})
}

type forceIn struct {
	setStateIn
	ID auth.UserID `path:"id"`
}

func (s *Service) floorRoutes(api huma.API) {
	const tag = "floor"
	httpx.Register(api, httpx.Operation{
		ID: "get-floor", Method: "GET", Path: "/v1/floor", Tag: tag, Permission: auth.FloorRead,
		Summary: "The floor now: agents, campaigns, incidents",
	}, func(ctx context.Context, in *auth.OneClient) (*out[Floor], error) {
		f, err := s.Floor(ctx, in.By(auth.ActorFrom(ctx)))
		return &out[Floor]{f}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-floor-history", Method: "GET", Path: "/v1/floor/history", Tag: tag, Permission: auth.FloorRead,
		Summary: "Calls that were up in the last half hour, every 15 seconds, oldest first",
	}, func(ctx context.Context, in *auth.OneClient) (*out[FloorHistory], error) {
		h, err := s.FloorHistory(ctx, in.By(auth.ActorFrom(ctx)))
		return &out[FloorHistory]{h}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "force-agent-state", Method: "POST", Path: "/v1/floor/agents/{id}/state", Tag: tag, Permission: auth.FloorAct,
		Summary: "Make an agent ready or away; nobody is taken out of a live call", Status: 204,
	}, func(ctx context.Context, in *forceIn) (*struct{}, error) {
		return nil, s.ForceAgentState(ctx, auth.ActorFrom(ctx), in.ID, in.set())
	})
	httpx.Register(api, httpx.Operation{
		ID: "force-hangup", Method: "POST", Path: "/v1/floor/calls/{id}/hangup", Tag: tag, Permission: auth.FloorAct,
		Summary: "End somebody else's call", Status: 204,
	}, s.hangUp)
}

func (s *Service) hangUp(ctx context.Context, in *callIn) (*struct{}, error) {
	id, err := s.HangUp(ctx, auth.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Await(ctx, id)
}

// SettingsBody is what managers decide about their client's desks.
type SettingsBody struct {
	ClientID       auth.ClientID `json:"clientId"`
	PauseReasons   []string      `json:"pauseReasons" maxItems:"20"`
	PreviewSeconds int           `json:"previewSeconds" minimum:"0" maximum:"3600" doc:"how long a lead may lie on a desk; 0 = no limit"`
	Version        int           `json:"version" doc:"send back the one you read"`
}

type settingsOut struct {
	ETag string `header:"ETag"`
	Body SettingsBody
}

func answerSettings(s Settings, err error) (*settingsOut, error) {
	if err != nil {
		return nil, err
	}
	return &settingsOut{httpx.ETag(s.Version), SettingsBody{s.Client, s.PauseReasons, s.PreviewSeconds, s.Version}}, nil
}

type settingsIn struct {
	ClientID auth.ClientID `query:"clientId" doc:"may be left out by who has one client"`
}

type saveSettingsIn struct {
	IfMatch string `header:"If-Match"`
	Body    SettingsBody
}

func (s *Service) settingsRoutes(api huma.API) {
	const tag = "desk"
	httpx.Register(api, httpx.Operation{
		ID: "get-desk-settings", Method: "GET", Path: "/v1/desk-settings", Tag: tag, Permission: auth.CampaignsRead,
		Summary: "Pause reasons and limits of a client's desks",
	}, func(ctx context.Context, in *settingsIn) (*settingsOut, error) {
		return answerSettings(s.SettingsFor(ctx, auth.ActorFrom(ctx), in.ClientID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-desk-settings", Method: "PUT", Path: "/v1/desk-settings", Tag: tag, Permission: auth.CampaignsWrite,
		Summary: "Change pause reasons and limits of a client's desks",
	}, func(ctx context.Context, in *saveSettingsIn) (*settingsOut, error) {
		version := in.Body.Version
		if in.IfMatch != "" {
			var err error
			if version, err = httpx.IfMatch(in.IfMatch); err != nil {
				return nil, err
			}
		}
		return answerSettings(s.SaveSettings(ctx, auth.ActorFrom(ctx), Settings{
			Client: in.Body.ClientID, PauseReasons: in.Body.PauseReasons, PreviewSeconds: in.Body.PreviewSeconds, Version: version,
		}))
	})
}
