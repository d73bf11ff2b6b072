package desk

func (e DialOffered) apply(t *turn) { t.Offered = e.Target }
