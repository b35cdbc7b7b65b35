package campaigns

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// Routes adds this package's operations to the API.
func (s *Service) Routes(api huma.API) {
	s.campaignRoutes(api)
	s.leadRoutes(api)
	s.importRoutes(api)
	s.doNotCallRoutes(api)
}

// View is a campaign as the API shows it.
type View struct {
	ID             ID                   `json:"id"`
	ClientID       auth.ClientID        `json:"clientId"`
	Name           string               `json:"name"`
	Purpose        string               `json:"purpose"`
	Mode           string               `json:"mode"`
	State          State                `json:"state"`
	Zone           string               `json:"zone"`
	Windows        []Window             `json:"windows"`
	CallerID       string               `json:"callerId"`
	RingSeconds    int                  `json:"ringSeconds"`
	WrapupSeconds  int                  `json:"wrapupSeconds"`
	Priority       int                  `json:"priority"`
	AttemptsMax    int                  `json:"attemptsMax"`
	DayAttemptsMax int                  `json:"dayAttemptsMax"`
	Retry          map[string]RetryRule `json:"retry"`
	GraceMinutes   int                  `json:"callbackGraceMinutes" doc:"after which an owned callback nobody called is anybody's"`
	Trunk          string               `json:"trunk"`
	AbandonMessage string               `json:"abandonMessage"`
	ScriptID       *ScriptID            `json:"scriptId"`
	Script         *Script              `json:"script,omitempty" doc:"in a single campaign only"`
	Version        int                  `json:"version"`
	OpenNow        bool                 `json:"openNow"`
	NextOpenAt     *time.Time           `json:"nextOpenAt"`
	CreatedBy      string               `json:"createdBy"`
	CreatedAt      time.Time            `json:"createdAt"`
	UpdatedAt      time.Time            `json:"updatedAt"`
	Stats          Stats                `json:"stats"`
}

func view(c Campaign, stats Stats, now time.Time) View {
	v := View{
		ID: c.ID, ClientID: c.Client, Name: c.Name, Purpose: c.Purpose, Mode: c.Mode, State: c.State, Zone: c.Zone, Windows: c.Windows,
		CallerID: c.CallerID, RingSeconds: c.RingSeconds, WrapupSeconds: c.WrapupSeconds, Priority: c.Priority, AttemptsMax: c.AttemptsMax,
		DayAttemptsMax: c.DayAttemptsMax, Retry: c.Retry, GraceMinutes: c.GraceMinutes, Trunk: c.Trunk, AbandonMessage: c.AbandonMessage,
		ScriptID: c.ScriptID, Version: c.Version, OpenNow: c.OpenAt(now), CreatedBy: c.CreatedBy, CreatedAt: c.CreatedAt,
		UpdatedAt: c.UpdatedAt, Stats: stats,
	}
	if at, ok := c.NextOpen(now); ok {
		v.NextOpenAt = &at
	}
	return v
}

// OfCampaign is the campaign in an operation's path. It is exported because huma reads embedded fields of exported types only.
type OfCampaign struct {
	ID ID `path:"id" minimum:"1"`
}

type (
	campaignOut struct {
		ETag string `header:"ETag"`
		Body View
	}
	campaignsIn struct {
		auth.OneClient
		State State  `query:"state" enum:"draft,scheduled,running,paused,finished"`
		Q     string `query:"q" maxLength:"100"`
	}
	campaignsOut struct{ Body httpx.List[View] }
	createIn     struct {
		Body struct {
			ClientID auth.ClientID `json:"clientId,omitempty" doc:"may be left out by who has one client"`
			Edit
		}
	}
	updateIn struct {
		OfCampaign
		IfMatch string `header:"If-Match" doc:"the ETag of the campaign that was edited"`
		Body    Edit
	}
	scriptIn struct {
		OfCampaign
		Body struct {
			Name string `json:"name" maxLength:"80"`
			Body string `json:"body" maxLength:"20000"`
		}
	}
	scriptOut struct{ Body Script }
	agentsOut struct{ Body httpx.List[AgentRef] }
	agentsIn  struct {
		OfCampaign
		Body struct {
			UserIDs []auth.UserID `json:"userIds" maxItems:"5000"`
		}
	}
)

const tag = "campaigns"

func (s *Service) campaignRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-campaigns", Method: http.MethodGet, Path: "/v1/campaigns", Tag: tag, Permission: auth.CampaignsRead,
		Summary: "List campaigns with their figures",
	}, s.apiList)
	httpx.Register(api, httpx.Operation{
		ID: "create-campaign", Method: http.MethodPost, Path: "/v1/campaigns", Tag: tag, Permission: auth.CampaignsWrite,
		Status: http.StatusCreated, Summary: "Make a draft; what is left out has the house's defaults",
	}, s.apiCreate)
	httpx.Register(api, httpx.Operation{
		ID: "get-campaign", Method: http.MethodGet, Path: "/v1/campaigns/{id}", Tag: tag, Permission: auth.CampaignsRead,
		Summary: "Read a campaign with its script",
	}, func(ctx context.Context, in *OfCampaign) (*campaignOut, error) {
		c, err := s.Campaign(ctx, auth.ActorFrom(ctx), in.ID)
		return s.answer(ctx, c, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "update-campaign", Method: http.MethodPatch, Path: "/v1/campaigns/{id}", Tag: tag, Permission: auth.CampaignsWrite,
		Summary: "Change what is given; If-Match names the version it was read at",
	}, s.apiUpdate)
	for verb, act := range map[string]func(context.Context, auth.Actor, ID) (Campaign, error){
		"schedule": s.Schedule, "start": s.Start, "pause": s.Pause, "finish": s.Finish,
	} {
		httpx.Register(api, httpx.Operation{
			ID: verb + "-campaign", Method: http.MethodPost, Path: "/v1/campaigns/{id}/" + verb, Tag: tag, Permission: auth.CampaignsWrite,
			Summary: verbs[verb],
		}, func(ctx context.Context, in *OfCampaign) (*campaignOut, error) {
			c, err := act(ctx, auth.ActorFrom(ctx), in.ID)
			return s.answer(ctx, c, err)
		})
	}
	httpx.Register(api, httpx.Operation{
		ID: "set-campaign-script", Method: http.MethodPut, Path: "/v1/campaigns/{id}/script", Tag: tag, Permission: auth.CampaignsWrite,
		Summary: "Save a new version of the script and use it",
	}, func(ctx context.Context, in *scriptIn) (*scriptOut, error) {
		script, err := s.SetScript(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Name, in.Body.Body)
		return &scriptOut{script}, err
	})
	s.agentRoutes(api)
}

var verbs = map[string]string{
	"schedule": "Let it start by itself when its window opens", "start": "Let it dial in its windows",
	"pause": "Keep it from dialing until it is started again", "finish": "End it for good",
}

func (s *Service) agentRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-campaign-agents", Method: http.MethodGet, Path: "/v1/campaigns/{id}/agents", Tag: tag, Permission: auth.CampaignsRead,
		Summary: "Who works on a campaign",
	}, func(ctx context.Context, in *OfCampaign) (*agentsOut, error) {
		agents, err := s.Agents(ctx, auth.ActorFrom(ctx), in.ID)
		return &agentsOut{listOf(agents)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-campaign-agents", Method: http.MethodPut, Path: "/v1/campaigns/{id}/agents", Tag: tag, Permission: auth.CampaignsWrite,
		Summary: "Say who works on a campaign, all at once",
	}, func(ctx context.Context, in *agentsIn) (*agentsOut, error) {
		agents, err := s.SetAgents(ctx, auth.ActorFrom(ctx), in.ID, in.Body.UserIDs)
		return &agentsOut{listOf(agents)}, err
	})
}

func listOf[T any](items []T) httpx.List[T] { return httpx.List[T]{Items: items, Total: len(items)} }

func (s *Service) apiList(ctx context.Context, in *campaignsIn) (*campaignsOut, error) {
	all, err := s.Campaigns(ctx, in.By(auth.ActorFrom(ctx)), in.State, in.Q)
	if err != nil {
		return nil, err
	}
	ids := make([]ID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	stats, err := s.StatsOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	now, items := s.now(), make([]View, 0, len(all))
	for _, c := range all {
		items = append(items, view(c, stats[c.ID], now))
	}
	return &campaignsOut{listOf(items)}, nil
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*campaignOut, error) {
	c, err := s.Create(ctx, auth.ActorFrom(ctx), in.Body.ClientID, in.Body.Edit)
	return s.answer(ctx, c, err)
}

func (s *Service) apiUpdate(ctx context.Context, in *updateIn) (*campaignOut, error) {
	version, err := httpx.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := s.Update(ctx, auth.ActorFrom(ctx), in.ID, version, in.Body)
	return s.answer(ctx, c, err)
}

// answer is one campaign with its figures and script, or the error that came instead.
func (s *Service) answer(ctx context.Context, c Campaign, err error) (*campaignOut, error) {
	if err != nil {
		return nil, err
	}
	stats, err := s.StatsOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := &campaignOut{ETag: httpx.ETag(c.Version), Body: view(c, stats[c.ID], s.now())}
	if c.ScriptID != nil {
		script, err := s.ScriptOf(ctx, auth.ActorFrom(ctx), c.ID)
		if err != nil {
			return nil, err
		}
		out.Body.Script = &script
	}
	return out, nil
}
