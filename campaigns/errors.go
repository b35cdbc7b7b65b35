package campaigns

import (
	"saveline/internal/errs"
	"saveline/internal/pg"
)

func init() {
	pg.Constraint("campaigns_name_key", errs.Conflict, "a campaign with this name exists already; choose another name")
	pg.Constraint("lists_name_key", errs.Conflict, "this campaign has a list with this name already; choose another name")
	pg.Constraint("scripts_name_key", errs.Conflict, "a script with this name exists already; choose another name")
	pg.Constraint("people_external_key", errs.Conflict, "a person with this external id exists already")
	pg.Constraint("leads_list_person_key", errs.Conflict, "this person is on the list already")
	pg.Constraint("campaign_agents_user_id_fkey", errs.Invalid, "one of these people does not exist")
	pg.Constraint("dial_stops_one_open", errs.Conflict, "dialing is stopped already")
}
