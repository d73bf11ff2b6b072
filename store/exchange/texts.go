package exchange

import "fmt"

// texts are the sentences of the problems. They are for the terminal, where no
// translation file is at hand.
var texts = map[string]string{
	"import.syntax":         "ce n’est pas du YAML lisible (%v)",
	"import.not-utf8":       "le fichier n’est pas un texte en UTF-8",
	"import.too-large":      "le fichier dépasse %v Mo",
	"import.empty":          "le fichier est vide",
	"import.two-documents":  "un second document commence ici (« --- ») ; un fichier n’en contient qu’un",
	"import.newer":          "le fichier est de la forme %v, ce programme connaît la forme %v : mettez-le à jour",
	"import.reference":      "les références YAML (& et *) ne sont pas admises : écrivez la valeur",
	"import.unknown-key":    "clé inconnue « %v » ; clés possibles : %v",
	"import.key-twice":      "la clé « %v » est donnée deux fois",
	"import.want-keys":      "il faut ici des clés avec leurs valeurs",
	"import.want-text":      "il faut ici un texte",
	"import.want-word":      "« %v » n’est pas possible ici ; valeurs possibles : %v",
	"import.want-boolean":   "« %v » n’est ni oui ni non",
	"import.want-number":    "« %v » n’est pas un nombre entier",
	"import.want-minutes":   "« %v » n’est pas une durée en minutes",
	"import.want-port":      "%v n’est pas un port (1 à 65535)",
	"import.want-day":       "« %v » n’est pas un jour ; écrivez lun, mar, mer, jeu, ven, sam, dim ou lun-ven",
	"import.day-twice":      "le %v est donné deux fois",
	"import.want-hours":     "« %v » n’est pas une plage d’heures ; écrivez 09:00-12:30",
	"import.want-telephone": "« %v » n’est pas un numéro de téléphone",
	"import.want-target":    "« %v » n’est ni un numéro, ni un poste, ni une adresse sip:",
	"import.line-unknown":   "ce poste n’a pas de ligne « %v »",
	"import.missing":        "il manque « %v »",
	"import.line-twice":     "la ligne « %v » est donnée deux fois",
	"import.client-twice":   "« %v » est déjà celui du client de la ligne %v",
	"import.two-clients":    "cette fiche correspond à deux clients existants : %v et %v",
	"import.same-client":    "cette fiche et celle de la ligne %v désignent le même client existant : %v",

	"client.did-taken":         "le numéro %v appartient déjà au client %v",
	"client.name-missing":      "il manque le nom du client",
	"client.color-bad":         "« %v » n’est pas une couleur ; écrivez-la comme \"#7a2c39\", entre guillemets",
	"client.did-bad":           "« %v » n’est pas un numéro de téléphone",
	"client.did-twice":         "le numéro %v est donné deux fois",
	"client.greeting-empty":    "la phrase d’accueil est vide",
	"client.hours-bad":         "la plage %v-%v n’a pas de sens : elle doit finir après son début",
	"client.key-missing":       "il manque la clé (key)",
	"client.key-twice":         "la clé « %v » est donnée deux fois",
	"client.digit-bad":         "« %v » n’est pas une touche de 0 à 9",
	"client.mail-bad":          "« %v » n’est pas une adresse de courriel",
	"client.channel-missing":   "il manque le moyen d’envoi (channel)",
	"client.call-type-unknown": "le type d’appel « %v » n’existe pas chez ce client",
	"client.duration-bad":      "la durée de %v minutes n’est pas possible",
	"client.notice-bad":        "le délai de %v minutes n’est pas possible",
	"client.zone-unknown":      "« %v » n’est pas un fuseau horaire connu",

	"client.caller-id-bad":      "« %v » n’est pas un numéro que l’on peut présenter ; écrivez-le comme +33561234567",
	"client.agreed-on-bad":      "« %v » n’est pas une date ; écrivez-la comme 2026-11-02",
	"client.forward-when-bad":   "« %v » n’est pas un cas de renvoi ; valeurs possibles : always, busy, no-answer",
	"client.forward-after-bad":  "un renvoi sur non-réponse attend de 5 à 180 secondes, pas %v",
	"client.forward-to-missing": "le numéro vers qui renvoyer manque",
	"client.forward-to-bad":     "« %v » n’est ni un numéro ni une adresse sip: vers qui renvoyer",
	"client.forward-emergency":  "on ne renvoie jamais vers un numéro d’urgence (%v)",

	"client.sound-missing":            "il manque le son",
	"client.wait-after-bad":           "l’annonce d’attente vient après 5 à 180 secondes, pas %v",
	"client.machine-when-bad":         "« %v » n’est pas un cas de répondeur ; valeurs possibles : always, busy, no-answer",
	"client.machine-after-bad":        "un répondeur sur non-réponse attend de 5 à 180 secondes, pas %v",
	"client.machine-seconds-bad":      "un répondeur laisse parler de 10 à 600 secondes, pas %v",
	"client.recording-health":         "on n’enregistre jamais les appels d’un client du secteur de la santé",
	"client.recording-reason-missing": "il manque le motif de l’enregistrement (reason)",
	"client.recording-notice-missing": "il manque l’annonce qui prévient les appelants (announcement)",
	"client.recording-days-bad":       "un enregistrement se garde de 1 à 180 jours, pas %v",
}

// sentence says a problem in French; one without a sentence shows its code.
func sentence(code string, args ...any) string {
	text, ok := texts[code]
	if !ok {
		return fmt.Sprint(append([]any{code}, args...)...)
	}
	return fmt.Sprintf(text, args...)
}
