package storetest

// What an invented bureau is made of.

var firstNames = []string{
	"Aïcha", "Anaïs", "Béatrice", "Benoît", "Camille", "Chloé", "Cœur-Marie", "Daniel", "Élodie", "Émile", "Fabienne",
	"François", "Gaëlle", "Gérard", "Hélène", "Hugo", "Inès", "Jérôme", "Joël", "Karim", "Laëtitia", "Léa", "Loïc",
	"Maëlle", "Mathéo", "Mélanie", "Nadège", "Noël", "Océane", "Pénélope", "Rémi", "Sébastien", "Théo", "Valérie", "Zoé",
}

var lastNames = []string{
	"Adam", "André", "Barthélémy", "Bœuf", "Bernard", "Boyer", "Chevalier", "Clément", "Da Silva", "Delœuvre", "Durand",
	"D'Angelo", "Faure", "Fernandez", "Fournier", "Garcia", "Gauthier", "Girard", "Guérin", "Haÿ", "Hervé", "Lacroix",
	"Lambert", "Lefèvre", "Legœuil", "Lemaître", "Le Goff", "Marchand", "Martin", "Mercier", "Moreau", "Müller", "N'Diaye",
	"Nguyên", "Noël", "Olivier", "Pétillon", "Picard", "Quéméneur", "Renaud", "Roche", "Saint-Étienne", "Sœur", "Thévenin",
	"Vasseur", "Vincent", "Weber", "Yılmaz", "Zimmermann",
}

var towns = []string{"Toulouse", "Nîmes", "Béziers", "Orléans", "Besançon", "Saint-Étienne", "Mâcon", "Évry", "Pau", "L'Haÿ-les-Roses"}

var trades = []struct{ title, name string }{
	{"Maître", "avocat"},
	{"Cabinet", "expert-comptable"},
	{"Docteur", "médecin généraliste"},
	{"Dr", "ostéopathe"},
	{"Entreprise", "plomberie"},
	{"Établissements", "menuiserie"},
	{"Étude", "notaire"},
	{"Garage", "mécanique"},
}

var subjects = []string{
	"Demande un rendez-vous pour un renouvellement.", "Rappeler au sujet du devis reçu hier.", "Fuite d'eau dans la cuisine.",
	"Souhaite déplacer son rendez-vous de jeudi.", "Question sur la facture du mois dernier.", "Première consultation.",
	"Dossier en cours, pièces manquantes.", "Résultats d'analyses à commenter.", "Voudrait parler à la sœur du gérant.",
}

var followUps = []string{
	"Joignable après 18 h.", "Rappeler demain matin.", "Sans urgence.", "Attend une réponse par mail.", "Le plus tôt possible.",
}

// invite is a first request as the journal keeps it.
var invite = []byte("INVITE sip:0561123456@192.0.2.10 SIP/2.0\r\n" +
	"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds\r\nMax-Forwards: 70\r\n" +
	"From: <sip:0612345678@operator.example>;tag=1928301774\r\nTo: <sip:0561123456@operator.example>\r\n" +
	"Call-ID: a84b4c76e66710@192.0.2.1\r\nCSeq: 314159 INVITE\r\nContact: <sip:192.0.2.1>\r\n" +
	"Diversion: <sip:0561123456@operator.example>;reason=unconditional\r\nContent-Length: 0\r\n\r\n")
