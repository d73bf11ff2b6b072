package desk

import (
	"maps"

	"permanence/clients"
)

// officeNotice is under which it is said how the desk stands with its office.
const officeNotice = "office"

// stuck is the code of what keeps a desk from coming in step by itself, "" when nothing
// does.
func (l OfficeLink) stuck() string {
	switch {
	case l.Phase == OfficeRevoked:
		return "office.revoked"
	case l.Phase == OfficeTooOld:
		return "office.too-old"
	case l.Problem.Code == officeUnvouched:
		return officeUnvouched
	}
	return ""
}

// officeUnvouched: what the desk did alone waits for a supervisor to log in on it.
const officeUnvouched = "office.unvouched"

func (e OfficeChanged) apply(t *turn) {
	was := t.Office.OfficeLink
	t.Office.OfficeLink = e.Link
	switch code := e.Link.stuck(); {
	case code == was.stuck() && was.Phase == e.Link.Phase:
	case code != "":
		t.alarm(officeNotice, Problem{Code: code, Detail: e.Link.Problem.Detail})
	default:
		t.withdraw(officeNotice)
	}
	if was.Phase == e.Link.Phase {
		return
	}
	switch was.Phase {
	case OfficeAlone:
		t.readBureau()
	case OfficeCopying:
		t.readAnew()
	}
	if !t.Office.Linked() {
		t.Office.Desks, t.Offers, t.left, t.told = nil, nil, nil, Presence{}
	}
}

// readBureau reads what the window shows of the bureau beyond its clients.
func (t *turn) readBureau() { t.do(ReadOperators{}, ReadConflicts{}) }

func (SyncPressed) apply(t *turn) { t.sync() }

// sync has the office know at once, if there is one.
func (t *turn) sync() {
	if t.Office.Linked() {
		t.do(SyncOffice{})
	}
}

func (e PairAsked) apply(t *turn) {
	if p := t.Office.Pairing; t.Office.Linked() || p != nil && p.Step != PairingFailed {
		return
	}
	t.Office.Pairing = &Pairing{Address: e.Address, Step: PairingAsked}
	t.do(PairDesk(e))
}

func (e PairingChanged) apply(t *turn) {
	if t.Office.Pairing == nil {
		return
	}
	t.Office.Pairing = &Pairing{Address: t.Office.Pairing.Address, Step: e.Step, Problem: e.Problem}
}

// PairingLeft does not stop what the office is just agreeing to.
func (PairingLeft) apply(t *turn) {
	if p := t.Office.Pairing; p != nil && (p.Step == PairingFailed || p.Step == PairingDone) {
		t.Office.Pairing = nil
	}
}

func (e LoginAsked) apply(t *turn) {
	if t.Office.Login != nil && t.Office.Login.Running || !t.Office.Linked() {
		return
	}
	t.Office.Login = &Login{Name: e.Name, Running: true}
	t.do(LogIn(e))
}

func (e LoginFailed) apply(t *turn) {
	if l := t.Office.Login; l != nil {
		t.Office.Login = &Login{Name: l.Name, Problem: e.Problem}
	}
}

// LoggedIn makes the desk hers: what she sends from now on is hers.
func (e LoggedIn) apply(t *turn) {
	t.Office.Login = nil
	t.Operator = e.Operator
	t.knowOperator(e.Operator)
	t.remark(officeNotice, "office.logged-in", e.Operator.Name)
	if t.Settings.Operator != e.Operator.ID {
		s := t.Settings
		s.Operator = e.Operator.ID
		t.do(KeepSettings{Settings: s, Silently: true})
	}
}

func (e PasswordAsked) apply(t *turn) {
	if t.beginsPassword(t.Operator.ID) {
		t.do(ChangePassword{Operator: t.Operator.ID, Old: e.Old, New: e.New})
	}
}

func (e PasswordGiven) apply(t *turn) {
	if t.Operator.Role == clients.Supervisor && t.beginsPassword(e.Operator) {
		t.do(SetPassword(e))
	}
}

// beginsPassword shows that a password is on its way; one at a time is.
func (t *turn) beginsPassword(operator clients.ID) bool {
	p := t.Office.Password
	if operator == "" || !t.Office.Linked() || p != nil && p.Running {
		return false
	}
	t.Office.Password = &PasswordChange{Operator: operator, Running: true}
	return true
}

func (e PasswordKept) apply(t *turn) { t.Office.Password = &PasswordChange{Operator: e.Operator} }

func (e PasswordRefused) apply(t *turn) {
	t.Office.Password = &PasswordChange{Operator: e.Operator, Problem: e.Problem}
}

func (PasswordLeft) apply(t *turn) {
	if p := t.Office.Password; p != nil && !p.Running {
		t.Office.Password = nil
	}
}

func (LogoutPressed) apply(t *turn) {
	switch {
	case !t.Office.Linked():
	case len(t.Calls) > 0:
		t.warn(officeNotice, "office.call-alive")
	default:
		t.Operator, t.Office.Away = clients.Operator{}, nil
		t.do(LogOut{})
	}
}

func (e LeaveAsked) apply(t *turn) {
	switch {
	case !t.Office.Linked():
	case e.Anyway && t.Office.Leaving:
		t.do(LeaveOffice{})
	default:
		t.Office.Leaving = true
	}
}

func (LeaveCancelled) apply(t *turn) { t.Office.Leaving = false }

func (OfficeLeft) apply(t *turn) {
	t.Office.Leaving, t.Office.Pairing = false, nil
	t.remark(officeNotice, "office.left")
}

func (e LeaveFailed) apply(t *turn) {
	t.Office.Leaving = false
	t.alarm(officeNotice, e.Problem)
}

func (e AwayPressed) apply(t *turn) { t.Office.Away = &Away{Reason: e.Reason, Since: t.At} }

func (BackPressed) apply(t *turn) { t.Office.Away = nil }

// knowOperator takes one operator's card in.
func (t *turn) knowOperator(o clients.Operator) {
	t.Office.Operators = maps.Clone(t.Office.Operators)
	if t.Office.Operators == nil {
		t.Office.Operators = map[clients.ID]clients.Operator{}
	}
	t.Office.Operators[o.ID] = o
}

func (e OperatorsRead) apply(t *turn) {
	t.Office.Operators = make(map[clients.ID]clients.Operator, len(e.Operators))
	for _, o := range e.Operators {
		t.Office.Operators[o.ID] = o
		if o.ID == t.Operator.ID {
			t.Operator = o
		}
	}
}

// OperatorName is who an ID is; "" when nobody here knows her.
func (s *State) OperatorName(id clients.ID) string {
	if id == s.Operator.ID && id != "" {
		return s.Operator.Name
	}
	return s.Office.Operators[id].Name
}
