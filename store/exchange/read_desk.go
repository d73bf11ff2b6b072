package exchange

import (
	"cmp"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

func (v value) operator() *clients.Operator {
	if v.empty() {
		return nil
	}
	var o clients.Operator
	v.object(map[string]func(value){
		"id":    func(v value) { o.ID = clients.ID(v.text()) },
		"name":  func(v value) { o.Name = v.text() },
		"email": func(v value) { o.Email = v.mailAddress() },
	})
	if o.Name == "" {
		v.problem("import.missing", "name")
	}
	return &o
}

func (v value) mailAddress() string {
	s := v.text()
	if s != "" && !clients.ValidEmail(s) {
		v.problem("client.mail-bad", s)
	}
	return s
}

// phoneLine reads a line. Without an id it is known by what makes it unique, so
// that importing it again finds it.
func (v value) phoneLine(secrets map[string]string) phone.Line {
	var l phone.Line
	password := ""
	v.object(map[string]func(value){
		"id":        func(v value) { l.ID = phone.LineID(v.text()) },
		"label":     func(v value) { l.Label = v.text() },
		"user":      func(v value) { l.User = v.text() },
		"domain":    func(v value) { l.Domain = v.text() },
		"auth_user": func(v value) { l.AuthUser = v.text() },
		"password":  func(v value) { password = v.text() },
		"proxy":     func(v value) { l.Proxy = v.text() },
		"backups":   func(v value) { l.Backups = v.texts() },
		"transport": func(v value) { l.Transport = oneOf(v, phone.UDP, phone.TCP, phone.TLS) },
		"ca":        func(v value) { l.CA = v.text() },
		"expires":   func(v value) { l.Expires = v.duration() },
		"direct":    func(v value) { l.Direct = v.boolean() },
		"bind":      func(v value) { l.Bind = v.text() },
		"order":     func(v value) { l.Order = v.order() },
		"codecs":    func(v value) { l.Codecs = v.codecs() },
		"encryption": func(v value) {
			l.Encryption = oneOf(v, phone.EncryptionRefused, phone.EncryptionOffered, phone.EncryptionRequired)
		},
		"stun":    func(v value) { l.STUN = v.text() },
		"numbers": func(v value) { v.list(func(v value) { l.Numbers = append(l.Numbers, v.ownNumber()) }) },
		"caller_in": func(v value) {
			l.CallerIn = oneOf(v, phone.CallerInFrom, phone.CallerInPreferred, phone.CallerInAsserted)
		},
		"auto_answer": func(v value) { l.AutoAnswer = v.boolean() },
		"mailbox":     func(v value) { l.Mailbox = v.boolean() },
		"watch":       func(v value) { l.Watch = v.texts() },
		"peers":       func(v value) { l.Peers = v.texts() },
		"disabled":    func(v value) { l.Disabled = v.boolean() },
	})
	if l.ID == "" {
		l.ID = phone.LineID(cmp.Or(l.User, l.Label, "direct") + "@" + cmp.Or(l.Domain, l.Bind))
	}
	keepSecret(secrets, "line:"+string(l.ID), password)
	v.checkLine(l)
	return l
}

// oneOf reads one of a few words of the telephone.
func oneOf[T ~string](v value, allowed ...T) T { return T(v.word(words(allowed)...)) }

// ownNumber reads a number that a line may show.
func (v value) ownNumber() phone.Number {
	n := phone.ParseNumber(v.text())
	if n == "" {
		v.problem("import.want-telephone", v.text())
	}
	return n
}

func (v value) checkLine(l phone.Line) {
	switch {
	case l.Direct && l.Bind == "":
		v.problem("import.missing", "bind")
	case !l.Direct && l.User == "":
		v.problem("import.missing", "user")
	case !l.Direct && l.Domain == "":
		v.problem("import.missing", "domain")
	}
}

func (v value) order() (list []phone.CalledSource) {
	v.list(func(v value) { list = append(list, oneOf(v, phone.DefaultCalledOrder...)) })
	return list
}

func (v value) codecs() (list []string) {
	v.list(func(v value) { list = append(list, v.word("opus", "G722", "PCMA", "PCMU")) })
	return list
}

func (v value) mail(secrets map[string]string) *desk.MailSettings {
	if v.empty() {
		return nil
	}
	m := &desk.MailSettings{}
	v.object(map[string]func(value){
		"host":      func(v value) { m.Host = v.text() },
		"port":      func(v value) { m.Port = v.port() },
		"security":  func(v value) { m.Security = v.word("starttls", "tls", "none") },
		"user":      func(v value) { m.User = v.text() },
		"password":  func(v value) { keepSecret(secrets, "mail", v.text()) },
		"from":      func(v value) { m.From = v.mailAddress() },
		"from_name": func(v value) { m.FromName = v.text() },
		"ca":        func(v value) { m.CA = v.text() },
	})
	return m
}

func keepSecret(secrets map[string]string, name, secret string) {
	if secret != "" {
		secrets[name] = secret
	}
}

func (v value) port() int {
	n := v.integer()
	if n < 0 || n > 65535 {
		v.problem("import.want-port", n)
	}
	return n
}
